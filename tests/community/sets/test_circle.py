"""The picture of the room."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from community.sets import circle


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (["Amal Haddad", "Bruno Díaz"], ["Amal", "Bruno"]),
        (["Amal Haddad", "Amal Nasser", "Bruno"], ["Amal H", "Amal N", "Bruno"]),
        (["Demo alumna", "Demo applicant", "Demo coach"], ["Demo al", "Demo ap", "Demo c"]),
        (["Ana Mar", "Ana Mara"], ["Ana M", "Ana Mara"]),
        (["Maximiliana Montgomery", "Maximiliana Montague"], ["Maxi Montg", "Maxi Monta"]),
        (["Ana Silva", "Ana Silva"], ["Ana S", "Ana S"]),
        (["Ana", "Ana Silva"], ["Ana", "Ana S"]),
        (["Bartholomew Smith", ""], ["Bartholom…", ""]),
    ],
)
def test_names_are_short_and_tell_people_apart(names, called):
    assert circle.called(names) == called
    assert all(len(name) <= circle.LONGEST_NAME for name in called)


@pytest.mark.parametrize("people", range(1, 10))
def test_the_ring_keeps_clear_of_names_and_notes(people):
    seats = [
        SimpleNamespace(name=f"Person {n}", is_me=n == 0, is_presenter=n == 1, note="presents") for n in range(people)
    ]
    drawn = circle.drawn(seats)
    for seat in drawn.seats:
        half = len("presents") * 7.5 / 2
        across = max(0, abs(seat.x - drawn.middle_x) - half)
        down = max(0, abs(seat.note_y + 2 - drawn.middle_y))
        assert (across**2 + down**2) ** 0.5 >= drawn.ring + 3.5, f"{seat.name} of {people}"
