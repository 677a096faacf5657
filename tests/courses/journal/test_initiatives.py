import uuid
from datetime import date

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.snippets.models import get_snippet_models

from courses.cohorts.facts import RequirementChanged
from courses.cohorts.models import Enrolment
from courses.journal.actions import initiatives as actions
from courses.journal.models import Initiative, InitiativeUpdate, Milestone
from courses.journal.selectors.initiatives import requirement
from kernel.errors import NotAllowed, Refused
from people.contributions import contributions
from people.models import AuditLine
from tests.factories import EnrolmentFactory, UserFactory, the_course
from tests.factories.cohorts import FacilitationFactory, PlaceFactory
from tests.factories.initiatives import InitiativeFactory, InitiativeUpdateFactory, MilestoneFactory
from tests.helpers import COURSE, LANGUAGES, shipped_page, soup, words

pytestmark = pytest.mark.django_db

SECRET = "Xylophonsecret"
ANSWERS = {
    "aim": "Quiet nights",
    "who_for": "Everybody on the ward",
    "who_decides": "The night manager",
    "first_steps": "Ask one nurse",
    "what_changed": "Nothing yet",
}


def at(name, *args, language="en"):
    with translation.override(language):
        return reverse(name, args=args)


@pytest.fixture
def person(client):
    person = UserFactory(name="Ana")
    client.force_login(person)
    return person


@pytest.fixture
def initiative(person):
    return InitiativeFactory(enrolment__person=person)


@pytest.fixture
def of_cohort(person):
    """Shared with the facilitators of a cohort, and who leads it."""
    place = PlaceFactory(person=person)
    facilitator = FacilitationFactory(cohort=place.cohort).person
    FacilitationFactory(cohort=place.cohort)
    return InitiativeFactory(enrolment=place, shared=True, title=SECRET, aim=SECRET), facilitator


class TestBegin:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_from_the_empty_page_to_the_questions(self, client, person, language):
        enrolment = EnrolmentFactory(person=person)
        begin = at("initiative_begin", enrolment.public_id, language=language)
        empty = client.get(at("initiatives", language=language))
        assert soup(empty).main.find("a", href=begin)
        assert not Initiative.objects.filter(owner=person).exists()
        response = client.post(begin, {"title": "Un pabellón tranquilo"})
        initiative = Initiative.objects.get(enrolment=enrolment)
        assert (initiative.title, initiative.language, initiative.owner) == ("Un pabellón tranquilo", language, person)
        assert response.url == at("initiative_edit", initiative.public_id, language=language)
        assert len(soup(client.get(response.url)).main.find_all("textarea")) == 5
        assert client.get(begin).url == at("initiative", initiative.public_id, language=language)

    def test_twice_is_once(self, person):
        enrolment = EnrolmentFactory(person=person)
        begun = [actions.begin_initiative(enrolment=enrolment, title=title, language="en", by=person) for title in "ab"]
        assert begun[0] == begun[1]
        assert begun[1].title == "a"

    def test_not_in_a_course_that_was_left(self, person):
        enrolment = EnrolmentFactory(person=person, state="withdrawn")
        with pytest.raises(Refused) as refused:
            actions.begin_initiative(enrolment=enrolment, title="a", language="en", by=person)
        assert refused.value.code == "left"

    def test_not_for_another(self, client, person):
        other = EnrolmentFactory()
        with pytest.raises(NotAllowed):
            actions.begin_initiative(enrolment=other, title="a", language="en", by=person)
        assert client.post(at("initiative_begin", other.public_id), {"title": "a"}).status_code == 404

    @pytest.mark.parametrize("title", ["", "   ", "a" * 100_000, "a\0b"])
    def test_a_title_that_cannot_be_gets_a_sentence(self, client, person, title):
        enrolment = EnrolmentFactory(person=person)
        response = client.post(at("initiative_begin", enrolment.public_id), {"title": title})
        assert response.status_code == 200
        assert soup(response).find(id="error-summary")
        assert not Initiative.objects.filter(owner=person).exists()

    def test_the_step_of_the_course_leads_there(self, client, person):
        step = shipped_page("fr", *COURSE, "carrying-on", "initiative-page")
        link = at("initiative_of_course", the_course().key, language="fr")
        assert not soup(client.get(step.get_url())).main.find("a", href=link), "no place on the course yet"
        assert client.get(link).url == at("enrol", the_course().key, language="fr")
        enrolment = EnrolmentFactory(person=person)
        assert soup(client.get(step.get_url())).main.find("a", href=link)
        assert client.get(link).url == at("initiative_begin", enrolment.public_id, language="fr")
        initiative = InitiativeFactory(enrolment=enrolment)
        assert client.get(link).url == at("initiative", initiative.public_id, language="fr")
        other_step = shipped_page("fr", *COURSE, "being-heard", "two-minutes")
        assert not soup(client.get(other_step.get_url())).main.find("a", href=link)


