"""From an offer to a public page, and back: nothing of a story stays when its author takes it back."""

import uuid

import pytest
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from centre.groups import translators_group
from courses.journal.actions import stories as actions
from courses.journal.models import StoryOffer, StoryState
from courses.journal.selectors.stories import to_moderate
from courses.journal.views.moderation import A_PAGE
from kernel.errors import NotAllowed, Refused
from notices.models import Notice
from pages.models import StoryPage
from people.actions.consents import withdraw_consent
from people.contributions import contributions
from people.models import Consent
from tests.factories import UserFactory
from tests.factories.initiatives import InitiativeFactory, StoryOfferFactory
from tests.factories.people import ConsentFactory
from tests.helpers import LANGUAGES, shipped_page, soup, words

pytestmark = pytest.mark.django_db

SECRET = "Xylophonsecret"
STORY = "Zitherpublic"
WORDS = {
    "title": "How our ward became quiet",
    "text": f"First we asked.\n\n{STORY}: then we *listened*.",
    "shown_name": "",
}


def at(name, *args, language="en"):
    with translation.override(language):
        return reverse(name, args=args)


def member(*groups):
    person = UserFactory()
    person.groups.set(Group.objects.filter(name__in=groups))
    assert person.groups.count() == len(groups)
    return person


@pytest.fixture
def editor():
    return member("Editors of all languages")


@pytest.fixture
def initiative():
    return InitiativeFactory(title="A quieter ward", aim=SECRET, first_steps=SECRET)


@pytest.fixture
def author(client, initiative):
    client.force_login(initiative.owner)
    return initiative.owner


@pytest.fixture
def offer(initiative):
    return StoryOfferFactory(initiative=initiative, text=WORDS["text"], shown_name="Ana <b>B.</b>")


def publish(offer, editor):
    actions.draft_story(offer=offer, by=editor)
    offer.refresh_from_db()
    offer.page.specific.get_latest_revision().publish(user=editor)
    offer.refresh_from_db()
    return offer.page.specific


def left_in_the_database(text):
    """The tables in which this text stands somewhere."""
    wanted, found = {str: text, bytes: text.encode()}, set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = cursor.fetchall()
            if any(isinstance(cell, str | bytes) and wanted[type(cell)] in cell for row in rows for cell in row):
                found.add(table)
    return found


