"""`{% load journal %}`: what somebody wrote, safely.

{{ entry.body|people_words }}  as HTML (kernel.markup)
{{ entry.body|first_words }}   how it begins, as plain words for a list
"""

from html import unescape

from django import template
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from kernel.markup import to_html

register = template.Library()


@register.filter
def people_words(text: str | None) -> SafeString:
    return to_html(text or "")


@register.filter
def first_words(text: str | None, most: int = 24) -> str:
    # Enough of the beginning for so many words; a long page is not set in full for a line of it.
    plain = unescape(strip_tags(to_html((text or "")[: most * 30])))
    return Truncator(" ".join(plain.split())).words(most)
