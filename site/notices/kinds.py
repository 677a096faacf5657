"""The kinds of things that people are told, each with its words. An app names its own in its `kinds.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from kernel.texts import in_language
from notices.models import How
from people import zones

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True)
class Kind:
    """One kind of notice. Texts are lazy translations, filled in with the notice's values by str.format and `{count}`.

    key        "cohort_message"
    label      on the page of preferences: "Messages from your facilitator"
    headline   one line, also the subject of the mail: "{cohort}: a message from your facilitator"
    many       the headline when several were put together: "{cohort}: {count} messages from your facilitator"
    body       one or two sentences, for the mail and the list; may be empty
    button     the words that lead there: "Read the message"
    how        how it is sent to those who have not said
    essential  cannot be turned down to "only here", and is mailed during a pause too (an invitation they asked for, the
               erasure of their account)
    reminder   a nudge that has no worth later: during a pause it falls silent for good, others wait for the return
    """

    key: str
    label: Any
    headline: Any
    button: Any
    many: Any = ""
    body: Any = ""
    how: How = How.NOW
    essential: bool = False
    reminder: bool = False


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    for kind in kinds:
        _kinds[kind.key] = kind


def kind(key: str) -> Kind:
    return _kinds[key]


def is_known(key: str) -> bool:
    """Rows may name a kind that a later version has no more."""
    return key in _kinds


def spoken(values: Mapping[str, Any]) -> dict[str, Any]:
    """A notice's values as its reader hears them: in the running language and the active zone."""
    return {name: _spoken(value) for name, value in values.items()}


def _spoken(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "at" in value:
        return zones.instant_in_words(datetime.fromisoformat(value["at"]))
    if "on" in value:
        return zones.date_in_words(date.fromisoformat(value["on"]))
    return in_language(value) if value.keys() <= LANGUAGES else value


def all_kinds() -> list[Kind]:
    """In the order of the ladder."""
    return list(_kinds.values())
