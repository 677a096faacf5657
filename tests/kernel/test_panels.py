"""Panels that concern few people are left out for the others, all of them by one query."""

import pytest
from django.contrib.auth.models import AnonymousUser

from kernel.panels import concerning, concerns
from people.models import Pause, User
from tests.factories import UserFactory
from tests.factories.cohorts import FacilitationFactory

pytestmark = pytest.mark.django_db


@concerns(lambda person: Pause.objects.filter(person=person))
def about_pauses(request):
    return "pauses"


@concerns(lambda person: person.facilitations.filter(until=None))
def about_cohorts(request):
    return "cohorts"


@concerns(lambda person: User.objects.filter(pk=person, language="fr"))
def about_french(request):
    return "French"


def for_everybody(request):
    return "everybody"


PANELS = [about_pauses, for_everybody, about_cohorts, about_french]


def test_each_is_asked_only_whom_it_concerns_in_the_order_of_the_slot(django_assert_num_queries):
    leads, reads_french = FacilitationFactory().person, UserFactory(language="fr")
    with django_assert_num_queries(2):
        assert concerning(PANELS, leads) == [for_everybody, about_cohorts]
        assert concerning(PANELS, reads_french) == [for_everybody, about_french]


def test_one_alone_finds_out_for_itself(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert concerning([about_pauses, for_everybody], UserFactory.build()) == [about_pauses, for_everybody]


def test_of_somebody_who_is_not_signed_in_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert concerning(PANELS, AnonymousUser()) == PANELS
