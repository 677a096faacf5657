"""How often somebody may guess at an invite code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kernel import tries
from kernel.errors import Refused

if TYPE_CHECKING:
    from people.models import User

WINDOW_SECONDS = 15 * 60
OF_A_PERSON = 10
# A whole ward, or an organisation's office, may share an address.
OF_AN_ADDRESS = 100


def count_try(person: User, address: str = "") -> None:
    """Count a try; the code's own worth (32 to the 8th) does the rest. Raises Refused("too_many_tries")."""
    counted = [(f"code-tries:person:{person.pk}", OF_A_PERSON)]
    if address:
        counted.append((f"code-tries:address:{address}", OF_AN_ADDRESS))
    if not all(tries.count(name, limit=limit, seconds=WINDOW_SECONDS) for name, limit in counted):
        raise Refused(
            "too_many_tries",
            _(
                "That was tried many times in a short while. Please wait a quarter of an hour, or ask whoever gave you "
                "the code to read it to you once more."
            ),
        )


def forget_try(person: User) -> None:
    """The code was right: this try does not count. The wrong ones before it still do, or whoever has one code could
    guess at the others for ever."""
    tries.forget(f"code-tries:person:{person.pk}")
