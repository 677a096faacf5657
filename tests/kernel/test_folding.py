import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.folding import fold

LATIN = st.text(st.characters(max_codepoint=0x24F, categories=("L", "N", "P", "Zs")), max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L’Éducation à cœur", "l education a coeur"),
        ("ŒUVRE, nœud, Æsop", "oeuvre noeud aesop"),
        ("¿Qué hará el señor Núñez mañana?", "que hara el senor nunez manana"),
        ("Garçon   façade\n«\xa0ça\xa0»", "garcon facade ca"),
        ("jumelage–santé_2026", "jumelage sante 2026"),
        ("Straße, Łódź, Ørsted, Þór", "strasse lodz orsted thor"),
        ("Ǽ, ǿ, Ǭ", "ae o o"),
        ("ﬁnal ½ №", "final 1 2 no"),
        ("«…» — !", ""),
        ("", ""),
    ],
)
def test_examples(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(LATIN)
def test_case_and_composition_make_no_difference(text):
    assert fold(text) == fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(text) == fold(text.upper()) == fold(text.casefold())


@given(st.text("aceinouy", min_size=1, max_size=20), st.sampled_from("\u0300\u0301\u0302\u0303\u0308\u0327"))
def test_accents_make_no_difference(text, accent):
    assert fold("".join(letter + accent for letter in text)) == text


@given(st.text(max_size=60))
def test_only_words_with_single_spaces_come_out(text):
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert all(character.isalnum() for character in folded.replace(" ", ""))
