import pytest

from kernel.errors import NotAllowed, Refused


def test_a_refusal_shows_programs_its_code_and_people_its_sentence():
    refusal = Refused("slot_taken", "Somebody was faster.")
    assert (str(refusal), refusal.code, refusal.message) == ("slot_taken", "slot_taken", "Somebody was faster.")


@pytest.mark.parametrize("hidden", [True, False])
def test_what_is_not_allowed_says_whether_it_may_be_known_to_exist(hidden):
    assert NotAllowed(hidden=hidden).hidden is hidden


def test_what_is_not_allowed_is_hidden_unless_said_otherwise():
    assert NotAllowed().hidden
