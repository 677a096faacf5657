"""Every address of a thing, asked for by each demo role that it is not meant for: as if it were not there.

An address that is in neither table fails the first test: whoever adds one says who may know of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from courses.cohorts.models import Cohort, CohortMessage
from courses.curriculum.selectors import step_keys
from courses.journal.models import Entry, StoryOffer
from kernel import clock
from people.models import Invitation, Membership, User
from tests.factories import the_course

pytestmark = pytest.mark.django_db

ROLES = (
    *("learner", "alumna", "coach", "facilitator", "assessor", "assessor2", "applicant", "lead", "translator", "staff"),
)
# Who meets the most doors; the others are slow, and run in CI.
USUAL = ("learner", "facilitator", "lead")
OURS = ("people", "notices", "courses", "community", "centre")
# For everybody, or found by a secret that is tested elsewhere.
FOR_WHOM_IT_REACHES = {
    *("enrol", "initiative_of_course", "join_by_code", "join_set", "unsubscribe", "invitation", "erase_confirm"),
    *("evaluation_course_report", "evaluation_course_report_csv"),  # the staff's, with its own tests
}
COHORT = {"learner", "facilitator", "lead", "staff"}
LEADING = {"facilitator", "staff"}
SET = {"alumna", "coach", "applicant", "assessor2"}
LOOKING_AFTER = {"alumna"}
# Name -> (what it is asked with, who may know of it).
THINGS: dict[str, tuple[str, set[str]]] = {
    **dict.fromkeys(("completed", "initiative_begin", "evaluation_picture"), ("enrolment", {"learner"})),
    **dict.fromkeys(("mark_done", "reopen_step"), ("enrolment step", {"learner"})),
    "evaluation_answer": ("enrolment moment", {"learner"}),
    **dict.fromkeys(("cohort", "cohort_timetable", "join_cohort", "stop_waiting"), ("cohort", COHORT)),
    **dict.fromkeys(("leave_cohort", "transfer"), ("cohort", {"learner"})),
    "cohort_messages": ("cohort", {"learner", "facilitator"}),
    "cohort_own_step": ("cohort own_step", COHORT - {"lead"}),
    "cohort_lead": ("cohort", {"lead"}),
    **dict.fromkeys(("facilitate", "cohort_export", "cohort_edit", "edit_timetable"), ("cohort", LEADING)),
    "new_own_step": ("cohort", LEADING),
    **dict.fromkeys(("edit_own_step", "remove_own_step"), ("cohort own_step", LEADING)),
    "attendance": ("cohort meeting", LEADING),
    "answer_request": ("cohort request", LEADING),
    "facilitate_learner": ("cohort enrolment", LEADING),
    "cohort_message": ("cohort message", {"learner", "facilitator"}),
    "evaluation_report": ("cohort", LEADING),
    "evaluation_report_csv": ("cohort", LEADING),
    "journal_shared_entry": ("share", {"facilitator"}),
    **dict.fromkeys(
        (
            "journal_entry",
            "journal_write",
            "journal_autosave",
            "journal_print_entry",
            "journal_delete",
            "journal_share",
        ),
        ("entry", {"learner"}),
    ),
    "journal_unshare": ("shared_entry share", {"learner"}),
    **dict.fromkeys(
        (
            *("initiative", "initiative_edit", "initiative_autosave", "initiative_share", "initiative_read"),
            *("initiative_print", "initiative_update", "milestone_add", "story_offer"),
        ),
        ("initiative", {"learner"}),
    ),
    "initiative_update_delete": ("initiative update", {"learner"}),
    **dict.fromkeys(("milestone_mark", "milestone_delete"), ("initiative milestone", {"learner"})),
    **dict.fromkeys(("story", "story_withdraw"), ("story", {"alumna"})),
    **dict.fromkeys(
        ("set", "set_ground_rules", "accept_ground_rules", "ask_seat", "leave_set", "schedule_meeting"), ("set", SET)
    ),
    "stop_asking": ("set", {"learner"}),
    **dict.fromkeys(("edit_set", "close_set", "new_code", "hand_over_set"), ("set", LOOKING_AFTER)),
    "answer_seat_request": ("set seat_request", LOOKING_AFTER),
    "remove_seat": ("set seat", LOOKING_AFTER),
    **dict.fromkeys(
        (
            *("meeting", "answer_times", "move_meeting", "cancel_meeting", "meeting_ics"),
            *("meeting_do", "meeting_events", "meeting_pack"),
        ),
        ("set_meeting", SET),
    ),
    "choose_time": ("set_meeting time", SET),
    **dict.fromkeys(("helped", "report_item"), ("past_set_meeting line", SET)),
    # Of one's own words alone, which ?seq= names: tests/community/sets/test_looking_back.py.
    "withdraw_item": ("past_set_meeting", set()),
    "set_report": ("report", {"staff"}),
    "notice": ("notice", {"learner"}),
    "organisation": ("organisation", {"lead"}),
    "organisation_invite": ("organisation", {"lead"}),
    "organisation_member": ("organisation membership", {"lead"}),
    "organisation_invitation": ("organisation invitation", {"lead"}),
}


def named_addresses(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from named_addresses(pattern)
        elif _is_ours(pattern) and pattern.name and pattern.pattern.converters:
            yield pattern.name


def _is_ours(pattern: URLPattern) -> bool:
    return pattern.callback.__module__.split(".")[0] in OURS


def test_every_address_of_a_thing_is_in_a_table():
    languages = next(
        resolver
        for resolver in get_resolver().url_patterns
        if isinstance(resolver, URLResolver) and "LocalePrefix" in type(resolver.pattern).__name__
    )
    assert set(named_addresses(languages)) == set(THINGS) | FOR_WHOM_IT_REACHES


@pytest.fixture
def ids() -> dict[str, str]:
    """The demonstration's things, by the words of the table; what is not there yet is made."""
    learner = User.objects.get(email="learner@demo.example")
    cohort = Cohort.objects.get(enrolments__person=learner)
    shared = Entry.objects.get(owner=learner, shares__isnull=False)
    initiative = learner.initiatives.get()
    organisation = cohort.organisation
    seat = User.objects.get(email="coach@demo.example").seats.get()
    learning_set = seat.learning_set
    upcoming = learning_set.meetings.create(number=99, state="scheduled", starts_at=clock.now() + timedelta(days=1))
    past = learning_set.meetings.get(state="closed")
    line = past.events.exclude(seat=None).first()
    found = {
        "enrolment": learner.enrolments.get(),
        "cohort": cohort,
        "own_step": cohort.own_steps.first(),
        "meeting": cohort.sessions.first(),
        "request": cohort.requests.filter(state="waiting").first(),
        "message": CohortMessage.objects.get(to__person=learner),
        "share": shared.shares.get(),
        "shared_entry": shared,
        "entry": Entry.objects.get(owner=learner, shares__isnull=True),
        "initiative": initiative,
        "milestone": initiative.milestones.first(),
        "update": initiative.updates.create(text="Demonstration."),
        "story": StoryOffer.objects.get(),
        "set": learning_set,
        "seat": seat,
        "seat_request": learning_set.requests.create(person=learner, position=99),
        "set_meeting": upcoming,
        "time": upcoming.options.create(starts_at=upcoming.starts_at + timedelta(days=1)),
        "past_set_meeting": past,
        "report": past.reports.create(seq=line.seq, reporter=seat.person, reason="Demonstration.", items="[]"),
        "notice": learner.notices.first(),
        "organisation": organisation,
        "membership": Membership.objects.filter(organisation=organisation, role="member").first(),
        "invitation": Invitation.objects.create(
            organisation=organisation,
            email="somebody@example.org",
            language="en",
            token_hash="x",
            expires_at=clock.now() + timedelta(days=30),
        ),
    }
    ids = {word: str(thing.public_id) for word, thing in found.items()}
    return {**ids, "step": str(step_keys(the_course())[0]), "moment": "before", "line": str(line.seq)}


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=() if role in USUAL else pytest.mark.slow) for role in ROLES]
)
def test_what_is_not_for_a_role_is_not_there(role, ids):
    client = Client()
    client.force_login(User.objects.get(email=f"{role}@demo.example"))
    told, missing = [], []
    with translation.override("en"):
        for name, (words, allowed) in THINGS.items():
            address = reverse(name, args=[ids[word] for word in words.split()])
            if role in allowed:
                if client.get(address).status_code == 404:
                    missing.append(name)
                continue
            answers = {method: getattr(client, method)(address).status_code for method in ("get", "post")}
            # 405: the address knows no such method, for anybody.
            if 404 not in answers.values() or not set(answers.values()) <= {404, 405}:
                told.append((name, answers))
    assert not told
    assert not missing or role == "staff", "the table says that they may know of it"


def test_nor_for_anybody_who_is_not_signed_in(ids):
    client = Client()
    with translation.override("en"):
        for name, (words, _allowed) in THINGS.items():
            address = reverse(name, args=[ids[word] for word in words.split()])
            for method in ("get", "post"):
                response = getattr(client, method)(address)
                assert response.status_code in (302, 401, 404, 405), name
                if response.status_code == 302:
                    assert "/accounts/login/" in response.url, name
