"""Who may do what with a place on a course, and with a cohort.

Everything goes through the person's own rows by subquery: a join would list a cohort once for each of them.
"""

from __future__ import annotations

from django.db.models import F, Q

from kernel.rules import Rule

learn = Rule(
    one=lambda user, enrolment: enrolment.person_id == user.pk,
    rows=lambda user: Q(person_id=user.pk),
)


def _facilitated(user):
    return user.facilitations.filter(until__isnull=True).values("cohort_id")


def _places(user):
    return user.enrolments.filter(cohort__isnull=False, state__in=("active", "completed")).values("cohort_id")


def _asked(user):
    return user.place_requests.filter(state__in=("asked", "waiting")).values("cohort_id")


def _led(user):
    return user.memberships.filter(until__isnull=True, role="lead").values("organisation_id")


def _acted_for(user):
    return user.memberships.filter(until__isnull=True).values("organisation_id")


# Of a cohort: leads it now.
facilitate = Rule(
    one=lambda user, cohort: _facilitated(user).filter(cohort_id=cohort.pk).exists(),
    rows=lambda user: Q(pk__in=_facilitated(user)),
)
# Of a cohort: leads the organisation whose cohort it is. Sees names and states, never progress.
lead_cohort = Rule(
    one=lambda user, cohort: (
        bool(cohort.organisation_id) and _led(user).filter(organisation_id=cohort.organisation_id).exists()
    ),
    rows=lambda user: Q(organisation_id__in=_led(user)),
)
# Of a cohort: has a place in it.
belong = Rule(
    one=lambda user, cohort: _places(user).filter(cohort_id=cohort.pk).exists(),
    rows=lambda user: Q(pk__in=_places(user)),
)
# Of a cohort: has asked for a place, and waits for an answer or for one to become free.
wait = Rule(
    one=lambda user, cohort: _asked(user).filter(cohort_id=cohort.pk).exists(),
    rows=lambda user: Q(pk__in=_asked(user)),
)
# Of a cohort: it is open, and shows itself to everybody or to the members of its organisation.
open_to_see = Rule(
    one=lambda user, cohort: cohort.state == "open" and cohort.joining in ("open", "approval"),
    rows=lambda user: Q(state="open", joining__in=("open", "approval")),
) | Rule(
    one=lambda user, cohort: (
        cohort.state == "open"
        and cohort.joining == "members"
        and _acted_for(user).filter(organisation_id=cohort.organisation_id).exists()
    ),
    rows=lambda user: Q(state="open", joining="members", organisation_id__in=_acted_for(user)),
)
see_cohort = belong | facilitate | lead_cohort | wait | open_to_see
# Of a cohort: the staff that looks after cohorts in the CMS.
administer = Rule(
    one=lambda user, cohort: user.is_staff and user.has_perm("cohorts.change_cohort"),
    rows=lambda user: Q(pk__isnull=not (user.is_staff and user.has_perm("cohorts.change_cohort"))),
)
# Of a cohort: answers requests, changes its timetable and its own steps.
run_cohort = facilitate | administer


def _own_places(user):
    return user.enrolments.filter(cohort__isnull=False, state__in=("active", "completed"))


# Of a message: it was written to this person, or to everybody in a cohort where they have a place, or they lead it.
read_message = Rule(
    one=lambda user, message: (
        _facilitated(user).filter(cohort_id=message.cohort_id).exists()
        or _own_places(user)
        .filter(cohort_id=message.cohort_id, **({"pk": message.to_id} if message.to_id else {}))
        .exists()
    ),
    rows=lambda user: (
        Q(cohort_id__in=_facilitated(user))
        | Q(cohort_id__in=_places(user))
        & (Q(to__isnull=True) | Q(to__in=_own_places(user), to__cohort_id=F("cohort_id")))
    ),
)
