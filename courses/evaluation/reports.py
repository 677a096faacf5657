"""Whose answers stand behind a programme's figures. Never a name, never a cell under five."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from courses.cohorts.models import Cohort
from courses.curriculum.models import Course
from courses.evaluation import figures
from courses.evaluation.instruments import ATTAINMENT, Instrument, Item, version_of
from courses.evaluation.models import Answers, Moment
from people.models import Consent

# What somebody has to have agreed to (people.consents).
PURPOSE = "programme_figures"


@dataclass(frozen=True)
class VersionReport:
    """The figures of one version, beside the items they are of."""

    instrument: Instrument
    figures: figures.Report

    @property
    def lines(self) -> list[tuple[Item, figures.Line]]:
        return self._beside_items(self.figures.lines)

    @property
    def thinking_back(self) -> list[tuple[Item, figures.Line]]:
        return self._beside_items(self.figures.thinking_back)

    @property
    def follow_up(self) -> list[tuple[Item, figures.Line]]:
        return self._beside_items(self.figures.follow_up)

    @property
    def attainment(self) -> list[tuple[str, int]]:
        """Each degree in words and how many are there; empty when it is suppressed."""
        return [(ATTAINMENT[degree], count) for degree, count in (self.figures.attainment or {}).items()]

    def _beside_items(self, lines: tuple[figures.Line, ...]) -> list[tuple[Item, figures.Line]]:
        return list(zip(self.instrument.items, lines, strict=True))


def of_cohort(cohort: Cohort) -> list[VersionReport]:
    """One report for each version of the instrument that the cohort answered. One query."""
    people = _people(_counted(Answers.objects.filter(enrolment__cohort=cohort)))
    return _reports({version: [[person for _cohort, person in rows]] for version, rows in people.items()})


def of_course(course: Course) -> list[VersionReport]:
    """The same for a whole course, so that no cohort's own report taken from it leaves fewer than five people."""
    people = _people(_counted(Answers.objects.filter(enrolment__course=course)))
    return _reports({version: _groups(rows) for version, rows in people.items()})


def _counted(answers: QuerySet[Answers]) -> QuerySet[Answers]:
    agreed = Consent.objects.filter(purpose=PURPOSE, withdrawn_at__isnull=True).values("person_id")
    return answers.filter(given_at__isnull=False, person_id__in=agreed)


def _people(answers: QuerySet[Answers]) -> dict[tuple[str, int], list[tuple[int | None, figures.Person]]]:
    """(instrument, version) -> the people with their cohort."""
    moments: dict[tuple[str, int], dict[int, dict[str, tuple]]] = defaultdict(lambda: defaultdict(dict))
    cohorts: dict[int, int | None] = {}
    rows = answers.values_list(
        "instrument", "version", "enrolment_id", "enrolment__cohort_id", "moment", "ratings", "then", "attainment"
    )
    for instrument, version, enrolment, cohort, moment, *what in rows:
        moments[instrument, version][enrolment][moment] = tuple(what)
        cohorts[enrolment] = cohort
    nothing = ({}, {}, None)
    return {
        version: [
            (
                cohorts[enrolment],
                figures.Person(
                    before=given.get(Moment.BEFORE, nothing)[0],
                    after=given.get(Moment.AFTER, nothing)[0],
                    follow_up=given.get(Moment.FOLLOW_UP, nothing)[0],
                    then=given.get(Moment.AFTER, nothing)[1],
                    attainment=given.get(Moment.AFTER, nothing)[2],
                ),
            )
            for enrolment, given in enrolments.items()
        ]
        for version, enrolments in moments.items()
    }


def _groups(rows: list[tuple[int | None, figures.Person]]) -> list[list[figures.Person]]:
    """Those who have a report of their own, and whoever goes at their own pace by themselves, in none."""
    cohorts: dict[int, list[figures.Person]] = defaultdict(list)
    for cohort, person in rows:
        if cohort is not None:
            cohorts[cohort].append(person)
    return [*cohorts.values(), *([person] for cohort, person in rows if cohort is None)]


def _reports(people: dict[tuple[str, int], list[list[figures.Person]]]) -> list[VersionReport]:
    found = ((version_of(*version), groups) for version, groups in sorted(people.items()))
    return [
        VersionReport(instrument, figures.together(groups, [item.key for item in instrument.items]))
        for instrument, groups in found
        if instrument
    ]
