"""What the Centre knows of people in their sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from community.sets.actions.leaving import forget_person
from community.sets.models import (
    Acceptance,
    Attendance,
    Commitment,
    GroundRules,
    Helped,
    Meeting,
    MeetingEvent,
    Report,
    Seat,
    SeatRequest,
    TimeAnswer,
    TimeOption,
)
from people.mydata import Contribution, contribute

if TYPE_CHECKING:
    from datetime import date

    from people.models import User


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None


def collect(person: User) -> dict[str, Any]:
    seats = person.seats.select_related("learning_set").order_by("since", "pk")
    seats = seats.prefetch_related(
        "acceptances__ground_rules",
        "attendances__meeting",
        "commitments",
        "time_answers__option",
        "helped",
        Prefetch("events", MeetingEvent.objects.order_by("at", "pk")),
    )
    return {
        "seats": [_seat(seat) for seat in seats],
        "seat_requests": [
            {
                "set": request.learning_set.name,
                "state": request.get_state_display(),
                "note": request.note,
                "asked_at": _iso(request.asked_at),
                "answered_at": _iso(request.answered_at),
            }
            for request in person.seat_requests.select_related("learning_set").order_by("asked_at", "pk")
        ],
        "set_reports": [
            {
                "reason": report.reason,
                "state": report.get_state_display(),
                "made_at": _iso(report.made_at),
                "closed_at": _iso(report.closed_at),
            }
            for report in person.set_reports.order_by("made_at", "pk")
        ],
        # What was reported, and by whom, is others' data.
        "reports_closed": [_iso(report.closed_at) for report in Report.objects.filter(closed_by=person)],
        "ground_rules_written": [
            {
                "set": written.learning_set.name,
                "version": written.version,
                "ground_rules_text": written.text,
                "at": _iso(written.at),
            }
            for written in GroundRules.objects.filter(written_by__person=person)
            .select_related("learning_set")
            .order_by("at", "pk")
        ],
    }


def _seat(seat: Seat) -> dict[str, Any]:
    return {
        "set": seat.learning_set.name,
        "role": seat.role,
        "since": _iso(seat.since),
        "until": _iso(seat.until),
        "accepted": [
            {"version": accepted.ground_rules.version, "at": _iso(accepted.at)} for accepted in seat.acceptances.all()
        ],
        "attendances": [
            {
                "on": _iso(there.meeting.starts_at),
                "how": there.how,
                "bid": there.bid,
                "turns": there.turns,
                "minutes": there.minutes,
            }
            for there in seat.attendances.all()
        ],
        "words": [{"at": _iso(event.at), "text": event.text} for event in seat.events.all() if event.text],
        "marked_as_helpful": len(seat.helped.all()),
        "commitments": [
            {
                "what": commitment.what,
                "first_step": commitment.first_step,
                "by_when": _iso(commitment.by_when),
                "confidence": commitment.confidence,
                "commitment": commitment.get_state_display(),
                "learnt": commitment.learnt,
                "made_at": _iso(commitment.made_at),
                "reviewed_at": _iso(commitment.reviewed_at),
            }
            for commitment in seat.commitments.all()
        ],
        "time_answers": [
            {"time": _iso(said.option.starts_at), "answer": said.answer, "at": _iso(said.at)}
            for said in seat.time_answers.all()
        ],
    }


contribute(
    Contribution(
        key="sets",
        title=_("My action learning sets"),
        collect=collect,
        # Meetings and the times for them hang on who sat there only by way of the ground rules of the set.
        models=(
            *(Seat, SeatRequest, Acceptance, GroundRules, Attendance, Commitment, Helped, MeetingEvent, TimeAnswer),
            *(Report, Meeting, TimeOption),
        ),
        erase=lambda person: forget_person(person=person),
        rule=_(
            "Your seats go to others. Your requests, your words in meetings and what you wanted to do are deleted. "
            "That somebody sat there and was at a meeting stays with the set, and so do the ground rules that you "
            "wrote and what you reported, without your name. If somebody reported words of yours, they are kept until "
            "the report is closed."
        ),
        words={
            "seats": _("Seats"),
            "set": _("Set"),
            "accepted": _("Ground rules you accepted"),
            "attendances": _("Meetings"),
            "on": _("On"),
            "words": _("Your words in meetings, as long as they are kept"),
            "text": _("Words"),
            "marked_as_helpful": _("How many times you marked what helped you"),
            "commitment": _("How it went"),
            "time_answers": _("Times you said something about"),
            "time": _("Time"),
            "set_reports": _("What you reported"),
            "reports_closed": _("Reports you closed"),
            "ground_rules_written": _("Ground rules you wrote"),
            "ground_rules_text": _("Ground rules"),
        },
    )
)
