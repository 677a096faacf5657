"""The verbs of people: `people.actions.<verb>`, each file one noun."""

from people.actions.consents import give_consent, withdraw_consent
from people.actions.invitations import accept_invitation, invite, resend_invitation, withdraw_invitation
from people.actions.organisations import begin_membership, change_role, end_membership
from people.actions.profile import change_profile, choose_zone

__all__ = [
    "accept_invitation",
    "begin_membership",
    "change_profile",
    "change_role",
    "choose_zone",
    "end_membership",
    "give_consent",
    "invite",
    "resend_invitation",
    "withdraw_consent",
    "withdraw_invitation",
]
