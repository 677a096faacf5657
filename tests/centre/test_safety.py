"""Headers, doors and settings."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client

from centre import tick
from kernel import clock
from tests.factories import UserFactory
from tests.helpers import shipped_page, soup

ROOT = Path(__file__).resolve().parent.parent.parent


def policy(response) -> dict[str, set[str]]:
    return {name: set(values) for name, *values in (d.split() for d in response["Content-Security-Policy"].split(";"))}


@pytest.mark.django_db
class TestHeaders:
    @pytest.mark.parametrize(
        "path",
        [
            "/en/",
            "/en/search/?q=a",
            "/fr/accounts/login/",
            "/en/nothing/",
            "/demo/mail/",
            "/healthz/live",
            "/sitemap.xml",
        ],
    )
    def test_strict_everywhere(self, client, path):
        response = client.get(path)
        rules = policy(response)
        assert rules["default-src"] == {"'none'"}
        assert rules["base-uri"] == {"'none'"}
        assert rules["frame-ancestors"] <= {"'self'", "'none'"}
        assert rules["form-action"] == {"'self'"}
        for values in rules.values():
            assert not values & {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"}
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response["X-Frame-Options"] in ("SAMEORIGIN", "DENY")

    def test_the_editor_has_what_it_needs_and_that_is_all(self, client):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        rules = policy(client.get("/cms/"))
        assert "'unsafe-inline'" in rules["script-src"]
        assert rules["default-src"] == {"'none'"}
        assert not any(value in ("*", "https:", "'unsafe-eval'") for values in rules.values() for value in values)

    def test_an_error_page_is_as_strict(self, monkeypatch):
        monkeypatch.setattr("centre.views.site.search_pages", None)
        response = Client(raise_request_exception=False).get("/en/search/?q=twinning")
        assert response.status_code == 500
        assert "'unsafe-inline'" not in response["Content-Security-Policy"]

    def test_cookies_are_out_of_reach_of_scripts(self, client):
        client.post("/en/accounts/login/", {"login": "staff@demo.example", "password": "demo"})
        assert client.cookies
        for cookie in client.cookies.values():
            assert cookie["httponly"]
            assert cookie["samesite"] == "Lax"


@pytest.mark.django_db
class TestDoors:
    """Nobody gets past allauth's second factor by another door."""

    @pytest.mark.parametrize("path", ["/cms/login/", "/cms/password_reset/", "/cms/", "/cms/pages/"])
    def test_of_the_cms_lead_to_the_one_sign_in(self, client, path):
        response = client.get(path, {"next": "/cms/pages/"}, follow=True)
        assert response.redirect_chain[-1][0].startswith("/en/accounts/login/")
        assert soup(response).find("h1")
        assert not soup(response).find("input", {"name": "username"})

    def test_nobody_signs_in_at_another(self, client):
        for path in ("/cms/login/", "/_util/login/", "/admin/login/", "/en/_util/login/"):
            client.post(path, {"username": "staff@demo.example", "password": "demo"}, follow=True)
            assert "_auth_user_id" not in client.session, path

    def test_documents_and_media_stay_in_their_folder(self, client, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path / "media"
        (tmp_path / "media").mkdir()
        (tmp_path / "secret.txt").write_text("secret")
        (tmp_path / "media" / "drawing.svg").write_text("<svg><script>alert(1)</script></svg>")
        for path in ("../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt"):
            assert client.get(f"/media/{path}").status_code in (302, 400, 404)
        response = client.get("/media/drawing.svg")
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["Content-Security-Policy"].startswith("default-src 'none'")
        assert client.post("/media/drawing.svg").status_code == 405

    def test_a_site_that_frames_or_posts_gets_nothing(self, client):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(UserFactory())
        assert strict.post("/en/accounts/", {"name": "x", "language": "en"}).status_code == 403
        assert strict.post("/en/accounts/logout/").status_code == 403
        assert strict.get("/en/my/").status_code == 200


def start(*command: str, **environment: str) -> subprocess.CompletedProcess:
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "VAR_DIR") if name in os.environ}
    return subprocess.run(
        [sys.executable, "site/manage.py", *command],
        cwd=ROOT,
        env={**keep, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


SERVER = "postgres://centre@127.0.0.1:1/none"
REAL = {
    "DEMO": "0",
    "SECRET_KEY": "a-long-and-Random-text-0123456789-that-nobody-would-guess",
    "SEALING_KEYS": Fernet.generate_key().decode(),
    "EMAIL_URL": "smtp+tls://u:p@mail.example.org:587",
    "BASE_URL": "https://centre.example.org",
}


class TestSettings:
    @pytest.mark.parametrize(
        ("environment", "named"),
        [
            ({"DATABASE_URL": SERVER}, "DEMO"),
            ({**REAL, "SECRET_KEY": ""}, "SECRET_KEY"),
            ({**REAL, "SEALING_KEYS": ""}, "SEALING_KEYS"),
            ({**REAL, "SEALING_KEYS": "too-short"}, "SEALING_KEYS"),
            ({**REAL, "EMAIL_URL": ""}, "EMAIL_URL"),
            ({"BASE_URL": "https://centre.example.org"}, "DEMO"),
            ({**REAL, "TRUSTED_PROXIES": "many"}, "TRUSTED_PROXIES"),
            ({"DEMO": "perhaps"}, "DEMO"),
            ({**REAL, "DATABASE_URL": "nonsense"}, "DATABASE_URL"),
            ({**REAL, "EMAIL_URL": "nonsense"}, "EMAIL_URL"),
        ],
        ids=[
            *(
                "a server without DEMO",
                "no secret",
                "no sealing key",
                "no key at all",
                "no mail",
                "an address for others without DEMO",
            ),
            *("no number", "neither yes nor no", "no database", "no mail server"),
        ],
    )
    def test_a_missing_one_stops_the_start_with_a_sentence(self, environment, named):
        result = start("check", **environment)
        assert result.returncode != 0
        assert named in result.stderr.strip().splitlines()[-1]

    def test_a_real_centre_passes_djangos_own_checks(self):
        result = start("check", "--deploy", "--fail-level", "WARNING", **REAL)
        assert result.returncode == 0, result.stderr

    def test_no_demo_people_in_a_real_centre(self, settings):
        settings.DEMO = False
        for command in ("demo", "start"):
            with pytest.raises(CommandError, match=r"DEMO=0|real Centre"):
                call_command(command)


@pytest.fixture
def scheduled_page(committed):
    """A page that an editor has set to go live a while ago."""
    page = shipped_page("en", "home", "help")
    page.unpublish()
    page.go_live_at = clock.now() + timedelta(minutes=5)
    page.save_revision(approved_go_live_at=page.go_live_at).publish()
    page.refresh_from_db()
    assert not page.live
    due = clock.now() - timedelta(minutes=5)
    revision = page.latest_revision
    revision.approved_go_live_at, revision.content["go_live_at"] = due, due.isoformat()
    revision.save()
    return page


class TestTick:
    def test_publishes_what_is_due(self, scheduled_page):
        call_command("tick")
        scheduled_page.refresh_from_db()
        assert scheduled_page.live

    def test_a_part_that_fails_does_not_stop_the_others(self, monkeypatch, caplog):
        done = []

        def broken():
            raise RuntimeError("what somebody wrote in private")

        monkeypatch.setattr(tick, "publish_scheduled", broken)
        monkeypatch.setattr(tick, "run_queued_tasks", lambda: done.append("tasks"))
        monkeypatch.setattr(tick, "forget_ended_sessions", lambda: done.append("sessions"))
        tick.tick(0)
        tick.tick(1)
        assert done == ["tasks", "sessions", "tasks"]
        assert "broken: RuntimeError" in caplog.text
        assert "in private" not in caplog.text

    def test_ended_sessions_are_forgotten(self, committed):
        client = Client()
        client.force_login(UserFactory())
        session = client.session
        session.set_expiry(-1)
        session.save()
        call_command("tick")
        assert not type(session)().exists(session.session_key)
