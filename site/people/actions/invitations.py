"""Asking somebody, by e-mail, to join an organisation. The mail alone holds the token; the table holds its SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kernel import clock
from kernel.errors import NotAllowed, Refused
from people import audit
from people.actions.organisations import join, locked, may_lead
from people.mail import send_after_commit
from people.models import Invitation, Membership, Organisation, Role, User

WORKS_FOR = timedelta(days=30)
# A mailbox is not flooded, neither one nor many.
RESENT_AFTER = timedelta(minutes=10)
MOST_A_DAY = 200


@transaction.atomic
def invite(*, organisation: Organisation, email: str, role: str, language: str, by: User) -> Invitation:
    """Send somebody an invitation in this language, that works once and for 30 days. An earlier one to the same address
    that no longer works makes room for it.

    Raises Refused("already_member"), Refused("already_invited"), Refused("too_many_invitations") over 200 in 24 hours.
    """
    if not may_lead(by, organisation):
        raise NotAllowed
    organisation, now, email = locked(organisation), clock.now(), User.objects.normalise(email)
    if Membership.objects.filter(organisation=organisation, person__email=email, until__isnull=True).exists():
        raise Refused("already_member", _("Somebody with this address belongs to your organisation already."))
    if organisation.invitations.filter(made_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused("too_many_invitations", _("You have sent many invitations today. Please go on tomorrow."))
    earlier = organisation.invitations.filter(
        email__iexact=email, accepted_at__isnull=True, withdrawn_at__isnull=True
    ).first()
    if earlier and earlier.expires_at > now:
        raise Refused(
            "already_invited", _("This address has an invitation already. You can send it again from the list.")
        )
    if earlier:
        _withdraw(earlier)
    token = _new_token()
    invitation = Invitation(
        organisation=organisation,
        email=email,
        role=role,
        language=language,
        token_hash=hash_of(token),
        invited_by=by,
        made_at=now,
        expires_at=now + WORKS_FOR,
    )
    invitation.full_clean(validate_unique=False, validate_constraints=False)
    invitation.save()
    audit.record("invitation.sent", by=by, subject=invitation, role=role)
    _send(invitation, token, by)
    return invitation


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Send it again with a new token, for 30 days from now; the earlier mail opens nothing any more.

    Raises Refused("invitation_over") for one accepted or taken back, Refused("just_sent") within ten minutes.
    """
    invitation = _open(invitation, by)
    now = clock.now()
    if now - (invitation.expires_at - WORKS_FOR) < RESENT_AFTER:
        raise Refused(
            "just_sent", _("This invitation was sent a few minutes ago. Mail may take a while: wait a little.")
        )
    token = _new_token()
    invitation.token_hash, invitation.expires_at = hash_of(token), now + WORKS_FOR
    invitation.save(update_fields=["token_hash", "expires_at"])
    audit.record("invitation.sent_again", by=by, subject=invitation)
    _send(invitation, token, by)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Take it back: the mail opens nothing any more. Raises Refused("invitation_over") once accepted or taken back."""
    invitation = _open(invitation, by)
    _withdraw(invitation)
    audit.record("invitation.withdrawn", by=by, subject=invitation)
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, by: User) -> Membership:
    """Join the organisation that this token is from. The address it was sent to need not be the person's: whoever holds
    the token was given it. Somebody who belongs already stays, and rises to lead when asked to be one. Tells
    MembershipBegun.

    Raises NotAllowed for a token we did not make; Refused("invitation_used"), Refused("invitation_withdrawn") or
    Refused("invitation_expired").
    """
    found = invitation_by(token)
    organisation = locked(found.organisation)
    invitation = Invitation.objects.get(pk=found.pk)
    if invitation.token_hash != found.token_hash:
        raise NotAllowed
    check_works(invitation)
    invitation.accepted_at, invitation.accepted_by = clock.now(), by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record("invitation.accepted", by=by, about=by, subject=invitation)
    return join(organisation, person=by, role=invitation.role, by=by)


def invitation_by(token: str) -> Invitation:
    """The invitation that this token opens. Raises NotAllowed for one that opens none."""
    found = Invitation.objects.select_related("organisation", "invited_by").filter(token_hash=hash_of(token)).first()
    if found is None:
        raise NotAllowed
    return found


def check_works(invitation: Invitation) -> None:
    """Raises what stands in the way of accepting it."""
    if invitation.accepted_at:
        raise Refused(
            "invitation_used",
            _("This invitation has been used already. If it was not by you, ask whoever invited you for a new one."),
        )
    if invitation.withdrawn_at:
        raise Refused(
            "invitation_withdrawn",
            _("This invitation has been taken back. If you think that is a mistake, ask whoever invited you."),
        )
    if invitation.has_expired:
        raise Refused(
            "invitation_expired", _("This invitation no longer works: it was good for 30 days. Ask for a new one.")
        )


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def _open(invitation: Invitation, by: User) -> Invitation:
    organisation = locked(invitation.organisation)
    if not may_lead(by, organisation):
        raise NotAllowed
    invitation = Invitation.objects.select_related("organisation").get(pk=invitation.pk)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise Refused("invitation_over", _("This invitation has been accepted or taken back. Look at the list again."))
    return invitation


def _withdraw(invitation: Invitation) -> None:
    invitation.withdrawn_at = clock.now()
    invitation.save(update_fields=["withdrawn_at"])


def _send(invitation: Invitation, token: str, by: User) -> None:
    with translation.override(invitation.language):
        url = settings.BASE_URL + reverse("invitation", args=[token])
    send_after_commit(
        "people/email/invitation",
        to=invitation.email,
        language=invitation.language,
        organisation=invitation.organisation.name,
        inviter=by.name,
        is_lead=invitation.role == Role.LEAD,
        expires_at=invitation.expires_at,
        url=url,
    )
