"""Every block as a reader meets it, and what an editor may not leave out."""

import pytest
from django.core.files.base import ContentFile
from django.test import RequestFactory
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from pages.blocks import BodyBlock
from pages.shipped import BLOCKS
from tests.helpers import soup

pytestmark = pytest.mark.django_db

BODY = BodyBlock()


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def document(name: str):
    return get_document_model().objects.create(title=name, file=ContentFile(b"WEBVTT", name=name))


def samples() -> dict:
    """A raw value of each block."""
    image = get_image_model().objects.create(title="p", file=get_test_image_file(filename="p.png"))
    return {
        "text": "<p>Some <b>words</b></p>",
        "callout": {"tone": "care", "title": "Rest", "text": "<p>Sit down.</p>"},
        "story": {"about": "A carer", "text": "<p>Once.</p>"},
        "glossary": {"term": "Set", "meaning": "A group."},
        "steps": {"title": "Try", "items": ["One <thing>", "Another"]},
        "question": "What matters?",
        "self_check": {
            "question": "Which?",
            "options": [
                {"text": "This", "feedback": "Yes.", "fits": True},
                {"text": "That", "feedback": "Look again.", "fits": False},
            ],
        },
        "media": {
            "title": "Film",
            "kind": "video",
            "file": document("a.mp4").pk,
            "captions": document("a.vtt").pk,
            "transcript": "<p>All that is said.</p>",
        },
        "figure": {"image": image.pk, "alt": "A circle of chairs", "caption": "Chairs"},
        "download": {"title": "Sheet", "document": document("sheet.pdf").pk},
    }


def value(name: str, change: dict | None = None):
    raw = samples()[name]
    return BODY.to_python([{"type": name, "value": {**raw, **change} if change else raw, "id": "b1"}])


def test_every_block_has_a_sample():
    assert set(samples()) == set(BODY.child_blocks)
    assert set(BLOCKS) <= set(BODY.child_blocks)


@pytest.mark.parametrize("name", list(BODY.child_blocks))
def test_every_block_is_accepted_and_shown(name):
    body = BODY.clean(value(name))
    html = body[0].render_as_block({"block_id": "b1", "request": RequestFactory().get("/en/")})
    page = soup(type("Response", (), {"content": html}))
    for text in {
        "text": ["words"],
        "callout": ["Rest", "Sit down."],
        "story": ["A carer", "Once."],
        "glossary": ["Set", "A group."],
        "steps": ["Try", "One <thing>", "Another"],
        "question": ["What matters?"],
        "self_check": ["Which?", "This", "Look again."],
        "media": ["Film", "All that is said."],
        "figure": ["Chairs"],
        "download": ["Sheet", "PDF"],
    }[name]:
        assert text in page.text
    assert "style=" not in html
    assert "<script" not in html


def test_pictures_films_and_choices_can_be_used_by_everybody():
    render = lambda name: soup(type("R", (), {"content": value(name)[0].render_as_block({"block_id": "b1"})}))  # noqa: E731
    assert render("figure").img["alt"] == "A circle of chairs"
    film = render("media").video
    assert film.track["kind"] == "captions"
    assert "autoplay" not in film.attrs
    check = render("self_check")
    assert check.legend.text == "Which?"
    assert len({radio["name"] for radio in check.find_all("input", type="radio")}) == 1
    assert check.form["method"] == "dialog"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("media", {"transcript": ""}),
        ("media", {"captions": None}),
        ("media", {"kind": "audio"}),
        ("media", {"file": None}),
        ("figure", {"alt": ""}),
        ("figure", {"image": None}),
        ("callout", {"tone": "shout"}),
        ("callout", {"title": ""}),
        ("steps", {"items": []}),
        ("glossary", {"meaning": ""}),
        ("download", {"document": None}),
        ("self_check", {"options": []}),
        ("self_check", {"options": [{"text": "Alone", "feedback": "Yes.", "fits": True}]}),
        ("self_check", {"options": [{"text": t, "feedback": "No.", "fits": False} for t in "ab"]}),
        ("self_check", {"options": [{"text": t, "feedback": "", "fits": True} for t in "ab"]}),
    ],
    ids=str,
)
def test_what_learning_needs_cannot_be_left_out(name, change):
    with pytest.raises((StreamBlockValidationError, StructBlockValidationError)):
        BODY.clean(value(name, change))


def test_captions_are_captions():
    with pytest.raises(StreamBlockValidationError):
        BODY.clean(value("media", {"captions": document("b.txt").pk}))


def test_audio_needs_no_captions_but_its_transcript():
    sound = {"kind": "audio", "file": document("b.mp3").pk, "captions": None}
    assert BODY.clean(value("media", sound))
    with pytest.raises(StreamBlockValidationError):
        BODY.clean(value("media", {**sound, "transcript": ""}))
