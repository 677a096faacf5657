"""What all tests share: a copied database, a quiet environment, people."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test import TransactionTestCase, override_settings
from django.utils import translation

from tests.house import ROOT, databases


def pytest_configure(config: pytest.Config) -> None:
    from centre.preparation import compile_messages  # noqa: PLC0415 - only now that Django is set up

    compile_messages()
    # Not by assignment: what was made from the settings already (storages, hashers) has to hear of it.
    override_settings(
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS],
    ).enable()


def pytest_sessionstart(session: pytest.Session) -> None:
    """The template is filled from the first second on, while the test processes start and collect; whoever needs it
    waits for it."""
    config = session.config
    if config.getoption("numprocesses", None) and not config.option.collectonly:
        filling = subprocess.Popen([sys.executable, "-m", "tests.house"], cwd=ROOT, start_new_session=True)

        def leave_off() -> None:
            if filling.poll() is None:
                os.killpg(filling.pid, signal.SIGTERM)
            filling.wait()

        config.add_cleanup(leave_off)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs no database comes first: it has been done when another process has filled the template. The browser's
    tests are next, so that the longest are not the last."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if "server" in item.fixturenames:
        return 1
    return 2 if item.get_closest_marker("django_db") or "django_db_setup" in item.fixturenames else 0


def _use(name: str) -> None:
    for connection in connections.all():
        connection.close()
        connection.settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """A copy of the filled template instead of an empty database."""
    house = databases(os.environ.get("DATABASE_URL", ""))
    with django_db_blocker.unblock():
        name = house.copy("main")
        _use(name)
        yield
        for connection in connections.all():
            connection.close()
        house.drop(name)


@pytest.fixture
def _restore_afterwards(django_db_setup, django_db_blocker):
    yield
    house = databases(os.environ.get("DATABASE_URL", ""))
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()
        _use(house.copy("main"))


@pytest.fixture
def _leave_rows(monkeypatch):
    """The whole database is put back afterwards; emptying it row by row would meet the audit lines, which stay."""
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: None)


@pytest.fixture
def committed(_restore_afterwards, _leave_rows, transactional_db):
    """Real commits, for races, sockets and what happens after a commit. The content is put back afterwards."""


@pytest.fixture(autouse=True)
def _in_english():
    """A request leaves its language on the thread; the next test begins without it."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _empty_caches():
    for cache in caches.all():
        cache.clear()
    caches["pages"].clear()
    yield
    caches["default"].clear()
    caches["pages"].clear()
