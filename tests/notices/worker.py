"""A worker in a process of its own, which can be made to die: `python -m tests.notices.worker <step>`.

tell          tells three people something, to be mailed
work          does what is due
die-after     is killed when the first message has been handed over and nothing is marked yet
die-before    is killed when the first message is written and nothing is marked as leaving
work-later    does what is due when every lease is over, three times
"""

import os
import signal
import sys
from datetime import UTC, datetime

import django

django.setup()

from kernel import clock  # noqa: E402
from notices import due, kinds, mail, telling  # noqa: E402
from notices.delivery import deliver  # noqa: E402
from notices.models import DueWork  # noqa: E402
from tests.factories import UserFactory  # noqa: E402
from tests.factories.notices import KIND  # noqa: E402

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SOON = NOON + telling.GATHERING


def tell() -> None:
    # The demonstration has some of its own.
    DueWork.objects.all().delete()
    with clock.freeze(NOON):
        for number in range(3):
            person = UserFactory(email=f"killed{number}@example.org")
            telling.notify(person, KIND.key, subject="s", values={"cohort": "Spring", "name": "Ana"})


def die(*_args, **_more) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(step: str) -> None:
    kinds.register(KIND)
    if step == "tell":
        tell()
        return
    if step == "die-after":
        due._done = die
    elif step == "die-before":
        mail.about = die
    for moment in [SOON + due.LEASE * rounds for rounds in (1, 2, 3)] if step == "work-later" else [SOON]:
        with clock.freeze(moment):
            deliver()


if __name__ == "__main__":
    main(sys.argv[1])
