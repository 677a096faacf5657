"""Telephone numbers as people write them."""

import re

SEPARATORS = re.compile(r"[\s.\-/()\u2010-\u2015]+")
NUMBER = re.compile(r"\+?\d(?: ?\d)+")
FEWEST, MOST = 4, 15  # digits; the most is E.164's


def normalise(written: str) -> str | None:
    """Digits, single spaces and perhaps a + in front: "+33 (0)6.12-34" is "+33 0 6 12 34". None for what is none."""
    number = SEPARATORS.sub(" ", written).strip()
    if number.startswith("+ "):
        number = "+" + number[2:]
    digits = sum(character.isdigit() for character in number)
    return number if NUMBER.fullmatch(number) and number.isascii() and FEWEST <= digits <= MOST else None