class TestOffer:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_first_comes_the_consent_then_the_text(self, client, author, initiative, language):
        url = at("story_offer", initiative.public_id, language=language)
        assert client.get(url).url == f"{at('consents', language=language)}?next={url.replace('/', '%2F')}"
        ConsentFactory(person=author, purpose="public_story")
        form = client.get(url)
        assert soup(form).main.find("input", {"name": "title"})["value"] == "A quieter ward"
        assert SECRET not in form.text, "nothing private is taken over"
        response = client.post(url, {**WORDS, "language": language}, follow=True)
        offer = StoryOffer.objects.get(initiative=initiative)
        assert response.redirect_chain == [(at("story", offer.public_id, language=language), 302)]
        assert (offer.state, offer.language, offer.person) == (StoryState.OFFERED, language, author)
        assert soup(response).main.find("em").text == "listened"
        assert client.get(url).url == at("story", offer.public_id, language=language), "one at a time"

    def test_without_consent_what_was_written_stays_in_the_form(self, client, author, initiative):
        response = client.post(at("story_offer", initiative.public_id), {**WORDS, "language": "en"})
        assert response.status_code == 409
        assert STORY in soup(response).main.find("textarea").text
        assert not StoryOffer.objects.filter(initiative=initiative).exists()

    def test_a_consent_taken_back_is_none(self, author, initiative):
        ConsentFactory(person=author, purpose="public_story")
        ConsentFactory(person=author, purpose="programme_figures")
        withdraw_consent(person=author, by=author, purpose="public_story")
        with pytest.raises(Refused) as refused:
            actions.offer_story(initiative=initiative, by=author, language="en", **WORDS)
        assert refused.value.code == "consent_needed"

    def test_one_live_story_of_an_initiative(self, author, offer):
        with pytest.raises(Refused) as refused:
            actions.offer_story(initiative=offer.initiative, by=author, language="en", **WORDS)
        assert refused.value.code == "already_offered"
        with pytest.raises(IntegrityError), transaction.atomic():
            StoryOfferFactory(initiative=offer.initiative, consent=offer.consent)

    def test_not_of_anothers_initiative(self, initiative):
        with pytest.raises(NotAllowed):
            actions.offer_story(initiative=initiative, by=UserFactory(), language="en", **WORDS)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"title": ""},
            {"title": "a" * 100_000},
            {"text": "é" * 8001},
            {"text": "a\0b"},
            {"shown_name": "a" * 81},
            {"language": "xx"},
        ],
    )
    def test_a_wrong_one_is_shown_again(self, client, author, initiative, wrong):
        ConsentFactory(person=author, purpose="public_story")
        sent = {**WORDS, "language": "en", **wrong}
        response = client.post(at("story_offer", initiative.public_id), sent)
        assert response.status_code == 200
        assert soup(response).find(id="error-summary")
        assert not StoryOffer.objects.filter(initiative=initiative).exists()

    def test_a_new_line_counts_once(self, client, author, initiative):
        ConsentFactory(person=author, purpose="public_story")
        sent = {**WORDS, "language": "en", "text": "a\r\n" * 3999 + "ab"}
        assert client.post(at("story_offer", initiative.public_id), sent).status_code == 302


@pytest.mark.parametrize("name", ["story", "story_withdraw"])
@pytest.mark.parametrize("staff", [False, True])
def test_anothers_story_is_not_here(client, offer, name, staff):
    client.force_login(UserFactory(is_staff=staff, is_superuser=staff))
    for response in (client.get(at(name, offer.public_id)), client.post(at(name, offer.public_id))):
        assert response.status_code in (404, 405)
        assert STORY not in response.text
    assert client.get(at(name, uuid.uuid4())).status_code == 404


