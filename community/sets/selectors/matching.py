"""Finding a set that suits: what is asked for counts, and every point of it is said in a plain line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.sets import rules
from community.sets.meeting import times
from community.sets.models import Joining, LearningSet, SeatRequest
from community.sets.selectors.seats import WAITS
from community.sets.selectors.sets import time_name
from kernel import clock
from people import zones
from people.models import User
from people.selectors import profile_of

LANGUAGES = {"en": gettext_lazy("English"), "fr": gettext_lazy("French"), "es": gettext_lazy("Spanish")}
# The newest of those that could be found; more than this nobody reads.
MOST_LOOKED_AT = 300
NEAR_HOURS = 3
MOST_TIMES_SAID = 3
DAYS = tuple(times.DAYS)


@dataclass(frozen=True)
class Wishes:
    """What somebody looks for. `language` and `near` leave others out; the rest puts what suits first."""

    language: str = ""
    near: bool = False
    times: frozenset[str] = frozenset()
    words: str = ""


@dataclass(frozen=True)
class Match:
    learning_set: LearningSet
    score: int = 0
    reasons: list[str] = field(default_factory=list)
    asked: bool = False


def find_sets(person: User, wishes: Wishes) -> list[Match]:
    """The listed sets that this person could ask for a seat, best first, each with what speaks for it. Three queries,
    however many there are."""
    open_to_them = rules.find.visible(LearningSet.objects.filter(joining=Joining.LISTED), person)
    others = open_to_them.exclude(rules.sit.rows(person))
    if wishes.language:
        others = others.filter(language=wishes.language)
    spoken = {wishes.language} if wishes.language else {person.language, *profile_of(person).languages}
    asked = set(SeatRequest.objects.filter(person=person, state__in=WAITS).values_list("learning_set_id", flat=True))
    found = []
    for learning_set in others.order_by("-made_at", "pk")[:MOST_LOOKED_AT]:
        apart = hours_apart(learning_set.zone, person.zone)
        if wishes.near and apart > NEAR_HOURS:
            continue
        found.append(_match(learning_set, person, wishes, spoken, apart, asked=learning_set.pk in asked))
    return sorted(found, key=lambda match: (-match.score, match.learning_set.name, match.learning_set.pk))


def _match(
    learning_set: LearningSet, person: User, wishes: Wishes, spoken: set[str], apart: float, *, asked: bool
) -> Match:
    score, reasons = 0, []
    if learning_set.language in spoken:
        score += 4
        reasons.append(_("It meets in %(language)s.") % {"language": language_name(learning_set.language)})
    matched = _words_of(wishes.words) & _words_of(f"{learning_set.theme} {learning_set.name} {learning_set.about}")
    if matched:
        score += 5 * min(len(matched), 2)
        reasons.append(_("It is about: %(words)s.") % {"words": ", ".join(sorted(matched))})
    suits = _times_that_suit(learning_set, person, wishes.times)
    score += 3 * min(len(suits), MOST_TIMES_SAID)
    reasons += suits[:MOST_TIMES_SAID]
    if learning_set.slow:
        score += 1
        reasons.append(_("It meets over days, in writing, so no hour has to suit."))
    if apart <= NEAR_HOURS:
        score += 2 if apart == 0 else 1
        reasons.append(_clocks(apart))
    score += 2 if learning_set.seats_free > 0 else 0
    return Match(learning_set, score=score, reasons=reasons, asked=asked)


def language_name(code: str) -> str:
    """In the language of the page."""
    return str(LANGUAGES.get(code) or dict(settings.LANGUAGES).get(code, code))


def hours_apart(one: str, other: str) -> float:
    """How far two clocks are apart now, around the dial: at most twelve hours."""
    now = clock.now()
    first, second = (now.astimezone(zones.zone_of(name)).utcoffset() or timedelta() for name in (one, other))
    apart = abs((first - second).total_seconds()) / 3600
    return min(apart, 24 - apart)


def elsewhere(name: str, there: str, here: str) -> tuple[str, str] | None:
    """A time of the week in another zone: ("mon_evening", "19:00") for the middle of "tue_morning". None at night.

    Roughly, by the hour in its middle and by the clocks of next week: enough to agree that it is worth a try.
    """
    day, part = name.split("_")
    moment = _in_the_week(DAYS.index(day), times.HOURS[part], zones.zone_of(there)).astimezone(zones.zone_of(here))
    found = _part_of_day(moment.hour)
    return (f"{DAYS[moment.weekday()]}_{found}", f"{moment:%H:%M}") if found else None


def _times_that_suit(learning_set: LearningSet, person: User, wanted: Iterable[str]) -> list[str]:
    lines, same_zone = [], hours_apart(learning_set.zone, person.zone) == 0
    for name in times.TIMES:
        there = elsewhere(name, learning_set.zone, person.zone) if name in learning_set.suits else None
        if there is None or there[0] not in wanted:
            continue
        time, hour = there
        if same_zone:
            lines.append(_("%(time)s suits you both.") % {"time": time_name(time)})
        else:
            words = _("%(time)s suits you both (about %(hour)s for you).")
            lines.append(words % {"time": time_name(time), "hour": hour})
    return lines


def _clocks(apart: float) -> str:
    if apart == 0:
        return _("Your clocks show the same time.")
    hours = max(round(apart), 1)
    words = ngettext("Your clocks are %(n)d hour apart.", "Your clocks are %(n)d hours apart.", hours)
    return words % {"n": hours}


def _in_the_week(day: int, hour: int, zone: ZoneInfo) -> datetime:
    today = clock.now().astimezone(zone).date()
    monday = today + timedelta(days=7 - today.weekday())
    date = monday + timedelta(days=day)
    return datetime(date.year, date.month, date.day, hour, tzinfo=zone)


def _part_of_day(hour: int) -> str:
    if hour < 6:
        return ""
    return "morning" if hour < 13 else "afternoon" if hour < 18 else "evening"


def _words_of(text: str) -> set[str]:
    """Those that say something: of four letters or more, in small letters."""
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) >= 4}
