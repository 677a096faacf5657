"""Work that is due: scheduled publishing, queued tasks, pauses that begin or end, accounts to erase, mail and
whatever else apps have scheduled, what is over.

One command (`manage.py tick`) in a process of its own, or a thread beside daphne on one machine.
"""

import logging
import os
import threading
import time
import traceback
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.db import close_old_connections
from django_tasks.utils import get_random_id
from django_tasks_db.management.commands.db_worker import Worker

from community.sets.actions.retention import forget_old as forget_old_of_sets
from notices.delivery import deliver, for_seconds
from notices.tidying import tidy as tidy_notices
from people.actions import erase_due, settle_pauses

logger = logging.getLogger(__name__)

EVERY_SECONDS = 30
# A big heap of due work is spread over ticks, so that the other parts keep their turn.
DUE_WORK_SECONDS = 25
# What is over costs nothing but room: once an hour is often enough.
TIDY_EVERY_TICKS = 120


def tick(number: int = 0, *, drain: bool = True) -> None:
    """Do once what is due now: with `drain` all of it, else as much due work as there is time for. Each part stands
    alone: one that fails is logged and the others run."""
    parts = [publish_scheduled, run_queued_tasks, settle_pauses, erase_due, deliver if drain else do_due_work]
    if number % TIDY_EVERY_TICKS == 0:
        parts += [forget_ended_sessions, tidy_notices, forget_old_of_sets]
    for part in parts:
        try:
            part()
        except Exception as error:
            # Only the type and the place: what an exception quotes may be somebody's words.
            *_frames, last = traceback.extract_tb(error.__traceback__)
            logger.error(
                "Due work failed: %s: %s at %s:%s", part.__name__, type(error).__name__, last.name, last.lineno
            )


def publish_scheduled() -> None:
    """Pages that an editor gave a date to go live or to expire."""
    call_command("publish_scheduled", verbosity=0)


def run_queued_tasks() -> None:
    """All that wait in the queue "later". The worker itself, not its command, which only the main thread may run."""
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="later",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_id(),
        excluded_queue_names=[],
    ).run()


def do_due_work() -> None:
    deliver(stop=for_seconds(DUE_WORK_SECONDS))


def forget_ended_sessions() -> None:
    """Sessions, and with them the address and the browser that each was begun with."""
    call_command("clearsessions", verbosity=0)
    for session in UserSession.objects.iterator():
        session.purge()


def run_forever() -> None:
    number = 0
    while True:
        close_old_connections()
        tick(number, drain=False)
        close_old_connections()
        number += 1
        if heartbeat := os.environ.get("TICK_HEARTBEAT"):
            Path(heartbeat).touch()
        time.sleep(EVERY_SECONDS)


def start_embedded() -> threading.Thread:
    """The same in a daemon thread, for `make run`. It ends with the server."""
    thread = threading.Thread(target=run_forever, name="tick", daemon=True)
    thread.start()
    return thread
