"""What people are told about the meetings of their sets. Nothing of what is in a set but its name."""

from django.utils.translation import gettext_lazy as _

from notices.kinds import Kind, register
from notices.models import How
from people.audit import describe

SEE_MEETING = _("Look at the meeting")

describe("meeting.proposed", _("A meeting of a set was proposed."))
describe("meeting.scheduled", _("A meeting of a set was given its time."))
describe("meeting.moved", _("A meeting of a set was changed."))
describe("meeting.cancelled", _("A meeting of a set was called off."))

register(
    Kind(
        key="times_asked",
        label=_("Your set looks for a time to meet"),
        headline=_("{set}: when can you meet?"),
        body=_("Somebody of your set has proposed times. Say how they suit you; you can change your answers."),
        button=_("See the times"),
    ),
    Kind(
        key="meeting_scheduled",
        label=_("A meeting of your set has a time"),
        headline=_("{set}: you meet on {when}"),
        body=_("On the page of the meeting you can say whether you will be there, and put it into your calendar."),
        button=SEE_MEETING,
    ),
    Kind(
        key="meeting_moved",
        label=_("A meeting of your set has changed"),
        headline=_("{set}: your meeting is now on {when}"),
        body=_("If you follow your calendar address, your calendar changes by itself."),
        button=SEE_MEETING,
    ),
    Kind(
        key="meeting_cancelled",
        label=_("A meeting of your set does not take place"),
        headline=_("{set}: a meeting will not take place"),
        many=_("{set}: {count} meetings will not take place"),
        body=_("The page of the set says which one. Any member can propose another time."),
        button=SEE_MEETING,
    ),
    Kind(
        key="meeting_tomorrow",
        label=_("Your set meets tomorrow"),
        headline=_("{set}: you meet on {when}"),
        body=_(
            "The link and the telephone numbers are there from 15 minutes before. "
            "If you cannot come, that is all right."
        ),
        button=SEE_MEETING,
        reminder=True,
    ),
    Kind(
        key="meeting_soon",
        label=_("Your set meets in an hour"),
        headline=_("{set}: you meet in an hour"),
        body=_("It begins on {when}. The room opens 15 minutes before."),
        button=SEE_MEETING,
        reminder=True,
    ),
    Kind(
        key="slow_phase",
        label=_("A slow meeting of your set goes on"),
        headline=_("{set}: your meeting has come to its next part"),
        body=_("Look when it suits you: the page says what to do now, and until when."),
        button=_("Go to the meeting"),
        how=How.DAILY,
        reminder=True,
    ),
    Kind(
        key="slow_deadline",
        label=_("A part of a slow meeting that you lead has come to its last day"),
        headline=_("{set}: the days for this part of your meeting are over"),
        body=_(
            "You lead this meeting. Go on to its next part, or give this one another day. "
            "After two weeks in which nothing happens the meeting is closed."
        ),
        button=_("Go to the meeting"),
        how=How.DAILY,
    ),
    Kind(
        key="meeting_closed",
        label=_("The minutes of a meeting of your set"),
        headline=_("{set}: the minutes of your meeting"),
        body=_("They hold your commitments and who was there, and nothing of what was said. Only your set reads them."),
        button=_("See the minutes"),
        how=How.DAILY,
    ),
    Kind(
        key="commitment_due",
        label=_("The day of something you promised yourself in your set"),
        headline=_("{set}: something you wanted to do by {when}"),
        body=_("If it has become something else, that is all right: you can say so at the next meeting."),
        button=_("See your commitments"),
        reminder=True,
    ),
)
