"""A kept query answers what its queryset would, and is written once."""

from datetime import timedelta

import pytest
from django.db.models import Q, QuerySet

from courses.cohorts.models import Cohort, CohortSession, Facilitation
from courses.cohorts.rules import facilitate, see_cohort
from kernel import clock
from kernel.kept import kept
from people.models import Pause, User
from tests.factories import UserFactory
from tests.factories.cohorts import CohortFactory, CohortSessionFactory, FacilitationFactory, PlaceFactory

pytestmark = pytest.mark.django_db


def meetings_after(cohort, now) -> QuerySet:
    return CohortSession.objects.filter(cohort=cohort, ends_at__gt=now).order_by("starts_at")


SHAPES = {
    "rows": lambda rows: rows,
    "with related rows": lambda rows: rows.select_related("cohort__course"),
    "a few columns": lambda rows: rows.only("public_id", "cohort__name").select_related("cohort"),
    "tuples": lambda rows: rows.values_list("public_id", "starts_at", "cohort__starts_on", "cohort__welcome"),
    "values": lambda rows: rows.values_list("session_key", flat=True),
    "the first": lambda rows: rows[:1],
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_answers_what_the_queryset_answers(shape, django_assert_num_queries):
    now = clock.now()
    meetings = [CohortSessionFactory(), CohortSessionFactory()]
    query = kept(lambda cohort, after: shape(meetings_after(cohort, after)))
    for meeting in (*meetings, meetings[0]):
        plain = list(shape(meetings_after(meeting.cohort, now)))
        with django_assert_num_queries(1):
            found = query(meeting.cohort_id, now)
        assert len(found) == 1
        assert found == plain
        assert query(meeting.cohort_id, now + timedelta(days=4000)) == []


def test_related_rows_and_columns_left_out_are_as_ever(django_assert_num_queries):
    meeting = CohortSessionFactory()
    query = kept(lambda cohort: CohortSession.objects.filter(cohort=cohort).select_related("cohort").defer("sequence"))
    found = query.first(meeting.cohort_id)
    with django_assert_num_queries(0):
        assert found.cohort == meeting.cohort
    with django_assert_num_queries(1):
        assert found.sequence == meeting.sequence


def test_is_made_once():
    made = []

    @kept
    def named(name):
        made.append(name)
        return User.objects.filter(name=name)

    people = [UserFactory(name="Amal"), UserFactory(name="100 %s")]
    assert [named.first(person.name) for person in people] == people
    assert len(made) == 1


def test_a_list_may_be_of_any_length(django_assert_num_queries):
    people = UserFactory.create_batch(3)

    @kept
    def these(some, language, besides):
        return User.objects.filter(Q(pk__in=some) | Q(pk__in=besides), language=language).order_by("pk")

    keys = [person.pk for person in people]
    assert these(keys[:2], "en", keys[:1]) == people[:2]
    assert these(keys[:1], "en", set(keys)) == people
    assert these(keys, "fr", keys) == []
    with django_assert_num_queries(0):
        assert these([], "en", keys) == []


def test_nothing_is_not_a_value():
    """Somebody who is not signed in has no key: nobody's rows are theirs."""
    query = kept(lambda person: Pause.objects.filter(person=person))
    with pytest.raises(ValueError, match="None"):
        query(None)


@pytest.mark.parametrize("rule", [facilitate, see_cohort])
def test_a_rule_takes_a_stand_in_for_somebody(rule):
    leads, learns = FacilitationFactory(), PlaceFactory()
    CohortFactory(draft=True)
    query = kept(lambda person: Cohort.objects.filter(rule.rows(person)).order_by("pk"))
    for person in (leads.person, learns.person, UserFactory()):
        assert query(person.pk) == list(rule.visible(Cohort.objects, person).order_by("pk"))


def test_what_is_given_is_nothing_but_a_value():
    with pytest.raises(AttributeError, match="is_staff"):
        kept(lambda person: Facilitation.objects.filter(person=person.is_staff))(1)
