"""Telling people something: one call from an action or a receiver, and everything else follows from their wishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from notices.models import Notice

if TYPE_CHECKING:
    from people.models import User


def notify(
    person: User,
    kind: str,
    *,
    subject: str,
    values: Mapping[str, Any] | None = None,
    route: str = "",
    route_args: Sequence[Any] = (),
) -> Notice | None:
    """Tell somebody something, once the running transaction commits: on their list at once, by e-mail as they wish.

    A second one of the same kind about the same subject, before the first is read, is the same notice counted higher.
    `values` are names, titles and numbers for the kind's words; never what somebody wrote in private. `route` is the name
    of the address it leads to, so that each reader gets it in their language. Nobody who is inactive is told anything.
    """
    raise NotImplementedError


def forget(kind: str, subject: str, *, person: User | None = None) -> None:
    """Take back what is no longer so, while it is unread: nobody is mailed about it any more."""
    raise NotImplementedError
