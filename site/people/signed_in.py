"""Who is asking: the two queries of every request that brings a session, kept (kernel.kept)."""

from __future__ import annotations

from datetime import datetime

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from kernel import clock
from kernel.kept import kept
from people.models import User


@kept
def _sessions(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


@kept
def _people(person: int) -> QuerySet[User]:
    return User.objects.filter(pk=person)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _sessions.first(self.session_key, clock.now())
        if found is None:
            self._session_key = None
        return found


class Backend(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        person = _people.first(user_id)
        return person if person and self.user_can_authenticate(person) else None
