"""Belonging to an organisation, and looking after it. Who leads it may do these things; so may staff with the right to
add memberships, who give a new organisation its first lead."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import clock
from kernel.errors import NotAllowed, Refused
from kernel.facts import tell
from people import audit
from people.facts import MembershipBegun, MembershipEnded
from people.models import Membership, Organisation, Role, User
from people.rules import lead_organisation


@transaction.atomic
def begin_membership(*, organisation: Organisation, person: User, role: str, by: User) -> Membership:
    """Staff make somebody a member or a lead. Asked twice it answers with the membership there is, in the new role."""
    if not _is_staff_for(by):
        raise NotAllowed
    return join(locked(organisation), person=person, role=role, by=by)


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User) -> Membership:
    """Make a member a lead, or a lead a member.

    Raises Refused("membership_ended"), Refused("last_lead") when nobody would look after the organisation.
    """
    membership = _locked(membership, by)
    if membership.role == role:
        return membership
    if role not in Role.values:
        raise NotAllowed
    if membership.role == Role.LEAD:
        _somebody_else_leads(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    audit.record("membership.role_changed", by=by, about=membership.person, subject=membership, role=role)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: User) -> Membership:
    """End a membership: a lead another's, or anybody their own. Tells MembershipEnded.

    Raises Refused("membership_ended") when it is over already, Refused("last_lead").
    """
    membership = _locked(membership, by, or_oneself=True)
    if membership.role == Role.LEAD:
        _somebody_else_leads(membership)
    membership.until = clock.now()
    membership.save(update_fields=["until"])
    audit.record("membership.ended", by=by, about=membership.person, subject=membership)
    tell(MembershipEnded(membership=membership.public_id))
    return membership


def join(organisation: Organisation, *, person: User, role: str, by: User) -> Membership:
    """Make the membership in an organisation that is locked; one there is only ever rises to lead. Tells
    MembershipBegun for a new one."""
    membership, created = Membership.objects.get_or_create(
        organisation=organisation, person=person, until=None, defaults={"role": role}
    )
    if created:
        audit.record("membership.begun", by=by, about=person, subject=membership, role=role)
        tell(MembershipBegun(membership=membership.public_id))
    elif role == Role.LEAD and membership.role != role:
        membership.role = role
        membership.save(update_fields=["role"])
        audit.record("membership.role_changed", by=by, about=person, subject=membership, role=role)
    return membership


def locked(organisation: Organisation) -> Organisation:
    """Everything about who belongs to an organisation happens one after the other."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def may_lead(by: User, organisation: Organisation) -> bool:
    return _is_staff_for(by) or lead_organisation.allows(by, organisation)


def _is_staff_for(by: User) -> bool:
    return by.is_active and by.is_staff and by.has_perm("people.add_membership")


def _locked(membership: Membership, by: User, *, or_oneself: bool = False) -> Membership:
    organisation = locked(membership.organisation)
    membership = Membership.objects.select_related("person", "organisation").get(pk=membership.pk)
    if not (may_lead(by, organisation) or (or_oneself and membership.person_id == by.pk)):
        raise NotAllowed
    if membership.until is not None:
        raise Refused("membership_ended", _("This membership has ended already."))
    return membership


def _somebody_else_leads(membership: Membership) -> None:
    others = Membership.objects.filter(
        organisation_id=membership.organisation_id, role=Role.LEAD, until__isnull=True, person__is_active=True
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise Refused(
            "last_lead",
            _("Nobody else leads this organisation. Make somebody else a lead first, then this is possible."),
        )
