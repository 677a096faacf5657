"""The facilitator's table as a file for a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.cohorts.models import Cohort
from courses.cohorts.selectors import facilitating as selectors
from courses.cohorts.selectors.rows import Row

# Before what spreadsheets take for the beginning of a formula, also in full width and after blanks: in a cell, in a
# line of it, and after the signs at which a spreadsheet of another language (French, Spanish: “;”) begins a cell.
FORMULA = re.compile(r"^(?=[\t\r])|(?:^|(?<=[;,|\t\r\n]))(?=[ \xa0]*[=+\-@＝＋－＠])")


class _Echo:
    """What the csv writer writes, handed back to whoever asks for the next line."""

    def write(self, line: str) -> str:
        return line


def cell(value: Any) -> str:
    """A cell that no spreadsheet runs: somebody's name may be a formula."""
    return FORMULA.sub("'", str(value))


def lines(cohort: Cohort, language: str) -> Iterator[str]:
    """The file line by line, beginning with the mark by which spreadsheets know UTF-8."""
    with override(language):
        writer = csv.writer(_Echo())
        sessions = selectors.sessions_of(cohort, language)
        meetings = selectors.meetings_of(cohort, sessions)
        numbers = [session.number for session in sessions if session.steps]
        head = [
            _("Name"),
            _("State"),
            _("Last active on"),
            *(_("Session %(number)s, steps done") % {"number": number} for number in numbers),
            *(_("Session %(number)s, steps in all") % {"number": number} for number in numbers),
            *(_("There: %(meeting)s") % {"meeting": meeting.title} for meeting in meetings),
            _("What helps them take part"),
            _("Telephone number"),
            _("How to reach them"),
        ]
        first = writer.writerow([cell(title) for title in head])
    yield "\ufeff" + first
    rows = selectors.all_rows(cohort, language)
    while True:
        # Not across a yield: whoever reads the file may work in another language meanwhile.
        with override(language):
            row = next(rows, None)
            if row is None:
                return
            line = writer.writerow([cell(value) for value in _values(row, len(numbers), len(meetings))])
        yield line


def _values(row: Row, sessions: int, meetings: int) -> list[Any]:
    done = [one.done for one in row.cells] or [""] * sessions
    total = [one.total for one in row.cells] or [""] * sessions
    return [
        row.title,
        row.standing.in_words,
        (row.has_place and row.last_active_on) or "",
        *done,
        *total,
        *(row.attended or [""] * meetings),
        *_shared(row),
    ]


def _shared(row: Row) -> list[str]:
    if row.shared is None:
        return ["", "", ""]
    reach = (row.shared.reach_by_words, row.shared.reach_note)
    return [row.shared.access_needs, row.shared.telephone, ". ".join(filter(None, reach))]
