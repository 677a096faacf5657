"""Questions about cohorts: who may join, who waits, when they meet."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.cohorts import rules
from courses.cohorts.models import (
    TAKES_PLACE,
    Cohort,
    CohortSession,
    CohortState,
    Enrolment,
    Joining,
    OwnStep,
    PlaceRequest,
    RequestState,
)
from courses.curriculum import selectors as curriculum
from kernel import clock
from notices.calendar import Entry
from people import zones
from people.models import User

# Without 0, O, 1 and I, which are taken for one another when somebody reads them out.
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8
WAITS = (RequestState.ASKED, RequestState.WAITING)


def plain_code(typed: str) -> str:
    """A code as it is kept, however it was typed: "abcd-2345" is "ABCD2345". Empty for what cannot be one."""
    found = re.sub(r"[\s\-–—.]", "", typed[:100]).upper()
    return found if len(found) == CODE_LENGTH and set(found) <= set(CODE_LETTERS) else ""


def code_in_groups(code: str | None) -> str:
    """ "ABCD 2345", as it is read out."""
    return f"{code[:4]} {code[4:]}" if code else ""


def by_code(typed: str) -> Cohort | None:
    """The cohort that a code invites to; one that is still being prepared invites nobody."""
    code = plain_code(typed)
    cohorts = Cohort.objects.filter(joining=Joining.CODE).exclude(state=CohortState.DRAFT)
    return cohorts.filter(code=code).first() if code else None


def takes_people(cohort: Cohort) -> bool:
    """Open, and not over."""
    return cohort.state == CohortState.OPEN and cohort.ends_on >= clock.now().date()


def is_live(cohort: Cohort | None) -> bool:
    """Goes on, or will: whoever has a place in it transfers rather than joins another."""
    return (
        cohort is not None
        and cohort.state in (CohortState.OPEN, CohortState.CLOSED)
        and cohort.ends_on >= clock.now().date()
    )


def place_in(cohort: Cohort, person: User) -> Enrolment | None:
    """This person's enrolment, if it has a place in this cohort."""
    return Enrolment.objects.filter(person=person, cohort=cohort, state__in=TAKES_PLACE).first()


def request_in(cohort: Cohort, person: User) -> PlaceRequest | None:
    """What this person has asked for and waits for."""
    return cohort.requests.filter(person=person, state__in=WAITS).first()


def position_of(request: PlaceRequest) -> int:
    """Where somebody stands on the waiting list, from 1: how many wait with a smaller number, and they themselves."""
    waiting = PlaceRequest.objects.filter(cohort_id=request.cohort_id, state=RequestState.WAITING)
    return waiting.filter(position__lt=request.position).count() + 1


def my_cohorts(person: User) -> QuerySet[Cohort]:
    """Those somebody has a place in, leads, looks after for an organisation, waits for, or could join, in this order.

    Each says in `relation` which of these it is: "belong", "facilitate", "lead", "wait" or "open".
    """
    mine = {
        "belong": rules.belong.rows(person),
        "facilitate": rules.facilitate.rows(person),
        "lead": rules.lead_cohort.rows(person),
        "wait": rules.wait.rows(person),
    }
    seen = rules.see_cohort.visible(Cohort.objects, person).exclude(
        ~(mine["belong"] | mine["facilitate"] | mine["lead"] | mine["wait"]), ends_on__lt=clock.now().date()
    )
    numbered = [When(condition, then=Value(number)) for number, condition in enumerate(mine.values())]
    return (
        seen.annotate(rank=Case(*numbered, default=Value(len(mine)), output_field=IntegerField()))
        .select_related("organisation", "course")
        .order_by("rank", "starts_on", "pk")
    )


RELATIONS = ("belong", "facilitate", "lead", "wait", "open")


