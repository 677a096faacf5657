"""Giving marks: when, once, in one version, and to nobody else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from courses.cohorts.models import Enrolment, EnrolmentState, StepDone
from courses.curriculum.selectors import step_keys
from courses.evaluation import actions, selectors
from courses.evaluation.models import Moment
from courses.evaluation.picture import draw
from courses.evaluation.receivers import invite_to_follow_up
from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices.models import DueWork, Notice
from tests.factories import EnrolmentFactory, UserFactory, make_course
from tests.factories.evaluation import AnswersFactory, ratings
from tests.helpers import LANGUAGES, shipped_page, soup, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(client):
    enrolment = EnrolmentFactory()
    client.force_login(enrolment.person)
    return enrolment


def keep(enrolment, moment=Moment.BEFORE, **more):
    values = {"by": enrolment.person, "language": "en", "ratings": ratings(4), **more}
    return actions.keep_answers(enrolment=enrolment, moment=moment, **values)


def complete(enrolment, days_ago=0):
    Enrolment.objects.filter(pk=enrolment.pk).update(
        state=EnrolmentState.COMPLETED, completed_at=clock.now() - timedelta(days=days_ago)
    )
    enrolment.refresh_from_db()


def reach_the_last_session(enrolment):
    StepDone.objects.create(enrolment=enrolment, step_key=step_keys(enrolment.course)[-1])


def states(enrolment):
    return {asked.moment: asked.state for asked in selectors.evaluation_of(enrolment, "en").asked}


class TestWhen:
    def test_each_moment_opens_in_its_time(self, enrolment):
        assert states(enrolment) == {"before": "open", "after": "later", "follow_up": "later"}
        reach_the_last_session(enrolment)
        assert states(enrolment) == {"before": "open", "after": "open", "follow_up": "later"}
        keep(enrolment, Moment.AFTER)
        assert states(enrolment)["before"] == "passed", "the start is not told after the end"
        complete(enrolment, days_ago=90)
        assert states(enrolment) == {"before": "passed", "after": "given", "follow_up": "open"}
        complete(enrolment, days_ago=400)
        assert states(enrolment)["follow_up"] == "passed"

    def test_what_is_not_open_is_refused(self, enrolment):
        with pytest.raises(Refused, match="not_open"):
            keep(enrolment, Moment.AFTER)
        assert not enrolment.evaluation_answers.exists()

    def test_given_once_for_good(self, enrolment):
        keep(enrolment)
        with pytest.raises(Refused, match="already_given"):
            keep(enrolment, ratings=ratings(9))
        assert enrolment.evaluation_answers.get().ratings == ratings(4)

    def test_a_draft_is_gone_on_with(self, enrolment):
        keep(enrolment, ratings={"asking": 3}, give=False)
        assert states(enrolment)["before"] == "draft"
        keep(enrolment, ratings={"asking": 3, "telling": 5})
        row = enrolment.evaluation_answers.get()
        assert (row.ratings, row.given_at is None) == ({"asking": 3, "telling": 5}, False)

    def test_a_course_without_an_instrument_asks_nothing(self, client, enrolment):
        other = EnrolmentFactory(person=enrolment.person, course=make_course("other"))
        assert selectors.evaluation_of(other, "en") is None
        assert client.get(reverse("evaluation_picture", args=[other.public_id])).status_code == 404


class TestWhat:
    @pytest.mark.parametrize("wrong", [{"asking": 11}, {"asking": -1}, {"made_up": 5}, {"asking": "5"}])
    def test_what_is_not_of_the_instrument_is_not_kept(self, enrolment, wrong):
        with pytest.raises(NotAllowed):
            keep(enrolment, ratings=wrong)

    def test_thinking_back_belongs_to_the_end_alone(self, enrolment):
        assert keep(enrolment, then=ratings(2), attainment=1).then == {}
        reach_the_last_session(enrolment)
        row = keep(enrolment, Moment.AFTER, then=ratings(2), attainment=1)
        assert (row.then, row.attainment) == (ratings(2), 1)

    def test_nobody_answers_for_another(self, client, enrolment):
        with pytest.raises(NotAllowed):
            keep(enrolment, by=UserFactory(is_superuser=True))
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        for name, args in (("evaluation_picture", ()), ("evaluation_answer", ("before",))):
            assert client.get(reverse(name, args=[enrolment.public_id, *args])).status_code == 404

    def test_one_row_for_each_moment_in_the_database(self, enrolment):
        AnswersFactory(enrolment=enrolment)
        with pytest.raises(IntegrityError), transaction.atomic():
            AnswersFactory(enrolment=enrolment)

    def test_versions_are_never_mixed(self, enrolment):
        before = AnswersFactory(enrolment=enrolment, version=7)
        after = AnswersFactory(enrolment=enrolment, moment=Moment.AFTER)
        instrument = selectors.instrument_for(enrolment, {})
        picture = draw(instrument, {Moment.BEFORE: before, Moment.AFTER: after})
        assert picture.series == ["after"]


class TestPages:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_from_the_step_to_the_picture(self, client, enrolment, language):
        with translation.override(language):
            step = shipped_page(language, "courses", "effective-patient-leader", "where-i-stand", "baseline").url
            link = soup(client.get(step)).select_one("section[aria-labelledby=marks] a")["href"]
            form = soup(client.get(link)).main.form
            assert len(form.select("fieldset")) == 8
            data = {f"now-{key}": value for key, value in ratings(6).items()}
            response = client.post(link, data)
        assert response.url == link.removesuffix("before/")
        page = soup(client.get(response.url))
        assert page.html["lang"] == language
        assert len(page.select("figure .mark.before")) == 9  # and one in the legend
        assert [cell.get_text() for cell in page.select("tbody td:first-of-type")] == ["6"] * 8

    def test_nothing_chosen_is_asked_again_and_stopping_is_not(self, client, enrolment):
        address = reverse("evaluation_answer", args=[enrolment.public_id, "before"])
        assert "at least one of the eight" in words(client.post(address, {}))
        assert client.post(address, {"keep": "1"}).url == reverse("learner_home")

    @pytest.mark.parametrize("value", ["11", "-1", "x" * 100_000, "\x00"])
    def test_a_number_that_is_not_on_the_scale_is_asked_again(self, client, enrolment, value):
        address = reverse("evaluation_answer", args=[enrolment.public_id, "before"])
        response = client.post(address, {"now-asking": value, "now-telling": "5"})
        assert response.status_code == 200
        assert soup(response).select_one("[name=now-telling][checked]")["value"] == "5"
        assert not enrolment.evaluation_answers.exists()

    def test_a_moment_that_does_not_exist(self, client, enrolment):
        assert client.get(reverse("evaluation_answer", args=[enrolment.public_id, "never"])).status_code == 404

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_costs_the_same(self, client, enrolment, rows, django_assert_max_num_queries):
        for number in range(rows - 1):
            EnrolmentFactory(person=enrolment.person, course=make_course(f"course-{number}"))
        client.get(reverse("evaluation"))
        with django_assert_max_num_queries(9):
            client.get(reverse("evaluation"))


class TestFollowUp:
    def test_one_invitation_three_months_after_the_end(self, enrolment, django_capture_on_commit_callbacks):
        complete(enrolment, days_ago=91)
        work = DueWork(kind="evaluation_follow_up", subject=str(enrolment.public_id), due_at=clock.now())
        invite_to_follow_up(work)
        notice = Notice.objects.get(person=enrolment.person, kind="evaluation_follow_up")
        assert notice.route_args == [str(enrolment.public_id), "follow_up"]

    def test_none_for_somebody_who_has_looked_again(self, enrolment):
        complete(enrolment, days_ago=91)
        keep(enrolment, Moment.FOLLOW_UP)
        invite_to_follow_up(DueWork(kind="evaluation_follow_up", subject=str(enrolment.public_id)))
        assert not Notice.objects.filter(kind="evaluation_follow_up").exists()

    def test_none_for_somebody_who_is_gone(self, enrolment):
        subject = str(enrolment.public_id)
        enrolment.person.delete()
        invite_to_follow_up(DueWork(kind="evaluation_follow_up", subject=subject))
        assert not Notice.objects.filter(kind="evaluation_follow_up").exists()
