"""Loading the shipped content: once makes it, twice changes nothing, and editors' work is theirs."""

import shutil
from functools import cache
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import transaction
from wagtail.models import Page, Revision
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from centre import content
from pages import loading
from pages.loading import page_key
from pages.models import LoadedPage
from pages.shipped import LANGUAGES, in_language, read_tree
from tests.helpers import shipped_page, soup

shipped_tree = cache(read_tree)

STORIES = ("home", "stories")
STORY = (*STORIES, "thirteen-organisations-one-letter")


@pytest.fixture
def folder(tmp_path):
    """A copy of the pages' folder, to be changed."""
    shutil.copytree(content.PAGES, tmp_path / "pages")
    return tmp_path / "pages"


@pytest.fixture
def bare(tmp_path):
    """A list of courses without courses, for a quick run."""
    (tmp_path / "courses").mkdir()
    shutil.copy(content.COURSES / "_page.yaml", tmp_path / "courses")
    return tmp_path / "courses"


def load(folder, courses, **options) -> str:
    said = StringIO()
    call_command("load_content", pages=folder, courses=courses, stdout=said, verbosity=1, **options)
    return said.getvalue()


def edit(path, change):
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def everything():
    """All that a run could touch."""
    return {
        model: list(model.objects.order_by("pk").values())
        for model in (Page, Revision, LoadedPage, TranslationSource, Translation, StringSegment, StringTranslation)
    }


def titles(*path):
    return [shipped_page(language, *path).title for language in LANGUAGES]


def children(language, *path):
    return [page.translation_key for page in shipped_page(language, *path).get_children().order_by("path")]


def test_a_second_run_changes_nothing(committed):
    before = everything()
    said = StringIO()
    call_command("load_content", stdout=said)
    assert "0 new, 0 changed" in said.getvalue()
    assert "0 left alone" in said.getvalue()
    assert everything() == before


def test_a_changed_file_changes_its_page_in_three_languages_and_no_other(committed, folder, bare):
    before = everything()
    story = folder / "stories" / "01-thirteen-organisations-one-letter.yaml"
    edit(story, lambda data: data["title"].update(en="One letter", fr="Une lettre", es="Una carta"))
    assert "0 new, 3 changed" in load(folder, bare)
    assert titles(*STORY) == ["One letter", "Une lettre", "Una carta"]
    assert all(shipped_page(language, *STORY).live for language in LANGUAGES)
    changed = [a["id"] for a, b in zip(everything()[Page], before[Page], strict=True) if a != b]
    assert changed == sorted(shipped_page(language, *STORY).pk for language in LANGUAGES)
    assert "0 new, 0 changed" in load(folder, bare)
    assert not any(Page.find_problems())


def test_a_change_in_one_translation_changes_that_page_alone(committed, folder, bare):
    story = folder / "stories" / "01-thirteen-organisations-one-letter.yaml"
    before = titles(*STORY)
    edit(story, lambda data: data["title"].update(fr="Une lettre"))
    assert "0 new, 1 changed" in load(folder, bare)
    assert titles(*STORY) == [before[0], "Une lettre", before[2]]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_an_editor_changed_is_left_alone_unless_asked_otherwise(committed, folder, bare, language):
    page = shipped_page(language, *STORY)
    shipped = page.title
    page.title = "Edited"
    page.save_revision().publish()
    story = folder / "stories" / "01-thirteen-organisations-one-letter.yaml"
    edit(story, lambda data: [data["summary"].update({code: f"New {code}" for code in LANGUAGES})])
    said = load(folder, bare)
    assert f"left alone, edited since it was loaded: {language} Edited" in said
    assert shipped_page(language, *STORY).title == "Edited"
    # Translations of strings that are an editor's now would fit nothing.
    assert (shipped_page("es", *STORY).summary == "New es") == (language != "en")
    load(folder, bare, overwrite=True)
    assert (shipped_page(language, *STORY).title, shipped_page(language, *STORY).summary) == (
        shipped,
        f"New {language}",
    )


