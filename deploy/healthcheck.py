"""Is this container well? Exit status 0 or 1; the reason is printed and kept by `docker inspect`.

healthcheck.py        a server: /healthz/ready on port 8000 (or PORT)
healthcheck.py tick   due work: its last round ended within the last five minutes
"""

import http.client
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

ROUND_SECONDS = 300


def server() -> str:
    """Asks by the public name, because no other may be in ALLOWED_HOSTS; answers with what is wrong."""
    name = urlsplit(os.environ.get("BASE_URL", "")).netloc or "127.0.0.1"
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=5)
    try:
        connection.request("GET", "/healthz/ready", headers={"Host": name})
        answer = connection.getresponse()
        body = answer.read(500).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error}"
    return "" if answer.status == http.HTTPStatus.OK else f"{answer.status} {body}"


def tick() -> str:
    """`manage.py tick --forever` touches the file TICK_HEARTBEAT after every round."""
    heartbeat = Path(os.environ["TICK_HEARTBEAT"])
    if not heartbeat.exists():
        return "no round has ended yet"
    age = time.time() - heartbeat.stat().st_mtime
    return "" if age < ROUND_SECONDS else f"the last round ended {age:.0f} s ago"


if __name__ == "__main__":
    wrong = tick() if sys.argv[1:] == ["tick"] else server()
    print(wrong or "well")
    sys.exit(bool(wrong))
