"""A mail server on 127.0.0.1 in a process of its own, that counts what comes: `python -m tests.bench.sink <port>`.

Says yes to everything and keeps nothing. It shares the processors with what is measured: it does as little as can be.
"""

from __future__ import annotations

import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.servers import ROOT, answers, free_port


class Conversation(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: Counter

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                for part in self.rfile:
                    if part == b".\r\n":
                        break
                self.server.took_one()
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 yes\r\n")
            if verb == b"QUIT":
                return


class Counter(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.taken, self._lock = 0, threading.Lock()

    def took_one(self) -> None:
        with self._lock:
            self.taken += 1


def serve(port: int) -> None:
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    with Counter(port) as counter:
        threading.Thread(target=counter.serve_forever, daemon=True).start()
        over.wait()
        counter.shutdown()
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
