"""Editors are shown that a translation has fallen behind, before anybody presses Sync (issue A, part 5)."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.translation import override
from wagtail_localize.models import StringTranslation, TranslationSource

from centre.groups import translators_group
from pages.models import PlainPage
from pages.translations import out_of_date
from tests.factories import UserFactory
from tests.helpers import COURSE, shipped_page, soup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


HELP = ("home", "help")


def change(page, **values):
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()


def behind():
    return [(row.page.title, row.language) for row in out_of_date()]


def test_what_ships_is_up_to_date():
    assert out_of_date() == []


def test_an_edited_source_is_behind_in_every_language_until_it_is_synced():
    page = shipped_page("en", *HELP)
    change(page, title="More help", summary="Other words.")
    assert behind() == [("More help", "Français"), ("More help", "Español")]
    assert "2 texts of the English page" in out_of_date()[0].reason
    source, _ = TranslationSource.update_or_create_from_instance(shipped_page("en", *HELP))
    assert "2 texts wait" in out_of_date()[0].reason
    for segment in source.stringsegment_set.filter(context__path__in=("title", "summary")):
        StringTranslation.objects.create(
            translation_of=segment.string,
            context=segment.context,
            locale=shipped_page("fr", *HELP).locale,
            data="Plus",
        )
    assert behind() == [("More help", "Español")]


def test_publishing_the_same_words_again_leaves_nobody_behind():
    change(shipped_page("en", *HELP))
    assert behind() == []


def test_a_draft_leaves_nobody_behind():
    page = shipped_page("en", *HELP)
    page.title = "Draft"
    page.save_revision()
    assert behind() == []


def test_a_page_without_translations_and_one_taken_away_are_behind():
    page = shipped_page("en", "home").add_child(instance=PlainPage(title="New", slug="new", summary="New."))
    assert behind() == [("New", "Français"), ("New", "Español")]
    page.delete()
    shipped_page("es", *HELP).unpublish()
    assert behind() == [(shipped_page("en", *HELP).title, "Español")]


@pytest.mark.parametrize("group", [translators_group("fr"), "Editors of all languages"])
def test_the_cms_says_so_on_its_first_page_and_leads_to_the_place(client, group):
    person = UserFactory()
    person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    report = reverse("translations_out_of_date")
    assert not soup(client.get("/cms/")).find("a", href=report, string=lambda text: text and "2" in text)
    change(shipped_page("en", *COURSE), title="A better course")
    assert soup(client.get("/cms/")).find("a", href=report, string=lambda text: text and "2" in text)
    rows = soup(client.get(report)).select("table.listing tbody tr")
    assert [row.select("td")[1].text for row in rows] == ["Français", "Español"]
    link = rows[0].find("a")["href"]
    assert link == reverse("wagtailadmin_pages:edit", args=[shipped_page("fr", *COURSE).pk])
    assert client.get(link).status_code == 200


def test_strangers_and_learners_do_not_see_it(client):
    for person in (None, UserFactory()):
        if person:
            client.force_login(person)
        assert client.get(reverse("translations_out_of_date")).status_code in (302, 403)
