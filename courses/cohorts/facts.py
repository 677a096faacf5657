"""What others may hear about people on a course and in a cohort. All ids are public ones."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class CourseBegun:
    enrolment: uuid.UUID


@dataclass(frozen=True)
class CourseCompleted:
    enrolment: uuid.UUID


@dataclass(frozen=True)
class PlaceGiven:
    """An enrolment has a place in a cohort: just joined, approved, or moved up from the waiting list."""

    enrolment: uuid.UUID


@dataclass(frozen=True)
class PutOnWaitingList:
    request: uuid.UUID


@dataclass(frozen=True)
class CohortLeft:
    """The enrolment has no place in the cohort any more; it may go on by itself or have been withdrawn."""

    enrolment: uuid.UUID
    cohort: uuid.UUID


@dataclass(frozen=True)
class CohortTransferred:
    enrolment: uuid.UUID


@dataclass(frozen=True)
class CohortMessageSent:
    message: uuid.UUID


@dataclass(frozen=True)
class RequirementChanged:
    """Told by higher apps: what they ask for before this course is complete is met now, or not any more."""

    enrolment: uuid.UUID
