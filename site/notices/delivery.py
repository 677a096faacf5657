"""What the tick does for notices."""

import time
import uuid
from collections.abc import Callable

from notices import due, mail


def deliver(stop: Callable[[], bool] = lambda: False) -> int:
    """Do all that is due, over one connection to the mail server, until nothing is left or `stop` says so; returns how
    many rows were taken."""
    worker, taken = uuid.uuid4(), 0
    with mail.kept_open():
        while not stop() and (number := due.work(worker=worker, stop=stop)):
            taken += number
    return taken


def for_seconds(seconds: float) -> Callable[[], bool]:
    """A `stop` that says so after so long."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end
