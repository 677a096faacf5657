"""The rows of a group's tables. What is made of numbers alone is made once for each state of affairs, whoever is in it:
small stones, days, steps and meetings. Names, and what somebody shares, are written each time and kept nowhere."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from courses.cohorts.models import EnrolmentState
from courses.cohorts.selectors.rows import Cell, Row, Standing

register = template.Library()

SIZE = 28
# Whole, half or empty: told apart by shape, so that no colour is needed.
HALF = '<path class="lit" d="M{right} 4a10 10 0 0 1 0 20z"/>'
TICK = '<path class="lit" d="M{left} 14.5l4 4 7-9"/>'


@register.simple_tag
def standing(row: Row, here: str) -> SafeString:
    """A row that says where somebody is. The name leads to their own page below `here`, while they have a place."""
    name = escape(row.title)
    if row.has_place:
        name = f'<a href="{escape(here)}{row.public_id}/">{name}</a>'
    cells = _standing(row.standing, row.cells, get_language() or "")
    shared = render_to_string("cohorts/_shared.html", {"shared": row.shared}) if row.shared else ""
    return mark_safe(f'<tr><th scope="row">{name}</th>{cells}<td>{shared}</td></tr>')  # noqa: S308 - escaped above


@register.simple_tag
def in_numbers(row: Row) -> SafeString:
    """The same in numbers: "3 of 7" for each session, and how they were at each meeting."""
    cells = _in_numbers(row.cells, row.attended, get_language() or "")
    return mark_safe(f'<tr><th scope="row">{escape(row.title)}</th>{cells}</tr>')  # noqa: S308 - escaped above


@register.simple_tag
def beads(cells: tuple[Cell, ...]) -> SafeString:
    """How far somebody has come in each session, as a picture that is also told in words."""
    return _beads(cells, get_language() or "")


@lru_cache(maxsize=4096)
def _standing(where: Standing, cells: tuple[Cell, ...], language: str) -> SafeString:
    if not where.has_place:
        return format_html('<td></td><td><span class="tag">{}</span></td>', where.in_words)
    tone = _tone(where)
    tag = format_html(' <span class="{}">{}</span>', tone, where.in_words) if tone else ""
    return format_html("<td>{}</td><td>{}{}</td>", _beads(cells, language), where.last_active_in_words, tag)


def _tone(where: Standing) -> str:
    if where.paused:
        return "tag"
    if where.is_quiet:
        return "tag attention"
    return "tag done" if where.state == EnrolmentState.COMPLETED else ""


@lru_cache(maxsize=4096)
def _in_numbers(cells: tuple[Cell, ...], attended: tuple[str, ...], language: str) -> SafeString:
    words = _("%(done)s of %(total)s")
    steps = (words % {"done": cell.done, "total": cell.total} for cell in cells)
    return format_html_join("", "<td>{}</td>", ((told or "–",) for told in (*steps, *attended)))


@lru_cache(maxsize=4096)
def _beads(cells: tuple[Cell, ...], language: str) -> SafeString:
    words = "; ".join(
        ngettext(
            "Session %(number)s: %(done)s of %(total)s step",
            "Session %(number)s: %(done)s of %(total)s steps",
            total,
        )
        % {"number": number, "done": done, "total": total}
        for number, done, total in cells
    )
    stones = format_html_join("", "{}", ((_stone(place, cell.state),) for place, cell in enumerate(cells)))
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
