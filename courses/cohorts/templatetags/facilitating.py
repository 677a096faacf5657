"""The picture of a group: five small stones for each learner, drawn once for each state of affairs."""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from courses.cohorts.selectors.rows import Cell

register = template.Library()

SIZE = 28
# Whole, half or empty: told apart by shape, so that no colour is needed.
HALF = '<path class="lit" d="M{right} 4a10 10 0 0 1 0 20z"/>'
TICK = '<path class="lit" d="M{left} 14.5l4 4 7-9"/>'


@register.simple_tag
def beads(cells: tuple[Cell, ...]) -> SafeString:
    """How far somebody has come in each session, as a picture that is also told in words."""
    return _drawn(tuple((cell.number, cell.done, cell.total, cell.state) for cell in cells), get_language() or "")


@register.simple_tag
def numbers(cells: tuple[Cell, ...]) -> SafeString:
    """The same as cells of a table: "3 of 7" for each session."""
    return _counted(tuple((cell.done, cell.total) for cell in cells), get_language() or "")


@register.simple_tag
def ways(attended: tuple[str, ...]) -> SafeString:
    """How somebody was at each meeting, as cells of a table."""
    return format_html_join("", "<td>{}</td>", ((how or "–",) for how in attended))


@lru_cache(maxsize=2048)
def _counted(cells: tuple[tuple[int, int], ...], language: str) -> SafeString:
    words = _("%(done)s of %(total)s")
    return format_html_join("", "<td>{}</td>", ((words % {"done": done, "total": total},) for done, total in cells))


@lru_cache(maxsize=2048)
def _drawn(cells: tuple[tuple[int, int, int, str], ...], language: str) -> SafeString:
    words = "; ".join(
        ngettext(
            "Session %(number)s: %(done)s of %(total)s step",
            "Session %(number)s: %(done)s of %(total)s steps",
            total,
        )
        % {"number": number, "done": done, "total": total}
        for number, done, total, _state in cells
    )
    stones = format_html_join("", "{}", ((_stone(place, state),) for place, (*_cell, state) in enumerate(cells)))
    return format_html(
        '<svg class="seats" width="{}" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">{}</svg>',
        SIZE * len(cells),
        SIZE * len(cells),
        SIZE,
        words or _("No steps yet"),
        stones,
    )


def _stone(place: int, state: str) -> SafeString:
    middle = place * SIZE + SIZE // 2
    lit = " lit" if state == "done" else ""
    more = {"begun": HALF.format(right=middle), "done": TICK.format(left=middle - 5)}.get(state, "")
    return mark_safe(f'<circle class="seat{lit}" cx="{middle}" cy="14" r="10"/>{more}')  # noqa: S308 - numbers alone
