"""What a set agrees on: written in versions, accepted by each member."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from community.sets import rules, telling
from community.sets.actions.seating import check_open, lock
from community.sets.models import Acceptance, GroundRules, LearningSet, Seat
from community.sets.selectors.seats import live_seats
from community.sets.selectors.sets import ground_rules_of
from kernel import clock
from kernel.errors import NotAllowed, Refused
from kernel.texts import in_language
from people.audit import record

if TYPE_CHECKING:
    from people.models import User

FILE = Path(__file__).parent.parent / "content" / "ground-rules.yaml"
# Whoever would write more often than this writes a diary.
MOST_VERSIONS = 200


@lru_cache(maxsize=1)
def _first() -> Mapping[str, str]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def first_text(language: str) -> str:
    """The rules that every set begins with, as Markdown."""
    return in_language(_first(), language)


def write_first(learning_set: LearningSet) -> GroundRules:
    return GroundRules.objects.create(
        learning_set=learning_set,
        version=1,
        text=first_text(learning_set.language),
        language=learning_set.language,
        at=clock.now(),
    )


@transaction.atomic
def write_ground_rules(*, learning_set: LearningSet, by: User, text: str, language: str) -> GroundRules:
    """Any member writes the next version, and has thereby accepted it; the others are told, and asked to accept it.
    Words that are the same already are no new version.

    Raises Refused: "closed", "empty", "many_versions".
    """
    learning_set = lock(learning_set)
    seat = _seat(learning_set, by)
    check_open(learning_set)
    text = text.strip()
    if not text:
        raise Refused("empty", _("Write at least one rule. To leave everything as it is, go back."))
    newest = ground_rules_of(learning_set)
    if newest and (newest.text.strip(), newest.language) == (text, language):
        return newest
    version = newest.version + 1 if newest else 1
    if version > MOST_VERSIONS:
        raise Refused("many_versions", _("The ground rules have been changed very often. Keep the ones that you have."))
    written = GroundRules.objects.create(
        learning_set=learning_set, version=version, text=text, language=language, written_by=seat, at=clock.now()
    )
    record("ground_rules.written", by=by, subject=learning_set, version=version)
    agree(seat, written, by=by)
    others = live_seats(learning_set).exclude(pk=seat.pk).select_related("person")
    told = [other.person for other in others]
    telling.about_set(told, "ground_rules_changed", learning_set, route="set_ground_rules")
    return written


@transaction.atomic
def accept_ground_rules(*, learning_set: LearningSet, by: User, version: int) -> Acceptance:
    """Twice is once. Raises Refused("newer") when somebody has written others since."""
    learning_set = lock(learning_set)
    seat = _seat(learning_set, by)
    return agree(seat, check_newest(learning_set, version), by=by)


def check_newest(learning_set: LearningSet, version: int | None) -> GroundRules | None:
    """The newest ground rules, if they are the ones that somebody has read."""
    newest = ground_rules_of(learning_set)
    if newest is not None and newest.version != version:
        raise Refused("newer", _("The ground rules have just been changed. Read them again before you accept them."))
    return newest


def agree(seat: Seat, ground_rules: GroundRules | None, *, by: User) -> Acceptance | None:
    if ground_rules is None:
        return None
    acceptance, made = Acceptance.objects.get_or_create(
        ground_rules=ground_rules, seat=seat, defaults={"at": clock.now()}
    )
    if made:
        record("ground_rules.accepted", by=by, about=by, subject=seat, version=ground_rules.version)
        telling.forget_rules(by, seat.learning_set)
    return acceptance


def _seat(learning_set: LearningSet, person: User) -> Seat:
    seat = live_seats(learning_set).filter(person=person).first()
    if seat is None or not rules.sit.allows(person, learning_set):
        raise NotAllowed
    return seat
