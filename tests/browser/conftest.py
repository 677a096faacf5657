"""A real server on a copied database, and a real browser. Without a chromium these tests are skipped loudly; in CI they
fail."""

from __future__ import annotations

import email
import email.policy
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.helpers import LANGUAGES
from tests.house import KEEP, ROOT, databases, manage, one_at_a_time

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What is to be seen, or pressed, on a machine that does other things too; in milliseconds.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@dataclass
class House:
    """A running Centre with the demo people in it."""

    url: str
    mail: Path
    environment: dict[str, str]

    def arrange(self, code: str) -> str:
        """Run Python in its database, in a process of its own: Playwright's event loop and the database do not share
        one. Takes some seconds: once for a module."""
        return manage("shell", "-v0", "-c", code, PYTHONPATH=str(ROOT), **self.environment)


@pytest.fixture(scope="session")
def server() -> Iterator[Callable[[], House]]:
    """Start a Centre of its own: daphne as in `make run`, on 127.0.0.1 alone; `more` is added to its environment. Takes
    some seconds."""
    if CHROMIUM is None:
        message = "No chromium or chrome on PATH: the browser tests cannot run (apt-get install chromium)."
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    running: list[subprocess.Popen] = []
    names: list[str] = []
    databases_here = databases(os.environ.get("DATABASE_URL", ""))
    var = KEEP / "browser"
    with one_at_a_time("static"):
        making = "from centre import preparation as p; p.compile_messages(); p.collect_static()"
        manage("shell", "-v0", "-c", making, VAR_DIR=str(var))

    def start(application: str = "centre.asgi:application", **more: str) -> House:
        number = len(running)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        names.append(databases_here.copy(f"browser{number}"))
        environment = {
            "DATABASE_URL": databases_here.url(names[-1]),
            "VAR_DIR": str(var),
            "PORT": str(port),
            "BASE_URL": f"http://127.0.0.1:{port}",
            "DEMO": "1",
            **more,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0", application],
            cwd=ROOT / "site",
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}", **environment},
        )
        running.append(process)
        _wait_for(f"{environment['BASE_URL']}/healthz/ready")
        return House(environment["BASE_URL"], var / "mail", environment)

    yield start
    for process in running:
        process.terminate()
        process.wait(timeout=20)
    for name in names:
        databases_here.drop(name)


def _wait_for(url: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"{url} did not answer within {seconds} s.")


@pytest.fixture(scope="session")
def house(server) -> House:
    """One for all test modules. What a test leaves behind in it stays: whoever looks at pages of a demo person (access)
    finds them as they were, because others do their things as somebody else or in a house of their own."""
    return server()


@pytest.fixture(scope="module")
def clock(tmp_path_factory) -> Callable[[int], None]:
    """Put the clock of a house forward by so many minutes; one on tests.browser.moved_clock, with its CLOCK_AHEAD at
    `clock.path`."""
    path = tmp_path_factory.mktemp("clock") / "ahead"

    def ahead(minutes: int) -> None:
        new = path.with_suffix(".new")
        new.write_text(str(int(path.read_text() if path.exists() else 0) + minutes * 60))
        new.replace(path)  # in one go: the house reads it all the time

    ahead(0)
    ahead.path = path
    return ahead


@pytest.fixture(scope="module")  # not longer: Playwright's event loop and Django's database do not share a thread
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(house: House, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A new person at a new device. Whatever the browser complains of (scripts, the content policy) fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def come(*, language: str = "en-GB", width: int = 1280, dark: bool = False, scripts: bool = True, **more) -> Page:
        context = chromium.new_context(
            base_url=house.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale=language,
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield come
    for context in contexts:
        context.close()
    # Pages that are meant not to be there, and lines that are meant to be down, are told by the browser as well.
    meant = r"status of (401|403|404|409|429)|ERR_INTERNET_DISCONNECTED"
    assert not [text for text in complaints if not re.search(meant, text)]


def in_languages(by_default: str) -> pytest.MarkDecorator:
    """A journey in all three languages; those but this one are slow, and walked in CI."""
    slow = [pytest.param(language, marks=pytest.mark.slow) for language in LANGUAGES if language != by_default]
    return pytest.mark.parametrize("language", [by_default, *slow])


def sign_in(page: Page, login: str, language: str = "en") -> None:
    """With the demo password."""
    page.goto(f"/{language}/accounts/login/")
    page.locator("details.fold summary").click()
    page.locator("#id_login").fill(f"{login}@demo.example")
    page.locator("#id_password").fill("demo")
    page.locator("details.fold button").click()
    page.wait_for_url("**/my/")


def letter_to(house: House, address: str, holding: str) -> re.Match[str]:
    """What matches in the text of the latest mail to this address that has it, as people read it at /demo/mail/."""
    for path in sorted(house.mail.glob("*.eml"), reverse=True):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        text = letter.get_body(("plain",)).get_content() if letter["To"] == address else ""
        if found := re.search(holding, text, re.MULTILINE):
            return found
    raise AssertionError(f"No such mail went to {address}.")


def code_sent_to(house: House, address: str) -> str:
    """The latest code mailed to this address."""
    return letter_to(house, address, r"^\s{4}(\S+)\s*$").group(1)


def violations(page: Page) -> list[str]:
    """What axe finds on this page, as lines."""
    page.evaluate(AXE)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    # All else that axe tells, and it is much, stays in the browser.
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations'], "
        "rules: {'color-contrast-enhanced': {enabled: true}}}).then(({violations}) => violations)",
        rules,
    )
    return [f"{v['id']}: {v['help']}: {[node['target'] for node in v['nodes']][:3]}" for v in found]
