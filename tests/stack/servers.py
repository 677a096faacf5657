"""Two processes for sockets, a Redis and a way to the database that can be cut: by the commands of docker-compose.yml.

All of it listens on 127.0.0.1 alone and is ended by its own process id.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis
import yaml

from tests.house import ROOT

BIN = Path(sys.executable).parent


def command_of(service: str) -> list[str]:
    """The words by which docker-compose.yml starts a service."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][service]["command"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Redis:
    """Keeps nothing: started again, it is empty."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        here = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)]
        log = (self.folder / "redis.log").open("a")
        self.process = subprocess.Popen([*command_of("redis"), *here], stdout=log, stderr=log)
        log.close()
        client = redis.Redis(port=self.port, retry=None)
        _wait(client.ping, "Redis")
        client.close()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=10)


class Way:
    """The way to the database, over a port of its own. `cut` breaks it for all who are on it and lets nobody in."""

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        self._there = (there.hostname, there.port or 5432)
        self.port = free_port()
        who = there.netloc.rpartition("@")[0]
        self.url = urlunsplit(there._replace(netloc=f"{who}@127.0.0.1:{self.port}"))
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.mend()

    def cut(self) -> None:
        self._do(self._cut())

    def mend(self) -> None:
        self._do(self._listen())

    def close(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)

    def _do(self, work) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def _cut(self) -> None:
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._there)
        self._writers |= {writer, back}
        with suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        self._writers -= {writer, back}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()


class Live:
    """One process of the service `live`."""

    def __init__(self, environment: dict[str, str], folder: Path, application: str = "") -> None:
        self.port, self.environment = free_port(), environment
        self.log = folder / f"live-{self.port}.log"
        self.application = application
        self.process: subprocess.Popen | None = None

    def begin(self) -> None:
        *words, application = command_of("live")
        words = [{"0.0.0.0": "127.0.0.1", "8000": str(self.port)}.get(word, word) for word in words]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [str(BIN / words[0]), *words[1:], self.application or application],
                cwd=ROOT / "site",
                env={**os.environ, "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}", **self.environment, "PORT": str(self.port)},
                stdout=log,
                stderr=log,
            )

    def wait(self, path: str = "/healthz/live") -> None:
        def answers() -> bool:
            if self.process.poll() is not None:
                raise RuntimeError(f"live ended with {self.process.returncode}: {self.log.read_text()[-2000:]}")
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return bool(response.read())

        _wait(answers, "live")

    def kill(self) -> None:
        """kill -9: it says goodbye to nobody."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=10)

    def rss_mib(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


class Stack:
    """`lives` are the two processes; `redis` and `way` can be taken away from them."""

    def __init__(self, lives: Sequence[Live], redis: Redis, way: Way | None) -> None:
        self.lives, self.redis, self.way = lives, redis, way

    @property
    def ports(self) -> list[int]:
        return [live.port for live in self.lives]

    def logs(self) -> list[str]:
        """The lines that the processes have written."""
        return [line for live in self.lives for line in live.log.read_text().splitlines()]


@contextmanager
def running(
    database_url: str, environment: dict[str, str] | None = None, *, way: bool = True, application: str = ""
) -> Iterator[Stack]:
    """The stack on a database that is there already; without `way` the processes go straight to it. `application` is
    served instead of ours."""
    folder = Path(tempfile.mkdtemp(prefix="stack-"))
    folder.chmod(0o755)
    server, path = Redis(folder), Way(database_url) if way else None
    known = {
        "DATABASE_URL": path.url if path else database_url,
        "REDIS_URL": server.url,
        "BASE_URL": "http://127.0.0.1:8000",
        "DEMO": "1",
        **(environment or {}),
    }
    lives = [Live(known, folder, application) for _ in range(2)]
    try:
        server.start()
        for live in lives:
            live.begin()
        for live in lives:
            live.wait()
        yield Stack(lives, server, path)
    finally:
        for live in lives:
            live.stop()
        server.stop()
        if path:
            path.close()
        shutil.rmtree(folder)


def _wait(is_there, what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if is_there():
                return
        except (OSError, redis.RedisError):
            pass
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not answer within {seconds:.0f} s.")
        time.sleep(0.1)
