"""What the Centre knows about somebody, as a page for people: names and labels from the models' own words, dates in
words and in the person's zone. Knows nothing of where the values come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Field
from django.utils.translation import gettext as _

from people import audit, zones
from people.models import User

if TYPE_CHECKING:
    from people.contributions import Contribution

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Of no use to a reader, and in the JSON all the same.
PUBLIC_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
LANGUAGES = dict(settings.LANGUAGES)


@dataclass(frozen=True)
class Part:
    """A value as it is shown: words, or rows of a name and a part, or a list of parts."""

    words: str = ""
    rows: list[tuple[str, Part]] = field(default_factory=list)
    items: list[Part] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.rows or self.items)


@dataclass(frozen=True)
class Vocabulary:
    names: Mapping[str, str]
    choices: Mapping[str, Mapping[Any, str]]


def part_of(contribution: Contribution, collected: Any, zone: str) -> Part:
    return _part(collected, "", _vocabulary(contribution), zone)


def _vocabulary(contribution: Contribution) -> Vocabulary:
    names: dict[str, str] = {}
    choices: dict[str, Mapping[Any, str]] = {"language": LANGUAGES, "languages": LANGUAGES}
    for model in (User, *contribution.models):
        for item in _fields(model):
            names[item.name] = str(item.verbose_name)
            if item.flatchoices:
                choices[item.name] = {value: str(label) for value, label in item.flatchoices}
        names[model._meta.model_name] = str(model._meta.verbose_name)
        names[f"{model._meta.model_name}s"] = str(model._meta.verbose_name_plural)
        for relation in model._meta.related_objects:
            if name := relation.get_accessor_name():
                names[name] = str(relation.related_model._meta.verbose_name_plural)
    names |= {key: str(words) for key, words in contribution.words.items()}
    return Vocabulary(names=names, choices=choices)


def _fields(model: Any) -> Iterable[Field]:
    return [item for item in model._meta.get_fields() if isinstance(item, Field)]


def _part(value: Any, key: str, vocabulary: Vocabulary, zone: str) -> Part:
    if isinstance(value, Mapping):
        rows = [
            (_name(name, vocabulary), part)
            for name, inner in value.items()
            if not (part := _part(inner, str(name), vocabulary, zone)).is_empty
        ]
        return Part(rows=rows)
    if isinstance(value, list | tuple | set | frozenset):
        items = [_part(inner, key, vocabulary, zone) for inner in value]
        if items and all(item.words for item in items) and len(items) < 12 and max(len(i.words) for i in items) < 60:
            return Part(words=", ".join(item.words for item in items))
        return Part(items=[item for item in items if not item.is_empty])
    return Part(words=_words(value, key, vocabulary, zone))


def _name(key: str, vocabulary: Vocabulary) -> str:
    words = vocabulary.names.get(key) or str(key).replace("_", " ")
    return words[:1].upper() + words[1:]


def _words(value: Any, key: str, vocabulary: Vocabulary, zone: str) -> str:
    if value is None or value == "" or PUBLIC_ID.fullmatch(str(value)):
        return ""
    if key == "verb":
        return audit.sentence(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if (label := vocabulary.choices.get(key, {}).get(value)) is not None:
        return label
    if isinstance(value, date):
        value = value.isoformat()
    return _date_words(value, zone) or value if isinstance(value, str) else str(value)


def _date_words(text: str, zone: str) -> str:
    try:
        if INSTANT.fullmatch(text):
            instant = datetime.fromisoformat(text)
            return zones.instant_in_words(instant, zone) if instant.tzinfo else ""
        if DAY.fullmatch(text):
            return zones.date_in_words(date.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    return ""
