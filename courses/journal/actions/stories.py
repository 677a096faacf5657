"""The verbs of stories: offer one to everybody, draft it, publish, decline, take it back."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.journal.actions import story_pages
from courses.journal.models import STORY_OFFER, Initiative, StoryOffer, StoryState
from courses.journal.rules import moderate_story, own_initiative, own_story
from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices.telling import forget, notify
from people.audit import record
from people.consents import PUBLIC_STORY
from people.selectors import consent_held

if TYPE_CHECKING:
    from people.models import User

PUBLISHED, ANSWERED = "story_published", "story_answered"


@transaction.atomic
def offer_story(
    *, initiative: Initiative, title: str, text: str, shown_name: str, language: str, by: User
) -> StoryOffer:
    """Offer a text of its own, written for everybody; editors find it in their queue.

    Raises NotAllowed for another's initiative, Refused("consent_needed") without the consent to be published,
    Refused("already_offered") while an earlier story of this initiative is on its way or published.
    """
    if not own_initiative.allows(by, initiative):
        raise NotAllowed
    consent = consent_held(by, PUBLIC_STORY)
    if consent is None:
        raise Refused(
            "consent_needed", _("Before you offer a story, please read what publishing means, and agree to it.")
        )
    try:
        with transaction.atomic():
            offer = StoryOffer.objects.create(
                person=by,
                initiative=initiative,
                consent=consent,
                title=title,
                text=text,
                shown_name=shown_name,
                language=language,
            )
    except IntegrityError:
        raise Refused(
            "already_offered",
            _("You have offered a story of this initiative already. Take it back before you offer another."),
        ) from None
    record("story.offered", by=by, about=by, subject=offer, language=language)
    return offer


@transaction.atomic
def draft_story(*, offer: StoryOffer, by: User) -> StoryOffer:
    """Make a draft page of an offer, in its language, for an editor to look at and publish. A draft that somebody has
    deleted in the CMS is made anew.

    Raises NotAllowed for who may not publish there, Refused("no_list") where no page lists stories in that language,
    Refused("wrong_state") once it is answered.
    """
    offer = _to_moderate(offer, by)
    if offer.state != StoryState.DRAFTED or offer.page_id:
        offer.state = STORY_OFFER.after(offer.state, "draft")
    offer.page = story_pages.make_draft(offer, by=by)
    offer.save(update_fields=["state", "page"])
    record("story.drafted", by=by, about=offer.person, subject=offer)
    return offer


@transaction.atomic
def decline_story(*, offer: StoryOffer, answer: str, by: User) -> StoryOffer:
    """Say that a story is not taken, and why; its draft is deleted, its author is told that there is an answer."""
    offer = _to_moderate(offer, by)
    offer.state = STORY_OFFER.after(offer.state, "decline")
    story_pages.take_away(offer)
    offer.answer, offer.answered_at = answer, clock.now()
    offer.save(update_fields=["state", "answer", "answered_at"])
    record("story.declined", by=by, about=offer.person, subject=offer)
    _notify(offer, ANSWERED)
    return offer


@transaction.atomic
def note_published(*, page: Page, by: User | None = None) -> StoryOffer | None:
    """An editor has published a page; when it is the draft of an offer, its author is told, once."""
    if not page.live:  # set to go live on a later day, when this is asked again
        return None
    offer = StoryOffer.objects.select_for_update(of=("self",)).select_related("person").filter(page_id=page.pk).first()
    if offer is None or "publish" not in STORY_OFFER.open_to(offer.state):
        return None
    offer.state = STORY_OFFER.after(offer.state, "publish")
    offer.answered_at = clock.now()
    offer.save(update_fields=["state", "answered_at"])
    record("story.published", by=by, about=offer.person, subject=offer)
    _notify(offer, PUBLISHED)
    return offer


@transaction.atomic
def withdraw_story(*, offer: StoryOffer, by: User) -> StoryOffer:
    """Take a story back: its page is unpublished and deleted, in every language. Taken back twice is once.

    Raises NotAllowed for another's, Refused("wrong_state") for one that was not taken.
    """
    if not own_story.allows(by, offer):
        raise NotAllowed
    return _withdraw(_locked(offer), by=by)


@transaction.atomic
def withdraw_without_consent(person: uuid.UUID | None = None) -> int:
    """Take back every story whose consent does not hold any more (of one person, or of everybody, to make up for what a
    lost fact missed). Answers how many."""
    offers = StoryOffer.objects.filter(
        consent__withdrawn_at__isnull=False,
        state__in=(StoryState.OFFERED, StoryState.DRAFTED, StoryState.PUBLISHED),
    )
    if person is not None:
        offers = offers.filter(person__public_id=person)
    withdrawn = list(offers)
    for offer in withdrawn:
        _withdraw(_locked(offer), by=None)
    return len(withdrawn)


@transaction.atomic
def erase_stories(person: User) -> None:
    """Before an account is erased: its stories leave the site, with every trace of them in the CMS."""
    for offer in StoryOffer.objects.filter(person=person, page__isnull=False):
        story_pages.take_away(offer)


def _withdraw(offer: StoryOffer, *, by: User | None) -> StoryOffer:
    if offer.state == StoryState.WITHDRAWN:
        return offer
    offer.state = STORY_OFFER.after(offer.state, "withdraw")
    story_pages.take_away(offer)
    offer.save(update_fields=["state"])
    record("story.withdrawn", by=by, about=offer.person, subject=offer)
    for kind in (PUBLISHED, ANSWERED):
        forget(kind, _subject(offer))
    return offer


def _to_moderate(offer: StoryOffer, by: User) -> StoryOffer:
    offer = _locked(offer)
    if not moderate_story.allows(by, offer):
        raise NotAllowed
    return offer


def _locked(offer: StoryOffer) -> StoryOffer:
    return StoryOffer.objects.select_for_update(of=("self",)).select_related("person").get(pk=offer.pk)


def _subject(offer: StoryOffer) -> str:
    return f"story:{offer.public_id}"


def _notify(offer: StoryOffer, kind: str) -> None:
    notify(
        offer.person,
        kind,
        subject=_subject(offer),
        values={"title": offer.title},
        route="story",
        route_args=[offer.public_id],
    )