class TestWrite:
    def test_what_is_written_stands_on_the_page(self, client, initiative):
        url = at("initiative_edit", initiative.public_id)
        response = client.post(url, {"title": "Quieter", **ANSWERS, "revision": 0}, follow=True)
        assert response.redirect_chain == [(at("initiative", initiative.public_id), 302)]
        for text in ("Quieter", *ANSWERS.values()):
            assert text in words(response)
        initiative.refresh_from_db()
        assert initiative.revision == 1

    def test_the_same_again_changes_nothing(self, client, initiative):
        url = at("initiative_edit", initiative.public_id)
        for _ in range(2):
            assert client.post(url, {"title": "Quieter", "revision": 0}).status_code == 302
        initiative.refresh_from_db()
        assert initiative.revision == 1

    def test_two_texts_are_both_kept(self, client, initiative):
        url = at("initiative_edit", initiative.public_id)
        client.post(url, {"title": "T", "aim": "From the telephone", "revision": 0})
        response = client.post(url, {"title": "T", "aim": "From the desk", "revision": 0})
        assert response.status_code == 409
        main = soup(response).main
        assert main.find("textarea", {"name": "aim"}).text.strip() == "From the desk"
        assert "From the telephone" in main.find(class_="facts").text
        initiative.refresh_from_db()
        assert initiative.aim == "From the telephone"
        again = main.find("input", {"name": "revision"})["value"]
        assert client.post(url, {"title": "T", "aim": "From the desk", "revision": again}).status_code == 302
        initiative.refresh_from_db()
        assert initiative.aim == "From the desk"

    def test_saved_by_itself(self, client, initiative):
        url = at("initiative_autosave", initiative.public_id)
        answer = client.post(url, {"title": "T", "aim": "Half a sen", "revision": 0})
        assert answer.json()["revision"] == 1
        stale = client.post(url, {"title": "T", "aim": "Other", "revision": 0})
        assert (stale.status_code, stale.json()["current"]["aim"]) == (409, "Half a sen")
        leaving = client.post(url, {"title": "T", "aim": "A sentence", "revision": 1, "leaving": 1})
        assert leaving.json()["next"] == at("initiative", initiative.public_id)
        assert client.post(url, {"title": ""}).status_code == 400
        client.logout()
        assert client.post(url, {"title": "T", "revision": 2}).status_code == 401

    @pytest.mark.parametrize(
        "sent", [{"title": "T", "revision": "no"}, {"title": "T"}, {"title": "T", "aim": "é" * 100_000, "revision": 0}]
    )
    def test_what_cannot_be_kept_stays_in_the_form(self, client, initiative, sent):
        response = client.post(at("initiative_edit", initiative.public_id), sent)
        assert response.status_code == 200
        assert soup(response).find(id="error-summary")
        assert soup(response).main.find("input", {"name": "title"})["value"] == "T"


