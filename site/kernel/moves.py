"""Every legal move of one kind of thing, as a table."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from kernel.errors import Refused


class Moves:
    """`Moves({("active", "complete"): "completed"})`. States and verbs are plain strings."""

    def __init__(self, table: Mapping[tuple[str, str], str]) -> None:
        self._table = {(str(state), verb): str(following) for (state, verb), following in table.items()}

    def after(self, state: str, verb: str) -> str:
        """The state that follows. Raises Refused("wrong_state") when the verb is not open in this one."""
        try:
            return self._table[str(state), verb]
        except KeyError:
            raise Refused(
                "wrong_state", _("This is not possible any more. Look at the page again: something has changed.")
            ) from None

    def open_to(self, state: str) -> frozenset[str]:
        """The verbs that are open in a state: what the buttons may offer."""
        return frozenset(verb for before, verb in self._table if before == str(state))
