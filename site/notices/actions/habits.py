"""Saying how one wants to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.errors import NotAllowed, Refused
from notices import kinds, telling, tokens
from notices.kinds import Kind
from notices.models import Habits, How, Preference
from notices.selectors.wishes import IN_A_DIGEST, options, wishes_of
from people.models import User


@transaction.atomic
def set_preferences(*, person: User, by: User, chosen: Mapping[str, str]) -> None:
    """Keep how somebody wants some kinds of notices: {kind: how}. Mail that waits follows the new wish.

    Raises Refused("unknown_choice") for a kind or a way that is not offered; then nothing is kept.
    """
    if person != by:
        raise NotAllowed
    for key, how in chosen.items():
        if not kinds.is_known(key) or how not in options(kinds.kind(key)):
            raise Refused(
                "unknown_choice", _("Something on this page has changed. Please load it again, then choose once more.")
            )
    _choose(person, chosen)


@transaction.atomic
def set_habits(
    *, person: User, by: User, quiet_from: time, quiet_until: time, digest_at: time, digest_weekday: int
) -> Habits:
    """Keep when mail suits somebody, in wall time of their zone; the weekday is ISO's, Monday is 1. Mail that waits
    moves.

    Raises ValidationError when the e-mail of the day would fall into the quiet hours, or hardly any time is left.
    """
    if person != by:
        raise NotAllowed
    habits = Habits(
        person=person,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        digest_at=digest_at,
        digest_weekday=digest_weekday,
    )
    habits.full_clean(validate_unique=False)
    Habits.objects.update_or_create(
        person=person,
        defaults={
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "digest_at": digest_at,
            "digest_weekday": digest_weekday,
        },
    )
    telling.plan_again(person)
    return habits


@dataclass(frozen=True)
class Unsubscribed:
    """Whose mail, and the kinds that are shown on the site only from now on."""

    person: User
    kinds: tuple[Kind, ...]


def about_token(token: str) -> Unsubscribed:
    """What following an unsubscribe address would do; changes nothing.

    Raises NotAllowed for an address that we did not make, or whose person is gone.
    """
    public_id, key = tokens.read(token)
    person = User.objects.filter(public_id=public_id).first()
    if person is None or not (key == tokens.EVERY_DIGEST or kinds.is_known(key)):
        raise NotAllowed
    wishes = wishes_of([person])
    if key == tokens.EVERY_DIGEST:
        found = [kind for kind in kinds.all_kinds() if wishes.how(person, kind) in IN_A_DIGEST]
    else:
        found = [kinds.kind(key)]
    return Unsubscribed(person, tuple(kind for kind in found if How.HERE in options(kind)))


@transaction.atomic
def unsubscribe(token: str) -> Unsubscribed:
    """No more e-mail of the kind that the token names, or of all kinds that come in a digest (RFC 8058: by whoever
    holds the address, without signing in). Twice is once. Raises NotAllowed as `about_token` does."""
    found = about_token(token)
    _choose(found.person, {kind.key: How.HERE for kind in found.kinds})
    return found


def _choose(person: User, chosen: Mapping[str, str]) -> None:
    User.objects.select_for_update().get(pk=person.pk)
    for key, how in chosen.items():
        Preference.objects.update_or_create(person=person, kind=key, defaults={"how": how})
    telling.plan_again(person, list(chosen))
