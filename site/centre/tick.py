"""Work that is due: scheduled publishing, queued tasks, sessions that have ended.

One command (`manage.py tick`) in a process of its own, or a thread beside daphne on one machine.
"""

import logging
import threading
import time

from django.core.management import call_command
from django.db import close_old_connections

logger = logging.getLogger(__name__)

EVERY_SECONDS = 30
# Ended sessions cost nothing but room: once an hour is often enough.
TIDY_EVERY_TICKS = 120


def tick(number: int = 0) -> None:
    """Do once what is due now. Each part stands alone: one that fails is logged and the others run."""
    parts = [("publish_scheduled",), ("db_worker", "--backend", "later", "--batch", "--no-startup-delay")]
    if number % TIDY_EVERY_TICKS == 0:
        parts.append(("clearsessions",))
    for name, *options in parts:
        try:
            call_command(name, *options, verbosity=0)
        except Exception:
            logger.exception("Due work failed: %s", name)


def run_forever() -> None:
    number = 0
    while True:
        close_old_connections()
        tick(number)
        close_old_connections()
        number += 1
        time.sleep(EVERY_SECONDS)


def start_embedded() -> threading.Thread:
    """The same in a daemon thread, for `make run`. It ends with the server."""
    thread = threading.Thread(target=run_forever, name="tick", daemon=True)
    thread.start()
    return thread
