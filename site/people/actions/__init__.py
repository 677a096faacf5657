"""The verbs of people: `people.actions.<verb>`, each file one noun."""

from people.actions.consents import give_consent, withdraw_consent
from people.actions.erasure import (
    LINK_LASTS,
    WAY_BACK,
    ask_erasure,
    confirm_erasure,
    erase_due,
    erasure_by_token,
    keep_account,
)
from people.actions.invitations import accept_invitation, invite, resend_invitation, withdraw_invitation
from people.actions.organisations import begin_membership, change_role, end_membership
from people.actions.pauses import begin_pause, change_pause, end_pause, put_welcome_away, settle_pauses
from people.actions.profile import change_profile, choose_zone

__all__ = [
    "LINK_LASTS",
    "WAY_BACK",
    "accept_invitation",
    "ask_erasure",
    "begin_membership",
    "begin_pause",
    "change_pause",
    "change_profile",
    "change_role",
    "choose_zone",
    "confirm_erasure",
    "end_membership",
    "end_pause",
    "erase_due",
    "erasure_by_token",
    "give_consent",
    "invite",
    "keep_account",
    "put_welcome_away",
    "resend_invitation",
    "settle_pauses",
    "withdraw_consent",
    "withdraw_invitation",
]