class TestMilestones:
    def test_added_reached_open_again_and_deleted(self, client, initiative):
        page = at("initiative", initiative.public_id)
        client.post(
            at("milestone_add", initiative.public_id), {"text": "The manager has said yes", "by_date": "2031-05-01"}
        )
        point = initiative.milestones.get()
        assert point.by_date == date(2031, 5, 1)
        mark = at("milestone_mark", initiative.public_id, point.public_id)
        assert "Reached on" not in words(client.get(page))
        assert "Reached on" in words(client.post(mark, follow=True))
        assert "Reached on" not in words(client.post(mark, {"not_yet": "1"}, follow=True))
        delete = at("milestone_delete", initiative.public_id, point.public_id)
        assert "The manager has said yes" in words(client.get(delete)), "it asks first"
        assert initiative.milestones.exists()
        assert client.post(delete).url == page
        assert not initiative.milestones.exists()
        assert client.post(delete).status_code == 404

    @pytest.mark.parametrize(
        "sent",
        [
            {"text": ""},
            {"text": "a" * 100_000},
            {"text": "a", "by_date": "31/02/2030"},
            {"text": "a", "by_date": "99999-01-01"},
        ],
    )
    def test_a_wrong_one_is_shown_again(self, client, initiative, sent):
        response = client.post(at("milestone_add", initiative.public_id), sent)
        assert response.status_code == 200
        assert soup(response).find(id="error-summary")
        assert soup(response).main.find("input", {"name": "text"}).get("value", "") == sent["text"]
        assert not initiative.milestones.exists()

    def test_there_is_an_end(self, client, initiative, monkeypatch):
        monkeypatch.setattr(actions, "MOST_MILESTONES", 1)
        MilestoneFactory(initiative=initiative)
        response = client.post(at("milestone_add", initiative.public_id), {"text": "One more"})
        assert response.status_code == 409

    def test_not_through_another_initiative(self, client, initiative):
        theirs = MilestoneFactory()
        for name in ("milestone_mark", "milestone_delete"):
            assert client.post(at(name, initiative.public_id, theirs.public_id)).status_code == 404
        assert Milestone.objects.get(pk=theirs.pk).reached_at is None


class TestUpdates:
    @pytest.mark.parametrize(("near", "said"), [("-2", "Much further away"), ("0", "As near as"), ("", None)])
    def test_what_is_new_and_how_near_in_words(self, client, initiative, near, said):
        response = client.post(
            at("initiative_update", initiative.public_id), {"news": "They answered", "attainment": near}, follow=True
        )
        update = soup(response).main.find(class_="panel")
        assert "They answered" in update.text
        assert (said in update.text) if said else ("How near" not in update.text)

    @pytest.mark.parametrize(
        "sent", [{"news": ""}, {"news": "a", "attainment": "3"}, {"news": "a" * 100_000}, {"news": "a\0"}]
    )
    def test_a_wrong_one_is_shown_again(self, client, initiative, sent):
        response = client.post(at("initiative_update", initiative.public_id), sent)
        assert response.status_code == 200
        assert soup(response).find(id="error-summary")
        assert not initiative.updates.exists()

    def test_deleted_after_asking(self, client, initiative):
        update = InitiativeUpdateFactory(initiative=initiative)
        delete = at("initiative_update_delete", initiative.public_id, update.public_id)
        client.get(delete)
        assert initiative.updates.exists()
        client.post(delete)
        assert not initiative.updates.exists()


