"""The application with a clock that tests put forward: the seconds in the file $CLOCK_AHEAD are added to the time."""

import os
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from kernel import clock

AHEAD = Path(os.environ["CLOCK_AHEAD"])


def now():
    return timezone.now() + timedelta(seconds=int(AHEAD.read_text()))


# Before anything else imports it.
clock.now = now

from centre.asgi import application  # noqa: E402, F401
