"""Start and end the servers that are measured. They listen on 127.0.0.1 alone and are ended by their own process id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


@contextmanager
def gunicorn(application: str, path: str, environment: dict[str, str]) -> Iterator[str]:
    """gunicorn with 2 workers of 4 threads, as in docker-compose.yml; yields its address once `path` answers."""
    port = free_port()
    command = [BIN / "gunicorn", application, "--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*map(str, command), "--log-level", "error"],
        cwd=ROOT / "site",
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}", "PORT": str(port), **environment},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}{path}", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(url: str, process: subprocess.Popen, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with {process.returncode} before it answered.")
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"{url} did not answer within {seconds} s.")
