"""Pages of the account: `people.views.<page>`, each file one noun."""

from people.views.account import account_home
from people.views.activity import activity
from people.views.consents import consents
from people.views.erasure import erase, erase_back, erase_confirm
from people.views.invitations import invitation
from people.views.my_data import my_data, my_data_download
from people.views.organisations import (
    organisation,
    organisation_invitation,
    organisation_invite,
    organisation_member,
    organisations,
)
from people.views.pauses import pause, pause_end, pause_welcome_away
from people.views.profile import profile, zone

__all__ = [
    "account_home",
    "activity",
    "consents",
    "erase",
    "erase_back",
    "erase_confirm",
    "invitation",
    "my_data",
    "my_data_download",
    "organisation",
    "organisation_invitation",
    "organisation_invite",
    "organisation_member",
    "organisations",
    "pause",
    "pause_end",
    "pause_welcome_away",
    "profile",
    "zone",
]
