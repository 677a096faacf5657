"""Every check of style and of the house's own rules, one line each with its time; a failure is shown in full.

`make lint` runs it. Exit status 1 when any check failed. A check whose tool is not on this machine says so aloud;
in CI (environment CI) only the npm one may be left out.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CI = bool(os.environ.get("CI"))

OURS = ("site", "courses", "community", "coaching", "accreditation")
LONGEST_FILE = 300  # lines
CATALOGUES = ("fr", "es")
DCLINT = "dclint@3.1.0"

# A real Centre as `check --deploy` sees it. Nothing is connected to.
PRODUCTION = {
    "ALLOWED_HOSTS": "",
    "BASE_URL": "https://centre.example.org",
    "DATABASE_URL": "postgres://centre:unused@127.0.0.1:1/centre",
    "DEMO": "0",
    "EMAIL_URL": "smtp+tls://user:unused@mail.example.org:587",
    "FROM_EMAIL": "centre@example.org",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SEALING_KEYS": "bGludC1vbmx5LWxpbnQtb25seS1saW50LW9ubHktbGk=",
    "SECRET_KEY": "".join(chr(33 + (7 * n) % 90) for n in range(64)),
}
# Registry hosts, and paths of the machine a file was made on. The brackets keep this file from tripping.
FOREIGN = re.compile(r"python[h]osted|pypi[.]org|registry[.]npm|deb[.]debian|(?<![\w.])/(?:work|root|tmp)/")
# A data block for allauth's scripts is not run; everything else inline would be stopped by the policy.
INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")",
    re.I,
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


class LeftOutError(Exception):
    """This check needs something that is not on this machine."""


def run(*command: str | Path, cwd: Path = ROOT, fine: tuple[int, ...] = (0,), **environment: str) -> str:
    """What the command printed when it failed, else nothing."""
    result = _run(*command, cwd=cwd, **environment)
    return "" if result.returncode in fine else (result.stdout + result.stderr).strip() or f"exit {result.returncode}"


def _run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in {*PRODUCTION, "EMBEDDED_TICK", "VAR_DIR"}}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def manage(*command: str, cwd: Path = ROOT, **environment: str) -> str:
    with tempfile.TemporaryDirectory() as var:
        return run(sys.executable, "site/manage.py", *command, cwd=cwd, VAR_DIR=var, **environment)


def files(*patterns: str) -> list[Path]:
    """Ours: what git has or would take."""
    listed = _run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns).stdout
    return sorted(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def templates() -> list[Path]:
    return [path for path in files("*.html") if "templates" in path.parts]


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> Iterator[str]:
    for path in paths:
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue  # a picture
        for number, line in enumerate(text.splitlines(), start=1):
            if found := pattern.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {found.group()}"


# The checks: each returns what is wrong, or nothing ---------------------------------------------------------------


def python_style() -> str:
    return run(BIN / "ruff", "check", "--quiet", ".")


def python_format() -> str:
    return run(BIN / "ruff", "format", "--check", ".")


def template_format() -> str:
    return run(BIN / "djade", "--check", "--target-version", "5.2", *templates())


def nothing_inline() -> str:
    return "\n".join(lines_with(INLINE, templates()))


def migrations() -> str:
    return manage("makemigrations", "--check", "--dry-run")


def deployment() -> str:
    return manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)


def translations() -> str:
    return "\n".join(problem for language in CATALOGUES for problem in _in_catalogue(language))


def _catalogue(language: str, root: Path = ROOT) -> polib.POFile:
    path = root / "locale" / language / "LC_MESSAGES" / "django.po"
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def _in_catalogue(language: str) -> Iterator[str]:
    catalogue = _catalogue(language)
    if not len(catalogue):
        yield f"{language}: no catalogue"
    for entry in catalogue:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        say = f"{language}: {entry.msgid!r}"
        if entry.obsolete:
            yield f"{say}: obsolete"
        elif entry.fuzzy:
            yield f"{say}: fuzzy"
        elif not all(texts):
            yield f"{say}: untranslated"
        else:
            yield from (f"{say}: {wrong}" for text in texts for wrong in _unlike(entry, text))


def _unlike(entry: polib.POEntry, text: str) -> Iterator[str]:
    needed = set(PLACEHOLDER.findall(entry.msgid))
    known = needed | set(PLACEHOLDER.findall(entry.msgid_plural))
    has = set(PLACEHOLDER.findall(text))
    # "One step" may leave out the number that "%(n)s steps" says.
    if has - known or (needed - has and not entry.msgid_plural):
        yield f"placeholders {sorted(has)} for {sorted(needed)}"
    for edge in ("startswith", "endswith"):
        if getattr(entry.msgid, edge)("\n") != getattr(text, edge)("\n"):
            yield f"{edge} a new line or not"


def catalogues_complete() -> str:
    """Gather the messages again, in a copy, and compare."""
    if not shutil.which("xgettext"):
        raise LeftOutError("xgettext is not here (Debian: gettext)")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for path in files():
            target = copy / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        (copy / "locale").mkdir(exist_ok=True)
        languages = [part for language in CATALOGUES for part in ("-l", language)]
        if failed := manage("makemessages", *languages, "--no-obsolete", "-i", "tests", cwd=copy):
            return failed
        return "\n".join(
            f"{language}: {wrong} (make messages): {text!r}"
            for language in CATALOGUES
            for kept, made in [(_messages(_catalogue(language)), _messages(_catalogue(language, copy)))]
            for wrong, texts in (("missing", made - kept), ("no longer used", kept - made))
            for _context, text, _plural in sorted(texts)
        )


def _messages(catalogue: polib.POFile) -> set[tuple[str, str, str]]:
    return {(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "") for entry in catalogue if not entry.obsolete}


def source_roots() -> str:
    """`site` and `locale` are folders that stock ignore files name, and no packages (docs/decisions/0001)."""
    # --no-index: or git would say nothing of files that it already has.
    inside = ("site", "site/kernel/rules.py", "locale", "locale/fr/LC_MESSAGES/django.po")
    ignored = _run("git", "check-ignore", "--no-index", "--verbose", *inside).stdout.strip()
    packages = [
        f"{name}/__init__.py makes a package of a source root"
        for name in ("site", "locale")
        if (ROOT / name / "__init__.py").exists()
    ]
    return "\n".join(filter(None, [ignored, *packages]))


def no_foreign_addresses() -> str:
    return "\n".join(lines_with(FOREIGN, files()))


def requirements_pinned() -> str:
    wrong = []
    for path in files("requirements/*.txt"):
        text = path.read_text()
        wrong += [
            f"{path.name}: an address: {found}"
            for found in re.findall(r"\S*://\S*|--\w*index-url.*|--find-links.*", text)
        ]
        joined = text.replace("\\\n", " ").splitlines()
        pins = [line for line in joined if line.strip() and not line.startswith("#")]
        wrong += [
            f"{path.name}: not pinned by hash: {line[:60]}"
            for line in pins
            if "==" not in line or "--hash=" not in line
        ]
    return "\n".join(wrong)


def compose_schema() -> str:
    return run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")


def compose_style() -> str:
    if not shutil.which("npx"):
        raise LeftOutError("npx is not here (Debian: npm)")
    wrong = run("npx", "--yes", DCLINT, ".", "--max-warnings", "0", "--quiet")
    if "npm error" in wrong:
        raise LeftOutError(f"npm could not bring {DCLINT}: {wrong.splitlines()[-1]}")
    return wrong


def file_lengths() -> str:
    sources = [path for path in files(*(f"{folder}/*.py" for folder in OURS)) if "migrations" not in path.parts]
    lengths = ((path, len(path.read_text().splitlines())) for path in sources)
    return "\n".join(f"{path.relative_to(ROOT)}: {lines} lines" for path, lines in lengths if lines > LONGEST_FILE)


CHECKS: dict[str, Callable[[], str]] = {
    "Python: ruff check": python_style,
    "Python: ruff format": python_format,
    "Templates: djade": template_format,
    "Templates: nothing inline": nothing_inline,
    "Migrations: none missing": migrations,
    "Settings: check --deploy": deployment,
    "Messages: translated": translations,
    "Messages: complete": catalogues_complete,
    "Source roots: kept by git, no packages": source_roots,
    "Files: no registries, no machine's paths": no_foreign_addresses,
    "Requirements: hashes, no addresses": requirements_pinned,
    "Compose: schema": compose_schema,
    "Compose: dclint": compose_style,
    f"Files: at most {LONGEST_FILE} lines": file_lengths,
}
MAY_BE_LEFT_OUT_IN_CI = {compose_style}


def attempt(check: Callable[[], str]) -> tuple[str, str, float]:
    """(verdict, what there is to say, seconds) of one check."""
    began = time.monotonic()
    try:
        wrong = check()
        verdict = "FAILED" if wrong else "ok"
    except LeftOutError as reason:
        wrong, verdict = str(reason), "FAILED" if CI and check not in MAY_BE_LEFT_OUT_IN_CI else "LEFT OUT"
    return verdict, wrong, time.monotonic() - began


def main() -> int:
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as workers:
        for name, (verdict, said, seconds) in zip(CHECKS, workers.map(attempt, CHECKS.values()), strict=True):
            print(f"{verdict:<8} {seconds:5.1f} s  {name}{f': {said}' if verdict == 'LEFT OUT' else ''}", flush=True)
            if verdict == "FAILED":
                failed += 1
                print("\n".join(f"    {line}" for line in said.splitlines()), flush=True)
    print(f"{failed} of {len(CHECKS)} checks failed" if failed else f"All {len(CHECKS)} checks pass")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
