"""Stepping back, and coming back.

No audit line is written: the pause keeps its own dates, and a line would show the staff what only its owner should
know.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import clock
from kernel.errors import NotAllowed, Refused
from kernel.facts import tell
from people.facts import PauseBegun, PauseEnded
from people.models import Pause, User

SETTLED_AT_ONCE = 200


@transaction.atomic
def begin_pause(*, person: User, by: User, starts_at: datetime | None = None, ends_at: datetime | None = None) -> Pause:
    """Step back from `starts_at` (now when it is not given or over), until `ends_at` or until further notice. Instants.
    Tells PauseBegun when it begins: now, or by the tick.

    Raises Refused("already_paused") while another pause is open, Refused("ends_before_start").
    """
    _lock(person, by)
    now = clock.now()
    _end_those_over(person, now)
    if Pause.objects.filter(person=person, ended_at__isnull=True).exists():
        raise Refused("already_paused", _("You have a pause already. You can change it, or end it."))
    starts_at = max(starts_at or now, now)
    _check_order(starts_at, ends_at, now)
    pause = Pause.objects.create(person=person, starts_at=starts_at, ends_at=ends_at)
    _tell_begun(pause, now)
    return pause


@transaction.atomic
def change_pause(*, pause: Pause, by: User, starts_at: datetime | None, ends_at: datetime | None) -> Pause:
    """Move an open pause. Once it has begun its beginning stays as it is, whatever `starts_at` says.

    Raises Refused("pause_over") when it has ended, Refused("ends_before_start").
    """
    pause = _locked(pause, by)
    now = clock.now()
    if _is_over(pause, now):
        raise Refused("pause_over", _("This pause is over. You can begin a new one."))
    if pause.starts_at > now:
        pause.starts_at = max(starts_at or now, now)
    _check_order(pause.starts_at, ends_at, now)
    pause.ends_at = ends_at
    pause.save(update_fields=["starts_at", "ends_at"])
    _tell_begun(pause, now)
    return pause


@transaction.atomic
def end_pause(*, pause: Pause, by: User) -> Pause | None:
    """Come back now. Tells PauseEnded. Ended twice it is ended once; one that has not begun is taken away (None)."""
    pause = _locked(pause, by)
    now = clock.now()
    if pause.ended_at is not None:
        return pause
    if pause.starts_at > now:
        pause.delete()
        return None
    _tell_begun(pause, now)
    _end(pause, min(now, pause.ends_at or now))
    return pause


@transaction.atomic
def put_welcome_away(*, by: User) -> None:
    """“Welcome back” has been read, for every pause that is over."""
    now = clock.now()
    Pause.objects.filter(person=by, welcomed_at__isnull=True, ended_at__isnull=False).update(welcomed_at=now)


def settle_pauses() -> int:
    """What time has done: tell PauseBegun of pauses whose day has come, and end those whose planned end has come, which
    tells PauseEnded. Each is told once, whoever else settles or ends at the same time. Answers how many it touched.
    """
    now = clock.now()
    begun = Pause.objects.filter(begun_told=False, ended_at__isnull=True, starts_at__lte=now)
    over = Pause.objects.filter(ended_at__isnull=True, ends_at__lte=now)
    touched = 0
    for rows, settle in ((begun, _tell_begun), (over, _end_as_planned)):
        while people := list(rows.values_list("person_id", flat=True)[:SETTLED_AT_ONCE]):
            touched += sum(_settle(person, rows, settle, now) for person in people)
    return touched


@transaction.atomic
def _settle(person_id: int, rows, settle, now: datetime) -> int:
    # The person is the lock, as for every other verb here: whoever came first is seen.
    User.objects.select_for_update().filter(pk=person_id).first()
    found = list(rows.filter(person_id=person_id))
    for pause in found:
        settle(pause, now)
    return len(found)


def _tell_begun(pause: Pause, now: datetime) -> None:
    if pause.begun_told or pause.starts_at > now:
        return
    pause.begun_told = True
    pause.save(update_fields=["begun_told"])
    tell(PauseBegun(person=pause.person.public_id))


def _end_as_planned(pause: Pause, now: datetime) -> None:
    _tell_begun(pause, now)
    _end(pause, pause.ends_at)


def _end(pause: Pause, at: datetime) -> None:
    pause.ended_at = at
    pause.save(update_fields=["ended_at"])
    tell(PauseEnded(person=pause.person.public_id))


def _end_those_over(person: User, now: datetime) -> None:
    for pause in Pause.objects.filter(person=person, ended_at__isnull=True, ends_at__lte=now):
        _end_as_planned(pause, now)


def _is_over(pause: Pause, now: datetime) -> bool:
    return pause.ended_at is not None or (pause.ends_at is not None and pause.ends_at <= now)


def _check_order(starts_at: datetime, ends_at: datetime | None, now: datetime) -> None:
    if ends_at is not None and ends_at <= max(starts_at, now):
        raise Refused("ends_before_start", _("A pause ends after it begins, and not in the past."))


def _locked(pause: Pause, by: User) -> Pause:
    if pause.person_id != by.pk:
        raise NotAllowed
    _lock(by, by)
    found = Pause.objects.filter(pk=pause.pk).first()
    if found is None:
        raise NotAllowed
    return found


def _lock(person: User, by: User) -> None:
    if person.pk != by.pk:
        raise NotAllowed
    User.objects.select_for_update().get(pk=person.pk)
