"""What others may hear about action learning sets. All ids are public ones."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class SeatTaken:
    seat: uuid.UUID


@dataclass(frozen=True)
class SeatLeft:
    """Left, was removed, or the set was closed."""

    seat: uuid.UUID


@dataclass(frozen=True)
class MeetingScheduled:
    """For the first time, or moved."""

    meeting: uuid.UUID


@dataclass(frozen=True)
class MeetingCancelled:
    meeting: uuid.UUID


@dataclass(frozen=True)
class MeetingClosed:
    """Closed by its people or, when forgotten, by the clock."""

    meeting: uuid.UUID


@dataclass(frozen=True)
class MeetingAttended:
    """Somebody was there, on the web or by telephone."""

    meeting: uuid.UUID
    seat: uuid.UUID


@dataclass(frozen=True)
class ItemReported:
    report: uuid.UUID
