"""Small helps for the templates of pages."""

from dataclasses import dataclass

from django import template
from django.utils.translation import gettext as _
from wagtail.models import Page

from pages.selectors import address

register = template.Library()

HOME_DEPTH = 2


@dataclass(frozen=True)
class Crumb:
    title: str
    url: str


@register.simple_tag
def trail(page: Page) -> list[Crumb]:
    """The pages above this one, from the home page down. One query."""
    above = Page.objects.ancestor_of(page).live().filter(depth__gt=1).select_related("locale").defer_streamfields()
    return [
        Crumb(
            title=_("Home") if ancestor.depth == HOME_DEPTH else ancestor.title,
            url=address(ancestor, ancestor.locale.language_code),
        )
        for ancestor in above
    ]
