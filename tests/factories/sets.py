"""Action learning sets and what belongs to them.

`LearningSetFactory()` is open, found by nobody, and empty; traits: `listed`, `for_cohort`, `by_code`, `closed`. With
`full=True` people sit on all its seats; `rules=True` gives it its first ground rules.
`SeatFactory(learning_set=…)` takes the next free number and is counted; traits: `convenor`, `adviser` (number 0, not
counted), `left`. Times are in the future of the running clock.
"""

import json
from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from community.sets.models import (
    MOST_SEATS,
    Acceptance,
    Attendance,
    AttendedBy,
    Commitment,
    CommitmentState,
    GroundRules,
    Joining,
    LearningSet,
    Meeting,
    MeetingEvent,
    MeetingState,
    Report,
    RequestState,
    Seat,
    SeatRequest,
    SeatRole,
    SetState,
    TimeAnswer,
    TimeOption,
)
from kernel import clock
from tests.factories import UserFactory
from tests.factories.cohorts import CohortFactory, a_code


class LearningSetFactory(DjangoModelFactory):
    class Meta:
        model = LearningSet
        skip_postgeneration_save = True

    class Params:
        listed = factory.Trait(joining=Joining.LISTED)
        by_code = factory.Trait(code=factory.Sequence(a_code))
        for_cohort = factory.Trait(joining=Joining.COHORT, cohort=factory.SubFactory(CohortFactory))
        closed = factory.Trait(state=SetState.CLOSED, closed_at=factory.LazyFunction(clock.now))

    name = factory.Sequence(lambda n: f"Set {n}")
    language = "en"
    seats = 4

    @factory.post_generation
    def full(self, create, extracted, **kwargs):
        if extracted:
            for _number in range(self.seats - self.seats_taken):
                SeatFactory(learning_set=self)

    @factory.post_generation
    def rules(self, create, extracted, **kwargs):
        if extracted:
            GroundRulesFactory(learning_set=self)


def next_number(learning_set: LearningSet) -> int:
    taken = set(Seat.objects.filter(learning_set=learning_set, until__isnull=True).values_list("number", flat=True))
    return next(number for number in range(1, MOST_SEATS + 1) if number not in taken)


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = Seat

    class Params:
        convenor = factory.Trait(role=SeatRole.CONVENOR)
        adviser = factory.Trait(role=SeatRole.ADVISER, number=0)
        left = factory.Trait(until=factory.LazyFunction(clock.now))

    learning_set = factory.SubFactory(LearningSetFactory)
    person = factory.SubFactory(UserFactory)
    number = factory.LazyAttribute(lambda seat: next_number(seat.learning_set))
    since = factory.LazyFunction(lambda: clock.now() - timedelta(days=1))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        seat = super()._create(model_class, *args, **kwargs)
        if seat.until is None and seat.number:
            seat.learning_set.seats_taken += 1
            seat.learning_set.save(update_fields=["seats_taken"])
        return seat


class SeatRequestFactory(DjangoModelFactory):
    class Meta:
        model = SeatRequest

    class Params:
        waiting = factory.Trait(state=RequestState.WAITING)
        declined = factory.Trait(state=RequestState.DECLINED, answered_at=factory.LazyFunction(clock.now))

    learning_set = factory.SubFactory(LearningSetFactory, listed=True)
    person = factory.SubFactory(UserFactory)
    position = factory.LazyAttribute(lambda request: request.learning_set.requests.count() + 1)
    note = "I would like to come on Tuesdays."


class GroundRulesFactory(DjangoModelFactory):
    """The next version of a set's ground rules."""

    class Meta:
        model = GroundRules

    learning_set = factory.SubFactory(LearningSetFactory)
    version = factory.LazyAttribute(lambda rules: rules.learning_set.ground_rules.count() + 1)
    text = "- We ask questions."
    language = "en"


class AcceptanceFactory(DjangoModelFactory):
    class Meta:
        model = Acceptance

    seat = factory.SubFactory(SeatFactory)
    ground_rules = factory.SubFactory(GroundRulesFactory, learning_set=factory.SelfAttribute("..seat.learning_set"))


