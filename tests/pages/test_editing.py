"""What the staff can do in the CMS, and what translators cannot."""

import json
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import Page, get_page_models
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from centre.groups import translators_group
from courses.curriculum.models import Course, CoursePage, SessionPage, StepPage
from courses.curriculum.selectors import outline
from pages.models import BasePage, HomePage, PlainPage
from tests.factories import UserFactory
from tests.helpers import COURSE, LANGUAGES, shipped_page, soup

pytestmark = pytest.mark.django_db

OURS = sorted((model for model in get_page_models() if issubclass(model, BasePage)), key=lambda m: m.__name__)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def member(client, *groups):
    person = UserFactory()
    person.groups.set(Group.objects.filter(name__in=groups))
    assert person.groups.count() == len(groups)
    client.force_login(person)
    return person


@pytest.fixture
def editor(client):
    return member(client, "Editors of all languages")


def document(name):
    return get_document_model().objects.create(title=name, file=ContentFile(b"x", name=name))


def form(title, slug, blocks=(), **more):
    return nested_form_data(
        {"title": title, "slug": slug, "summary": "In one sentence.", "body": streamfield(list(blocks)), "comments":
         {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}, **more}
    )  # fmt: skip


def add(client, model, parent, data, action="action-publish"):
    url = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk])
    return client.post(url, {**data, action: "1"})


class TestTree:
    """Page types allow only sensible children."""

    CHILDREN = {
        "HomePage": {"CoursesPage", "GuidesPage", "PlainPage", "StoriesPage"},
        "CoursesPage": {"CoursePage"},
        "CoursePage": {"SessionPage"},
        "SessionPage": {"StepPage"},
        "StepPage": set(),
        "GuidesPage": {"GuidePage"},
        "GuidePage": {"ChapterPage"},
        "ChapterPage": set(),
        "StoriesPage": {"StoryPage"},
        "StoryPage": set(),
        "PlainPage": {"PlainPage"},
    }

    @pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
    def test_children(self, model):
        found = {child.__name__ for child in model.creatable_subpage_models()}
        assert found == self.CHILDREN[model.__name__]