class TestModeration:
    def test_the_queue_shows_offers_and_nothing_of_the_initiative(self, client, offer, editor):
        client.force_login(editor)
        queue = client.get(reverse("moderate_stories"))
        assert offer.title in queue.text
        page = client.get(reverse("moderate_story", args=[offer.public_id]))
        assert STORY in page.text
        assert SECRET not in page.text + queue.text
        assert reverse("moderate_stories") in soup(client.get("/cms/")).main.decode()

    @pytest.mark.parametrize("who", ["learner", "translator"])
    def test_is_for_those_who_publish(self, client, offer, who):
        client.force_login(member(translators_group("fr")) if who == "translator" else UserFactory())
        for url in (
            reverse("moderate_stories"),
            reverse("moderate_story", args=[offer.public_id]),
            reverse("draft_story", args=[offer.public_id]),
        ):
            response = client.post(url) if "draft" in url else client.get(url)
            assert offer.title not in response.text
            assert response.status_code in (200, 302, 403, 404)
        with pytest.raises(NotAllowed):
            actions.draft_story(offer=offer, by=UserFactory())
        offer.refresh_from_db()
        assert offer.state == StoryState.OFFERED

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_from_an_offer_to_a_public_page(self, client, author, offer, editor, language):
        StoryOffer.objects.filter(pk=offer.pk).update(language=language)
        client.force_login(editor)
        response = client.post(reverse("draft_story", args=[offer.public_id]))
        offer.refresh_from_db()
        page = offer.page.specific
        assert response.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
        assert (offer.state, page.live, page.locale.language_code) == (StoryState.DRAFTED, False, language)
        assert page.get_parent().specific == shipped_page(language, "home", "stories")
        assert client.get(page.get_url()).status_code == 404
        assert not Notice.objects.filter(person=author).exists()
        assert not any(Page.find_problems())

        page.get_latest_revision().publish(user=editor)
        offer.refresh_from_db()
        assert offer.state == StoryState.PUBLISHED
        client.logout()
        public = soup(client.get(page.get_url())).main
        assert STORY in public.text
        assert public.find("em").text == "listened"
        assert "Ana <b>B.</b>" in public.text, "a name is words, never HTML"
        told = Notice.objects.get(person=author)
        assert (told.kind, told.values) == ("story_published", {"title": offer.title})
        client.force_login(author)
        mine = soup(client.get(at("story", offer.public_id, language=language))).main
        assert client.get(mine.find("a", href=lambda url: page.slug in url)["href"]).status_code == 200

    def test_published_again_is_told_once(self, offer, editor):
        page = publish(offer, editor)
        page.save_revision(user=editor).publish(user=editor)
        assert Notice.objects.filter(kind="story_published", person=offer.person).get().count == 1

    def test_what_people_write_is_never_html(self, client, offer, editor):
        evil = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>\n\n# Big"
        StoryOffer.objects.filter(pk=offer.pk).update(text=evil, shown_name="<script>")
        offer.refresh_from_db()
        page = publish(offer, editor)
        body = soup(client.get(page.get_url())).main
        assert not body.find("script")
        assert not body.find("img", src="x")
        assert not body.find("a", href=lambda url: url and "javascript" in url)

    @pytest.mark.parametrize("title", ["🙂", "Eighty alumni", "é" * 120])
    def test_every_title_finds_an_address(self, offer, editor, title):
        taken = publish(offer, editor)
        other = StoryOfferFactory(title=title if title != "Eighty alumni" else taken.title)
        assert publish(other, editor).slug not in ("", taken.slug)

    def test_a_draft_that_was_deleted_is_made_anew(self, client, offer, editor):
        actions.draft_story(offer=offer, by=editor)
        offer.refresh_from_db()
        with pytest.raises(Refused):
            actions.draft_story(offer=offer, by=editor)
        offer.page.delete()
        offer.refresh_from_db()
        client.force_login(editor)
        assert "Make a draft page" in client.get(reverse("moderate_story", args=[offer.public_id])).text
        actions.draft_story(offer=offer, by=editor)
        offer.refresh_from_db()
        assert offer.page is not None

    def test_declined_with_an_answer(self, client, author, offer, editor):
        actions.draft_story(offer=offer, by=editor)
        client.force_login(editor)
        url = reverse("decline_story", args=[offer.public_id])
        assert client.post(url, {"answer": ""}).status_code == 200
        assert client.post(url, {"answer": "It names a nurse: please ask her."}).status_code == 302
        offer.refresh_from_db()
        assert (offer.state, offer.page) == (StoryState.DECLINED, None)
        assert not StoryPage.objects.filter(title=offer.title).exists()
        told = Notice.objects.get(person=author)
        assert (told.kind, told.values) == ("story_answered", {"title": offer.title})
        again = client.post(url, {"answer": "Twice"}, follow=True)
        assert "not possible any more" in again.text
        client.force_login(author)
        mine = client.get(at("story", offer.public_id))
        assert "please ask her" in words(mine)
        assert soup(mine).main.find("a", href=at("story_offer", offer.initiative.public_id))

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_queue_costs_the_same(self, editor, rows, django_assert_num_queries):
        offers = StoryOfferFactory.create_batch(rows)
        queue = to_moderate(editor)
        with django_assert_num_queries(1):  # besides the editor's permissions, asked once a request
            assert set(offers) <= set(queue[:A_PAGE])


