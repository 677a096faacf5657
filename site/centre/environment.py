"""What the environment says this Centre is: a demonstration or a real one, where its data are, what it is called.

Read for settings.py. A wrong or missing variable stops the start with a sentence that names it.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
env = environ.Env()


def read(name: str, parse: Callable[[str], T], default: str = "") -> T:
    """What a variable says, parsed. One that cannot be understood stops the start with its name."""
    text = env.str(name, default=default)
    try:
        return parse(text)
    except (ValueError, KeyError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} cannot be understood: {error}") from None


def yes_or_no(text: str) -> bool:
    answers = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in answers:
        raise ValueError(f"say 1 or 0, not “{text}”")
    return answers[text.lower()]


def database(url: str) -> dict[str, Any]:
    """Django's settings of a database by its address."""
    settings = environ.Env.db_url_config(url)
    if not settings.get("ENGINE"):
        raise ValueError("say for example postgres://user:password@host:5432/name")
    return settings


REPOSITORY = Path(__file__).resolve().parent.parent.parent
# What a running Centre writes: database, mail of a demonstration, collected static files.
VAR = Path(os.environ.get("VAR_DIR") or REPOSITORY / "var")
VAR.mkdir(parents=True, exist_ok=True)

DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR / 'centre.sqlite3'}"
REDIS_URL = env.str("REDIS_URL", default="")
ON_SQLITE = DATABASE_URL.startswith("sqlite:")

BASE_URL = (env.str("BASE_URL", default="") or f"http://127.0.0.1:{env.str('PORT', default='8000')}").rstrip("/")
SECURE = urlsplit(BASE_URL).scheme == "https"
EMAIL_URL = env.str("EMAIL_URL", default="")

# Anything that a real Centre has and a demonstration on this machine has not.
SIGNS_OF_A_REAL_CENTRE = {
    "DATABASE_URL names a server": not ON_SQLITE,
    "BASE_URL is an address for others": urlsplit(BASE_URL).hostname not in ("127.0.0.1", "localhost", "::1"),
    "EMAIL_URL names a mail server": bool(EMAIL_URL),
}
for sign, is_there in SIGNS_OF_A_REAL_CENTRE.items():
    if is_there and "DEMO" not in os.environ:
        raise ImproperlyConfigured(
            f"{sign}, and DEMO was not said. Say DEMO=0 for a real Centre, "
            "or DEMO=1 for a demonstration with known passwords."
        )
DEMO = read("DEMO", yes_or_no, "1")


def _demo_secret(name: str, make: Callable[[], str]) -> str:
    """A secret of this folder's own, so that a demonstration needs no setting and no secret is ever in the code."""
    path = VAR / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text()


def new_sealing_key() -> str:
    return Fernet.generate_key().decode()


def sealing_keys(text: str) -> list[str]:
    """Fernet keys, the newest first. A mistyped one would lose journals, so it stops the start."""
    keys = [key.strip() for key in text.split(",") if key.strip()]
    for key in keys:
        Fernet(key)
    return keys


SECRET_KEY = env.str("SECRET_KEY", default="") or (
    _demo_secret("secret_key", lambda: secrets.token_urlsafe(50)) if DEMO else ""
)
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is missing: a long random text, the same for all processes.")

SEALING_KEYS = read("SEALING_KEYS", sealing_keys) or ([_demo_secret("sealing_key", new_sealing_key)] if DEMO else [])
if not SEALING_KEYS:
    raise ImproperlyConfigured(
        "SEALING_KEYS is missing: what journals are sealed with. docs/operating.md says how to make one; keep a copy."
    )

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or [urlsplit(BASE_URL).hostname, "127.0.0.1", "localhost"]
# Without a mail server a demonstration keeps its mail in files; a real Centre needs one.
if not (EMAIL_URL or DEMO):
    raise ImproperlyConfigured("EMAIL_URL is missing, for example smtp+tls://user:password@mail.example.org:587")