class MeetingFactory(DjangoModelFactory):
    """The set's next meeting, in a week; traits: `proposed`, `running` (from now), `closed` (an hour), `cancelled`."""

    class Meta:
        model = Meeting

    class Params:
        proposed = factory.Trait(state=MeetingState.PROPOSED, starts_at=None)
        running = factory.Trait(
            state=MeetingState.RUNNING,
            starts_at=factory.LazyFunction(clock.now),
            opened_at=factory.LazyFunction(clock.now),
        )
        closed = factory.Trait(
            state=MeetingState.CLOSED,
            starts_at=factory.LazyFunction(lambda: clock.now() - timedelta(hours=3)),
            opened_at=factory.LazyFunction(lambda: clock.now() - timedelta(hours=3)),
            closed_at=factory.LazyFunction(lambda: clock.now() - timedelta(hours=1)),
        )
        cancelled = factory.Trait(state=MeetingState.CANCELLED)

    learning_set = factory.SubFactory(LearningSetFactory)
    number = factory.LazyAttribute(lambda meeting: meeting.learning_set.meetings.count() + 1)
    state = MeetingState.SCHEDULED
    starts_at = factory.LazyFunction(
        lambda: (clock.now() + timedelta(weeks=1)).replace(minute=0, second=0, microsecond=0)
    )


class TimeOptionFactory(DjangoModelFactory):
    class Meta:
        model = TimeOption

    meeting = factory.SubFactory(MeetingFactory, proposed=True)
    starts_at = factory.LazyAttribute(
        lambda option: (clock.now() + timedelta(days=7 + option.meeting.options.count())).replace(
            minute=0, second=0, microsecond=0
        )
    )


class TimeAnswerFactory(DjangoModelFactory):
    class Meta:
        model = TimeAnswer

    option = factory.SubFactory(TimeOptionFactory)
    seat = factory.SubFactory(SeatFactory, learning_set=factory.SelfAttribute("..option.meeting.learning_set"))
    answer = "yes"


class MeetingEventFactory(DjangoModelFactory):
    """The next line of a meeting's log: a contribution of its seat."""

    class Meta:
        model = MeetingEvent

    meeting = factory.SubFactory(MeetingFactory, running=True)
    seat = factory.SubFactory(SeatFactory, learning_set=factory.SelfAttribute("..meeting.learning_set"))
    seq = factory.LazyAttribute(lambda event: event.meeting.events.count() + 1)
    at = factory.LazyFunction(clock.now)
    kind = "contributed"
    place = factory.LazyAttribute(lambda event: event.seat.number if event.seat else None)
    text = "What would you like to happen?"
    language = "en"


class CommitmentFactory(DjangoModelFactory):
    class Meta:
        model = Commitment

    class Params:
        done = factory.Trait(
            state=CommitmentState.DONE, reviewed_at=factory.LazyFunction(clock.now), learnt="That asking helps."
        )

    seat = factory.SubFactory(SeatFactory)
    learning_set = factory.SelfAttribute("seat.learning_set")
    meeting = factory.SubFactory(MeetingFactory, closed=True, learning_set=factory.SelfAttribute("..learning_set"))
    what = "I ask the ward manager for an hour."
    language = "en"
    made_at = factory.LazyFunction(lambda: clock.now() - timedelta(hours=1))


class ReportFactory(DjangoModelFactory):
    class Meta:
        model = Report

    meeting = factory.SubFactory(MeetingFactory, running=True)
    seq = 1
    reporter = factory.SubFactory(UserFactory)
    reason = "It is about somebody who is not here."
    items = factory.LazyAttribute(
        lambda report: json.dumps(
            [
                {
                    "seq": report.seq,
                    "at": clock.now().isoformat(),
                    "kind": "contributed",
                    "place": 1,
                    "text": "Words of the item.",
                    "language": "en",
                }
            ]
        )
    )


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    seat = factory.SubFactory(SeatFactory)
    meeting = factory.SubFactory(MeetingFactory, closed=True, learning_set=factory.SelfAttribute("..seat.learning_set"))
    how = AttendedBy.WEB
