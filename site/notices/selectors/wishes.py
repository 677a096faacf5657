"""How and when each person wants to be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from notices import kinds
from notices.kinds import Kind
from notices.models import Habits, How, Preference
from people.zones import zone_of

if TYPE_CHECKING:
    from people.models import User

# By e-mail, but not each by itself.
IN_A_DIGEST = (How.DAILY, How.WEEKLY)


@dataclass(frozen=True)
class Wishes:
    """What several people have said, read together."""

    chosen: dict[tuple[int, str], str]
    said: dict[int, Habits]

    def how(self, person: User, kind: Kind) -> How:
        """How this person has this kind of notice: their own choice, else what the kind proposes."""
        chosen = How(self.chosen.get((person.pk, kind.key), kind.how))
        return How.NOW if kind.essential and chosen == How.HERE else chosen

    def habits(self, person: User) -> Habits:
        return self.said.get(person.pk) or Habits(person=person)


def wishes_of(people: Iterable[User]) -> Wishes:
    """Two queries, however many people."""
    keys = {person.pk for person in people}
    rows = Preference.objects.filter(person__in=keys).values_list("person_id", "kind", "how")
    return Wishes(
        chosen={(person, kind): how for person, kind, how in rows},
        said={habits.pk: habits for habits in Habits.objects.filter(person__in=keys)},
    )


def how(person: User, kind: Kind) -> How:
    return wishes_of([person]).how(person, kind)


def habits_of(person: User) -> Habits:
    return Habits.objects.filter(person=person).first() or Habits(person=person)


@dataclass(frozen=True)
class Choice:
    """One kind with what this person chose for it, and what they may choose."""

    kind: Kind
    how: How
    options: tuple[How, ...]


def options(kind: Kind) -> tuple[How, ...]:
    """What may be chosen for a kind: an essential one is never without e-mail."""
    return tuple(way for way in How if not (kind.essential and way == How.HERE))


def choices(person: User) -> list[Choice]:
    """Every kind, in the order of the ladder. Two queries."""
    wishes = wishes_of([person])
    return [Choice(kind, wishes.how(person, kind), options(kind)) for kind in kinds.all_kinds()]


def next_good_moment(person: User, at: datetime, habits: Habits | None = None) -> datetime:
    """`at`, or the end of the quiet hours that it falls into, on the clocks of the person's zone. One query, or none
    when the habits are brought."""
    habits = habits or habits_of(person)
    zone = zone_of(person.zone)
    local = at.astimezone(zone)
    if not habits.is_quiet(local.time()):
        return at
    # Where clocks change, an end may come twice, or not at all and count as later; then another day's may be the first.
    ends = (
        datetime.combine(local.date() + timedelta(days=days), habits.quiet_until, zone)
        .replace(fold=fold)
        .astimezone(UTC)
        for days in range(4)
        for fold in (0, 1)
    )
    return min(end for end in ends if end >= at and not habits.is_quiet(end.astimezone(zone).time()))


def digest_moment(person: User, day: date, habits: Habits) -> datetime:
    """When the digest of a local day goes out."""
    at = datetime.combine(day, habits.digest_at, zone_of(person.zone)).astimezone(UTC)
    return next_good_moment(person, at, habits)


def next_digest(person: User, way: How, after: datetime, habits: Habits) -> date:
    """The local day of the first digest of this kind (daily, weekly) that goes out after an instant."""
    today = after.astimezone(zone_of(person.zone)).date()
    days = (today + timedelta(days=days) for days in range(-1, 15))
    return next(
        day
        for day in days
        if (way != How.WEEKLY or day.isoweekday() == habits.digest_weekday)
        and digest_moment(person, day, habits) > after
    )
