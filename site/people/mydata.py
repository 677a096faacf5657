"""What the Centre knows about a person, as far as accounts go. Every app has such a `mydata.py`; a test walks every
model with a person in it and fails when no contribution names it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from people.contributions import Contribution, contribute, contributions
from people.models import AuditLine, Consent, Erasure, Invitation, Membership, Pause, Profile

if TYPE_CHECKING:
    from people.models import User

__all__ = ["Contribution", "contribute", "contributions"]


def _when(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _account(person: User) -> dict[str, Any]:
    return {
        "public_id": str(person.public_id),
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "zone": person.zone,
        "is_staff": person.is_staff,
        "groups": sorted(person.groups.values_list("name", flat=True)),
        "date_joined": _when(person.date_joined),
        "last_login": _when(person.last_login),
    }


def _profile(person: User) -> dict[str, Any]:
    profile = Profile.objects.filter(person=person).first()
    names = [field.name for field in Profile._meta.fields if field.name != "person"]
    return {name: getattr(profile, name) for name in names} if profile else {}


def _signing_in(person: User) -> dict[str, Any]:
    return {
        "email_addresses": [
            {"email": row.email, "verified": row.verified, "primary": row.primary}
            for row in EmailAddress.objects.filter(user=person).order_by("pk")
        ],
        "has_password": person.has_usable_password(),
        # Kinds and dates: what opens an account does not go into a file.
        "second_locks": [
            {"type": row.type, "created_at": _when(row.created_at), "last_used_at": _when(row.last_used_at)}
            for row in Authenticator.objects.filter(user=person).order_by("pk")
        ],
        "sessions": [
            {
                "created_at": _when(row.created_at),
                "last_seen_at": _when(row.last_seen_at),
                "ip": row.ip,
                "user_agent": row.user_agent,
            }
            for row in UserSession.objects.filter(user=person).order_by("-created_at")
        ],
    }


def _addresses(person: User) -> Q:
    known = {person.email, *EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)}
    wanted = Q()
    for address in known:
        wanted |= Q(email__iexact=address)
    return wanted


def _organisations(person: User) -> dict[str, Any]:
    mine = Invitation.objects.filter(Q(accepted_by=person) | _addresses(person)).select_related("organisation")
    sent = Invitation.objects.filter(invited_by=person).select_related("organisation")
    return {
        "memberships": [
            {
                "organisation": row.organisation.name,
                "role": row.role,
                "since": _when(row.since),
                "until": _when(row.until),
            }
            for row in Membership.objects.filter(person=person).select_related("organisation")
        ],
        "invitations": [
            {
                "organisation": row.organisation.name,
                "email": row.email,
                "role": row.role,
                "made_at": _when(row.made_at),
                "expires_at": _when(row.expires_at),
                "accepted_at": _when(row.accepted_at),
                "withdrawn_at": _when(row.withdrawn_at),
            }
            for row in mine
        ],
        # To whom is the other person's data, not this one's.
        "invitations_sent": [
            {"organisation": row.organisation.name, "role": row.role, "made_at": _when(row.made_at)} for row in sent
        ],
    }


def _forget_invitations(person: User) -> None:
    """Those that nobody accepted yet hold an address and no account: deleting the account would leave them."""
    Invitation.objects.filter(_addresses(person)).delete()


def _consents(person: User) -> list[dict[str, Any]]:
    return [
        {
            "purpose": row.purpose,
            "version": row.version,
            "language": row.language,
            "text": row.text,
            "given_at": _when(row.given_at),
            "withdrawn_at": _when(row.withdrawn_at),
        }
        for row in Consent.objects.filter(person=person)
    ]


def _pauses(person: User) -> list[dict[str, Any]]:
    return [
        {"starts_at": _when(row.starts_at), "ends_at": _when(row.ends_at), "ended_at": _when(row.ended_at)}
        for row in Pause.objects.filter(person=person)
    ]


def _erasure(person: User) -> dict[str, Any]:
    row = Erasure.objects.filter(person=person).first()
    if row is None:
        return {}
    return {
        "asked_at": _when(row.asked_at),
        "confirmed_at": _when(row.confirmed_at),
        "due_at": _when(row.due_at),
    }


def _audit(person: User) -> list[dict[str, Any]]:
    """What was done to this person, by them or by others; of what they did to others, the deed and its time alone."""
    lines = AuditLine.objects.filter(Q(about=person) | Q(by=person))
    return [
        {
            "at": _when(line.at),
            "verb": line.verb,
            "by_you": line.by_id == person.pk,
            "about_you": line.about_id == person.pk,
        }
        | ({"detail": line.detail} if line.about_id == person.pk and line.detail else {})
        for line in lines.iterator()
    ]


def _editor(person: User) -> dict[str, Any]:
    row = UserProfile.objects.filter(user=person).first()
    if row is None:
        return {}
    return {
        "preferred_language": row.preferred_language,
        "current_time_zone": row.current_time_zone,
        "has_picture": bool(row.avatar),
    }


def _forget_in_the_cms(person: User) -> None:
    """The picture, and the history of their account there, whose lines are called by their name or address."""
    ModelLogEntry.objects.for_instance(person).delete()
    row = UserProfile.objects.filter(user=person).first()
    if row and row.avatar:
        storage, name = row.avatar.storage, row.avatar.name
        # A file does not come back when the erasure is rolled back.
        transaction.on_commit(lambda: storage.delete(name))


for part in (
    Contribution(
        key="account",
        title=_("Your account"),
        collect=_account,
        models=[],
        rule=_("Your account is deleted: your name, your e-mail address, your language and your time zone."),
        words={"groups": _("groups")},
    ),
    Contribution(
        key="profile",
        title=_("Your profile"),
        collect=_profile,
        models=[Profile],
        rule=_("Your profile is deleted, with your telephone number and what helps you take part."),
    ),
    Contribution(
        key="signing_in",
        title=_("How you sign in"),
        collect=_signing_in,
        models=[EmailAddress, EmailConfirmation, Authenticator, UserSession],
        rule=_("Your passkeys and other locks are deleted, and you are signed out everywhere."),
        words={
            "email_addresses": _("e-mail addresses"),
            "has_password": _("you have a password"),
            "second_locks": _("passkeys and other locks"),
            "sessions": _("where you are signed in"),
            "email": _("e-mail address"),
            "verified": _("confirmed"),
            "primary": _("used for our messages"),
            "type": _("kind"),
            "created_at": _("since"),
            "last_used_at": _("last used"),
            "last_seen_at": _("last seen"),
            "ip": _("network address"),
            "user_agent": _("browser"),
        },
    ),
    Contribution(
        key="organisations",
        title=_("Your organisations"),
        collect=_organisations,
        models=[Membership, Invitation],
        rule=_(
            "Your memberships and the invitations to you are deleted. The organisations stay, and so do the "
            "invitations that you sent, without your name."
        ),
        erase=_forget_invitations,
        words={
            "memberships": _("memberships"),
            "invitations": _("invitations to you"),
            "invitations_sent": _("invitations that you sent"),
        },
    ),
    Contribution(
        key="consents",
        title=_("What you agreed to"),
        collect=_consents,
        models=[Consent],
        rule=_("Everything you agreed to is taken back, and the record of it is deleted."),
    ),
    Contribution(
        key="pauses",
        title=_("Your pauses"),
        collect=_pauses,
        models=[Pause],
        rule=_("The dates of your pauses are deleted."),
    ),
    Contribution(
        key="erasure",
        title=_("Your wish to be erased"),
        collect=_erasure,
        models=[Erasure],
        rule=_("The wish itself is deleted with the account."),
    ),
    Contribution(
        key="audit",
        title=_("What was done, and when"),
        collect=_audit,
        models=[AuditLine],
        rule=_("The list of what was done stays for three years, because others rely on it. Your name goes from it."),
        words={"by_you": _("by you"), "about_you": _("about you"), "verb": _("what was done")},
    ),
    Contribution(
        key="editor",
        title=_("Your settings in the CMS"),
        collect=_editor,
        models=[UserProfile],
        rule=_(
            "Settings and a picture that you have in the CMS are deleted. Pages that you wrote for the Centre stay."
        ),
        erase=_forget_in_the_cms,
        words={
            "preferred_language": _("language"),
            "current_time_zone": _("time zone"),
            "has_picture": _("you have a picture"),
        },
    ),
):
    contribute(part)
