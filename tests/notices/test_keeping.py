"""What is kept of somebody, for how long, and what becomes of it."""

import json
from datetime import UTC, datetime, time, timedelta

import pytest

from kernel import clock
from notices import due, telling
from notices.models import CalendarFeed, DueWork, Habits, Notice, Preference
from notices.tidying import tidy
from people.mydata import contributions
from tests.factories import UserFactory
from tests.factories.notices import KIND, NoticeFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def ours():
    return next(part for part in contributions() if part.key == "notices")


def test_what_is_over_goes_and_the_rest_stays():
    def days_ago(days):
        return NOW - timedelta(days=days)

    stays = [
        NoticeFactory(happened_at=days_ago(364)),
        NoticeFactory(happened_at=days_ago(100), read_at=days_ago(89)),
    ]
    NoticeFactory(happened_at=days_ago(366))
    NoticeFactory(happened_at=days_ago(100), read_at=days_ago(91))
    with clock.freeze(days_ago(400)):
        waits = due.schedule("waits", subject="a", due_at=NOW)
        dead = due.schedule("dead", subject="a", due_at=NOW)
        late, early = (due.schedule("done", subject=subject, due_at=NOW) for subject in "ab")
    DueWork.objects.filter(pk=dead.pk).update(state="dead")
    for row, days in ((late, 29), (early, 31)):
        DueWork.objects.filter(pk=row.pk).update(state="done", done_at=days_ago(days))
    with clock.freeze(NOW):
        tidy()
    assert set(Notice.objects.all()) == set(stays)
    assert set(DueWork.objects.all()) == {waits, dead, late}


def test_a_person_gets_all_of_it_but_the_secret_address(kind):
    person = UserFactory()
    telling.notify(person, KIND.key, subject="s", values={"cohort": "Spring", "name": "Ana"})
    NoticeFactory(values={"cohort": "Somebody else's", "name": "Bo"})
    Preference.objects.create(person=person, kind=KIND.key, how="daily")
    Habits.objects.create(person=person, quiet_from=time(22))
    CalendarFeed.objects.create(person=person, token="the secret", token_hash="its hash")
    collected = ours().collect(person)
    text = json.dumps(collected)
    assert collected["notices"][0]["headline"] == "Spring: a message"
    assert (collected["preferences"], collected["habits"]["quiet_from"]) == ({KIND.key: "daily"}, "22:00:00")
    assert collected["calendar_address_made_at"]
    for secret in ("the secret", "its hash", "Somebody else's"):
        assert secret not in text


def test_erasing_takes_the_work_that_names_them():
    person, other = UserFactory(), UserFactory()
    for somebody in (person, other):
        due.schedule("notice_digest", subject=str(somebody.public_id), due_at=NOW)
        due.schedule("any app's", subject=f"{somebody.public_id}:more", due_at=NOW)
    ours().erase(person)
    assert DueWork.objects.count() == 2
    assert not DueWork.objects.filter(subject__startswith=str(person.public_id)).exists()
