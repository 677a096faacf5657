"""A learner offers the story of their initiative to everybody."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from courses.journal.models.initiatives import Initiative
from kernel import clock
from kernel.moves import Moves
from people.models import Consent


class StoryState(models.TextChoices):
    OFFERED = "offered", _("waiting for an editor")
    DRAFTED = "drafted", _("a draft in the CMS")
    PUBLISHED = "published", _("published")
    DECLINED = "declined", _("not taken")
    WITHDRAWN = "withdrawn", _("taken back")


STORY_OFFER = Moves(
    {
        (StoryState.OFFERED, "draft"): StoryState.DRAFTED,
        (StoryState.OFFERED, "decline"): StoryState.DECLINED,
        (StoryState.DRAFTED, "publish"): StoryState.PUBLISHED,
        (StoryState.DRAFTED, "decline"): StoryState.DECLINED,
        (StoryState.OFFERED, "withdraw"): StoryState.WITHDRAWN,
        (StoryState.DRAFTED, "withdraw"): StoryState.WITHDRAWN,
        (StoryState.PUBLISHED, "withdraw"): StoryState.WITHDRAWN,
    }
)


class StoryOffer(models.Model):
    """A text written to be public, with the consent that allows it. An editor drafts a page of it and publishes that.

    Read by its owner and, because it is meant for everybody, by the staff who moderate stories. Taking it back
    unpublishes and deletes its page. Erased with the account, and its page with it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="story_offers", verbose_name=_("person")
    )
    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="story_offers", verbose_name=_("initiative")
    )
    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="+", verbose_name=_("consent"))
    # The name to print; empty for none.
    shown_name = models.CharField(_("name to show"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=8000)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=10, choices=StoryState.choices, default=StoryState.OFFERED)
    page = models.ForeignKey(
        Page, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("page")
    )
    # What an editor says when a story is not taken, for its owner to read.
    answer = models.TextField(_("answer"), max_length=1000, blank=True, default="")
    offered_at = models.DateTimeField(_("offered at"), default=clock.now)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("offered story")
        verbose_name_plural = _("offered stories")
        ordering = ["-offered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative"],
                condition=Q(state__in=(StoryState.OFFERED, StoryState.DRAFTED, StoryState.PUBLISHED)),
                name="one_live_story",
            ),
            models.CheckConstraint(condition=Q(state__in=StoryState.values), name="story_state_known"),
        ]

    def __str__(self) -> str:
        return self.title