def test_a_new_file_takes_its_place_in_every_language(committed, folder, bare):
    first, *others = children("en", *STORIES)
    shutil.copy(folder / "stories" / "02-thailand-and-hong-kong.yaml", folder / "stories" / "01-new.yaml")
    edit(folder / "stories" / "01-new.yaml", lambda data: data.update(key="new", slug="new"))
    # "01-new" comes before "01-thirteen…", which comes before "02-…".
    (folder / "stories" / "01-new.yaml").rename(folder / "stories" / "01-x-new.yaml")
    assert "3 new, 0 changed" in load(folder, bare)
    for language in LANGUAGES:
        assert children(language, *STORIES) == [first, page_key(*STORIES, "new"), *others]
        page = shipped_page(language, *STORIES, "new")
        assert page.live
        assert page.get_url() == shipped_page(language, *STORIES).get_url() + "new/"
    assert not any(Page.find_problems())
    assert "0 new, 0 changed" in load(folder, bare)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (lambda data: data["title"].pop("es"), "title.es: the translation is missing"),
        (lambda data: data["summary"].update(fr="long " * 80), "fr: summary: "),
    ],
    ids=["a missing translation", "a text that an editor could not save"],
)
def test_a_mistake_is_named_with_file_and_key_and_nothing_is_loaded(committed, folder, bare, mistake, said):
    before = everything()
    # The first file in order would be changed, the last one is wrong.
    edit(folder / "_page.yaml", lambda data: data["title"].update(en="New", fr="Nouveau", es="Nuevo"))
    story = folder / "stories" / "04-eighty-alumni.yaml"
    edit(story, mistake)
    with pytest.raises(CommandError) as error:
        load(folder, bare)
    assert f"{story}: {said}" in str(error.value)
    assert everything() == before


def test_it_is_not_to_be_called_inside_a_transaction(db):
    with pytest.raises(RuntimeError, match="transaction"), transaction.atomic():
        loading.load(loading.prepare(read_tree(content.PAGES / "stories")), under=shipped_page("en", "home"))


def test_a_page_stays_readable_while_it_is_loaded_again(committed, folder, bare, client):
    edit(folder / "stories" / "_page.yaml", lambda data: data["summary"].update(en="Changed"))
    load(folder, bare)
    assert soup(client.get(shipped_page("en", *STORIES).get_url())).main.find(class_="lede").text == "Changed"


@pytest.mark.django_db
class TestWhatIsThere:
    def test_the_tree_has_no_problems(self):
        assert not any(Page.find_problems())

    def test_every_shipped_page_is_live_in_three_languages_below_the_same_parent(self):
        pages = {
            (page.translation_key, page.locale.language_code): page
            for page in Page.objects.live().select_related("locale")
        }
        parents = {page.path: page for page in pages.values()}
        count = 0
        for root in map(shipped_tree, (content.PAGES, content.COURSES)):
            paths = {}
            for parent, shipped in root.walk():
                path = paths[id(shipped)] = (*(paths[id(parent)] if parent else ()), shipped.key)
                for language in LANGUAGES:
                    page = pages.pop((page_key(*path), language))
                    count += 1
                    assert page.title == in_language(shipped.fields["title"], language)
                    assert page.slug == (shipped.slug[language] if page.depth > 2 else page.slug)
                    if page.depth > 2:
                        above = page_key(*path[:-1]) if parent else page_key("home")
                        there = parents[page.path[: -page.steplen]]
                        assert (there.translation_key, there.locale) == (above, page.locale)
        assert set(pages) == {(key, code) for key, code in pages if pages[key, code].depth == 1}
        assert count > 150

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_siblings_stand_in_the_shipped_order(self, language):
        guide = ("home", "guides", "twinning")
        chapters = shipped_tree(content.PAGES / "guides" / "twinning").children
        assert children(language, *guide) == [page_key(*guide, chapter.key) for chapter in chapters]
        tree = shipped_tree(content.COURSES / "effective-patient-leader")
        course = ("courses", "effective-patient-leader")
        assert children(language, *course) == [page_key(*course, session.key) for session in tree.children]
        for session in tree.children:
            path = (*course, session.key)
            assert children(language, *path) == [page_key(*path, step.key) for step in session.children]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_courses_lead_the_navigation(self, language):
        assert children(language, "home")[0] == page_key("courses")

    def test_translators_find_every_string_beside_its_source(self):
        sources = TranslationSource.objects.all()
        assert sources.count() == Page.objects.filter(locale__language_code="en", depth__gt=1).count()
        for translation in Translation.objects.select_related("source"):
            total, done = translation.get_progress()
            assert total == done > 0, translation.source.object_repr
        assert Translation.objects.count() == 2 * sources.count()

    def test_paragraphs_are_strings_of_their_own(self):
        """A translator works on sentences, not on a page in one field."""
        page = shipped_page("en", *STORY)
        source = TranslationSource.objects.get_for_instance(page)
        assert source.stringsegment_set.count() > len(page.body) + 2

    def test_a_translators_change_reaches_the_page(self, client):
        page = shipped_page("fr", *STORY)
        source = TranslationSource.objects.get_for_instance(shipped_page("en", *STORY))
        segment = source.stringsegment_set.get(context__path="title")
        StringTranslation.objects.filter(
            translation_of=segment.string, context=segment.context, locale=page.locale
        ).update(data="Un autre titre")
        Translation.objects.get(source=source, target_locale=page.locale).save_target(publish=True)
        assert soup(client.get(page.get_url())).h1.text == "Un autre titre"
