"""Looking for words in one's own journal. The database does not know them: they are opened and read here, in the rows
of their owner, blind to accents and case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from courses.journal.models import Entry
from courses.journal.rules import own_entry
from kernel.folding import fold

if TYPE_CHECKING:
    from people.models import User

LONGEST_QUERY = 200  # characters
SHORTEST_QUERY = 2
BEFORE, AROUND = 8, 40  # words of an excerpt: before the first hit, and in all
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Found:
    """An entry, and its title and an excerpt with the words that were looked for marked."""

    entry: Entry
    title: SafeString
    excerpt: SafeString


def find(owner: User, query: str) -> list[Entry]:
    """The owner's entries in which every word of the query begins a word, newest first. One query."""
    wanted = wanted_words(query)
    if not wanted:
        return []
    entries = own_entry.visible(Entry.objects, owner)
    return [entry for entry in entries.iterator() if _holds(entry, wanted)]


def wanted_words(query: str) -> list[str]:
    folded = fold(query[:LONGEST_QUERY])
    return folded.split() if len(folded) >= SHORTEST_QUERY else []


def show(entry: Entry, wanted: list[str]) -> Found:
    words = entry.body.split()
    first = next((n for n, word in enumerate(words) if _is_wanted(word, wanted)), 0)
    start = max(first - BEFORE, 0)
    shown = " ".join(words[start : start + AROUND])
    before, after = "… " if start else "", " …" if start + AROUND < len(words) else ""
    return Found(entry=entry, title=_marked(entry.title, wanted), excerpt=_marked(f"{before}{shown}{after}", wanted))


def _holds(entry: Entry, wanted: list[str]) -> bool:
    text = f" {fold(' '.join((entry.title, entry.prompt, entry.body)))}"
    return all(f" {word}" in text for word in wanted)


def _is_wanted(word: str, wanted: list[str]) -> bool:
    return any(part.startswith(one) for part in fold(word).split() for one in wanted)


def _marked(text: str, wanted: list[str]) -> SafeString:
    """The text with the wanted words in <mark><strong>: told by weight as well as by colour."""
    pieces, at = [], 0
    for match in _WORD.finditer(text):
        if _is_wanted(match.group(), wanted):
            marked = format_html("<mark><strong>{}</strong></mark>", match.group())
            pieces += [(text[at : match.start()],), (marked,)]
            at = match.end()
    return format_html_join("", "{}", [*pieces, (text[at:],)])
