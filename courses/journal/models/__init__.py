"""Private writing, and the project a learner carries through the course."""

from courses.journal.models.entries import Entry, EntryShare
from courses.journal.models.initiatives import NEARNESS, Initiative, InitiativeUpdate, Milestone
from courses.journal.models.stories import STORY_OFFER, StoryOffer, StoryState

__all__ = [
    "NEARNESS",
    "STORY_OFFER",
    "Entry",
    "EntryShare",
    "Initiative",
    "InitiativeUpdate",
    "Milestone",
    "StoryOffer",
    "StoryState",
]
