"""What people are told about action learning sets."""

from django.utils.translation import gettext_lazy as _

from community.sets import meeting_kinds, safety_kinds  # noqa: F401 - registers its own
from notices.kinds import Kind, register
from people.audit import describe

SEE_SET = _("Go to your set")

register(
    Kind(
        key="seat_given",
        label=_("An action learning set gives you a seat"),
        headline=_("{set} gives you a seat"),
        body=_("Welcome. Read the set’s ground rules first, and accept them if they suit you."),
        button=SEE_SET,
        essential=True,
    ),
    Kind(
        key="seat_asked",
        label=_("Somebody asks for a seat in a set that you look after"),
        headline=_("{set}: somebody asks for a seat"),
        many=_("{set}: {count} people ask for a seat"),
        body=_("You decide, with the set. Whoever asks is told what you have decided."),
        button=_("See who asks"),
    ),
    Kind(
        key="seat_on_list",
        label=_("You are on the waiting list of an action learning set"),
        headline=_("You are on the waiting list of {set}"),
        body=_("The set is full now. When a seat becomes free it goes to the next on the list by itself."),
        button=_("See where you are on the list"),
    ),
    Kind(
        key="seat_declined",
        label=_("An action learning set has no seat for you"),
        headline=_("{set} cannot give you a seat"),
        body=_("This says nothing about you. Other sets may have a seat, and you can begin one of your own."),
        button=_("Find a set"),
    ),
    Kind(
        key="seat_moved_up",
        label=_("A seat in an action learning set has become free for you"),
        headline=_("A seat has become free: you now belong to {set}"),
        body=_("You were next on the waiting list. If it does not suit you any more, you can leave with one press."),
        button=SEE_SET,
        essential=True,
    ),
    Kind(
        key="seat_removed",
        label=_("Your seat in an action learning set is taken away"),
        headline=_("You do not have a seat in {set} any more"),
        body=_("Those who look after the set have decided this. If you want to talk about it, write to us."),
        button=_("See your sets"),
        essential=True,
    ),
    Kind(
        key="set_closed",
        label=_("Your action learning set is closed"),
        headline=_("{set} is closed"),
        body=_("Its members can read what they have left from it for another year. Thank you for sitting together."),
        button=_("See the set"),
    ),
    Kind(
        key="set_handed_over",
        label=_("You look after an action learning set now"),
        headline=_("You look after {set} now"),
        body=_(
            "You see who asks for a seat, pass on the invite code and keep its page. You can hand it on at any time."
        ),
        button=SEE_SET,
        essential=True,
    ),
    Kind(
        key="ground_rules_changed",
        label=_("Your action learning set has new ground rules"),
        headline=_("{set}: there are new ground rules"),
        body=_("Read them, and accept them if they suit you."),
        button=_("Read the ground rules"),
    ),
)

describe("set.proposed", _("An action learning set was begun."))
describe("set.changed", _("The page of an action learning set was changed."))
describe("set.code_made", _("An action learning set was given another invite code."))
describe("set.handed_over", _("Somebody else looks after an action learning set now."))
describe("set.closed", _("An action learning set was closed."))
describe("seat.taken", _("A seat in an action learning set was taken."))
describe("seat.left", _("A seat in an action learning set was given up."))
describe("seat.removed", _("A seat in an action learning set was taken away."))
describe("seat_request.made", _("A seat in an action learning set was asked for."))
describe("seat_request.accepted", _("A request for a seat in an action learning set was accepted."))
describe("seat_request.declined", _("A request for a seat in an action learning set was declined."))
describe("seat_request.withdrawn", _("A request for a seat in an action learning set was taken back."))
describe("ground_rules.written", _("Ground rules of an action learning set were written."))
describe("ground_rules.accepted", _("Ground rules of an action learning set were accepted."))