class TestSharing:
    def test_it_is_private_until_its_owner_says_so(self, client, of_cohort):
        initiative, facilitator = of_cohort
        client.post(at("initiative_share", initiative.public_id), {})
        client.force_login(facilitator)
        assert client.get(at("initiative_read", initiative.public_id)).status_code == 404
        panel = at("facilitate_learner", initiative.enrolment.cohort.public_id, initiative.enrolment.public_id)
        page = client.get(panel)
        assert page.status_code == 200
        assert SECRET not in page.text

        client.force_login(initiative.owner)
        client.post(at("initiative_share", initiative.public_id), {"facilitators": "on"})
        client.force_login(facilitator)
        read = client.get(at("initiative_read", initiative.public_id))
        assert SECRET in words(read)
        assert not soup(read).main.find("form")
        assert soup(client.get(panel)).main.find("a", href=at("initiative_read", initiative.public_id))
        for name in ("initiative", "initiative_edit", "initiative_print"):
            assert client.get(at(name, initiative.public_id)).status_code == 404

    @pytest.mark.parametrize(
        "stranger",
        [
            lambda cohort: UserFactory(),
            lambda cohort: UserFactory(is_staff=True, is_superuser=True),
            lambda cohort: PlaceFactory(cohort=cohort).person,
            lambda cohort: FacilitationFactory(cohort=cohort, ended=True).person,
            lambda cohort: FacilitationFactory().person,
        ],
        ids=["somebody", "staff", "fellow learner", "former facilitator", "facilitator of another"],
    )
    def test_nobody_else_reads_even_what_is_shared(self, client, of_cohort, stranger):
        initiative, facilitator = of_cohort
        client.force_login(facilitator)
        assert SECRET in client.get(at("initiative_read", initiative.public_id)).text
        client.force_login(stranger(initiative.enrolment.cohort))
        response = client.get(at("initiative_read", initiative.public_id))
        assert response.status_code == 404
        assert SECRET not in response.text

    def test_leaving_the_cohort_ends_it(self, client, of_cohort):
        initiative, facilitator = of_cohort
        Enrolment.objects.filter(pk=initiative.enrolment_id).update(state="withdrawn")
        client.force_login(facilitator)
        assert client.get(at("initiative_read", initiative.public_id)).status_code == 404

    def test_each_change_is_audited_without_a_word_of_it(self, of_cohort):
        initiative, _facilitator = of_cohort
        for wishes in ((True, True), (True, True), (False, True)):
            actions.share_initiative(
                initiative=initiative, facilitators=wishes[0], set_members=wishes[1], by=initiative.owner
            )
        lines = AuditLine.objects.filter(subject_id=str(initiative.public_id)).order_by("pk")
        assert [(line.verb, line.detail) for line in lines] == [
            ("initiative.shared", {"readers": "set"}),
            ("initiative.taken_back", {"readers": "facilitators"}),
        ]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_at_a_glance(self, client, of_cohort, language):
        initiative, _facilitator = of_cohort
        url = at("initiative", initiative.public_id, language=language)
        shared = words(client.get(url))
        actions.share_initiative(initiative=initiative, facilitators=False, set_members=False, by=initiative.owner)
        alone = words(client.get(url))
        if language == "en":
            assert "and so do: the facilitators of your cohort" in shared
            assert "Only you read this." in alone
            assert "Only you read this." not in shared
        else:
            assert shared != alone


ADDRESSES = [
    "initiative",
    "initiative_edit",
    "initiative_autosave",
    "initiative_share",
    "initiative_read",
    "initiative_print",
    "initiative_update",
    "milestone_add",
    "story_offer",
]


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("staff", [False, True])
def test_anothers_is_not_here(client, name, staff):
    theirs = InitiativeFactory(aim=SECRET)
    client.force_login(UserFactory(is_staff=staff, is_superuser=staff))
    for response in (client.get(at(name, theirs.public_id)), client.post(at(name, theirs.public_id), {"title": "x"})):
        assert response.status_code in (404, 405)
        assert SECRET not in response.text
    assert client.post(at(name, uuid.uuid4())).status_code in (404, 405)


@pytest.mark.parametrize("name", [name for name in ADDRESSES if name != "initiative_autosave"])
def test_strangers_are_asked_to_sign_in(client, name):
    response = client.get(at(name, InitiativeFactory().public_id))
    assert response.status_code == 302
    assert "/accounts/login/" in response.url


class TestSealed:
    def test_the_database_does_not_know_a_word(self, person):
        initiative = InitiativeFactory(
            enrolment__person=person, title=SECRET, **dict.fromkeys(ANSWERS, f"{SECRET} é"), shared=True
        )
        MilestoneFactory(initiative=initiative, text=SECRET)
        InitiativeUpdateFactory(initiative=initiative, text=SECRET)
        assert Initiative.objects.get(owner=person).aim == f"{SECRET} é", "there is something to leak"
        with connection.cursor() as cursor:
            for model in (Initiative, Milestone, InitiativeUpdate, AuditLine):
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
                rows = cursor.fetchall()
                assert rows or model is AuditLine
                assert SECRET not in repr(rows)
        with pytest.raises(FieldError):
            Initiative.objects.filter(aim=SECRET).exists()

    def test_the_cms_does_not_show_them(self, client):
        assert Initiative not in get_snippet_models()
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        InitiativeFactory(title=SECRET)
        for url in ("/cms/", reverse("moderate_stories")):
            response = client.get(url)
            assert response.status_code == 200
            assert SECRET not in response.text

    def test_nothing_is_kept_by_browsers(self, client, initiative):
        assert "no-store" in client.get(at("initiative", initiative.public_id))["Cache-Control"]


