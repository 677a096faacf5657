"""The pages that belong to no course, and what every page of ours has in common."""

from http import HTTPMethod

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from kernel.folding import fold
from pages.blocks import BodyBlock


class BasePage(Page):
    """A page with a summary in one sentence and a body of learning blocks. Public; kept until an editor deletes it."""

    summary = models.CharField(
        _("summary"), max_length=320, help_text=_("One sentence. Said on lists, in search results and when shared.")
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.AutocompleteField("folded_text")]
    # Pages are for everybody; what is for some people alone lives in the apps, behind their rules.
    private_page_options = []
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]
    # The kind of thing this is, in words, for lists and search results.
    kind_label = _("Page")

    class Meta:
        abstract = True

    def serve(self, request, *args, **kwargs):
        """Marked as a page of the site: nothing else is kept in the cache of pages."""
        response = super().serve(request, *args, **kwargs)
        response.is_site_page = True
        return response

    def serve_preview(self, request, mode_name):
        request.served_page = self
        return super().serve_preview(request, mode_name)

    def check_content(self) -> None:
        """Whether the page keeps its word, beyond what its fields and blocks check. Raises ValidationError."""

    def clean(self) -> None:
        super().clean()
        self.check_content()

    def get_view_restrictions(self):
        return PageViewRestriction.objects.none()

    @cached_property
    def folded_text(self) -> str:
        """All that a reader meets on this page, folded for search (kernel.folding)."""
        body = self._meta.get_field("body").get_searchable_content(self.body)
        return fold(" ".join([self.title, self.summary, *body]))


class HomePage(BasePage):
    """The front door in one language; everything else stands below it."""

    lead = models.CharField(_("lead"), max_length=320, help_text=_("The first thing a tired newcomer reads."))
    action = models.CharField(_("text of the main button"), max_length=60)

    parent_page_types = ["wagtailcore.Page"]
    template = "pages/home.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("lead"),
        FieldPanel("action"),
        FieldPanel("body"),
    ]
    kind_label = _("Home")

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "doors": doors(self)}


class PlainPage(BasePage):
    """Help, accessibility, privacy and the like."""

    parent_page_types = ["pages.HomePage", "pages.PlainPage"]
    subpage_types = ["pages.PlainPage"]
    template = "pages/plain.html"
    kind_label = _("Information")

    class Meta:
        verbose_name = _("plain page")


class ListPage(BasePage):
    """A page that lists its children."""

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "children": doors(self)}


class GuidesPage(ListPage):
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.GuidePage"]
    template = "pages/list.html"

    class Meta:
        verbose_name = _("list of guides")


class GuidePage(ListPage):
    parent_page_types = ["pages.GuidesPage"]
    subpage_types = ["pages.ChapterPage"]
    template = "pages/guide.html"
    kind_label = _("Guide")

    class Meta:
        verbose_name = _("guide")


class ChapterPage(BasePage):
    parent_page_types = ["pages.GuidePage"]
    subpage_types = []
    template = "pages/chapter.html"
    kind_label = _("Guide")

    class Meta:
        verbose_name = _("chapter of a guide")

    def get_context(self, request, *args, **kwargs):
        chapters = doors(self.get_parent())
        number = next((n for n, chapter in enumerate(chapters) if chapter.pk == self.pk), 0)
        return {
            **super().get_context(request, *args, **kwargs),
            "chapters": chapters,
            "number": number + 1,
            "previous": chapters[number - 1] if number else None,
            "following": chapters[number + 1] if number + 1 < len(chapters) else None,
        }


class StoriesPage(ListPage):
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.StoryPage"]
    template = "pages/list.html"

    class Meta:
        verbose_name = _("list of stories")


class StoryPage(BasePage):
    parent_page_types = ["pages.StoriesPage"]
    subpage_types = []
    template = "pages/story.html"
    kind_label = _("Story")

    class Meta:
        verbose_name = _("story")


def doors(parent: Page) -> list[Page]:
    """The live children of a page as what they are, in the order editors gave them."""
    return list(parent.get_children().live().order_by("path").specific())


class LoadedPage(models.Model):
    """What the loader last wrote for one shipped page in one language, so that a second run changes nothing
    and an editor's later work is never overwritten unasked.

    Read by the loader alone. Holds no person's data. Goes with its page.
    """

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="+", verbose_name=_("page"))
    digest = models.CharField(_("digest of the file"), max_length=64)
    revision = models.ForeignKey(
        "wagtailcore.Revision",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("revision that was written"),
    )

    class Meta:
        verbose_name = _("loaded page")
        verbose_name_plural = _("loaded pages")

    def __str__(self) -> str:
        return f"{self.page_id} {self.digest[:8]}"
