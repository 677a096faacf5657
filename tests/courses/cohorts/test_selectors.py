import pytest

from courses.cohorts import actions, selectors
from courses.curriculum.selectors import step_keys
from tests.factories import EnrolmentFactory, UserFactory, the_course
from tests.helpers import COURSE, LANGUAGES, shipped_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    return actions.enrol(course=the_course(), by=UserFactory())


@pytest.fixture
def keys():
    return list(step_keys(the_course()))


def do(enrolment, *keys):
    for key in keys:
        actions.complete_step(enrolment=enrolment, step_key=key, by=enrolment.person)


@pytest.mark.parametrize("language", LANGUAGES)
def test_progress_is_the_same_in_every_language(enrolment, keys, language):
    do(enrolment, *keys[:3])
    progress = selectors.progress_in(enrolment, language)
    assert progress.done == set(keys[:3])
    assert (progress.done_count, progress.total) == (3, len(keys))
    assert progress.minutes_left == progress.outline.minutes - sum(s.minutes for s in progress.outline.steps[:3])
    assert progress.next_step.key == keys[3]
    assert progress.next_step.url.startswith(f"/{language}/")
    assert progress.stones[0].state == "current"


def test_one_goes_on_after_the_furthest_step_and_comes_back_to_what_was_left_out(enrolment, keys):
    assert selectors.progress_in(enrolment, "en").next_step.key == keys[0]
    do(enrolment, keys[0], keys[4])
    assert selectors.progress_in(enrolment, "en").next_step.key == keys[5]
    do(enrolment, *keys[5:])
    assert selectors.progress_in(enrolment, "en").next_step.key == keys[1]
    do(enrolment, *keys[1:4])
    finished = selectors.progress_in(enrolment, "en")
    assert finished.next_step is None
    assert finished.minutes_left == 0
    assert {stone.state for stone in finished.stones} == {"done"}


def test_an_untranslated_course_goes_on_in_english(enrolment):
    shipped_page("fr", *COURSE).unpublish()
    assert selectors.progress_in(enrolment, "fr").next_step.url.startswith("/en/")


def test_a_course_that_editors_took_away_has_no_progress_to_show(enrolment):
    for language in LANGUAGES:
        shipped_page(language, *COURSE).unpublish()
    assert selectors.progress_in(enrolment, "en") is None


def test_only_ones_own_enrolment_is_found():
    mine, other = EnrolmentFactory(), EnrolmentFactory()
    key = the_course().key
    assert selectors.enrolment_of(mine.person, key) == mine
    assert selectors.enrolment_of(UserFactory(), key) is None
    assert mine != other


def test_courses_one_has_begun_are_not_offered_again():
    person = UserFactory()
    assert selectors.open_courses(person, "es") == [shipped_page("es", *COURSE)]
    actions.enrol(course=the_course(), by=person)
    assert selectors.open_courses(person, "es") == []
    assert selectors.open_courses(UserFactory(), "es") != []
