"""Accent- and case-folding for search, the same on every database because it happens here.

`fold("L’Éducation à cœur")` is `"l education a coeur"`: letters and digits only, one space between words.
"""

import re
import unicodedata

# What compatibility decomposition leaves alone but a reader types without.
_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(re.findall(r"[^\W_]+", letters.casefold().translate(_LIGATURES)))
