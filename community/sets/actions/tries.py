"""How often somebody may guess at the invite code of a set."""

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
    """Raises Refused("too_many_tries")."""
    counted = [(f"set-code-tries:person:{person.pk}", OF_A_PERSON)]
    if address:
        counted.append((f"set-code-tries:address:{address}", OF_AN_ADDRESS))
    if not all(tries.count(name, limit=limit, seconds=WINDOW_SECONDS) for name, limit in counted):
        raise Refused(
            "too_many_tries",
            _(
                "That was tried many times in a short while. Please wait a quarter of an hour, or ask whoever gave you "
                "the code to read it to you once more."
            ),
        )


def forget_try(person: User) -> None:
    tries.forget(f"set-code-tries:person:{person.pk}")