class TestRequirement:
    def test_an_aim_and_a_first_step_or_a_milestone(self, client, person):
        enrolment = EnrolmentFactory(person=person)
        assert not requirement(enrolment).met
        assert requirement(enrolment).url == at("initiative_begin", enrolment.public_id)
        initiative = InitiativeFactory(enrolment=enrolment)
        assert not requirement(enrolment).met
        for parts, met in (
            ({"aim": "Quiet"}, False),
            ({"aim": "", "first_steps": "Ask"}, False),
            ({"aim": "Quiet"}, True),
        ):
            initiative = actions.write_initiative(
                initiative=initiative, revision=initiative.revision, by=person, **parts
            )
            assert requirement(enrolment).met is met
        actions.write_initiative(initiative=initiative, revision=initiative.revision, by=person, first_steps=" ")
        assert not requirement(enrolment).met
        point = actions.add_milestone(initiative=initiative, text="a", by_date=None, by=person)
        assert requirement(enrolment).met
        actions.delete_milestone(milestone=point, by=person)
        assert not requirement(enrolment).met
        assert requirement(enrolment).url == at("initiative", initiative.public_id)

    def test_it_is_told_when_it_may_have_changed(self, person, django_capture_on_commit_callbacks, monkeypatch):
        heard = []
        enrolment = EnrolmentFactory(person=person)
        monkeypatch.setattr("kernel.facts._deliver", heard.append)
        with django_capture_on_commit_callbacks(execute=True):
            initiative = actions.begin_initiative(enrolment=enrolment, title="a", language="en", by=person)
            actions.write_initiative(initiative=initiative, revision=0, aim="b", by=person)
            point = actions.add_milestone(initiative=initiative, text="c", by_date=None, by=person)
            actions.delete_milestone(milestone=point, by=person)
            assert not heard, "not before commit"
        assert heard == [RequirementChanged(enrolment=enrolment.public_id)] * 4

    def test_one_query(self, django_assert_num_queries):
        initiative = InitiativeFactory(aim="a")
        MilestoneFactory.create_batch(3, initiative=initiative)
        with django_assert_num_queries(1):
            assert requirement(initiative.enrolment).met


class TestHome:
    def test_says_nothing_without_one_and_the_next_milestone_with_one(self, client, person):
        assert "initiative" not in words(client.get(at("learner_home"))).lower()
        initiative = InitiativeFactory(enrolment__person=person)
        MilestoneFactory(initiative=initiative, text="Later", by_date=date(2031, 6, 1))
        MilestoneFactory(initiative=initiative, text="Sooner", by_date=date(2031, 5, 1))
        home = words(client.get(at("learner_home")))
        assert "A quieter ward" in home
        assert "Next milestone: Sooner" in home


@pytest.mark.parametrize("rows", [1, 3])
class TestQueries:
    def costs(self, client, url):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def test_the_page(self, client, initiative, rows):
        MilestoneFactory.create_batch(rows, initiative=initiative)
        InitiativeUpdateFactory.create_batch(rows, initiative=initiative)
        assert self.costs(client, at("initiative", initiative.public_id)) == 7

    def test_what_those_read_it_is_shared_with(self, client, of_cohort, rows):
        initiative, facilitator = of_cohort
        client.force_login(facilitator)
        MilestoneFactory.create_batch(rows, initiative=initiative)
        InitiativeUpdateFactory.create_batch(rows, initiative=initiative)
        assert self.costs(client, at("initiative_read", initiative.public_id)) == 6


def test_my_data_holds_every_word(person):
    initiative = InitiativeFactory(enrolment__person=person, **ANSWERS)
    MilestoneFactory(initiative=initiative, text="A point", by_date=date(2031, 5, 1))
    InitiativeUpdateFactory(initiative=initiative, text="Some news", attainment=-1)
    (part,) = [part for part in contributions() if part.key == "initiatives"]
    (told,) = part.collect(person)
    assert {told[name] for name in ANSWERS} == set(ANSWERS.values())
    assert told["milestones"] == [{"text": "A point", "by_date": "2031-05-01", "reached_at": None}]
    assert (told["updates"][0]["text"], told["updates"][0]["attainment"]) == ("Some news", -1)
    assert not part.collect(UserFactory())
    assert set(part.models) == {Initiative, Milestone, InitiativeUpdate}
