"""Make what a demonstration needs and does not have yet: messages, database, pages, people, static files.

Each step says what it does and how long it took; one whose sources have not changed since costs next to nothing.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import django
import polib
import wagtail
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from centre import content

STATIC_SOURCES = [settings.REPOSITORY / "site" / "centre" / "static"]


def prepare(say: Callable[[str], None]) -> None:
    steps = (
        ("messages in French and Spanish", compile_messages),
        ("database", migrate),
        ("pages in three languages (the first time takes a while)", load_content),
        ("demonstration people", make_people),
        ("styles and scripts", collect_static),
    )
    for number, (name, step) in enumerate(steps, start=1):
        began = time.monotonic()
        say(f"[{number}/{len(steps)}] {name} …")
        did = step()
        say(f"      {did} ({time.monotonic() - began:.1f} s)")


def compile_messages() -> str:
    compiled = 0
    for source in sorted(path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            compiled += 1
    return f"{compiled} compiled" if compiled else "as they were"


def migrate() -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return "up to date"
    call_command("migrate", verbosity=0, interactive=False)
    return f"{len(plan)} migrations made"


def load_content() -> str:
    sources = [path for folder in (content.PAGES, content.COURSES) for path in folder.rglob("*.yaml")]
    return _once(
        f"content in {settings.DATABASES['default']['NAME']}",
        sources,
        lambda: call_command("load_content", verbosity=0),
    )


def make_people() -> str:
    call_command("demo", verbosity=0)
    return "ready"


def collect_static() -> str:
    sources = [path for folder in STATIC_SOURCES for path in folder.rglob("*") if path.is_file()]
    return _once(
        f"static in {settings.STATIC_ROOT}",
        sources,
        lambda: call_command("collectstatic", verbosity=0, interactive=False),
    )


def _once(name: str, sources: Iterable[Path], make: Callable[[], None]) -> str:
    """Make it unless these very sources were made by these very versions before."""
    digest = hashlib.sha256(f"{django.__version__} {wagtail.__version__}".encode())
    for path in sorted(sources):
        digest.update(str(path).encode() + path.read_bytes())
    stamp = Path(settings.VAR) / "prepared.json"
    made = json.loads(stamp.read_text()) if stamp.exists() else {}
    if made.get(name) == digest.hexdigest():
        return "as they were"
    make()
    stamp.write_text(json.dumps({**made, name: digest.hexdigest()}))
    return "made"
