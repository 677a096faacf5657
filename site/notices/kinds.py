"""The kinds of things that people are told, each with its words. An app names its own in its `kinds.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from notices.models import How


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


def all_kinds() -> list[Kind]:
    """In the order of the ladder."""
    return list(_kinds.values())
