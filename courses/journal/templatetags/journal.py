"""`{% load journal %}`: {{ entry.body|people_words }} shows what somebody wrote, safely, as HTML (kernel.markup)."""

from django import template
from django.utils.safestring import SafeString

from kernel.markup import to_html

register = template.Library()


@register.filter
def people_words(text: str | None) -> SafeString:
    return to_html(text or "")