def waiting_of(person: User) -> list[PlaceRequest]:
    """What somebody waits for, each with `ahead`: how many are before them on the waiting list. One query."""
    return list(
        person.place_requests.filter(state__in=WAITS, cohort__state=CohortState.OPEN)
        .select_related("cohort")
        .annotate(
            ahead=Count(
                "cohort__requests",
                filter=Q(cohort__requests__state=RequestState.WAITING, cohort__requests__position__lt=F("position")),
            )
        )
        .order_by("asked_at", "pk")
    )


@dataclass(frozen=True)
class Meeting:
    """A meeting of a cohort, with the session of the course that it is about, in one language."""

    session: CohortSession
    zone: str
    about: curriculum.Session | None

    @property
    def title(self) -> str:
        return self.about.title if self.about else _("Meeting")

    @property
    def is_over(self) -> bool:
        return self.session.ends_at <= clock.now()

    @property
    def there(self) -> str:
        """The time in the cohort's zone, where that is another time of day than the reader's; else empty."""
        tz = zones.zone_of(self.zone)
        same = (
            timezone.localtime(self.session.starts_at).utcoffset() == self.session.starts_at.astimezone(tz).utcoffset()
        )
        return "" if same else zones.instant_in_words(self.session.starts_at, self.zone)


def meetings(cohort: Cohort, language: str) -> list[Meeting]:
    """The timetable. One query, and one for the course's page."""
    about = _sessions_of(cohort, language)
    return [
        Meeting(session=session, zone=cohort.zone, about=about.get(session.session_key))
        for session in cohort.sessions.all()
    ]


def next_meeting(person: User) -> CohortSession | None:
    """The next meeting, or the one under way, of all the cohorts somebody has a place in. One query."""
    mine = person.enrolments.filter(state__in=TAKES_PLACE, cohort__state__in=(CohortState.OPEN, CohortState.CLOSED))
    coming = CohortSession.objects.filter(ends_at__gt=clock.now(), cohort__in=mine.values("cohort_id"))
    return coming.select_related("cohort__course").order_by("starts_at", "pk").first()


def _sessions_of(cohort: Cohort, language: str) -> dict[uuid.UUID, curriculum.Session]:
    page = curriculum.course_page(cohort.course, language)
    return {session.key: session for session in curriculum.outline(page).sessions} if page else {}


def entries_of_cohort(cohort: Cohort, language: str) -> list[Entry]:
    """The timetable for a calendar file. Its titles name the course's session, and nobody."""
    return [_entry(meeting, cohort) for meeting in meetings(cohort, language)]


def entries_of(person: User) -> list[Entry]:
    """The meetings of every cohort that somebody has a place in or leads, those that were called off among them."""
    cohorts = Cohort.objects.filter(rules.belong.rows(person) | rules.facilitate.rows(person))
    found = cohorts.exclude(state=CohortState.DRAFT).select_related("course").prefetch_related("sessions")
    language = get_language() or person.language
    return [entry for cohort in found for entry in entries_of_cohort(cohort, language)]


def _entry(meeting: Meeting, cohort: Cohort) -> Entry:
    session = meeting.session
    cancelled = cohort.state == CohortState.CANCELLED
    return Entry(
        uid=f"{session.public_id}@cohort-meeting",
        starts=session.starts_at,
        ends=session.ends_at,
        title=_("%(cohort)s: %(title)s") % {"cohort": cohort.name, "title": meeting.title},
        # Nothing keeps the moment of a change; what calendars need is that it grows with the number of changes.
        last_changed=cohort.made_at + timedelta(seconds=session.sequence + cancelled),
        url=cohort.get_absolute_url(),
        sequence=session.sequence + cancelled,
        cancelled=cancelled,
    )


def facilitators_of(cohort: Cohort) -> list[User]:
    return list(User.objects.filter(facilitations__cohort=cohort, facilitations__until__isnull=True).distinct())


def own_steps_in(cohort_id: int, session_key: uuid.UUID) -> list[OwnStep]:
    return list(OwnStep.objects.filter(cohort_id=cohort_id, session_key=session_key).select_related("cohort"))
