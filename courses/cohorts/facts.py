"""What others may hear about people on a course."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class CourseBegun:
    enrolment: uuid.UUID


@dataclass(frozen=True)
class CourseCompleted:
    enrolment: uuid.UUID