class TestCourseByEditors:
    """A second course, without a developer."""

    def test_from_an_empty_form_to_a_learner(self, client, editor):
        add(
            client,
            CoursePage,
            shipped_page("en", "courses"),
            form("Writing", "writing", closing=rich_text("<p>Well done.</p>")),
        )
        page = CoursePage.objects.get(slug="writing")
        add(client, SessionPage, page, form("First words", "first-words"))
        session = SessionPage.objects.get(slug="first-words")
        media = {
            "title": "Hear it",
            "kind": "audio",
            "file": document("a.mp3").pk,
            "captions": "",
            "transcript": rich_text("<p>Every word.</p>"),
        }
        question = ("question", "Whom do you write to?")
        add(
            client,
            StepPage,
            session,
            form("Hear", "hear", [("media", media), question], kind="listen", minutes=5, required="on"),
        )
        step = StepPage.objects.get(slug="hear")
        assert (page.live, session.live, step.live) == (True, True, True)
        course = Course.objects.get(key=page.translation_key)
        assert course.name == "Writing"
        assert [found.title for found in outline(page).steps] == ["Hear"]

        client.logout()
        page_seen = soup(client.get(step.get_url()))
        assert page_seen.main.audio
        assert "Every word." in page_seen.main.text

        learner = UserFactory()
        client.force_login(learner)
        client.post(f"/en/learn/begin/{course.key}/")
        enrolment = learner.enrolments.get()
        enrolment.also_required = []  # the initiative has tests of its own
        enrolment.save()
        response = client.post(f"/en/learn/{enrolment.public_id}/{step.translation_key}/done", follow=True)
        enrolment.refresh_from_db()
        assert enrolment.is_completed
        assert "Well done." in soup(response).main.text

    @pytest.mark.parametrize("name", ["talk.mp3", "film.mp4", "film.vtt", "sheet.pdf"])
    def test_what_blocks_need_can_be_uploaded(self, client, editor, name):
        file = SimpleUploadedFile(name, b"x")
        response = client.post(reverse("wagtaildocs:add"), {"title": name, "file": file})
        assert response.status_code == 302, soup(response).text
        assert get_document_model().objects.filter(title=name).exists()

    @pytest.mark.parametrize("name", ["talk.mp3", "talk.ogg", "film.mp4", "film.webm"])
    def test_what_can_be_heard_and_seen_is_a_document(self, client, name):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        client.post(reverse("wagtaildocs:add"), {"title": name, "file": SimpleUploadedFile(name, b"x")})
        assert get_document_model().objects.filter(title=name).exists()

    @pytest.mark.parametrize("name", ["page.html", "drawing.svg", "run.js"])
    def test_what_a_browser_would_run_cannot(self, client, name):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        client.post(reverse("wagtaildocs:add"), {"title": name, "file": SimpleUploadedFile(name, b"x")})
        assert not get_document_model().objects.filter(title=name).exists()

    @pytest.mark.parametrize(
        ("kind", "minutes"),
        [("listen", 5), ("self_check", 5), ("read", 0), ("read", 241), ("dance", 5)],
        ids=["listen without media", "self-check without a check", "no minutes", "too many minutes", "unknown kind"],
    )
    def test_a_step_that_does_not_keep_its_word_is_not_published(self, client, editor, kind, minutes):
        session = shipped_page("en", *COURSE, "being-heard")
        data = form("Bad", "bad", [("question", "Why?")], kind=kind, minutes=minutes, required="on")
        response = add(client, StepPage, session, data)
        assert response.status_code == 200
        assert not Page.objects.filter(slug="bad").exists()
        good = form("Good", "good", [("question", "Why?")], kind="read", minutes=5, required="on")
        add(client, StepPage, session, good)
        assert Page.objects.get(slug="good").live

    def test_a_self_check_step_with_no_fitting_answer_is_not_published(self, client, editor):
        def data(slug, fits):
            options = streamfield([("item", {"text": t, "feedback": "So.", **fits}) for t in "ab"])
            check = {"question": "Which?", "options": options}
            return form(slug, slug, [("self_check", check)], kind="self_check", minutes=5, required="on")

        session = shipped_page("en", *COURSE, "being-heard")
        assert add(client, StepPage, session, data("none-fits", {})).status_code == 200
        assert not Page.objects.filter(slug="none-fits").exists()
        add(client, StepPage, session, data("fits", {"fits": "on"}))
        assert Page.objects.get(slug="fits").live


class TestPreviews:
    @pytest.mark.parametrize(
        ("model", "language"),
        [*((model, "en") for model in OURS), (StepPage, "fr")],
        ids=lambda value: value if isinstance(value, str) else value.__name__,
    )
    def test_of_a_page_that_exists(self, client, model, language):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        page = model.objects.filter(locale__language_code=language).first()
        page.title = "Draft words"
        page.save_revision()
        response = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
        assert response.status_code == 200
        seen = soup(response)
        assert seen.html["lang"] == language
        assert "Draft words" in seen.h1.text
        assert "Draft words" not in client.get(page.get_url()).text

    @pytest.mark.parametrize(
        ("model", "parent", "more"),
        [
            (StepPage, (*COURSE, "being-heard"), {"kind": "read", "minutes": 5}),
            (SessionPage, COURSE, {}),
            (CoursePage, ("courses",), {"closing": rich_text("<p>Done.</p>")}),
            (PlainPage, ("home",), {}),
            (next(m for m in OURS if m.__name__ == "ChapterPage"), ("home", "guides", "twinning"), {}),
            (next(m for m in OURS if m.__name__ == "StoryPage"), ("home", "stories"), {}),
        ],
        ids=["step", "session", "course", "plain", "chapter", "story"],
    )
    def test_of_a_page_that_is_being_written(self, client, editor, model, parent, more):
        above = shipped_page("en", *parent)
        url = reverse(
            "wagtailadmin_pages:preview_on_add", args=[model._meta.app_label, model._meta.model_name, above.pk]
        )
        answer = client.post(url, form("Not yet", "not-yet", [("question", "Why?")], **more))
        assert answer.json()["is_valid"], answer.json()
        response = client.get(url)
        assert response.status_code == 200
        assert "Not yet" in soup(response).h1.text
        assert not Page.objects.filter(slug="not-yet").exists()


