"""What notices do when it is time, and when somebody comes back from a pause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from kernel import clock
from kernel.facts import on
from notices import due, kinds, mail, quick, telling
from notices.letters import Letter
from notices.models import DueState, DueWork, How, Notice
from notices.selectors.mailing import A_DAY, NEXT_DIGEST, rested, unmailed
from notices.selectors.wishes import Wishes, digest_moment, next_good_moment, wishes_of
from people.facts import PauseEnded
from people.models import User
from people.selectors import pause_of, paused_people
from people.zones import zone_of

# A pause without an end is looked at again so often; its end makes due what waits anyway.
LOOK_AGAIN = timedelta(days=1)
# A digest says so many in full and counts the others.
MOST_IN_A_DIGEST = 60
# Instead of a date: the digest of what came during a pause.
AFTER_PAUSE = "after-pause"


@dataclass(frozen=True)
class Batch:
    """What many rows need, read together."""

    notices: dict[str, Notice]
    people: dict[str, User]
    wishes: Wishes
    paused: set[int]


def _load_mails(rows: Sequence[DueWork]) -> Batch:
    wanted = [telling.notice_in(row.period) for row in rows]
    found = Notice.objects.filter(public_id__in=wanted).select_related("person")
    notices = {str(notice.public_id): notice for notice in found}
    people = [notice.person for notice in notices.values()]
    return Batch(notices, {}, wishes_of(people), paused_people(person.pk for person in people))


def _load_digests(rows: Sequence[DueWork]) -> Batch:
    people = list(User.objects.filter(public_id__in=[row.subject for row in rows]))
    return Batch(
        {},
        {str(person.public_id): person for person in people},
        wishes_of(people),
        paused_people(person.pk for person in people),
    )


@due.handler(telling.MAIL, load=_load_mails)
def send_mail(work: DueWork, batch: Batch) -> None:
    """One mail about one notice, unless it was read, mailed or taken back meanwhile, or its person wishes otherwise."""
    notice = batch.notices.get(telling.notice_in(work.period))
    if notice is None or not notice.person.is_active or not kinds.is_known(notice.kind):
        return
    was_mailed = work.period != telling.period_of(notice)
    if notice.read_at is not None or (was_mailed and not _asked_again(work)):
        return
    person, kind = notice.person, kinds.kind(notice.kind)
    how = batch.wishes.how(person, kind)
    if how != How.NOW:
        telling.plan(notice, person, batch.wishes)
        return
    if not kind.essential:
        _wait_for_a_good_moment(person, batch)
    _send(work, [notice], mail.about(notice, person, work))


@due.handler(telling.DIGEST, load=_load_digests)
def send_digest(work: DueWork, batch: Batch) -> None:
    """One mail about all that is unread and unmailed of the kinds that this person wants together, if any is; without
    what was mailed just before, which waits for the next."""
    person = batch.people.get(work.subject)
    if person is None or not person.is_active:
        return
    after_pause, habits = work.period.startswith(AFTER_PAUSE), batch.wishes.habits(person)
    if not after_pause:
        at = digest_moment(person, date.fromisoformat(work.period), habits)
        if at > clock.now():
            raise due.Postpone(at)
    wanted = _wanted(work, person, batch)
    if person.pk in batch.paused:
        # What is essential goes all the same; the rest is planned again when the pause ends.
        wanted = [kind for kind in wanted if kind.essential]
    keys = [kind.key for kind in wanted]
    if _asked_again(work) and "notices" in work.payload:
        carried = Notice.objects.filter(public_id__in=work.payload["notices"])
        found = list(carried.filter(person=person, read_at__isnull=True, kind__in=keys).order_by("happened_at", "pk"))
    else:
        found, _too_soon = _by_rest(unmailed(person).filter(kind__in=keys), A_DAY if after_pause else NEXT_DIGEST)
    if not found:
        if person.pk in batch.paused:
            raise due.Postpone(_end_of_pause(person))
        return
    if not all(kinds.kind(notice.kind).essential for notice in found):
        _wait_for_a_good_moment(person, batch)
    work.payload["notices"] = [str(notice.public_id) for notice in found]
    shown = found[:MOST_IN_A_DIGEST]
    _send(work, found, mail.digest(shown, person, work, more=len(found) - len(shown), after_pause=after_pause))


@on(PauseEnded)
def mail_what_waited(fact: PauseEnded) -> None:
    """Several mails that waited for somebody's return become one."""
    person = User.objects.filter(public_id=fact.person, is_active=True).first()
    if person is None or pause_of(person) is not None:
        return
    with transaction.atomic():
        DueWork.objects.filter(kind=telling.DIGEST, subject=str(person.public_id), state=DueState.WAITING).delete()
        wishes = wishes_of([person])
        known = unmailed(person).filter(kind__in=[kind.key for kind in kinds.all_kinds()])
        ready, too_soon = _by_rest(known, A_DAY)
        now = [key for key in _keys_of(wishes, person, How.NOW) if not kinds.kind(key).essential]
        become_one = [telling.period_of(notice) for notice in ready if notice.kind in now]
        if len(become_one) > 1:
            DueWork.objects.filter(kind=telling.MAIL, period__in=become_one, state=DueState.WAITING).delete()
            due.schedule(
                telling.DIGEST,
                subject=str(person.public_id),
                period=f"{AFTER_PAUSE} {clock.now():%Y-%m-%dT%H:%M:%S}",
                due_at=next_good_moment(person, clock.now(), wishes.habits(person)),
            )
            for notice in too_soon:
                telling.plan(notice, person, wishes)
        else:
            telling.plan_again(person)


