"""What people are told about accounts: people stands below notices, so the two are put together here."""

from django.utils.translation import gettext_lazy as _

from notices.kinds import Kind, register
from notices.models import How

ORGANISATION_JOINED = "organisation_joined"

register(
    Kind(
        key=ORGANISATION_JOINED,
        label=_("Somebody has joined an organisation that you lead"),
        headline=_("Somebody has joined {organisation}"),
        many=_("{count} people have joined {organisation}"),
        body=_("You see who belongs to it on the organisation’s page."),
        button=_("See the members"),
        how=How.DAILY,
    )
)
