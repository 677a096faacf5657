"""What the room says: the name of each phase, what to do in it, and why something is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community.sets.meeting.commands import LONGEST_TEXT, SHORT_TEXT, ContributionKind
from community.sets.meeting.events import Kind
from community.sets.meeting.machine import Refusal
from community.sets.meeting.plan import Phase
from community.sets.meeting.state import State

NAMES = {
    Phase.LOBBY: _("Before we begin"),
    Phase.CHECK_IN: _("Check-in"),
    Phase.AGREEMENT: _("Our agreement"),
    Phase.ACTION_REVIEW: _("What became of our commitments"),
    Phase.BIDS: _("Who would like air time?"),
    Phase.PRESENT: _("Presenting"),
    Phase.CLARIFY: _("Questions to understand"),
    Phase.EXPLORE: _("Open questions"),
    Phase.REFLECT_BACK: _("Reflecting back"),
    Phase.RESOURCES: _("Resources"),
    Phase.COMMITMENTS: _("Commitment"),
    Phase.BREAK: _("Break"),
    Phase.PROCESS_REVIEW: _("How we worked together"),
    Phase.CLOSE: _("Closing"),
    Phase.CLOSED: _("The meeting is over"),
}

# What everybody does; where the presenter does something else, that is in FOR_PRESENTER.
WHAT_TO_DO = {
    Phase.LOBBY: _("Arrive, say hello, get comfortable. Whoever leads begins when you are ready."),
    Phase.CHECK_IN: _("Each of you says in a sentence or two how you arrive today. You may pass."),
    Phase.AGREEMENT: _("Read the ground rules together. Is there anything to add or to change?"),
    Phase.ACTION_REVIEW: _("Each of you says what became of your commitment, and what you have learnt. No blame."),
    Phase.BIDS: _("Would you like time for an issue of yours? Say in one line what it is. Then you decide together."),
    Phase.PRESENT: _("Listen. The presenter tells the issue without being interrupted."),
    Phase.CLARIFY: _("Ask short questions about facts that you need in order to understand. No suggestions yet."),
    Phase.EXPLORE: _("Ask open questions, one at a time. They help the presenter think; advice does not."),
    Phase.REFLECT_BACK: _("Say what you have heard and noticed. The presenter listens."),
    Phase.RESOURCES: _("The presenter would like to know what could help: people, places, papers. Keep it short."),
    Phase.COMMITMENTS: _("Listen while the presenter says what they will do."),
    Phase.BREAK: _("Move, drink, rest. Whoever leads goes on with you afterwards."),
    Phase.PROCESS_REVIEW: _("What helped today, what did not, what do we do differently next time?"),
    Phase.CLOSE: _("One word or sentence each to end with. You may pass."),
    Phase.CLOSED: _(
        "Thank you. What stays is your commitments and what you learnt from them; all other words go after 30 days."
    ),
}
FOR_PRESENTER = {
    Phase.PRESENT: _("This is your time. Tell what the issue is, why it matters to you, and what you would like."),
    Phase.CLARIFY: _("Answer briefly. “I do not know” is an answer."),
    Phase.EXPLORE: _("Take your time with each question. You need not answer aloud: “pass” is fine."),
    Phase.REFLECT_BACK: _("Listen. You need not answer. Notice what moves you."),
    Phase.COMMITMENTS: _("What will you do, by when, and what is the first step? Small is good."),
}

KINDS = {
    ContributionKind.QUESTION: _("Question"),
    ContributionKind.ANSWER: _("Answer"),
    ContributionKind.NOTE: _("Note"),
    ContributionKind.REFLECTION: _("Reflection"),
    ContributionKind.RESOURCE: _("Resource"),
}
# Of what is in the list of a meeting and is no contribution.
LABELS = {
    Kind.BID: _("Asks for air time"),
    Kind.COMMITTED: _("Commitment"),
    Kind.REVIEWED: _("Looking back"),
    Kind.PASSED: _("Passes"),
    Kind.HIDDEN: _("Has hidden something that was said, and says why"),
    Kind.PRESENTERS_CHOSEN: _("Who presents"),
}

_REFUSALS = {
    "not_here": _("You have no seat in this meeting any more."),
    "gone": _("That person has no seat in this meeting any more."),
    "over": _("The meeting is over. Nothing was lost; copy your text if you would like to keep it."),
    "held": _("The meeting has been paused because nothing happened for a while. Press “Go on” first."),
    "not_leading": _("Only whoever leads the meeting can do this."),
    "stale": _("The meeting has gone on meanwhile. Look at where it is now, then decide again."),
    "confirm": _("There is time left, or something is not finished. Say once more that you want to go on."),
    "nothing_before": _("There is nothing to go back to."),
    "too_late": _("It is too late to undo. You can go back instead: nothing is deleted."),
    "wrong_phase": _("This is not open in this part of the meeting."),
    "wrong_kind": _("This part of the meeting is for something else. Your text is kept."),
    "wrong_value": _("That does not fit. Choose one of what is offered."),
    "no_outcome": _("Choose what became of it."),
    "wrong_date": _("Choose a day from today on, within two years."),
    "listening": _("This part is for listening. Your text is kept."),
    "already_spoken": _("You have had your say in this part."),
    "already_bid": _("You have asked for air time already. To say it in other words, take it back first."),
    "already_reviewed": _("This commitment has been looked at already."),
    "adviser_does_not_present": _("The set adviser does not present."),
    "absent": _("Only somebody who is here can present."),
    "not_presenting": _("Only the presenter can do this."),
    "not_by_telephone": _("You can enter something only for members who are on the telephone."),
    "not_yours": _("Only whoever wrote it can do this."),
    "nothing_there": _("There is nothing there any more."),
    "still_led": _("Whoever leads was here a moment ago. Please wait a minute."),
    "deputy_first": _("A deputy is here and is asked first. Please wait a few minutes."),
    "still_led_slow": _("Whoever leads was here in the last two days. Please wait for them a little longer."),
    "deputy_first_slow": _("A deputy is here and is asked first. Please wait two days longer."),
    "another_must_agree": _("Another member has to agree."),
    "wait_for_floor": _("One question at a time: raise your hand, and you will be asked. Your text is kept."),
    "silence": _("There is silence for a moment. Your text is kept."),
    "muted": _("You have been asked to pause for some minutes. You can read along. Your text is kept."),
    "too_fast": _("That was quick. Please wait a moment and send it again. Your text is kept."),
    "empty": _("Write something first."),
}


def name(phase: Phase) -> str:
    return str(NAMES[phase])


def what_to_do(state: State, place: int | None) -> str:
    """The sentence for whoever sits there."""
    if place is not None and place == state.presenter and state.phase in FOR_PRESENTER:
        return str(FOR_PRESENTER[state.phase])
    return str(WHAT_TO_DO[state.phase])


def refused(refusal: Refusal) -> str:
    if refusal.code == "too_long":
        return ngettext(
            "This is too long: at most %(count)d character, and %(short)d for a short line. Your text is kept.",
            "This is too long: at most %(count)d characters, and %(short)d for a short line. Your text is kept.",
            LONGEST_TEXT,
        ) % {"count": LONGEST_TEXT, "short": SHORT_TEXT}
    return str(_REFUSALS[refusal.code])
