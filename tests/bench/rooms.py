"""How fast the rooms of meetings are: `python -m tests.bench.rooms`, and the second part of `make bench`.

200 rooms of 8 are open on two daphnes, as docker-compose.yml starts them, on PostgreSQL and a Redis of their own; the
client that loads them runs on the same cores. Of each contribution is measured when the last member has it.
Beside it, in the same run, the floors: a bare consumer of Channels that echoes through the same layer, with the same
client, and a bare insert of such a row, each committed.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.house import ROOT, databases
from tests.stack import servers
from tests.stack.line import Line

ROOMS, MEMBERS = 200, 8
PER_SECOND, SECONDS = 100, 20
# Contributions under way at once when it is asked how many there can be.
AT_ONCE, SATURATED_SECONDS = 48, 10
EVENTS, JOINS = 500, 40
ROWS = 1000
WORDS = "What would have to happen so that the manager listens to you on Tuesday?"
POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
TARGETS = {"p50_ms": 12, "p95_ms": 40, "lost": 0, "per_second": 250, "rss_mib": 700, "join_ms": 50}


# The client ----------------------------------------------------------------------------------------------------------


class Load:
    """Sockets of all rooms, and the time from each contribution until the last of its room's members had it."""

    def __init__(self, say: Callable[[int], bytes], mark: re.Pattern[bytes]) -> None:
        self._say, self._mark = say, mark
        self.rooms: list[list[Line]] = []
        self.sent: dict[int, float] = {}
        self.missing: dict[int, int] = {}
        self.took: dict[int, float] = {}
        self.refused = 0
        self._number, self._turn = 0, 0
        self._free: asyncio.Semaphore | None = None

    async def open(self, ports: list[int], doors: list[list[tuple[str, str]]]) -> None:
        """`doors` are the address and the cookie of each member of each room; they sit on both processes in turn."""
        gate = asyncio.Semaphore(16)

        async def enter(number: int, path: str, cookie: str) -> Line:
            async with gate:
                return await Line.open(ports[number % 2], path, self._hear, cookie=cookie, wait=60)

        for members in doors:
            self.rooms.append(await asyncio.gather(*(enter(n, *door) for n, door in enumerate(members))))

    def close(self) -> None:
        for line in (line for members in self.rooms for line in members):
            line.drop()

    def _hear(self, frame: bytes) -> None:
        found = self._mark.search(frame)
        if found is None:
            self.refused += frame.startswith(b'{"type":"refused"')
            return
        number = int(found.group(1))
        left = self.missing.get(number, 0) - 1
        self.missing[number] = left
        if left == 0:
            self.took[number] = time.perf_counter() - self.sent[number]
            del self.missing[number]
            if self._free:
                self._free.release()

    def send(self) -> None:
        """The next contribution: of the next room, and of its next member."""
        self._number += 1
        turn, room = divmod(self._turn, len(self.rooms))
        self._turn += 1
        members = self.rooms[room]
        # Not always the same place at the same time in all rooms.
        line = members[(turn + room) % len(members)]
        self.missing[self._number] = len(members)
        self.sent[self._number] = time.perf_counter()
        line.say(self._say(self._number))

    async def at(self, per_second: float, seconds: float) -> dict[str, float]:
        """So many a second, evenly, whatever comes of them."""
        self._forget()
        begin, count = time.perf_counter(), int(per_second * seconds)
        for number in range(count):
            wait = begin + number / per_second - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            self.send()
        await self._settle()
        return self._figures(time.perf_counter() - begin)

    async def saturated(self, seconds: float) -> dict[str, float]:
        """As many as there can be with AT_ONCE of them under way."""
        self._forget()
        self._free = asyncio.Semaphore(AT_ONCE)
        begin = time.perf_counter()
        while time.perf_counter() < begin + seconds:
            await self._free.acquire()
            self.send()
        done, took = len(self.took), time.perf_counter() - begin
        self._free = None
        await self._settle()
        return {**self._figures(took), "per_second": done / took}

    def _forget(self) -> None:
        self.sent, self.missing, self.took, self.refused = {}, {}, {}, 0

    async def _settle(self) -> None:
        deadline = time.perf_counter() + 15
        while self.missing and time.perf_counter() < deadline:
            await asyncio.sleep(0.05)

    def _figures(self, seconds: float) -> dict[str, float]:
        took = sorted(self.took.values())
        return {
            "sent": len(self.sent),
            # Deliveries that did not come.
            "lost": sum(self.missing.values()),
            "refused": self.refused,
            "p50_ms": _part(took, 0.5) * 1000,
            "p95_ms": _part(took, 0.95) * 1000,
            "p99_ms": _part(took, 0.99) * 1000,
            "seconds": seconds,
        }


