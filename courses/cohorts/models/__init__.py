"""Cohorts, people's places in them and on a course, and what they have done."""

from courses.cohorts.models.cohorts import (
    COHORT,
    Cohort,
    CohortSession,
    CohortState,
    Facilitation,
    Joining,
    OwnStep,
)
from courses.cohorts.models.enrolments import ENROLMENT, TAKES_PLACE, Enrolment, EnrolmentState, StepDone
from courses.cohorts.models.messages import CohortMessage
from courses.cohorts.models.places import PLACE_REQUEST, Attendance, AttendedBy, PlaceRequest, RequestState

__all__ = [
    "COHORT",
    "ENROLMENT",
    "PLACE_REQUEST",
    "TAKES_PLACE",
    "Attendance",
    "AttendedBy",
    "Cohort",
    "CohortMessage",
    "CohortSession",
    "CohortState",
    "Enrolment",
    "EnrolmentState",
    "Facilitation",
    "Joining",
    "OwnStep",
    "PlaceRequest",
    "RequestState",
    "StepDone",
]
