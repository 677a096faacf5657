"""A worker that is killed loses nothing and sends nothing twice: real processes, database and mail server."""

import os
import signal
import subprocess
import sys

import pytest

from tests.house import ROOT, databases, manage
from tests.notices.sink import open_sink

pytestmark = pytest.mark.slow

STATES = """
import json
from notices.models import DueWork
rows = DueWork.objects.filter(kind="notice_mail").values_list("state", flat=True)
print(json.dumps(sorted(rows)))
"""


@pytest.fixture
def centre():
    """A database of its own and a mail server; runs steps of the worker."""
    house = databases(os.environ.get("DATABASE_URL", ""))
    name = house.copy("killed")
    with open_sink() as sink:
        environment = {"DATABASE_URL": house.url(name), "EMAIL_URL": sink.url, "REDIS_URL": "", "DEMO": "1"}

        def run(step):
            return subprocess.run(
                [sys.executable, "-m", "tests.notices.worker", step],
                cwd=ROOT,
                env={
                    **os.environ,
                    **environment,
                    "DJANGO_SETTINGS_MODULE": "centre.settings",
                    "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}",
                },
                check=False,
            ).returncode

        def states():
            return manage("shell", "-v0", "-c", STATES, **environment).splitlines()[-1]

        yield run, states, sink
    house.drop(name)


def test_killed_between_sending_and_marking_it_is_in_doubt_and_never_repeated(centre):
    run, states, sink = centre
    assert run("tell") == 0
    assert run("die-after") == -signal.SIGKILL
    assert len(sink.messages) == 1
    assert run("work") == 0
    assert len(sink.messages) == 1  # the leases hold
    assert run("work-later") == 0
    assert len({message["To"] for message in sink.messages}) == len(sink.messages) == 3
    assert states() == '["done", "done", "in_doubt"]'


def test_killed_before_it_leaves_it_is_sent_after_the_lease_once(centre):
    run, states, sink = centre
    assert run("tell") == 0
    assert run("die-before") == -signal.SIGKILL
    assert run("work") == 0
    assert not sink.messages
    assert run("work-later") == 0
    assert len({message["To"] for message in sink.messages}) == len(sink.messages) == 3
    assert states() == '["done", "done", "done"]'
