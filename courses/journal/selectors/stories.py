"""Questions about stories that were offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Case, IntegerField, QuerySet, Value, When

from courses.journal.models import Initiative, StoryOffer, StoryState
from courses.journal.rules import languages_published, moderate_story
from pages.selectors import address

if TYPE_CHECKING:
    from people.models import User

LIVE = (StoryState.OFFERED, StoryState.DRAFTED, StoryState.PUBLISHED)


def live_story(initiative: Initiative) -> StoryOffer | None:
    """The story of this initiative that is on its way or published. One query."""
    return initiative.story_offers.filter(state__in=LIVE).first()


def to_moderate(editor: User) -> QuerySet[StoryOffer]:
    """What this editor may answer or has seen answered: those that wait first, the longest waiting on top."""
    turn = Case(
        When(state=StoryState.OFFERED, then=Value(0)),
        When(state=StoryState.DRAFTED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return moderate_story.visible(StoryOffer.objects, editor).order_by(turn, "offered_at", "pk")


def moderates(editor: User) -> bool:
    """Whether this person answers stories in any language."""
    return languages_published(editor).exists()


def waiting(editor: User) -> int:
    """How many stories wait for an editor of these languages. One query, besides those about permissions."""
    return moderate_story.visible(StoryOffer.objects, editor).filter(state=StoryState.OFFERED).count()


def lost_its_draft(offer: StoryOffer) -> bool:
    """Somebody has deleted its draft in the CMS."""
    return offer.state == StoryState.DRAFTED and offer.page_id is None


def public_address(offer: StoryOffer) -> str:
    """Where everybody reads it; empty while nobody can. No query when the page and its locale were fetched with it."""
    if offer.state != StoryState.PUBLISHED or offer.page is None or not offer.page.live:
        return ""
    return f"{settings.BASE_URL}{address(offer.page, offer.page.locale.language_code)}"