def _by_rest(notices: QuerySet[Notice], rest: timedelta) -> tuple[list[Notice], list[Notice]]:
    """In the order in which they happened: those about which a mail may go now, and those for which it is too soon."""
    now, ready, too_soon = clock.now(), [], []
    for notice in notices.order_by("happened_at", "pk"):
        (ready if rested(notice, rest, now) <= now else too_soon).append(notice)
    return ready, too_soon


def _wanted(work: DueWork, person: User, batch: Batch) -> list[kinds.Kind]:
    if work.period.startswith(AFTER_PAUSE):
        ways = (How.NOW, How.DAILY, How.WEEKLY)
    elif date.fromisoformat(work.period).isoweekday() == batch.wishes.habits(person).digest_weekday:
        ways = (How.DAILY, How.WEEKLY)
    else:
        ways = (How.DAILY,)
    return [kinds.kind(key) for key in _keys_of(batch.wishes, person, *ways)]


def _keys_of(wishes: Wishes, person: User, *ways: How) -> list[str]:
    return [kind.key for kind in kinds.all_kinds() if wishes.how(person, kind) in ways]


def _wait_for_a_good_moment(person: User, batch: Batch) -> None:
    if person.pk in batch.paused:
        raise due.Postpone(_end_of_pause(person))
    now, habits = clock.now(), batch.wishes.habits(person)
    if habits.is_quiet(now.astimezone(zone_of(person.zone)).time()):
        raise due.Postpone(next_good_moment(person, now, habits))


def _end_of_pause(person: User) -> datetime:
    pause, soon = pause_of(person), clock.now() + LOOK_AGAIN
    return min(soon, pause.ends_at) if pause and pause.ends_at else soon


def _send(work: DueWork, notices: Sequence[Notice], letter: Letter) -> None:
    """Mark as mailed, send, and take the mark back when we know that it did not leave. Who dies in between leaves the
    mark: what is in doubt is in no later mail unless there is news, or somebody asks for it."""
    now = clock.now()
    last_mailed: dict[datetime | None, list[Notice]] = {}
    for notice in notices:
        last_mailed.setdefault(notice.mailed_at, []).append(notice)

    def take() -> bool:
        # As it was when the letter was written, or it stays unmarked: news in between is not in it.
        marked = 0
        for before, group in last_mailed.items():
            as_written = {"happened_at": tuple(notice.happened_at for notice in group), "mailed_at": before}
            marked += quick.update(Notice, {"id": _ids(group), "read_at": None, **as_written}, {"mailed_at": now})
        if not marked and Notice.objects.filter(pk__in=_ids(notices), read_at=None).exists():
            raise due.Postpone(now)
        return marked > 0

    try:
        with due.leaving(work, taking=take):
            mail.send(letter)
    except due.InDoubt:
        raise
    except Exception:
        for before, group in last_mailed.items():
            quick.update(Notice, {"id": _ids(group), "mailed_at": now}, {"mailed_at": before})
        raise


def _ids(notices: Sequence[Notice]) -> tuple[int, ...]:
    return tuple(notice.pk for notice in notices)


def _asked_again(work: DueWork) -> bool:
    """Somebody of the staff wants it although it may have been sent."""
    return bool(work.payload.get("again"))
