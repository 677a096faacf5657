"""Several at once, each in a connection of its own, with real commits."""

import threading

from django.db import connection

from kernel import clock
from notices import due, kinds, telling
from notices.models import DueState, DueWork, Notice
from tests.factories import UserFactory
from tests.factories.notices import KIND


def at_once(number, do):
    """Call it in so many threads that begin together."""
    begin = threading.Barrier(number)

    def run():
        try:
            begin.wait()
            do()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_workers_never_take_the_same_row(committed, monkeypatch):
    did, taken = [], []
    monkeypatch.setattr(due, "_handlers", {})
    due.handler("test")(lambda work: did.append(work.subject))
    for number in range(60):
        due.schedule("test", subject=str(number), due_at=clock.now())

    def work():
        while number := due.work(limit=7):
            taken.append(number)

    at_once(4, work)
    assert sorted(did, key=int) == [str(number) for number in range(60)]
    assert sum(taken) == 60
    assert DueWork.objects.filter(kind="test", state=DueState.DONE, attempts=0).count() == 60


def test_told_by_many_at_once_it_is_one_notice(committed, monkeypatch):
    monkeypatch.setitem(kinds._kinds, KIND.key, KIND)
    reader = UserFactory()
    at_once(6, lambda: telling.notify(reader, KIND.key, subject="s", values={}))
    assert Notice.objects.get(person=reader).count == 6
    assert DueWork.objects.filter(kind=telling.MAIL).count() == 1
