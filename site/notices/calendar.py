"""Calendar files (RFC 5545, RFC 7986): entries that apps offer, written so that every calendar programme reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from icalendar import Calendar, Event, vText

PRODID = "-//Centre for Patient Leaders//Calendar//EN"
# How often a programme that follows an address asks again.
ASK_AGAIN_HOURS = 6
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing with a time.

    uid           stays the same for ever, whatever changes; a public id with a host: "<uuid>@<what it is>"
    starts, ends  aware instants
    title         never confidential: calendars are shared with families and employers
    url           where it is on this site: an address, or a path below ours
    sequence      counts the changes that whoever goes there must know of
    cancelled     it does not take place; say so for a while rather than leave it out
    last_changed  an aware instant; the same entry is the same bytes
    """

    uid: str
    starts: datetime
    ends: datetime
    title: str
    last_changed: datetime
    description: str = ""
    url: str = ""
    sequence: int = 0
    cancelled: bool = False


def to_ics(entries: Iterable[Entry], *, name: str, method: str = "PUBLISH") -> bytes:
    """A calendar file of these entries, by time. All instants in UTC; nobody invited, nobody named."""
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    # Newer programmes read the first, older ones the second; the library escapes neither by itself.
    calendar.add("name", vText(_clean(name)))
    calendar.add("x-wr-calname", vText(_clean(name)))
    if method == "PUBLISH":
        calendar.add("refresh-interval", timedelta(hours=ASK_AGAIN_HOURS), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", f"PT{ASK_AGAIN_HOURS}H")
    for entry in sorted(entries, key=lambda entry: (entry.starts, entry.uid)):
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def _event(entry: Entry) -> Event:
    event = Event()
    fields: dict[str, Any] = {
        "uid": _clean(entry.uid),
        # When this was last written about, not when the file was asked for.
        "dtstamp": _utc(entry.last_changed),
        "last-modified": _utc(entry.last_changed),
        "dtstart": _utc(entry.starts),
        "dtend": _utc(entry.ends),
        "summary": _clean(entry.title),
        "description": _clean(entry.description),
        "url": _address(entry.url),
        "sequence": entry.sequence,
        "status": "CANCELLED" if entry.cancelled else "CONFIRMED",
    }
    for key, value in fields.items():
        if value != "":
            event.add(key, value)
    return event


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)


def _clean(text: str) -> str:
    """Lines stay lines; other control characters are not allowed in these files."""
    return _CONTROL.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def _address(url: str) -> str:
    absolute = f"{settings.BASE_URL}{url}" if url.startswith("/") else url
    return re.sub(r"\s", "", _clean(absolute))
