"""What the environment says this Centre is: a demonstration or a real one, where its data are, what it is called.

Read by settings.py alone. A wrong or missing variable stops the start with a sentence that names it.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

REPOSITORY = Path(__file__).resolve().parent.parent.parent
# What a running Centre writes: database, mail of a demonstration, collected static files.
VAR = Path(os.environ.get("VAR_DIR") or REPOSITORY / "var")
VAR.mkdir(parents=True, exist_ok=True)

DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR / 'centre.sqlite3'}"
REDIS_URL = env.str("REDIS_URL", default="")
ON_SQLITE = DATABASE_URL.startswith("sqlite:")

if not ON_SQLITE and "DEMO" not in os.environ:
    raise ImproperlyConfigured(
        "DATABASE_URL names a server, and DEMO was not said. Say DEMO=0 for a real Centre, "
        "or DEMO=1 for a demonstration with known passwords."
    )
DEMO = env.bool("DEMO", default=True)
BASE_URL = (env.str("BASE_URL", default="") or f"http://127.0.0.1:{env.str('PORT', default='8000')}").rstrip("/")
SECURE = urlsplit(BASE_URL).scheme == "https"


def _demo_secret() -> str:
    """A secret of this folder's own, so that a demonstration needs no setting and no secret is ever in the code."""
    path = VAR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or (_demo_secret() if DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is missing: a long random text, the same for all processes.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or [urlsplit(BASE_URL).hostname, "127.0.0.1", "localhost"]
# Without a mail server a demonstration keeps its mail in files; a real Centre needs one.
EMAIL_URL = env.str("EMAIL_URL", default="")
if not (EMAIL_URL or DEMO):
    raise ImproperlyConfigured("EMAIL_URL is missing, for example smtp+tls://user:password@mail.example.org:587")
