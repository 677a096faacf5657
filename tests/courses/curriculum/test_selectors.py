import uuid

import pytest

from courses.curriculum import selectors
from courses.curriculum.models import Course, StepPage
from pages.loading import page_key
from tests.factories import the_course
from tests.helpers import COURSE, LANGUAGES, SESSIONS, shipped_page

pytestmark = pytest.mark.django_db


def outline(language):
    return selectors.outline(shipped_page(language, *COURSE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_outline_is_the_whole_course_in_one_language(language, client):
    course = outline(language)
    assert [session.key for session in course.sessions] == [page_key(*COURSE, name) for name in SESSIONS]
    assert [session.number for session in course.sessions] == [1, 2, 3, 4, 5]
    assert all(len(session.steps) >= 6 for session in course.sessions)
    assert course.minutes == sum(session.minutes for session in course.sessions) > 0
    for thing in (course, *course.sessions, *course.steps):
        assert thing.url.startswith(f"/{language}/")
        page = StepPage.objects.filter(translation_key=thing.key, locale__language_code=language).first()
        assert page is None or (page.get_url(), page.title) == (thing.url, thing.title)


def test_languages_differ_in_words_and_agree_in_everything_else():
    english, *others = (outline(language) for language in LANGUAGES)
    for other in others:
        assert [(s.key, s.kind, s.minutes, s.required) for s in other.steps] == [
            (s.key, s.kind, s.minutes, s.required) for s in english.steps
        ]
        assert not {s.title for s in other.steps} & {s.title for s in english.steps}


def test_drafts_are_not_in_the_outline():
    page = shipped_page("en", *COURSE, SESSIONS[1]).get_first_child()
    before = outline("en")
    page.unpublish()
    after = outline("en")
    assert {s.key for s in before.steps} - {s.key for s in after.steps} == {page.translation_key}
    shipped_page("en", *COURSE, SESSIONS[1]).unpublish()
    assert len(outline("en").sessions) == 4


def test_before_and_after_cross_sessions_and_end():
    course = outline("en")
    steps = course.steps
    last_of_first = course.sessions[0].steps[-1]
    assert course.after(last_of_first.key) == course.sessions[1].steps[0]
    assert course.before(course.sessions[1].steps[0].key) == last_of_first
    assert course.before(steps[0].key) is course.after(steps[-1].key) is None
    assert course.find(last_of_first.key) == (course.sessions[0], last_of_first)
    stranger = uuid.uuid4()
    assert course.find(stranger) is course.before(stranger) is course.after(stranger) is None


@pytest.mark.parametrize("rows", [1, 3])
def test_an_outline_costs_the_same_however_long(rows, django_assert_num_queries):
    for session in SESSIONS[rows:]:
        shipped_page("en", *COURSE, session).unpublish()
    page = shipped_page("en", *COURSE)
    page.get_url()
    with django_assert_num_queries(3):
        assert len(selectors.outline(page).sessions) == rows
    with django_assert_num_queries(0):
        assert selectors.outline(page).sessions, "kept until something is published"


class TestStones:
    def test_a_reader_without_a_place_is_told_no_counts(self):
        stones = selectors.stones(outline("en"), None, None)
        assert [(s.state, s.done, s.total, s.minutes_left) for s in stones] == [("ahead", 0, 0, 0)] * 5

    def test_counts_and_states(self):
        course = outline("fr")
        first, second, third = course.sessions[:3]
        done = {step.key for step in first.steps if step.required} | {second.steps[0].key}
        stones = selectors.stones(course, done, third.key)
        assert [s.state for s in stones] == ["done", "ahead", "current", "ahead", "ahead"]
        assert stones[1].done == 1
        assert stones[1].total == len(second.steps)
        assert stones[1].minutes_left == second.minutes - second.steps[0].minutes
        assert stones[2].minutes_left == third.minutes
        assert [s.url for s in stones] == [s.url for s in course.sessions]


class TestCoursePage:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_in_the_language_asked_for(self, language):
        assert selectors.course_page(the_course(), language) == shipped_page(language, *COURSE)

    def test_in_english_where_there_is_no_live_translation(self):
        shipped_page("fr", *COURSE).unpublish()
        assert selectors.course_page(the_course(), "fr") == shipped_page("en", *COURSE)

    def test_in_whatever_there_is_without_english(self):
        shipped_page("en", *COURSE).unpublish()
        assert selectors.course_page(the_course(), "es") == shipped_page("es", *COURSE)
        assert selectors.course_page(the_course(), "en").locale.language_code in ("fr", "es")

    def test_nowhere_when_nothing_is_live(self):
        assert selectors.course_page(Course.objects.create(name="Bare"), "en") is None


class TestStepKeys:
    def test_each_step_once_however_many_languages_there_are(self):
        keys = list(selectors.step_keys(the_course()))
        assert len(keys) == len(set(keys)) == len(outline("en").steps)
        assert StepPage.objects.filter(translation_key__in=keys).count() == 3 * len(keys)
        assert keys == [step.key for step in outline("fr").steps]

    def test_required_ones_are_those_of_the_outline(self):
        required = list(selectors.step_keys(the_course(), required_only=True))
        assert required == [step.key for step in outline("en").steps if step.required]
        assert len(required) < len(outline("en").steps), "the shipped course has optional steps"

    def test_not_those_of_a_session_that_is_not_live(self):
        shipped_page("en", *COURSE, SESSIONS[0]).unpublish()
        assert list(selectors.step_keys(the_course())) == [step.key for step in outline("en").steps]

    def test_none_for_a_course_without_pages(self):
        assert list(selectors.step_keys(Course.objects.create(name="Bare"))) == []
