"""Whether a question reads as advice: a guess from its first words, for a gentle "can you ask it?", never a block."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Advice unless it is asked: "What do you think you should do?" does not begin with any of these.
ADVICE: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("you should", "you could", "you need to", "you have to", "you must", "you ought", "you'd better"),
        *("if i were you", "in your place", "try to", "just", "my advice", "i would", "i'd", "i suggest"),
    ),
    "fr": (
        *("tu devrais", "vous devriez", "tu pourrais", "vous pourriez", "tu dois", "vous devez", "il faut"),
        *("à ta place", "à votre place", "si j'étais toi", "si j'étais vous", "essaie", "essayez"),
        *("mon conseil", "je te conseille", "je vous conseille", "moi, je", "moi je"),
    ),
    "es": (
        *("deberías", "debería", "debes", "debe", "podrías", "podría", "tienes que", "tiene que", "hay que"),
        *("yo que tú", "yo que usted", "en tu lugar", "en su lugar", "intenta", "intente", "prueba", "pruebe"),
        *("mi consejo", "te aconsejo", "le aconsejo", "te sugiero", "le sugiero", "te recomiendo", "le recomiendo"),
        *("yo en tu lugar", "yo en su lugar", "yo lo que haría", "lo mejor es", "lo mejor sería", "convendría"),
    ),
}
# Advice that wears a question mark.
DISGUISED: Mapping[str, tuple[str, ...]] = {
    "en": ("why don't you", "why not just", "have you tried", "have you thought of", "couldn't you", "shouldn't you"),
    "fr": (
        *("pourquoi ne pas", "pourquoi tu ne", "pourquoi vous ne", "pourquoi n'", "as-tu essayé", "avez-vous essayé"),
        *("tu as essayé", "vous avez essayé", "et si tu", "et si vous"),
    ),
    "es": (
        *("por qué no", "has probado", "ha probado", "has intentado", "ha intentado", "y si"),
        *("has pensado en", "ha pensado en", "no crees que", "no cree que", "no sería mejor"),
    ),
}
# What people put before it.
LEAD_INS: Mapping[str, tuple[str, ...]] = {
    "en": ("i think that", "i think", "i feel", "maybe", "perhaps", "well", "so", "then", "but", "and"),
    "fr": ("je pense que", "je crois que", "peut-être que", "peut-être", "alors", "mais", "et", "bon"),
    "es": ("creo que", "pienso que", "quizás", "quizá", "tal vez", "entonces", "pero", "bueno"),
}
MOST_LEAD_INS = 3
_AROUND = " ¿¡«»\"'“”,-–—*_"


def openings(language: str) -> dict[str, tuple[str, ...]]:
    """The lists of this language, for pages that look while somebody writes."""
    return {
        "advice": ADVICE.get(language, ()),
        "disguised": DISGUISED.get(language, ()),
        "before": LEAD_INS.get(language, ()),
    }


def reads_as_advice(text: str, language: str = "en") -> bool:
    """Looks at how each sentence begins. A language that we have no list of never reads as advice."""
    words = openings(language)
    return any(
        _begins(sentence, words["disguised"])
        or (not mark.startswith(("?", "？")) and _begins(sentence, words["advice"]))
        for sentence, mark in _sentences(text, words["before"])
    )


def _sentences(text: str, before: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each sentence without what is only put before it, and the mark that ends it."""
    plain = " ".join(text.lower().replace("’", "'").split())
    return [(_without(sentence, before), mark) for sentence, mark in _SENTENCE.findall(plain)]


_SENTENCE = re.compile(r"([^.!?？;:]+)([.!?？;:]*)")


def _without(sentence: str, before: tuple[str, ...]) -> str:
    sentence = sentence.strip(_AROUND)
    for _time in range(MOST_LEAD_INS):
        words = next((each for each in before if re.match(rf"{re.escape(each)}\b[ ,]*\S", sentence)), "")
        sentence = sentence[len(words) :].strip(_AROUND)
    return sentence


def _begins(sentence: str, openings: tuple[str, ...]) -> bool:
    return any(
        re.match(rf"{re.escape(each)}(?!\w)" if each[-1].isalpha() else re.escape(each), sentence) for each in openings
    )
