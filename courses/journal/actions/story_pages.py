"""The page that an offered story becomes, and how nothing of it stays."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.html import escape, strip_tags
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _
from wagtail.models import Page, PageLogEntry
from wagtail_localize.models import String, StringSegment

from courses.journal.models import StoryOffer
from kernel.errors import Refused
from kernel.markup import to_html
from pages.models import StoriesPage, StoryPage

if TYPE_CHECKING:
    from people.models import User

SUMMARY_LENGTH = StoryPage._meta.get_field("summary").max_length
SLUG_LENGTH = 60


def make_draft(offer: StoryOffer, *, by: User) -> StoryPage:
    """A page below the stories of the offer's language, not published, with a first revision.

    Raises Refused("no_list") where no page lists stories in that language.
    """
    parent = StoriesPage.objects.filter(locale__language_code=offer.language).order_by("path").first()
    if parent is None:
        raise Refused(
            "no_list", _("There is no list of stories in this language yet. Make one first, then this draft.")
        )
    text = to_html(offer.text)
    plain = " ".join(unescape(strip_tags(text)).split())
    page = StoryPage(
        title=offer.title,
        slug=_free_slug(parent, offer),
        summary=Truncator(plain).chars(SUMMARY_LENGTH - 20) or offer.title,
        body=[("text", text.replace("\n", "")), ("text", f"<p><i>{escape(_attribution(offer))}</i></p>")],
        owner=by,
        live=False,
        has_unpublished_changes=True,
    )
    parent.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    return page


def take_away(offer: StoryOffer) -> None:
    """Unpublish and delete the page of an offer and its translations, with what the CMS remembers of their words: the
    revisions, the log, and what was sent to translators. Nothing where there is no page."""
    if offer.page_id is None:
        return
    versions = list(Page.objects.filter(translation_key=offer.page.translation_key).specific())
    segments = StringSegment.objects.filter(context__object_id=offer.page.translation_key)
    strings = list(segments.values_list("string_id", flat=True))
    for page in versions:
        # Wagtail unpublishes it first, and the caches of pages hear of that. Nobody is named: it would ask whether they
        # may delete pages, which an author may not.
        page.delete()
    PageLogEntry.objects.filter(page__in=[page.pk for page in versions]).delete()
    String.objects.filter(pk__in=strings, segments__isnull=True, translations__isnull=True).delete()
    offer.page = None


def _attribution(offer: StoryOffer) -> str:
    with translation.override(offer.language):
        if offer.shown_name:
            return _("Told by %(name)s.") % {"name": offer.shown_name}
        return _("Told by somebody who has carried this initiative.")


def _free_slug(parent: StoriesPage, offer: StoryOffer) -> str:
    slug = slugify(offer.title)[:SLUG_LENGTH].strip("-") or "story"
    taken = parent.get_children().filter(slug=slug).exists()
    return f"{slug}-{offer.public_id.hex[:8]}" if taken else slug
