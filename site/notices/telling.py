"""Telling people something: one call from an action or a receiver, and everything else follows from their wishes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F

from kernel import clock
from notices import due, kinds, wire
from notices.models import DueState, DueWork, How, Notice
from notices.selectors.mailing import A_DAY, NEXT_DIGEST, rested, unmailed
from notices.selectors.wishes import Wishes, digest_moment, next_digest, next_good_moment, wishes_of
from people.selectors import pause_of

if TYPE_CHECKING:
    from people.models import User

# The names of our two kinds of due work.
MAIL, DIGEST = "notice_mail", "notice_digest"
# A mail waits so long for others about the same thing to join it.
GATHERING = timedelta(minutes=2)
SUBJECT_LENGTH = DueWork._meta.get_field("subject").max_length


@transaction.atomic
def notify(
    person: User,
    kind: str,
    *,
    subject: str,
    values: Mapping[str, Any] | None = None,
    route: str = "",
    route_args: Sequence[Any] = (),
) -> Notice | None:
    """Tell somebody something, once the running transaction commits: on their list at once, by e-mail as they wish.

    A second one of the same kind about the same subject, before the first is read, is the same notice counted higher;
    when the first was mailed, it is mailed again, a day after that mail.
    `values` are names, titles and numbers for the kind's words; never what somebody wrote in private. An instant or a
    day is said in the reader's zone and language, a text in several languages ({"en": …, "fr": …}) in theirs. `route`
    is the name of the address it leads to, so that each reader gets it in their language. Nobody who is inactive is
    told anything.
    """
    words = kinds.kind(kind)
    if not person.is_active or (words.reminder and not words.essential and pause_of(person) is not None):
        return None
    notice = _put_on_the_list(
        person,
        kind,
        subject,
        values={name: _plain(value) for name, value in (values or {}).items()},
        route=route,
        route_args=[str(part) if isinstance(part, uuid.UUID) else part for part in route_args],
        happened_at=clock.now(),
    )
    if notice.is_unmailed:
        plan(notice, person, wishes_of([person]))
    wire.changed(person.public_id)
    return notice


@transaction.atomic
def forget(kind: str, subject: str, *, person: User | None = None) -> None:
    """Take back what is no longer so, while it is unread: nobody is mailed about it any more."""
    unread = Notice.objects.filter(kind=kind, subject=subject, read_at__isnull=True).select_related("person")
    notices = list(unread if person is None else unread.filter(person=person))
    DueWork.objects.filter(
        kind=MAIL, period__in=[period_of(notice) for notice in notices], state=DueState.WAITING
    ).delete()
    Notice.objects.filter(pk__in=[notice.pk for notice in notices], read_at__isnull=True).delete()
    for notice in notices:
        wire.changed(notice.person.public_id)


def plan(notice: Notice, person: User, wishes: Wishes) -> None:
    """Schedule the mail about an unmailed notice: as its person wishes, when it suits them, and not before a day after
    the last mail about it."""
    kind = kinds.kind(notice.kind)
    how, habits, now = wishes.how(person, kind), wishes.habits(person), clock.now()
    if how == How.NOW:
        # The first mail's time stands, or a busy subject would put it off for ever.
        period = period_of(notice)
        if notice.count == 1 or not DueWork.objects.filter(kind=MAIL, period=period).exists():
            at = rested(notice, A_DAY, now if kind.essential else now + GATHERING)
            name = f"{person.public_id}:{notice.kind}:{notice.subject}"[:SUBJECT_LENGTH]
            at = at if kind.essential else next_good_moment(person, at, habits)
            due.schedule(MAIL, subject=name, period=period, due_at=at)
    elif how != How.HERE:
        at, state = rested(notice, NEXT_DIGEST, now), ""
        # A day's digest goes out once: what comes after it waits for the next.
        while state != DueState.WAITING:
            day = next_digest(person, how, at, habits)
            at = digest_moment(person, day, habits)
            name = str(person.public_id)
            state = due.schedule(DIGEST, subject=name, period=day.isoformat(), due_at=at).state


def period_of(notice: Notice) -> str:
    """The period of the next mail about a notice: there is one after each mail."""
    return f"{notice.public_id}:{notice.mailed_at:%Y%m%dT%H%M%S}" if notice.mailed_at else str(notice.public_id)


def notice_in(period: str) -> str:
    """The public id of the notice that a period is about."""
    return period.partition(":")[0]


@transaction.atomic
def plan_again(person: User, only: Sequence[str] | None = None) -> None:
    """Somebody's wishes are others now: the mail about what is unread and unmailed (of these kinds, or all) follows."""
    notices = list(unmailed(person).filter(kind__in=_known(only)).order_by("happened_at"))
    over = (DueState.WAITING, DueState.DONE)
    DueWork.objects.filter(kind=MAIL, period__in=[period_of(notice) for notice in notices], state__in=over).delete()
    wishes = wishes_of([person])
    for notice in notices:
        plan(notice, person, wishes)


def _known(only: Sequence[str] | None) -> list[str]:
    return [kind.key for kind in kinds.all_kinds() if only is None or kind.key in only]


def _put_on_the_list(person: User, kind: str, subject: str, **news: Any) -> Notice:
    """Counted on the one that is unread, else new. Who loses a race for the new one counts on the winner's."""
    unread = Notice.objects.filter(person=person, kind=kind, subject=subject, read_at__isnull=True)
    for _ in range(5):
        if unread.update(count=F("count") + 1, **news) and (notice := unread.first()):
            return notice
        try:
            with transaction.atomic():
                return Notice.objects.create(person=person, kind=kind, subject=subject, **news)
        except IntegrityError:
            continue
    raise RuntimeError("A notice was read and told again five times within one call.")


def _plain(value: Any) -> Any:
    """As JSON keeps it, and `kinds` understands it."""
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if value is None or isinstance(value, bool | int | float | dict):
        return value
    return str(value)
