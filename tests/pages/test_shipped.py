"""A wrong content file is named, with its key, and nothing of its folder is taken."""

import shutil
from pathlib import Path

import pytest
import yaml

from centre import content
from pages import shipped
from pages.shipped import LANGUAGES, ContentError, read_tree

STORIES = content.PAGES / "stories"
SESSION = content.COURSES / "effective-patient-leader" / "3-being-heard"
STORY, STEP = "01-thirteen-organisations-one-letter.yaml", "02-two-minutes.yaml"


def changed(tmp_path: Path, source: Path, name: str, change) -> Path:
    """A copy of a shipped folder in which one file is changed; `change` gets its data and may answer other text."""
    folder = tmp_path / "content"
    shutil.copytree(source, folder)
    path = folder / name
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    text = change(data)
    path.write_text(text if isinstance(text, str) else yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return folder


def block(data, name):
    return next(b[name] for b in data["body"] if name in b)


def put(*path, value):
    """A change that puts a value at a path of keys."""

    def change(data):
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = value

    return change


def take(*path):
    def change(data):
        for key in path[:-1]:
            data = data[key]
        del data[path[-1]]

    return change


def question_in_two_lines(data):
    data["body"].append({"question": dict.fromkeys(LANGUAGES, "One\ntwo?")})


def shorter(data):
    data["body"] = data["body"][:1]


def longer(data):
    data["body"] += data["body"] * 3


WRONG = [
    (STORY, lambda d: "page: [story", "not readable as YAML"),
    (STORY, lambda d: "- just\n- a list\n", "expected keys and values"),
    (STORY, lambda d: "", "expected keys and values"),
    (STORY, take("page"), "page: “None” is not one of"),
    (STORY, put("page", value="poem"), "page: “poem” is not one of"),
    (STORY, take("key"), "key: missing"),
    (STORY, take("slug"), "slug: missing"),
    (STORY, put("key", value="No Spaces"), "key: use small letters"),
    (STORY, put("key", value=7), "key: use small letters"),
    (STORY, put("slug", value={"en": "a", "fr": "à", "es": "a"}), "slug.fr: use small letters"),
    (STORY, put("slug", value={"en": "a", "fr": "a"}), "slug.es: the translation is missing"),
    (STORY, put("slug", value=["a"]), "slug: expected"),
    (STORY, take("title"), "title: missing"),
    (STORY, put("colour", value="red"), "colour: not expected here"),
    (STORY, put("title", value="English alone"), "title: expected en, fr, es"),
    (STORY, take("title", "fr"), "title.fr: the translation is missing"),
    (STORY, put("title", "es", value="  "), "title.es: the translation is missing"),
    (STORY, put("title", "es", value=2026), "title.es: the translation is missing"),
    (STORY, put("title", "de", value="Titel"), "title.de: not expected here"),
    (STORY, put("summary", "fr", value="Deux\nlignes"), "summary: one line only"),
    (STORY, put("body", value="words"), "body: expected a list"),
    (STORY, put("body", 0, value="words"), "body[0]: expected one block"),
    (STORY, put("body", 0, value={"text": {}, "callout": {}}), "body[0]: expected one block"),
    (STORY, put("body", 0, value={"poem": {}}), "body[0]: “poem” is not one of"),
    (STORY, put("body", 0, value={"callout": "words"}), "body[0].callout: expected keys and values"),
    (STORY, put("body", 0, value={"text": None}), "body[0].text: missing"),
    (STORY, question_in_two_lines, "one line only"),
    (STEP, put("kind", value="dance"), "kind: “dance” is not one of"),
    (STEP, put("kind", value=True), "kind: expected a code"),
    (STEP, put("minutes", value="ten"), "minutes: expected a number"),
    (STEP, put("minutes", value=True), "minutes: expected a number"),
    (STEP, put("required", value="yes"), "required: expected a yes or no"),
    (STEP, take("required"), "required: missing"),
    (STEP, put("kind", value="self_check"), "body: a self-check step needs"),
    (STEP, lambda d: block(d, "steps")["items"].clear(), "items: expected a list"),
    (STEP, lambda d: block(d, "steps")["items"][1].update(es=""), "items[1].es: the translation is missing"),
    (STEP, shorter, "a step has 150 to 450"),
    (STEP, longer, "a step has 150 to 450"),
    (STEP, lambda d: block(d, "text").update(fr=block(d, "text")["fr"] + "\n\nUn de plus.\n"), "differ from en"),
]


@pytest.mark.parametrize(("name", "change", "said"), WRONG, ids=[f"{n[:2]}-{said[:34]}" for n, _, said in WRONG])
def test_a_wrong_file_is_named_with_its_key(tmp_path, name, change, said):
    folder = changed(tmp_path, STORIES if name == STORY else SESSION, name, change)
    with pytest.raises(ContentError) as error:
        read_tree(folder)
    assert str(folder / name) in str(error.value)
    assert said in str(error.value)


def test_an_unknown_tone_is_named(tmp_path):
    callout = {"tone": "shout", "title": dict.fromkeys(LANGUAGES, "a"), "text": dict.fromkeys(LANGUAGES, "b")}
    folder = changed(tmp_path, STORIES, STORY, put("body", 0, value={"callout": callout}))
    with pytest.raises(ContentError, match=r"body\[0\]\.tone: “shout” is not one of"):
        read_tree(folder)


def test_a_folder_without_its_page_and_two_pages_of_one_key_are_named(tmp_path):
    shutil.copytree(STORIES, tmp_path / "a")
    shutil.copy(tmp_path / "a" / STORY, tmp_path / "a" / "09-copy.yaml")
    with pytest.raises(ContentError, match="two pages have the key “thirteen-organisations-one-letter”"):
        read_tree(tmp_path / "a")
    (tmp_path / "a" / "_page.yaml").unlink()
    with pytest.raises(ContentError, match=r"_page\.yaml: the file is missing"):
        read_tree(tmp_path / "a")


def test_the_unchanged_copy_is_taken(tmp_path):
    """So that the tests above fail for their own reason."""
    for source, name in ((STORIES, STORY), (SESSION, STEP)):
        folder = changed(tmp_path / name, source, name, lambda data: None)
        assert [page.key for _, page in read_tree(folder).walk()] == [page.key for _, page in read_tree(source).walk()]


def test_a_translator_can_check_a_folder_in_a_second(tmp_path, capsys):
    assert shipped.main([str(STORIES)]) == 0
    assert "words" in capsys.readouterr().out
    assert shipped.main([str(changed(tmp_path, STORIES, STORY, take("title", "fr")))]) == 1
    assert "title.fr: the translation is missing" in capsys.readouterr().err


class TestWhatShips:
    """Issue A, part 4."""

    course = [page for _, page in read_tree(content.COURSES).walk()]
    house = [page for _, page in read_tree(content.PAGES).walk()]

    def test_five_sessions_of_at_least_six_steps(self):
        sessions = [page for page in self.course if page.page == "session"]
        assert len(sessions) == 5
        assert all(len(session.children) >= 6 for session in sessions)
        assert all(step.page == "step" for session in sessions for step in session.children)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_steps_of_150_to_450_words(self, language):
        steps = [page for page in self.course if page.page == "step"]
        assert [step.path.name for step in steps if not 150 <= step.words(language) <= 450] == []

    def test_the_guide_has_eight_chapters(self):
        (guide,) = [page for page in self.house if page.page == "guide"]
        assert [chapter.page for chapter in guide.children] == ["chapter"] * 8

    def test_many_kinds_of_steps_and_blocks(self):
        steps = [page for page in self.course if page.page == "step"]
        assert {"read", "exercise", "practice", "reflection", "set_work", "coaching_call", "self_check"} <= {
            step.fields["kind"] for step in steps
        }
        assert {name for step in steps for name, _, _ in step.body} == set(shipped.BLOCKS)
        assert all(len(step.body) >= 2 for step in steps)

    def test_help_accessibility_privacy_and_stories(self):
        assert {"help", "accessibility", "privacy", "guides", "stories"} <= {page.key for page in self.house}
        assert sum(page.page == "story" for page in self.house) >= 3

    def test_no_language_is_a_copy_of_another(self):
        for page in [*self.course, *self.house]:
            for name in ("title", "summary"):
                texts = page.fields[name]
                assert len({texts[language] for language in LANGUAGES}) == 3 or name == "title", page.path