class TestWithdraw:
    def test_the_draft_is_deleted(self, client, author, offer, editor):
        actions.draft_story(offer=offer, by=editor)
        url = at("story_withdraw", offer.public_id)
        client.get(url)
        assert StoryPage.objects.filter(title=offer.title).exists(), "it asks first"
        assert client.post(url).url == at("story", offer.public_id)
        assert not StoryPage.objects.filter(title=offer.title).exists()
        offer.refresh_from_db()
        assert offer.state == StoryState.WITHDRAWN
        client.force_login(editor)
        assert client.get(reverse("moderate_story", args=[offer.public_id]), follow=True).status_code == 404
        assert offer.title not in client.get(reverse("moderate_stories")).text

    def test_nothing_of_a_published_one_stays_anywhere(self, client, author, offer, editor):
        page = publish(offer, editor)
        source, _ = TranslationSource.get_or_create_from_instance(page)
        french = page.copy_for_translation(shipped_page("fr", "home", "stories").locale, copy_parents=True)
        french.get_latest_revision().publish()
        client.logout()
        url = page.get_url()
        for _ in range(2):
            assert STORY in client.get(url).text
        listed = shipped_page("en", "home", "stories").get_url()
        assert offer.title in client.get(listed).text
        everywhere = left_in_the_database(STORY)
        assert {"pages_storypage", "wagtailcore_revision", "wagtail_localize_string"} <= everywhere
        assert source

        actions.withdraw_story(offer=offer, by=author)
        assert left_in_the_database(STORY) == {"journal_storyoffer"}
        assert client.get(url).status_code == 404, "nor in the cache of pages"
        assert offer.title not in client.get(listed).text
        assert not Page.objects.filter(translation_key=page.translation_key).exists()
        assert not any(Page.find_problems())
        assert not Notice.objects.filter(person=author, read_at__isnull=True).exists()

    def test_twice_is_once_and_what_was_not_taken_stays_so(self, author, offer, editor):
        for _ in range(2):
            assert actions.withdraw_story(offer=offer, by=author).state == StoryState.WITHDRAWN
        other = StoryOfferFactory(state=StoryState.DECLINED)
        with pytest.raises(Refused):
            actions.withdraw_story(offer=other, by=other.person)
        with pytest.raises(NotAllowed):
            actions.withdraw_story(offer=other, by=author)

    def test_taking_back_the_consent_does_the_same(
        self, client, author, offer, editor, django_capture_on_commit_callbacks
    ):
        others = StoryOfferFactory(title="Another story")
        page = publish(offer, editor)
        client.logout()
        assert client.get(page.get_url()).status_code == 200
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_consent(person=author, by=author, purpose="public_story")
        caches["pages"].clear()
        assert client.get(page.get_url()).status_code == 404
        offer.refresh_from_db()
        others.refresh_from_db()
        assert (offer.state, others.state) == (StoryState.WITHDRAWN, StoryState.OFFERED)

    def test_a_lost_fact_is_made_up_for(self, author, offer, editor):
        publish(offer, editor)
        withdraw_consent(person=author, by=author, purpose="public_story")
        offer.refresh_from_db()
        assert offer.state == StoryState.PUBLISHED, "nobody has heard of it"
        assert actions.withdraw_without_consent() == 1
        assert actions.withdraw_without_consent() == 0
        assert not StoryPage.objects.filter(title=offer.title).exists()

    def test_another_can_be_offered_afterwards(self, client, author, offer):
        actions.withdraw_story(offer=offer, by=author)
        url = at("story_offer", offer.initiative.public_id)
        assert client.post(url, {**WORDS, "title": "Second", "language": "es"}).status_code == 302
        assert StoryOffer.objects.filter(person=author).count() == 2


class TestErasing:
    def test_takes_the_page_along(self, author, offer, editor):
        publish(offer, editor)
        (part,) = [part for part in contributions() if part.key == "stories"]
        (told,) = part.collect(author)
        assert (told["text"], told["state"]) == (WORDS["text"], "published")
        part.erase(author)
        author.delete()
        assert not left_in_the_database(STORY)
        assert not Consent.objects.filter(pk=offer.consent_id).exists()
