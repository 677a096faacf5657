"""Slots in a page for what higher apps have to say there, through Wagtail's hook registry."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail import hooks

from kernel.panels import concerning

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context: Context, slot: str, subject: Any = None) -> SafeString:
    """What the hooks registered for `slot` answer, in their order. Each is called with (request, subject) and returns
    HTML or None; none of them is called where there is no request (a preview outside the site), nor any that
    does not concern the reader (kernel.panels)."""
    request = context.get("request")
    if request is None:
        return SafeString("")
    asked = concerning(hooks.get_hooks(slot), request.user)
    answers = (function(request, subject) for function in asked)
    return format_html_join("\n", "{}", ((answer,) for answer in answers if answer))
