import pytest
from django.utils import translation

from kernel.texts import in_language, language_of

THREE = {"en": "Welcome", "fr": "Bienvenue", "es": "Bienvenida"}


@pytest.mark.parametrize(
    ("texts", "language", "text", "found"),
    [
        (THREE, "fr", "Bienvenue", "fr"),
        ({"en": "Welcome", "fr": ""}, "fr", "Welcome", "en"),
        ({"es": "Bienvenida"}, "fr", "Bienvenida", "es"),
        ({"en": "", "fr": "", "es": "Bienvenida"}, "en", "Bienvenida", "es"),
        ({}, "fr", "", ""),
        ({"en": "", "fr": ""}, "es", "", ""),
        (THREE, "de", "Welcome", "en"),
    ],
)
def test_the_language_asked_for_then_english_then_any(texts, language, text, found):
    assert (in_language(texts, language), language_of(texts, language)) == (text, found)


def test_without_a_language_the_running_one():
    with translation.override("es"):
        assert (in_language(THREE), language_of(THREE)) == ("Bienvenida", "es")
    with translation.override(None):
        assert in_language(THREE) == "Welcome"