def _part(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def contribution(number: int) -> bytes:
    return json.dumps(
        {
            "type": "command",
            "command": "contribute",
            "kind": "note",
            "text": f"N{number} {WORDS}",
            "language": "en",
            "client_id": str(uuid.UUID(int=(uuid.uuid4().int))),
        }
    ).encode()


CONTRIBUTED = re.compile(rb'^{"type":"event".*"html":"<p>N(\d+) ')
ECHOED = re.compile(rb"^N(\d+) ")


# What is measured ----------------------------------------------------------------------------------------------------


async def measure_rooms(stack: servers.Stack, prepared: dict[str, Any]) -> dict[str, Any]:
    load = Load(contribution, CONTRIBUTED)
    begin = time.perf_counter()
    await load.open(stack.ports, [[(path, cookie) for cookie in cookies] for path, cookies in prepared["rooms"]])
    opened = time.perf_counter() - begin
    await asyncio.sleep(3)  # until everybody has heard who is there
    await load.at(PER_SECOND, 3)
    steady = await load.at(PER_SECOND, SECONDS)
    joins = await _joins(stack.ports, *prepared["long"])
    most = await load.saturated(SATURATED_SECONDS)
    rss = [live.rss_mib() for live in stack.lives]
    load.close()
    return {
        "sockets": ROOMS * MEMBERS,
        "opened_per_second": ROOMS * MEMBERS / opened,
        "steady": steady,
        "saturated": most,
        "rss_mib": sum(rss),
        "join_ms": _part(joins, 0.5) * 1000,
        "join_p95_ms": _part(joins, 0.95) * 1000,
    }


async def _joins(ports: list[int], path: str, cookies: list[str]) -> list[float]:
    """From the handshake to the snapshot with all that was said, one after the other."""
    took = []
    for number in range(JOINS):
        snapshot = asyncio.get_running_loop().create_future()

        def hear(frame: bytes, snapshot: asyncio.Future = snapshot) -> None:
            if frame.startswith(b'{"type":"snapshot"'):
                snapshot.set_result(len(json.loads(frame)["events"]))

        begin = time.perf_counter()
        line = await Line.open(ports[number % 2], path, hear, cookie=cookies[number % len(cookies)])
        count = await asyncio.wait_for(snapshot, 10)
        took.append(time.perf_counter() - begin)
        line.drop()
        if count < EVENTS:
            raise RuntimeError(f"{count} events came.")
        await asyncio.sleep(0.05)
    return sorted(took)


async def measure_echo(ports: list[int]) -> dict[str, Any]:
    load = Load(lambda number: f"N{number} {WORDS * 4}".encode(), ECHOED)
    await load.open(ports, [[(f"/{number}/", "")] * MEMBERS for number in range(ROOMS)])
    await load.at(PER_SECOND, 3)
    steady = await load.at(PER_SECOND, SECONDS)
    most = await load.saturated(SATURATED_SECONDS)
    load.close()
    return {"steady": steady, "saturated": most}


def measure_inserts(url: str) -> dict[str, float]:
    """A row such as a contribution is, over one connection, each committed."""
    sealed, took = "g" * 200, []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE bare (id bigserial PRIMARY KEY, room bigint, seq int, at timestamptz, kind text, place int, "
            "data jsonb, text text, client_id uuid, UNIQUE (room, seq), UNIQUE (room, place, client_id))"
        )
        for number in range(ROWS):
            row = (number % ROOMS, number, number % MEMBERS, sealed, uuid.uuid4())
            begin = time.perf_counter()
            connection.execute(
                "INSERT INTO bare (room, seq, at, kind, place, data, text, client_id) "
                "VALUES (%s, %s, now(), 'contributed', %s, '{\"kind\": \"note\"}', %s, %s)",
                row,
            )
            took.append(time.perf_counter() - begin)
        connection.execute("DROP TABLE bare")
    return {
        "per_second": ROWS / sum(took),
        "p50_ms": _part(sorted(took), 0.5) * 1000,
        "p95_ms": _part(sorted(took), 0.95) * 1000,
    }


@contextmanager
def database(server: str) -> Iterator[str]:
    house = databases(server)
    name = house.copy("bench_rooms")
    try:
        yield house.url(name)
    finally:
        house.drop(name)


def in_django(command: str, **environment: str) -> Any:
    result = subprocess.run(
        [sys.executable, "-m", "tests.bench.rooms", command],
        cwd=ROOT,
        env={
            **os.environ,
            "DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "centre.settings",
            "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(result.stdout + result.stderr)
    return json.loads(result.stdout.splitlines()[-1])


def run(server: str = POSTGRES) -> dict[str, Any]:
    with database(server) as url:
        with servers.running(url, way=False) as stack:
            prepared = in_django("prepare", DATABASE_URL=url, REDIS_URL=stack.redis.url)
            figures = asyncio.run(measure_rooms(stack, prepared))
        with servers.running(url, way=False, application="tests.bench.echo:application") as stack:
            echo = asyncio.run(measure_echo(stack.ports))
        insert = measure_inserts(url)
    steady, most = figures["steady"], figures["saturated"]
    floor_ms = echo["steady"]["p50_ms"] + insert["p50_ms"]
    ratios = {
        "p50_of_echo": steady["p50_ms"] / echo["steady"]["p50_ms"],
        "p50_of_echo_and_insert": steady["p50_ms"] / floor_ms,
        "saturation_of_echo": most["per_second"] / echo["saturated"]["per_second"],
        "saturation_of_inserts": most["per_second"] / insert["per_second"],
    }
    joined = {"join_queries": prepared["join_queries"], "join_events": EVENTS}
    return {**figures, **joined, "echo": echo, "insert": insert, "ratios": ratios, "targets": TARGETS}


def report(figures: dict[str, Any]) -> None:
    steady, most, echo, insert = (figures[key] for key in ("steady", "saturated", "echo", "insert"))
    print(f"\n{ROOMS} rooms of {MEMBERS} on two daphnes, PostgreSQL, Redis; until the last member has it\n")
    print(f"{'contributions':<34}{'a second':>10}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'lost':>7}")
    for name, row in (
        (f"stored and delivered, {PER_SECOND} a second", steady),
        ("stored and delivered, most", most),
        (f"floor: bare echo, {PER_SECOND} a second", echo["steady"]),
        ("floor: bare echo, most", echo["saturated"]),
    ):
        rate = row.get("per_second", row["sent"] / row["seconds"])
        print(f"{name:<34}{rate:>10.0f}{row['p50_ms']:>9.1f}{row['p95_ms']:>9.1f}{row['p99_ms']:>9.1f}{row['lost']:>7}")
    print(f"{'floor: bare insert':<34}{insert['per_second']:>10.0f}{insert['p50_ms']:>9.1f}{insert['p95_ms']:>9.1f}")
    ratios = figures["ratios"]
    print(
        f"\np50 of echo {ratios['p50_of_echo']:.2f}, of echo and insert {ratios['p50_of_echo_and_insert']:.2f}; "
        f"most of echo's {ratios['saturation_of_echo']:.2f}, of inserts' {ratios['saturation_of_inserts']:.2f}"
    )
    print(
        f"{figures['sockets']:,} open sockets: {figures['rss_mib']:.0f} MiB in both processes; "
        f"opened {figures['opened_per_second']:.0f} a second"
    )
    print(
        f"Joining a room with {figures['join_events']} events: {figures['join_ms']:.0f} ms "
        f"(p95 {figures['join_p95_ms']:.0f}), {figures['join_queries']} queries"
    )


# In Django -----------------------------------------------------------------------------------------------------------


def prepare() -> dict[str, Any]:
    """The rooms, and one in which much was said; and how many queries its snapshot takes, and one with little."""
    import django  # noqa: PLC0415 - not in the process that is the client

    django.setup()

    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from community.sets.meeting.events import Kind  # noqa: PLC0415
    from community.sets.models import Meeting, MeetingEvent, Seat  # noqa: PLC0415
    from community.sets.selectors import live  # noqa: PLC0415
    from kernel import clock  # noqa: PLC0415
    from tests.stack import rooms  # noqa: PLC0415

    made = rooms.make(ROOMS + 1, MEMBERS, label="bench")
    *short, long = made
    meeting = Meeting.objects.get(public_id=long.meeting)
    seats = list(Seat.objects.filter(learning_set_id=meeting.learning_set_id).order_by("number"))
    person = seats[0].person

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert live.snapshot_of(meeting.public_id, person, 0)
        return len(found)

    few = queries()
    MeetingEvent.objects.bulk_create(
        MeetingEvent(
            meeting=meeting,
            seq=meeting.seq + number,
            at=clock.now(),
            kind=Kind.CONTRIBUTED,
            place=number % MEMBERS,
            seat=seats[number % MEMBERS],
            data={"kind": "note"},
            # One in ten is more than words.
            text=f"N{number} {WORDS}" if number % 10 else f"**N{number}** {WORDS}\n\n- one\n- two",
            language="en",
            client_id=uuid.uuid4(),
        )
        for number in range(1, EVENTS + 1)
    )
    Meeting.objects.filter(pk=meeting.pk).update(seq=meeting.seq + EVENTS)
    assert queries() == few, "the number of queries grows with what was said"

    def door(each: rooms.Room) -> tuple[str, list[str]]:
        return f"/ws/meetings/{each.meeting}/", each.cookies

    return {"rooms": [door(each) for each in short], "long": door(long), "join_queries": few}


def main() -> int:
    figures = run(os.environ.get("DATABASE_URL", "") or POSTGRES)
    report(figures)
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["prepare"]:
        print(json.dumps(prepare()))
    else:
        sys.exit(main())
