"""What programme leads are told when something in a set was reported: that it was, and nothing of it."""

from django.utils.translation import gettext_lazy as _

from notices.kinds import Kind, register
from people.audit import describe

ITEM_REPORTED = "item_reported"

register(
    Kind(
        key=ITEM_REPORTED,
        label=_("Something in an action learning set was reported to the programme"),
        headline=_("Something in a set was reported"),
        many=_("{count} things in sets were reported"),
        body=_("Please look at it soon. Whoever opens it is written down."),
        button=_("See the reports"),
    ),
)

describe("meeting_item.reported", _("Something that was said in a set was reported to the programme."))
describe("meeting_item.hidden", _("Something that was said in a set was hidden."))
describe("member.asked_to_pause", _("Somebody in a set was asked to pause for some minutes."))
describe("member.may_speak_again", _("Somebody in a set may speak again."))
describe("report.read", _("A report from a set was read."))
describe("report.closed", _("A report from a set was closed."))
