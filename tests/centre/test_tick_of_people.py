"""The tick does what time has done to people: pauses begin and end, accounts are erased."""

import hashlib
from datetime import timedelta

import pytest

from centre import tick
from kernel import clock
from people.models import Erasure, Pause, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_one_tick_settles_pauses_and_erases_whose_day_has_come(monkeypatch):
    # Its worker closes the connection that this test is in.
    monkeypatch.setattr(tick, "run_queued_tasks", lambda: None)
    now = clock.now()
    resting, leaving, staying = UserFactory(), UserFactory(), UserFactory()
    Pause.objects.create(person=resting, starts_at=now - timedelta(days=3), ends_at=now - timedelta(days=1))
    for person, days in ((leaving, 8), (staying, 6)):
        confirmed = now - timedelta(days=days)
        Erasure.objects.create(
            person=person,
            token_hash=hashlib.sha256(str(person.pk).encode()).hexdigest(),
            confirmed_at=confirmed,
            due_at=confirmed + timedelta(days=7),
        )
    tick.tick(1)
    assert Pause.objects.get(person=resting).ended_at == now - timedelta(days=1)
    assert list(User.objects.filter(pk__in=[leaving.pk, staying.pk])) == [staying]
