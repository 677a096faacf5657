"""Time zones as people speak of them. Somebody's zone is guessed by their browser, asked of them, and never assumed:
until they have said it, `User.zone` is empty and times are shown in UTC, which says so.

Names are those of the IANA database: the list is its zone.tab (one for each place that people name), and the older
names that browsers still use are understood through its links.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from importlib import resources

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from kernel import clock

UTC = "UTC"
LONGEST = 64  # characters, as in User.zone

AREAS = {
    "Africa": gettext_lazy("Africa"),
    "America": gettext_lazy("America"),
    "Antarctica": gettext_lazy("Antarctica"),
    "Arctic": gettext_lazy("Arctic"),
    "Asia": gettext_lazy("Asia"),
    "Atlantic": gettext_lazy("Atlantic Ocean"),
    "Australia": gettext_lazy("Australia"),
    "Europe": gettext_lazy("Europe"),
    "Indian": gettext_lazy("Indian Ocean"),
    "Pacific": gettext_lazy("Pacific Ocean"),
}


@lru_cache(maxsize=1)
def listed() -> frozenset[str]:
    """What people choose from: the places of zone.tab, and UTC."""
    lines = _database("zone.tab").splitlines()
    names = {line.split("\t")[2].strip() for line in lines if line and not line.startswith("#")}
    return frozenset(names & zoneinfo.available_timezones()) | {UTC}


def known(name: str) -> str:
    """The listed name for what a browser or a person says ("Asia/Calcutta" is "Asia/Kolkata"); empty for none."""
    if not name or len(name) > LONGEST:
        return ""
    return name if name in listed() else _older_names().get(name, "")


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The zone of this name; UTC for none, and for one that no database knows (any more)."""
    try:
        return zoneinfo.ZoneInfo(name if name and len(name) <= LONGEST else UTC)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo(UTC)


def place(name: str) -> str:
    """ "America/Argentina/Buenos_Aires" is "Buenos Aires"."""
    return name.rsplit("/", 1)[-1].replace("_", " ")


def name_in_words(name: str) -> str:
    """How a time says which zone it is in: "Paris time"."""
    if name == UTC or not known(name):
        return _("universal time, UTC")
    return _("%(place)s time") % {"place": place(name)}


def label(name: str) -> str:
    """How a list offers a zone: "Paris (UTC+01:00)", with the difference as it is now."""
    if name == UTC:
        return _("universal time, UTC")
    return f"{place(name)} ({_offset(name)})"


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """For a select: the areas of the world, each with its places; UTC last."""
    areas: dict[str, list[tuple[str, str]]] = {area: [] for area in AREAS}
    for name in listed() - {UTC}:
        areas[name.split("/", 1)[0]].append((name, label(name)))
    found = [(str(AREAS[area]), sorted(zones, key=lambda zone: zone[1])) for area, zones in areas.items() if zones]
    return [*found, (_("Other"), [(UTC, label(UTC))])]


def instant_in_words(instant: datetime, zone: str | None = None) -> str:
    """ "Tuesday 4 March 2025, 15:30 (Paris time)", in this zone, or in the one that is active. Aware instants only."""
    local, name = _local(instant, zone)
    return _in_words(local.replace(tzinfo=None), name, get_language())


@lru_cache(maxsize=1024)
def _in_words(local: datetime, name: str, language: str | None) -> str:
    return _("%(date)s, %(time)s (%(zone)s)") % {
        "date": date_in_words(local.date()),
        "time": _clock_face(local),
        "zone": name_in_words(name),
    }


def time_in_words(instant: datetime, zone: str | None = None) -> str:
    """ "15:30 (Paris time)"."""
    local, name = _local(instant, zone)
    return _("%(time)s (%(zone)s)") % {"time": _clock_face(local), "zone": name_in_words(name)}


def date_in_words(day: date | datetime, zone: str | None = None) -> str:
    """ "Tuesday 4 March 2025"; of an instant, the day it is then in this zone, or in the one that is active."""
    if isinstance(day, datetime):
        day = _local(day, zone)[0].date()
    # Translators: Django's date format for a day in words, for example Tuesday 4 March 2025 (l j F Y).
    return date_format(day, pgettext("date format", "l j F Y"))


def _clock_face(local: datetime) -> str:
    # Translators: Django's date format for a time of day, for example 15:30 (H:i).
    return date_format(local, pgettext("date format", "H:i"), use_l10n=False)


def _local(instant: datetime, zone: str | None) -> tuple[datetime, str]:
    tz = zone_of(zone) if zone is not None else timezone.get_current_timezone()
    return timezone.localtime(instant, tz), getattr(tz, "key", UTC)


def _offset(name: str) -> str:
    return _offsets(clock.now().strftime("%Y%m%d%H"))[name]


@lru_cache(maxsize=2)
def _offsets(hour: str) -> Mapping[str, str]:
    """Every zone's difference from UTC, looked up once an hour."""
    now = clock.now()
    written = {name: now.astimezone(zoneinfo.ZoneInfo(name)).strftime("%z") for name in listed()}
    return {name: f"UTC{offset[:3]}:{offset[3:5]}" for name, offset in written.items()}


@lru_cache(maxsize=1)
def _older_names() -> Mapping[str, str]:
    """Names that are not listed -> the listed place with the same clock."""
    links = [line.split() for line in _database("tzdata.zi").splitlines() if line.startswith("L ")]
    target = {alias: name for _letter, name, alias in links}
    same_clock = {target.get(name, name): name for name in sorted(listed(), reverse=True)}
    older = {*target, *same_clock} - listed()
    return {name: same_clock[target.get(name, name)] for name in older if target.get(name, name) in same_clock}


def _database(file: str) -> str:
    return (resources.files("tzdata.zoneinfo") / file).read_text(encoding="utf-8")
