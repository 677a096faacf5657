import pytest

from pages.models import PlainPage
from pages.selectors import languages_of, pages_at, search
from tests.helpers import COURSE, LANGUAGES, shipped_page

pytestmark = pytest.mark.django_db

GUIDE = ("home", "guides", "twinning")


class TestLanguagesOf:
    def test_every_language_a_page_is_live_in_with_this_one_marked(self):
        links = languages_of(shipped_page("fr", *GUIDE))
        assert [(link.code, link.name, link.current) for link in links] == [
            ("en", "English", False),
            ("fr", "Français", True),
            ("es", "Español", False),
        ]
        assert [link.url for link in links] == [shipped_page(code, *GUIDE).get_url() for code in LANGUAGES]

    def test_only_real_translations(self):
        shipped_page("es", *GUIDE).unpublish()
        assert [link.code for link in languages_of(shipped_page("fr", *GUIDE))] == ["en", "fr"]
        page = shipped_page("en", "home").add_child(instance=PlainPage(title="New", slug="new", summary="New."))
        assert [link.code for link in languages_of(page)] == ["en"]


class TestPagesAt:
    def test_a_path_of_another_language_means_that_page_in_all_of_its_languages(self):
        french = shipped_page("fr", *GUIDE).get_url()
        assert [link.code for link in pages_at(french.replace("/fr/", "/es/"))] == list(LANGUAGES)
        assert french in [link.url for link in pages_at(french.replace("/fr/", "/es/").rstrip("/"))]

    def test_only_live_ones(self):
        path = shipped_page("fr", *GUIDE).get_url().replace("/fr/", "/en/")
        shipped_page("es", *GUIDE).unpublish()
        assert [link.code for link in pages_at(path)] == ["en", "fr"]
        for language in LANGUAGES:
            shipped_page(language, *GUIDE).unpublish()
        assert pages_at(path) == []

    @pytest.mark.parametrize(
        "path", ["/", "/en/", "/xx/guides/", "/en/nothing/here/", "/en/" + "a/" * 900, "/guides/", "/en/%00"]
    )
    def test_nothing_for_an_address_that_means_nothing(self, path):
        assert pages_at(path) == []


def titles(query, language="en"):
    return [page.title for page in search(query, language)]


class TestSearch:
    """The same on both databases: concrete pages."""

    @pytest.mark.parametrize(
        ("language", "query", "path"),
        [
            ("en", "twinning guide", GUIDE),
            ("en", "TWIN organis", GUIDE),
            ("fr", "jumelage associations", GUIDE),
            ("fr", "JUMELÂGE", GUIDE),
            ("es", "hermanamiento", GUIDE),
            ("es", "accion eficacia", COURSE),
            ("fr", "efficacite", COURSE),
            ("es", "atención", COURSE),
            ("es", "atencion", COURSE),
        ],
    )
    def test_finds_by_the_beginnings_of_words_without_accents(self, language, query, path):
        found = search(query, language)
        assert {page.locale.language_code for page in found} <= {language}
        assert shipped_page(language, *path) in found

    @pytest.mark.parametrize(("plain", "accented"), [("reunion", "Réunion"), ("sante", "SANTÉ"), ("coeur", "cœur")])
    def test_accents_case_and_ligatures_make_no_difference(self, plain, accented):
        assert titles(plain, "fr") == titles(accented, "fr") != []

    def test_every_word_has_to_be_there(self):
        assert set(titles("twinning agreement")) < set(titles("twinning"))
        assert titles("twinning zzzz") == []

    def test_only_this_language(self):
        assert titles("hermanamiento", "en") == []
        assert titles("hermanamiento", "es") != []

    def test_hits_in_the_title_come_first_then_the_order_of_the_tree(self):
        found = search("twin", "en")
        in_title = ["twin" in page.title.lower() for page in found]
        assert in_title == sorted(in_title, reverse=True)
        assert {True, False} == set(in_title)
        for part in (True, False):
            paths = [page.path for page, hit in zip(found, in_title, strict=True) if hit is part]
            assert paths == sorted(paths)

    def test_steps_are_found_by_what_is_in_their_blocks(self):
        step = shipped_page("en", *COURSE, "being-heard", "two-minutes")
        assert titles("thirty second version affected") == [step.title]

    @pytest.mark.parametrize(
        "query", ["", " ", "a", "é", "…", "'\"", "a" * 5000, "AND OR NOT", "twin*", 'twin"', "(", "tw\x00in", "%", "\\"]
    )
    def test_odd_queries_find_nothing_or_something_and_break_nothing(self, query):
        assert isinstance(search(query, "en"), list)

    def test_the_home_page_and_unknown_languages_find_nothing(self):
        assert shipped_page("en", "home") not in search("patient leader", "en")
        assert search("twinning", "de") == []

    def test_nothing_from_drafts_nor_from_what_was_taken_away(self):
        parent = shipped_page("en", "home")
        page = parent.add_child(
            instance=PlainPage(title="Quixotic zebras", slug="zebras", summary="Quixotic.", live=False)
        )
        page.save_revision()
        assert titles("quixotic") == []
        page.get_latest_revision().publish()
        assert titles("quixotic") == ["Quixotic zebras"]
        draft = PlainPage.objects.get(pk=page.pk)
        draft.title = "Borogoves"
        draft.save_revision()
        assert titles("borogoves") == []
        PlainPage.objects.get(pk=page.pk).unpublish()
        assert titles("quixotic") == []

    @pytest.mark.parametrize("words", ["twinning", "patient"])
    def test_costs_do_not_grow_with_the_number_of_hits(self, words, django_assert_max_num_queries):
        with django_assert_max_num_queries(12):
            assert search(words, "en")
