"""The one place where somebody's words become HTML: Markdown without raw HTML, then an allow-list, then links.

Fuzzed in tests/kernel: whatever goes in, only the tags, attributes and protocols named here come out.
"""

import re

from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = frozenset({"a", "blockquote", "br", "em", "h3", "h4", "hr", "li", "ol", "p", "strong", "ul"})
ATTRIBUTES = {"a": ["href", "rel"], "ol": ["start"]}
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "html_block", "html_inline"])


def _nofollow(attributes: dict, new: bool = False) -> dict:
    attributes[None, "rel"] = "nofollow noopener ugc"
    return attributes


# One line of words and common marks, none of which means anything in Markdown, in HTML or in an address: most of what
# people say in a room. The long way takes some hundred times as long.
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ ,;?’'“”«»…–—]|[.!:)](?= |$))*")


def to_html(text: str) -> SafeString:
    """Markdown from anybody as HTML that is safe to show to anybody. Bare web addresses become links."""
    if _PLAIN.fullmatch(text):
        return mark_safe(f"<p>{text.rstrip()}</p>\n")  # noqa: S308 - nothing in it but letters and marks
    # A Cleaner and its filters are not thread-safe to share.
    cleaner = Cleaner(
        tags=TAGS,
        attributes=ATTRIBUTES,
        protocols=PROTOCOLS,
        strip=True,
        filters=[lambda source: LinkifyFilter(source, callbacks=[_nofollow])],
    )
    return mark_safe(cleaner.clean(_markdown.render(text)))  # noqa: S308 - this is the sanitiser


_rich_markdown = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
_rich_markdown.add_render_rule("softbreak", lambda *_: " ")


def to_rich_text(text: str) -> str:
    """Markdown of ours (the shipped content) as the HTML that Wagtail's rich text editor keeps."""
    return _rich_markdown.render(text).replace("\n", "")
