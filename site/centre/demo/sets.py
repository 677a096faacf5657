"""The demonstration's action learning sets: one with a meeting behind it and one about to begin, two to be found."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from centre.demo import set_words as words
from centre.demo.together import days_ago
from community.sets.actions import meetings
from community.sets.actions.scheduling import propose_meeting
from community.sets.actions.seats import ask_for_seat, take_seat
from community.sets.actions.sets import Page, propose_set
from community.sets.meeting import commands as c
from community.sets.meeting.commands import Command
from community.sets.meeting.plan import Phase
from community.sets.meeting.state import State, from_json
from community.sets.models import LearningSet, Meeting, MeetingState
from kernel import clock
from people.models import User

# In the order of their seats around the circle. They have no set adviser, so that the first of them leads.
MEMBERS = ("alumna", "coach", "applicant", "assessor2")
BEGUN_AGO, MET_AGO = 60, 21
MINUTES_AHEAD = 10


def make() -> None:
    """Everything below, unless it is there."""
    if LearningSet.objects.filter(name=words.NAME).exists():
        return
    with days_ago(BEGUN_AGO):
        learning_set = _set_of_our_own()
        _sets_to_find()
    _hold_a_meeting(learning_set)


def have_a_meeting_ahead() -> None:
    """A meeting whose room is open now, unless there is one ahead or under way: a demonstration may be weeks old."""
    learning_set = LearningSet.objects.filter(name=words.NAME, state="open").first()
    if learning_set is None or not learning_set.all_seats.filter(until__isnull=True, number=1).exists():
        return
    recent = clock.now() - timedelta(hours=2)
    live = learning_set.meetings.filter(state__in=(MeetingState.SCHEDULED, MeetingState.RUNNING))
    if live.filter(starts_at__gt=recent).exists() or live.filter(state=MeetingState.RUNNING).exists():
        return
    soon = (clock.now() + timedelta(minutes=MINUTES_AHEAD)).replace(second=0, microsecond=0)
    convenor = learning_set.all_seats.get(until__isnull=True, number=1).person
    propose_meeting(learning_set=learning_set, by=convenor, times=[soon], note=words.AGENDA)


def _person(login: str) -> User:
    return User.objects.get(email=f"{login}@demo.example")


def _set_of_our_own() -> LearningSet:
    convenor = _person(MEMBERS[0])
    learning_set = propose_set(
        by=convenor,
        page=Page(
            name=words.NAME,
            theme=words.THEME,
            about=words.ABOUT,
            language="en",
            zone="Europe/Paris",
            joining="invitation",
            seats=6,
            suits=("tue_evening", "thu_evening"),
            call_link=words.CALL_LINK,
            call_numbers=words.CALL_NUMBERS,
            call_pin=words.CALL_PIN,
        ),
    )
    for login in MEMBERS[1:]:
        take_seat(learning_set=learning_set, by=_person(login), code=learning_set.code, accepts=1)
    return learning_set


def _sets_to_find() -> None:
    """The last of them has a set adviser."""
    for login, page in words.LISTED:
        listed = propose_set(by=_person(login), page=Page(zone="Europe/Paris", joining="listed", seats=4, **page))
        ask_for_seat(learning_set=listed, by=_person("learner"), note=words.NOTE)
    take_seat(learning_set=listed, by=_person("facilitator"), code=listed.code, accepts=1, as_adviser=True)


class _Sitting:
    """A meeting that is held by itself, with the clock in its own time."""

    def __init__(self, meeting: Meeting, starts_at: datetime) -> None:
        self.meeting, self.now = meeting, starts_at
        self.people = [_person(login) for login in MEMBERS]

    @property
    def state(self) -> State:
        self.meeting.refresh_from_db()
        return from_json(self.meeting.snapshot)

    def do(self, person: User, command: Command, *, seconds: int = 20) -> None:
        self.now += timedelta(seconds=seconds)
        with clock.freeze(self.now):
            meetings.do(meeting_id=self.meeting.public_id, command=command, by=person)

    def say(self, login: str, kind: str, text: str) -> None:
        person = _person(login)
        words_of = c.Contribute(
            kind=c.ContributionKind(kind), text=text, language=person.language, client_id=str(uuid.uuid4())
        )
        self.do(person, words_of)

    def go_on(self, to: Phase) -> None:
        while (state := self.state).phase != to:
            leader = next(
                person for person in self.people if str(person.public_id) == state.places[state.holder].person
            )
            if state.phase == Phase.BIDS and not state.turns:
                self.do(leader, c.Choose(visit=state.visit.number, presenters=tuple(state.bids)))
                state = self.state
            self.do(leader, c.Next(visit=state.visit.number, confirmed=True), seconds=60)


def _hold_a_meeting(learning_set: LearningSet) -> None:
    """Three weeks ago the coach presented, and the applicant asked for time and was not heard."""
    starts_at = (datetime.now(UTC) - timedelta(days=MET_AGO)).replace(hour=18, minute=0, second=0, microsecond=0)
    with clock.freeze(starts_at - timedelta(days=7)):
        meeting = propose_meeting(learning_set=learning_set, by=_person(MEMBERS[0]), times=[starts_at])
    sitting = _Sitting(meeting, starts_at)
    for person in sitting.people:
        sitting.do(person, c.Arrive(how="telephone" if person.email.startswith("assessor2") else "web"))
    sitting.go_on(Phase.BIDS)
    sitting.do(_person("coach"), c.Bid(text=words.BIDS["coach"], language="fr"))
    presenter = sitting.state.bids[0]
    sitting.do(_person("applicant"), c.Bid(text=words.BIDS["applicant"], language="es"))
    choose = c.Choose(visit=sitting.state.visit.number, presenters=(presenter,))
    sitting.do(_person(MEMBERS[0]), choose)
    sitting.go_on(Phase.PRESENT)
    sitting.say("coach", "note", words.ISSUE)
    sitting.go_on(Phase.EXPLORE)
    for login, question, answer in words.QUESTIONS:
        sitting.say(login, "question", question)
        sitting.say("coach", "answer", answer)
    sitting.go_on(Phase.COMMITMENTS)
    commitment = c.Commit(
        text=words.COMMITMENT,
        first_step=words.FIRST_STEP,
        by_when=(starts_at + timedelta(days=MET_AGO + 7)).date(),
        confidence=7,
        language="fr",
    )
    sitting.do(_person("coach"), commitment)
    sitting.go_on(Phase.CLOSED)
