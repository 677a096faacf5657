"""A database with the whole Centre in it, made once and copied for whoever needs one.

Migrations and content take a minute or two; a copy takes a fraction of a second. The template is kept under var/
(SQLite) or beside the test databases (PostgreSQL), under a name that changes with every migration and content file.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
KEEP = ROOT / "var" / "test"

SOURCES = (
    "site/*/migrations/*.py",
    "courses/*/migrations/*.py",
    "community/*/migrations/*.py",
    "community/*/content/*.yaml",
    "site/pages/content/**/*.yaml",
    "courses/curriculum/content/**/*.yaml",
    "site/pages/*.py",
    "site/centre/groups.py",
    "site/centre/demo/*.py",
    "site/centre/management/commands/load_content.py",
    "requirements/app.txt",
)


def fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class Sqlite:
    """Databases as files."""

    def template(self) -> str:
        path = KEEP / f"template-{fingerprint()}.sqlite3"
        with one_at_a_time("template"):
            self._make(path)
        return str(path)

    def _make(self, path: Path) -> None:
        if not path.exists():
            for old in KEEP.glob("template-*"):
                old.unlink()
            making = path.with_suffix(".making")
            fill(f"sqlite:///{making}")
            making.rename(path)

    def copy(self, name: str) -> str:
        path = KEEP / f"{name}-{os.getpid()}.sqlite3"
        self.drop(str(path))
        shutil.copy(self.template(), path)
        return str(path)

    def drop(self, name: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)

    def url(self, name: str) -> str:
        return f"sqlite:///{name}"


class Postgres:
    """Databases of a server; a copy is CREATE DATABASE … TEMPLATE."""

    def __init__(self, url: str) -> None:
        self.server = url

    def template(self) -> str:
        name = f"centre_template_{fingerprint()}"
        with one_at_a_time("template"):
            self._make(name)
        return name

    def _make(self, name: str) -> None:
        if not self._rows("SELECT datname FROM pg_database WHERE datname = %s", name):
            making = f"{name}_making"
            for old in self._rows("SELECT datname FROM pg_database WHERE datname LIKE 'centre\\_template\\_%%'"):
                self.drop(old)
            self.drop(making)
            self._do(f"CREATE DATABASE \"{making}\" TEMPLATE template0 ENCODING 'UTF8'")
            fill(self.url(making))
            self._do(f'ALTER DATABASE "{making}" RENAME TO "{name}"')

    def copy(self, name: str) -> str:
        name = f"centre_test_{name}_{os.getpid()}"
        self.drop(name)
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{self.template()}"')
        return name

    def drop(self, name: str) -> None:
        self._do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url(self, name: str) -> str:
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))

    def _rows(self, query: str, *values: str) -> list[str]:
        with psycopg.connect(self.server, autocommit=True) as connection:
            return [row[0] for row in connection.execute(query, values)]

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def one_at_a_time(thing: str) -> Iterator[None]:
    """Test processes side by side make a thing once: the others wait and find it."""
    KEEP.mkdir(parents=True, exist_ok=True)
    with (KEEP / f"{thing}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def databases(url: str) -> Sqlite | Postgres:
    return Sqlite() if not url or url.startswith("sqlite:") else Postgres(url)


FILL = """
from django.core.management import call_command
call_command("migrate", "wagtailcore", verbosity=0)  # the longest, which costs less while nothing refers to it
call_command("migrate", verbosity=0)
call_command("load_content", verbosity=0)
call_command("demo", verbosity=0)
"""


def fill(url: str) -> None:
    """Migrate, load the content and make the demo people, by the same commands as everywhere."""
    manage("shell", "-v0", "-c", FILL, DATABASE_URL=url)


def manage(*command: str, **environment: str) -> str:
    result = subprocess.run(
        [sys.executable, "site/manage.py", *command],
        cwd=ROOT,
        env={**os.environ, "DEMO": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"manage.py {' '.join(command)}: {result.stdout}{result.stderr}")
    return result.stdout


if __name__ == "__main__":
    databases(os.environ.get("DATABASE_URL", "")).template()
