"""What others may hear about people."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class PauseBegun:
    person: uuid.UUID


@dataclass(frozen=True)
class PauseEnded:
    person: uuid.UUID


@dataclass(frozen=True)
class MembershipBegun:
    membership: uuid.UUID


@dataclass(frozen=True)
class MembershipEnded:
    membership: uuid.UUID


@dataclass(frozen=True)
class ConsentWithdrawn:
    person: uuid.UUID
    purpose: str
