"""Facts: what happened, told after commit to whoever listens higher up the ladder.

A fact is a frozen dataclass of ids, named noun + past participle. It is a nudge, not a ledger: a listener
is idempotent, and one that fails is logged without disturbing the teller or the other listeners.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.dispatch import Signal

logger = logging.getLogger(__name__)
_signals: dict[type, Signal] = defaultdict(Signal)


def on(fact_type: type) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Decorator: call this function with each fact of this type."""

    def listen(handler: Callable[[Any], None]) -> Callable[[Any], None]:
        def receive(sender: type, fact: Any, **_: Any) -> None:
            try:
                handler(fact)
            except Exception as error:
                # Only the type, which `send_robust` would not leave it at: an exception may quote what somebody wrote.
                logger.error("%s failed to hear %s: %s", handler, type(fact).__name__, type(error).__name__)

        _signals[fact_type].connect(receive, weak=False, dispatch_uid=f"{handler.__module__}.{handler.__qualname__}")
        return handler

    return listen


def tell(fact: Any) -> None:
    """Announce a fact once the running transaction has committed; at once when there is none."""
    transaction.on_commit(lambda: _deliver(fact))


def _deliver(fact: Any) -> None:
    _signals[type(fact)].send(sender=type(fact), fact=fact)
