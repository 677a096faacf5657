"""`make bench`: requests a second and p95 of the pages people meet, beside a bare Django view in the same run; then how
fast the rooms of meetings are, beside a bare echo and a bare insert.

This machine is noisy, so the ratios to what is bare are the figures that count. Prints tables, writes var/bench.json.
Needs wrk (Debian package `wrk`). Uses PostgreSQL and Redis on this machine when they answer, else SQLite and memory;
the rooms need PostgreSQL, and start a redis-server of their own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench import notices, rooms
from tests.bench.servers import ROOT, answers, gunicorn
from tests.house import databases, manage

STEP = "/en/courses/effective-patient-leader/where-i-stand/energy-and-boundaries/"
GUIDE = "/en/guides/twinning/what-twinning-is/"
HOME = "/en/my/"
CONNECTIONS = 10
WEIGHT_LIMIT = 60 * 1024


@dataclass
class Row:
    name: str
    per_second: float
    p50_ms: float
    p95_ms: float
    errors: int
    ratio: float = 0.0
    queries: int | None = None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8, help="how long each page is asked for (at most 60)")
    parser.add_argument("--only", choices=("pages", "rooms"), help="one of the two parts")
    asked = parser.parse_args()
    figures: dict[str, Any] = {"cores": os.cpu_count()}
    if asked.only != "rooms" and (status := pages(figures, min(asked.seconds, 60))):
        return status
    if asked.only != "pages":
        live(figures)
    path = ROOT / "var" / "bench.json"
    path.write_text(json.dumps(figures, indent=1))
    print(f"\nWritten to {path.relative_to(ROOT)}")
    return 0


def live(figures: dict[str, Any]) -> None:
    if not (answers("127.0.0.1", 5432) and shutil.which("redis-server")):
        print("\nThe rooms of meetings are not measured: that needs PostgreSQL on 127.0.0.1:5432, and redis-server.")
        return
    figures["rooms"] = rooms.run()
    rooms.report(figures["rooms"])


def pages(figures: dict[str, Any], seconds: int) -> int:
    if not shutil.which("wrk"):
        print("make bench needs wrk: apt-get install wrk", file=sys.stderr)
        return 2
    house = databases("postgres://postgres@127.0.0.1:5432/postgres" if answers("127.0.0.1", 5432) else "")
    redis = "redis://127.0.0.1:6379/8" if answers("127.0.0.1", 6379) else ""
    name = house.copy("bench")
    environment = {"DATABASE_URL": house.url(name), "REDIS_URL": redis, "DEMO": "1"}
    try:
        manage("collectstatic", "--noinput", "-v0", **environment)
        facts = json.loads(manage("shell", "-v0", "-c", IN_DJANGO, **environment).splitlines()[-1])
        rows = measure(environment, facts["pages"], seconds)
        for row in rows:
            row.queries = facts["queries"].get(row.name)
        with gunicorn("centre.wsgi", STEP, environment) as address:
            weight = page_weight(address, STEP)
        mail = notices.run(environment)
    finally:
        house.drop(name)
    report(rows, weight, mail, environment)
    figures |= {"rows": [asdict(row) for row in rows], "weight": weight, "mail": mail}
    return 0


def measure(environment: dict[str, str], pages: dict[str, tuple[str, str]], seconds: int) -> list[Row]:
    """Each page (its path and cookie) twice, in two rounds, and of each the better: noise only takes away."""
    rounds: dict[str, list[Row]] = {}
    for _ in range(2):
        rounds.setdefault("bare Django view", []).append(bare(seconds))
        with gunicorn("centre.wsgi", STEP, environment) as address:
            for name, (path, cookie) in pages.items():
                row = wrk(name, f"{address}{path}", seconds, cookie)
                rounds.setdefault(name, []).append(row)
    rows = [max(runs, key=lambda row: row.per_second) for runs in rounds.values()]
    for row in rows:
        row.ratio = row.per_second / rows[0].per_second
    return rows


def bare(seconds: int) -> Row:
    with gunicorn("tests.bench.bare", "/", {}) as address:
        return wrk("bare Django view", f"{address}/", seconds)


def wrk(name: str, url: str, seconds: int, cookie: str = "") -> Row:
    headers = ["-H", "Accept-Encoding: gzip", *(["-H", f"Cookie: {cookie}"] if cookie else [])]
    script = str(Path(__file__).with_name("percentiles.lua"))
    base = ["wrk", "-t1", f"-c{CONNECTIONS}", "-s", script, *headers]
    subprocess.run([*base, "-d2s", url], check=True, capture_output=True)
    output = subprocess.run([*base, f"-d{seconds}s", url], check=True, capture_output=True, text=True).stdout
    result = json.loads(re.search(r"RESULT (.*)", output).group(1))
    return Row(name, result["requests"] / result["seconds"], result["p50_ms"], result["p95_ms"], result["errors"])


def page_weight(address: str, path: str) -> dict[str, int]:
    """Gzipped bytes of a first view: the page and every style, script and icon that it names."""

    def fetch(url: str) -> bytes:
        request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as response:
            body = response.read()
            return body if response.headers.get("Content-Encoding") == "gzip" else gzip.compress(body, 6)

    html = fetch(address + path)
    text = gzip.decompress(html).decode()
    parts = {"page": len(html)}
    for url in sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js|svg))"', text))):
        parts[url.rsplit("/", 1)[1]] = len(fetch(address + url))
    return parts


def report(rows: list[Row], weight: dict[str, int], mail: dict[str, float], environment: dict[str, str]) -> None:
    kind = "PostgreSQL" if environment["DATABASE_URL"].startswith("postgres") else "SQLite"
    print(f"\ngunicorn 2x4, {CONNECTIONS} connections, {kind}, {'Redis' if environment['REDIS_URL'] else 'memory'}\n")
    print(f"{'page':<28}{'a second':>10}{'p50 ms':>9}{'p95 ms':>9}{'of bare':>9}{'queries':>9}{'errors':>8}")
    for row in rows:
        queries = "-" if row.queries is None else row.queries
        print(
            f"{row.name:<28}{row.per_second:>10.0f}{row.p50_ms:>9.1f}{row.p95_ms:>9.1f}"
            f"{row.ratio:>9.2f}{queries:>9}{row.errors:>8}"
        )
    total = sum(weight.values())
    print(f"\nA step, first view: {total / 1024:.1f} KiB gzipped of {WEIGHT_LIMIT / 1024:.0f} allowed")
    for name, size in weight.items():
        print(f"  {name:<40}{size / 1024:>6.1f} KiB")
    print(
        f"\nA tick with {mail['sent']:,} notices that are due: {mail['per_second']:.0f} mails a second "
        f"({mail['of_floor']:.2f} of the floor), memory {mail['rss_start_mb']:.0f} to {mail['rss_end_mb']:.0f} MB"
    )


# Runs inside Django: makes the crowd, signs people in, and counts how many queries each page asks.
IN_DJANGO = f"""
import json
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from people.models import User
from tests.bench import crowd

crowd.make()
me = crowd.cookie(User.objects.get(email="applicant@demo.example"))  # in mid-course
pages = {{
    "step, signed out": ({STEP!r}, ""),
    "guide, signed out": ({GUIDE!r}, ""),
    "step, signed in": ({STEP!r}, me),
    "learner home": ({HOME!r}, me),
    **crowd.addresses(),
}}

def count(path, cookie):
    client = Client(SERVER_NAME="127.0.0.1", headers={{"Cookie": cookie}} if cookie else None)
    client.get(path)
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200, path
    return len(queries)

print(json.dumps({{"pages": pages, "queries": {{name: count(*page) for name, page in pages.items()}}}}))
"""

if __name__ == "__main__":
    sys.exit(main())
