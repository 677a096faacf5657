"""What reads as advice, and what does not."""

import pytest

from community.sets.meeting.advice import reads_as_advice

ADVICE = [
    ("en", "You should ring her"),
    ("en", "Maybe you could write to the board."),
    ("en", "I think that you’d better wait"),
    ("en", "If I were you, I would leave."),
    ("en", "Why don't you ring her?"),
    ("en", "Have you tried a letter?"),
    ("en", "That sounds hard. You need to rest."),
    ("fr", "Tu devrais lui téléphoner"),
    ("fr", "Pourquoi ne pas lui écrire ?"),
    ("fr", "À votre place, je partirais."),
    ("fr", "Avez-vous essayé une lettre ?"),
    ("fr", "Peut-être que vous pourriez attendre."),
    ("es", "Debería llamarla"),
    ("es", "¿Por qué no la llama?"),
    ("es", "Yo que usted, esperaría."),
    ("es", "¿Ha probado con una carta?"),
    ("es", "Creo que tiene que descansar."),
    ("es", "¿No sería mejor esperar?"),
    ("es", "Lo mejor es que le escriba."),
]
QUESTIONS = [
    ("en", "What do you think you should do?"),
    ("en", "Could you say more about that?"),
    ("en", "What have you tried so far?"),
    ("en", "Justice: what would it look like?"),
    ("en", ""),
    ("en", "…?!"),
    ("fr", "Qu’est-ce que vous aimeriez ?"),
    ("fr", "Vous pourriez en dire plus ?"),
    ("fr", "Pourquoi est-ce important pour vous ?"),
    ("es", "¿Qué debería cambiar?"),
    ("es", "¿Debería ser así?"),
    ("es", "¿Por qué es importante?"),
    ("es", "¿Y siguió pensando en ello?"),
    ("de", "Du solltest anrufen"),
]


@pytest.mark.parametrize(("language", "text"), ADVICE)
def test_advice(language, text):
    assert reads_as_advice(text, language)


@pytest.mark.parametrize(("language", "text"), QUESTIONS)
def test_questions(language, text):
    assert not reads_as_advice(text, language)


def test_long_texts_are_looked_at_quickly():
    assert not reads_as_advice("and " * 100_000, "en")
    assert not reads_as_advice("maybe, perhaps, " * 500 + "what?", "en")
