"""What the demonstration's people have written. Plainly made up: nobody said it."""

import uuid

ORGANISATION = "Demo patients’ alliance"
COHORT = "Demo cohort of the alliance"
COHORT_OPEN = "Demo cohort for everybody"
COHORT_BY_APPROVAL = "Demo cohort by approval"
WELCOME = {
    "en": "Welcome. We meet every second week, on the web or by telephone. **Come as you are**: lying down, with "
    "the camera off, with a child on your knee. If a day is too much, write one word, or nothing.",
    "fr": "Bienvenue. Nous nous retrouvons une semaine sur deux, sur le web ou par téléphone. **Venez comme vous "
    "êtes** : en position allongée, caméra éteinte, avec un enfant sur les genoux. Si la journée est trop lourde, "
    "écrivez un mot, ou rien.",
    "es": "Le damos la bienvenida. Nos vemos cada dos semanas, por internet o por teléfono. **Venga como esté**: en "
    "la cama, con la cámara apagada, con una criatura en brazos. Si el día pesa demasiado, escriba una palabra, "
    "o nada.",
}
JOINING_NOTES = {
    "en": "Open the call five minutes early if you would like help with the sound. By telephone you hear everything "
    "that is on the screen.",
    "fr": "Ouvrez l’appel cinq minutes avant si vous voulez de l’aide pour le son. Par téléphone, tout ce qui est à "
    "l’écran vous est lu.",
    "es": "Abra la llamada cinco minutos antes si quiere ayuda con el sonido. Por teléfono se le lee todo lo que "
    "aparece en la pantalla.",
}
CALL = "Demonstration call, nobody is there: https://call.demo.example/alliance. By telephone: 000 0000, PIN 0000."
TO_ALL = (
    "Thank you for the second meeting. Before the next one, please look at your local map once more and bring **one** "
    "name that is missing on it. If this week is a hard one, come without."
)
TO_ONE = "You are welcome to begin with the first step whenever it suits you. Shall I ring you on Thursday?"
OWN_STEP_TITLE = {
    "en": "Our own local map",
    "fr": "Notre carte locale",
    "es": "Nuestro mapa local",
}
OWN_STEP_TEXT = {
    "en": "Look at the map that the alliance drew last year. What has changed since?",
    "fr": "Regardez la carte que l’alliance a dessinée l’an dernier. Qu’est-ce qui a changé depuis ?",
    "es": "Mire el mapa que la alianza dibujó el año pasado. ¿Qué ha cambiado desde entonces?",
}
ACCESS_NEEDS = "Demonstration: a break after 40 minutes, and the papers two days before."
# Title, text, whether the facilitator may read it.
JOURNAL = (
    ("Why I am here", "Demonstration. I want the letters from the clinic to say what happens next, and when.", True),
    (
        "A hard Tuesday",
        "Demonstration. Only I can read this page. Three words are enough: tired, cross, still here.",
        False,
    ),
)
INITIATIVE = {
    "title": "Letters that people can read",
    "aim": "Demonstration. Letters from the clinic say in their first line what happens next.",
    "who_for": "Everybody who gets such a letter, and those who read it to them.",
    "who_decides": "The clinic's manager, with the two secretaries who write them.",
    "first_steps": "Collect ten letters without names. Ask the secretaries what would help them.",
    "milestone": "Ten letters, without names, on one table",
}
MARKS_BEFORE = (3, 5, 4, 2, 3, 2, 4, 5)
MARKS_THEN = (2, 4, 3, 1, 2, 2, 3, 3)
MARKS_AFTER = (6, 7, 6, 7, 5, 4, 6, 8)
STORY_TITLE = "The first line of the letter"
STORY = (
    "Demonstration. We put ten letters from our clinic on one table, without names. None of them said in its first "
    "line what would happen next.\n\nThe two secretaries read them with us. They had never been asked. Now the first "
    "line is the date and the place, and the telephone rings less."
)


def draft_id(title: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, title)
