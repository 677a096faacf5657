"""Who may do what with a set, its meetings and what is reported from them.

Everything goes through the person's own rows by subquery: a join would list a set once for each of them.
"""

from __future__ import annotations

from django.db.models import Q

from kernel.rules import Rule


def _seats(user):
    return user.seats.filter(until__isnull=True)


def _sets(user):
    return _seats(user).values("learning_set_id")


def _convened(user):
    return _seats(user).filter(role__in=("convenor", "adviser")).values("learning_set_id")


def _places(user):
    return user.enrolments.filter(cohort__isnull=False, state__in=("active", "completed")).values("cohort_id")


# Of a set: has a seat in it. What happens in a set is for these people alone.
sit = Rule(
    one=lambda user, learning_set: _sets(user).filter(learning_set_id=learning_set.pk).exists(),
    rows=lambda user: Q(pk__in=_sets(user)),
)
# Of a set: looks after it, as its convenor or its adviser.
convene = Rule(
    one=lambda user, learning_set: _convened(user).filter(learning_set_id=learning_set.pk).exists(),
    rows=lambda user: Q(pk__in=_convened(user)),
)
# Of a set: it is open and listed, for everybody or for the people of a cohort. Shows its name and what it is about.
find = Rule(
    one=lambda user, learning_set: (
        learning_set.state == "open"
        and (
            learning_set.joining == "listed"
            or (learning_set.joining == "cohort" and _places(user).filter(cohort_id=learning_set.cohort_id).exists())
        )
    ),
    rows=lambda user: Q(state="open") & (Q(joining="listed") | Q(joining="cohort", cohort_id__in=_places(user))),
)
see_set = sit | find

# Of a meeting: has a seat in its set.
attend = Rule(
    one=lambda user, meeting: _sets(user).filter(learning_set_id=meeting.learning_set_id).exists(),
    rows=lambda user: Q(learning_set_id__in=_sets(user)),
)
# Of a meeting: looks after its set.
convene_meeting = Rule(
    one=lambda user, meeting: _convened(user).filter(learning_set_id=meeting.learning_set_id).exists(),
    rows=lambda user: Q(learning_set_id__in=_convened(user)),
)

# Of a request for a seat: made it; or looks after the set that is asked.
own_request = Rule(
    one=lambda user, request: request.person_id == user.pk,
    rows=lambda user: Q(person_id=user.pk),
)
answer_request = Rule(
    one=lambda user, request: _convened(user).filter(learning_set_id=request.learning_set_id).exists(),
    rows=lambda user: Q(learning_set_id__in=_convened(user)),
)

# Of a commitment: it is of a seat they hold.
own_commitment = Rule(
    one=lambda user, commitment: _seats(user).filter(pk=commitment.seat_id).exists(),
    rows=lambda user: Q(seat_id__in=_seats(user).values("pk")),
)

# Of a report: programme leads, by permission, who never had a seat in its set. Being of the staff is not enough.
handle_report = Rule(
    one=lambda user, report: (
        user.has_perm("sets.handle_report")
        and not user.seats.filter(learning_set_id=report.meeting.learning_set_id).exists()
    ),
    rows=lambda user: (
        ~Q(meeting__learning_set_id__in=user.seats.values("learning_set_id"))
        if user.has_perm("sets.handle_report")
        else Q(pk__in=())
    ),
)
own_report = Rule(
    one=lambda user, report: report.reporter_id == user.pk,
    rows=lambda user: Q(reporter_id=user.pk),
)
