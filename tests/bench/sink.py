"""A mail server on 127.0.0.1 in a process of its own, that counts what comes: `python -m tests.bench.sink <port>`."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from tests.bench.servers import ROOT, answers, free_port


class Counter:
    taken = 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.taken += 1
        return "250 OK"


def serve(port: int) -> None:
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    counter = Counter()
    controller = Controller(counter, hostname="127.0.0.1", port=port)
    controller.start()
    over.wait()
    controller.stop()
    print(counter.taken)


class Sink:
    def __init__(self) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "tests.bench.sink", str(self.port)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def stop(self) -> int:
        """How many messages came."""
        self._process.terminate()
        return int(self._process.communicate(timeout=20)[0])


@contextmanager
def open_sink(seconds: float = 20) -> Iterator[Sink]:
    sink = Sink()
    try:
        end = time.monotonic() + seconds
        while not answers("127.0.0.1", sink.port):
            if time.monotonic() > end:
                raise RuntimeError("The mail server of the bench does not answer.")
            time.sleep(0.1)
        yield sink
    finally:
        if sink._process.poll() is None:
            sink._process.kill()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
