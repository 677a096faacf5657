"""Erasing an account: asked, confirmed by e-mail, done seven days later unless the person turns back."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kernel import clock
from kernel.errors import NotAllowed, Refused
from people import audit, zones
from people.contributions import contributions
from people.mail import send_after_commit
from people.models import Erasure, User

logger = logging.getLogger(__name__)

LINK_LASTS = timedelta(days=3)
WAY_BACK = timedelta(days=7)
# A second press of the button is not a second mail, whose link would undo the first.
ASKED_AGAIN_AFTER = timedelta(minutes=1)
ERASED_AT_ONCE = 50


@transaction.atomic
def ask_erasure(*, person: User, by: User) -> Erasure:
    """Send the person a mail whose link, for three days, leads to the question whether they are sure. Nothing else
    changes yet. Asked again, the earlier link stops working. Raises Refused("last_staff") for the last superuser and
    Refused("already_confirmed") once it is confirmed.
    """
    person = _locked(person, by)
    _refuse_last_superuser(person)
    now = clock.now()
    asked = Erasure.objects.filter(person=person).first()
    if asked and asked.confirmed_at:
        raise Refused("already_confirmed", _("You have confirmed this already. You can still keep your account."))
    if asked and asked.asked_at > now - ASKED_AGAIN_AFTER:
        return asked
    token = secrets.token_urlsafe(32)
    erasure, _created = Erasure.objects.update_or_create(
        person=person, defaults={"asked_at": now, "token_hash": hash_of(token)}
    )
    audit.record("erasure.asked", by=by, about=person)
    _mail(person, "asked", link=_address(person, "erase_confirm", token), days=LINK_LASTS.days)
    return erasure


def erasure_by_token(token: str, *, by: User) -> Erasure:
    """The erasure that this link is about.

    Raises Refused("link_spent") for one that is forged, somebody else's, older than three days or replaced: all the
    same to whoever tries.
    """
    erasure = Erasure.objects.filter(token_hash=hash_of(token), person=by).first()
    if erasure is None or (erasure.confirmed_at is None and erasure.asked_at <= clock.now() - LINK_LASTS):
        raise Refused(
            "link_spent",
            _("This link does not work any more. If you still want your account to be erased, please ask once more."),
        )
    return erasure


@transaction.atomic
def confirm_erasure(*, token: str, by: User, session_key: str | None = None) -> Erasure:
    """The account is to be erased in seven days. Ends every session but `session_key` and mails the way back.

    Confirmed twice it is confirmed once. Raises what `erasure_by_token` and `ask_erasure` raise.
    """
    person = _locked(by, by)
    erasure = erasure_by_token(token, by=person)
    if erasure.confirmed_at:
        return erasure
    _refuse_last_superuser(person)
    erasure.confirmed_at = clock.now()
    erasure.due_at = erasure.confirmed_at + WAY_BACK
    erasure.save(update_fields=["confirmed_at", "due_at"])
    _end_sessions(person, but=session_key)
    audit.record("erasure.confirmed", by=by, about=person, due_at=erasure.due_at.isoformat())
    _mail(person, "confirmed", link=_address(person, "erase"), day=_day(person, erasure.due_at))
    return erasure


@transaction.atomic
def keep_account(*, person: User, by: User) -> bool:
    """Turn back: the wish is gone, as if it had not been. Mails so when it had been confirmed. False without a wish."""
    person = _locked(person, by)
    erasure = Erasure.objects.filter(person=person).first()
    if erasure is None:
        return False
    erasure.delete()
    audit.record("erasure.withdrawn", by=by, about=person)
    if erasure.confirmed_at:
        _mail(person, "kept", link=_address(person, "account_home"))
    return True


def erase_due() -> int:
    """Erase everybody whose day has come, each in a transaction of their own: one that fails or is killed is as it was
    before, and is tried again. Answers how many were erased.
    """
    due = Erasure.objects.filter(due_at__lte=clock.now()).order_by("due_at")
    people = list(due.values_list("person_id", flat=True)[:ERASED_AT_ONCE])
    return sum(_try_to_erase(person_id) for person_id in people)


def _try_to_erase(person_id: int) -> bool:
    try:
        return _erase(person_id)
    except Refused as refusal:
        # The only superuser left: they will be when there is another.
        Erasure.objects.filter(person_id=person_id).update(due_at=clock.now() + timedelta(days=1))
        logger.warning("An erasure was put off by a day: %s", refusal.code)
    except Exception as error:
        # Only the type: an error may quote what somebody wrote. The others are erased all the same.
        logger.error("An erasure failed: %s", type(error).__name__)
    return False


@transaction.atomic
def _erase(person_id: int) -> bool:
    """Delete one person and all that is theirs, the highest app first. Others' things stay, without their name."""
    person = _locked_rows(pk=person_id)
    # Looked at under the lock: they may have turned back a moment ago.
    if person is None or not Erasure.objects.filter(person=person, due_at__lte=clock.now()).exists():
        return False
    _refuse_last_superuser(person)
    for contribution in reversed(contributions()):
        contribution.erase(person)
    _end_sessions(person)
    _mail(person, "erased")
    person.delete()
    audit.record("person.erased", by=None)
    return True


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _locked(person: User, by: User) -> User:
    if person.pk != by.pk:
        raise NotAllowed
    return _locked_rows(pk=person.pk)


def _locked_rows(pk: int) -> User | None:
    """This person, locked; a superuser together with all the others, in one order: two last ones who went at the same
    time would leave nobody."""
    superusers = User.objects.filter(is_superuser=True)
    rows = Q(pk=pk) | Q(is_superuser=True) if superusers.filter(pk=pk).exists() else Q(pk=pk)
    locked = User.objects.select_for_update().filter(rows).order_by("pk")
    return next((person for person in locked if person.pk == pk), None)


def _refuse_last_superuser(person: User) -> None:
    if not person.is_superuser:
        return
    staying = User.objects.filter(is_superuser=True, is_active=True, erasure__confirmed_at__isnull=True)
    if not staying.exclude(pk=person.pk).exists():
        raise Refused(
            "last_staff",
            _("You are the last one who can look after the Centre. Give somebody else these rights first."),
        )


def _end_sessions(person: User, but: str | None = None) -> None:
    for session in UserSession.objects.filter(user=person):
        if session.session_key != but:
            session.end()


def _address(person: User, name: str, *args: str) -> str:
    """The path of a page in the person's language."""
    with translation.override(person.language):
        return reverse(name, args=args)


def _day(person: User, instant: datetime) -> str:
    with translation.override(person.language):
        return zones.date_in_words(instant, person.zone)


def _mail(person: User, what: str, **context) -> None:
    send_after_commit(
        f"people/email/erasure_{what}",
        to=person.email,
        language=person.language,
        person_name=person.name,
        **context,
    )