class TestTranslators:
    def edit_url(self, page):
        return reverse("wagtailadmin_pages:edit", args=[page.pk])

    def test_translate_strings_of_their_language(self, client):
        member(client, translators_group("fr"))
        page = shipped_page("fr", *COURSE)
        assert client.get(self.edit_url(page)).status_code == 200
        source = TranslationSource.objects.get_for_instance(shipped_page("en", *COURSE))
        translation = Translation.objects.get(source=source, target_locale=page.locale)
        segment = source.stringsegment_set.get(context__path="title")
        url = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
        response = client.put(url, f"value={quote('Autre titre')}", content_type="application/x-www-form-urlencoded")
        assert response.status_code == 200, response.content
        kept = StringTranslation.objects.get(translation_of=segment.string, context=segment.context, locale=page.locale)
        assert kept.data == "Autre titre"
        assert shipped_page("fr", *COURSE).title != "Autre titre"

    def test_do_not_publish(self, client):
        member(client, translators_group("fr"))
        page = shipped_page("fr", *COURSE)
        before = (page.last_published_at, page.live, page.title)
        client.post(self.edit_url(page), {"action": "publish"})
        client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
        client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
        after = shipped_page("fr", *COURSE)
        assert (after.last_published_at, after.live, after.title) == before
        assert after.permissions_for_user(member(client, translators_group("fr"))).can_edit()
        assert not after.permissions_for_user(member(client, translators_group("fr"))).can_publish()

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_leave_other_languages_alone(self, client, language):
        person = member(client, translators_group("fr"))
        page = shipped_page(language, *COURSE)
        assert not page.permissions_for_user(person).can_edit()
        assert client.get(self.edit_url(page)).status_code == 302

    def test_cannot_publish_by_way_of_a_sync_either(self, client):
        """wagtail-localize publishes on “Sync” without asking for the right to: translators are not given that door."""
        member(client, translators_group("fr"))
        page = shipped_page("fr", *COURSE)
        source = TranslationSource.objects.get(object_id=page.translation_key)
        title = StringSegment.objects.get(source=source, context__path="title")
        StringTranslation.objects.filter(context=title.context, locale=page.locale).update(data="Defaced")
        client.post(reverse("wagtail_localize:update_translations", args=[source.pk]), {"publish_translations": "on"})
        assert shipped_page("fr", *COURSE).title == page.title != "Defaced"

    def test_editors_begin_the_translation_of_a_new_page(self, client, editor):
        page = shipped_page("en", "home").add_child(instance=PlainPage(title="New", slug="new", summary="New."))
        url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        assert client.get(url).status_code == 200

    def test_each_language_but_the_source_has_its_group(self):
        names = set(Group.objects.filter(name__startswith="Translators").values_list("name", flat=True))
        assert names == {translators_group(code) for code in LANGUAGES[1:]}

    def test_editors_publish_in_every_language(self, client, editor):
        for language in LANGUAGES:
            home = HomePage.objects.get(locale__language_code=language)
            assert home.permissions_for_user(editor).can_publish()
            assert home.permissions_for_user(editor).can_add_subpage()


def test_strangers_and_learners_do_not_enter_the_cms(client):
    assert client.get("/cms/").status_code == 302
    client.force_login(UserFactory())
    assert client.get("/cms/").status_code in (302, 403)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[shipped_page("en", *COURSE).pk])).status_code in (
        302,
        403,
    )


def test_the_body_is_kept_as_it_was_written():
    """A page read and saved again is the same page: stable block ids are what translations hang on."""
    page = shipped_page("en", *COURSE, "being-heard", "two-minutes")
    before = json.loads(json.dumps(page.body.get_prep_value()))
    page.save_revision().publish()
    assert shipped_page("en", *COURSE, "being-heard", "two-minutes").body.get_prep_value() == before
