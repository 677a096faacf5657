"""Questions about people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from kernel import clock
from kernel.kept import kept
from people.consents import Purpose, purposes
from people.models import (
    AuditLine,
    Consent,
    Erasure,
    Invitation,
    Membership,
    Organisation,
    Pause,
    Profile,
    ReachBy,
    Role,
    User,
)
from people.rules import lead_organisation, see_organisation


def _under_way(at: datetime) -> Q:
    return Q(starts_at__lte=at, ended_at__isnull=True) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))


def pause_of(person: User, at: datetime | None = None) -> Pause | None:
    """The pause that this person is in now. One query."""
    return Pause.objects.filter(_under_way(at or clock.now()), person=person).first()


def paused_people(people: Iterable[int], at: datetime | None = None) -> set[int]:
    """The primary keys of those who are paused now. One query however many there are."""
    rows = Pause.objects.filter(_under_way(at or clock.now()), person__in=list(people))
    return set(rows.values_list("person_id", flat=True))


def paused_time(pauses: Iterable[Pause], since: datetime, until: datetime) -> timedelta:
    """How long somebody was paused between two instants: what every deadline of theirs moves by. A minute in two pauses
    counts once.

    No query: the caller brings the person's pauses (`pauses_of`).
    """
    total, reached = timedelta(), since
    for pause in sorted(pauses, key=lambda pause: pause.starts_at):
        ends = [end for end in (pause.ends_at, pause.ended_at) if end is not None]
        begin, end = max(pause.starts_at, reached), min([until, *ends])
        if end > begin:
            total, reached = total + (end - begin), end
    return total


@dataclass(frozen=True)
class Shared:
    """What somebody shows to the facilitators of their cohorts; empty where they show nothing."""

    access_needs: str = ""
    telephone: str = ""
    reach_by: str = ""
    reach_note: str = ""

    @property
    def reach_by_words(self) -> str:
        return str(ReachBy(self.reach_by).label) if self.reach_by else ""


@kept
def _showing_something(people: list[int]) -> QuerySet[Profile]:
    return Profile.objects.filter(Q(access_needs_shared=True) | Q(telephone_shared=True), person__in=people)


def shared_with_facilitators(people: Iterable[int]) -> dict[int, Shared]:
    """By primary key, what these people chose to show to the facilitators of their cohorts, and nothing else. Those who
    show nothing are not in it. One query however many there are.

    How to reach somebody goes with their number: without a word from them, it is by e-mail.
    """
    rows = _showing_something(list(people))
    return {
        row.pk: Shared(
            access_needs=row.access_needs if row.access_needs_shared else "",
            telephone=row.telephone if row.telephone_shared else "",
            reach_by=row.reach_by if row.telephone_shared else "",
            reach_note=row.reach_note if row.telephone_shared else "",
        )
        for row in rows
    }


def profile_of(person: User) -> Profile:
    """Their profile; an empty one, not yet kept, for those who have not written any. One query."""
    return Profile.objects.filter(person=person).first() or Profile(person=person)


def live_memberships(person: User) -> QuerySet[Membership]:
    """The organisations that somebody belongs to now, each with their role."""
    return (
        Membership.objects.filter(person=person, until__isnull=True)
        .select_related("organisation")
        .order_by("organisation__name", "pk")
    )


def belongs_to(person: User, organisation: Organisation) -> bool:
    return see_organisation.allows(person, organisation)


def led_by(person: User) -> QuerySet[Organisation]:
    """The organisations that somebody leads now."""
    return lead_organisation.visible(Organisation.objects, person)


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Who belongs to an organisation now, leads first."""
    return organisation.memberships.filter(until__isnull=True).select_related("person").order_by("role", "since", "pk")


def leads_of(organisation: Organisation) -> QuerySet[User]:
    """Who looks after an organisation now."""
    return User.objects.filter(
        is_active=True,
        memberships__organisation=organisation,
        memberships__until__isnull=True,
        memberships__role=Role.LEAD,
    )


def open_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Those not yet accepted nor taken back, also when they no longer work."""
    return organisation.invitations.filter(accepted_at__isnull=True, withdrawn_at__isnull=True).select_related(
        "invited_by"
    )


def consent_held(person: User, purpose: str) -> Consent | None:
    """What this person has agreed to for this purpose and not taken back, in whatever version. One query."""
    return Consent.objects.filter(person=person, purpose=purpose, withdrawn_at__isnull=True).first()


@dataclass(frozen=True)
class Asked:
    """One purpose, and how somebody stands to it."""

    purpose: Purpose
    held: Consent | None

    @property
    def has_newer_words(self) -> bool:
        return self.held is not None and self.held.version != self.purpose.current.number


def consents_asked(person: User) -> list[Asked]:
    """Every purpose, with what this person has agreed to. One query."""
    rows = Consent.objects.filter(person=person, withdrawn_at__isnull=True)
    held = {consent.purpose: consent for consent in rows}
    return [Asked(purpose=purpose, held=held.get(key)) for key, purpose in purposes().items()]


def consents_given(person: User) -> QuerySet[Consent]:
    """Everything somebody ever agreed to, the latest first, also what they have taken back."""
    return Consent.objects.filter(person=person)


def deeds(person: User) -> QuerySet[AuditLine]:
    """What was done about somebody, and what they did, the latest first."""
    return AuditLine.objects.filter(Q(about=person) | Q(by=person)).select_related("by")


def has_second_lock(person: User) -> bool:
    """A passkey or an app with codes; spare codes alone open nothing. One query."""
    return Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


WELCOMED_FOR = timedelta(days=14)


def pauses_of(person: User) -> list[Pause]:
    """Every pause of this person, for `paused_time`. One query."""
    return list(Pause.objects.filter(person=person))


@dataclass(frozen=True)
class Standing:
    """Where somebody is with their pauses: in one, with one planned, or just back from one (for 14 days)."""

    paused: Pause | None = None
    planned: Pause | None = None
    back_from: Pause | None = None

    @property
    def open(self) -> Pause | None:
        return self.paused or self.planned


@kept
def _open_or_ended_since(person: int, since: datetime) -> QuerySet[Pause]:
    lately = Q(ended_at__isnull=True) | Q(ended_at__gt=since, welcomed_at__isnull=True)
    return Pause.objects.filter(lately, person=person).order_by("starts_at")


def standing_of(person: User, at: datetime | None = None) -> Standing:
    """One query."""
    now = at or clock.now()
    found = Standing()
    for pause in _open_or_ended_since(person.pk, now - WELCOMED_FOR):
        end = pause.ended_at or pause.ends_at
        if pause.ended_at is None and (end is None or end > now):
            is_coming = pause.starts_at > now
            found = replace(found, **{"planned" if is_coming else "paused": pause})
        elif end > now - WELCOMED_FOR and pause.welcomed_at is None:
            found = replace(found, back_from=pause)
    return found


@kept
def _erasures(person: int) -> QuerySet[Erasure]:
    return Erasure.objects.filter(person=person)


def erasure_of(person: User) -> Erasure | None:
    """Their wish to be erased, confirmed or only asked. One query."""
    return _erasures.first(person.pk)
