"""10,000 random commands from eight clients in one meeting, over both processes: all end as the database does."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import Counter
from typing import Any

import pytest

from community.sets.meeting.commands import ContributionKind
from community.sets.meeting.state import State
from community.sets.selectors.live import public_state
from kernel import clock
from tests.stack import rooms
from tests.stack.line import Page
from tests.stack.rooms import in_thread

pytestmark = pytest.mark.slow

COMMANDS, TABS = 10_000, 4
# A little under what one socket may send for good.
EVERY_SECONDS = 0.11
TODAY = clock.now().date().isoformat()
KINDS = [str(kind) for kind in ContributionKind]


class Somebody:
    """A member with several pages open, on both processes, who asks for anything at any time."""

    def __init__(self, place: int, tabs: list[Page], luck: random.Random, left: list[int]) -> None:
        self.place, self.tabs, self.luck, self.left = place, tabs, luck, left
        self.answers: Counter[str] = Counter()
        self.sent: list[str] = []

    async def go_on(self, tab: Page) -> None:
        while self.left[0] > 0:
            self.left[0] -= 1
            begin = time.monotonic()
            command, values = self._anything(tab)
            # One in twenty is a second sending of the same.
            client_id = self.luck.choice(self.sent) if self.sent and self.luck.random() < 0.05 else str(uuid.uuid4())
            self.sent.append(client_id)
            answer = await tab.ask(command, client_id=client_id, patience=60, **values)
            self.answers[answer.get("code", answer["type"])] += 1
            await asyncio.sleep(max(0, begin + EVERY_SECONDS - time.monotonic()))

    def _anything(self, tab: Page) -> tuple[str, dict[str, Any]]:
        luck, newest = self.luck, max(tab.last, 1)
        place = luck.randrange(-1, 9)
        visit = luck.choice([_visit(tab), _visit(tab), luck.randrange(6)])
        behalf = {"behalf": luck.randrange(9)} if luck.random() < 0.2 else {}
        offers: list[tuple[float, str, dict[str, Any]]] = [
            (20, "contribute", {"kind": luck.choice(KINDS), "text": f"Word {newest}", "language": "en", **behalf}),
            (4, "contribute", {"kind": "note", "text": luck.choice(["", " ", "x" * 2001])}),
            (6, "arrive", {"how": luck.choice(["web", "telephone"]), **behalf}),
            (3, "leave", behalf),
            (5, "next", {"visit": visit, "confirmed": luck.random() < 0.8}),
            (2, "back", {"visit": visit}),
            (2, "undo", {"visit": visit}),
            (1, "take_break", {"visit": visit, "minutes": luck.randrange(70)}),
            (2, "pause_timer", {"visit": visit}),
            (2, "resume_timer", {"visit": visit}),
            (2, "extend", {"visit": visit, "minutes": luck.randrange(70)}),
            (1, "go_on", {}),
            (2, "hand_over", {"to": abs(place)}),
            (2, "name_deputies", {"deputies": [luck.randrange(9) for _ in range(luck.randrange(3))]}),
            (2, "claim", {}),
            (2, "confirm_claim", {"to": abs(place)}),
            (3, "choose", {"visit": visit, "presenters": [luck.randrange(8) for _ in range(luck.randrange(4))]}),
            (3, "call", {"place": None if place < 0 else place}),
            (0.3, "mute", {"place": abs(place), "off": luck.random() < 0.7}),
            (2, "hide", {"seq": luck.randrange(newest), "reason": "A reason"}),
            (3, "withdraw", {"seq": luck.randrange(newest)}),
            (5, "pass", behalf),
            (6, "raise_hand", behalf),
            (5, "lower_hand", behalf),
            (1, "silence", {}),
            (1, "need_break", {}),
            (5, "bid", {"text": "My question", **behalf}),
            (2, "withdraw_bid", behalf),
            (2, "want_resources", {"on": luck.random() < 0.5, **behalf}),
            (5, "commit", {"text": "I ask", "by_when": TODAY, "confidence": luck.randrange(12)}),
            (1, "review", {"commitment": str(uuid.uuid4()), "outcome": "done"}),
        ]
        # Closed, it would be over for all the rest.
        if _phase(tab) in ("process_review", "close"):
            offers = [offer for offer in offers if offer[1] != "next"]
        _weight, command, values = luck.choices(offers, [weight for weight, *_rest in offers])[0]
        return command, values


def _newest(page: Page, kind: str) -> dict[str, Any]:
    return next((page.events[seq]["data"] for seq in reversed(page.seqs) if page.events[seq]["kind"] == kind), {})


def _visit(page: Page) -> int:
    return _newest(page, "phase_entered").get("visit", 0)


def _phase(page: Page) -> str:
    return _newest(page, "phase_entered").get("phase", "")


def _as_told(state: State) -> dict[str, Any]:
    return {**public_state(state, []), "here": None}


def test_ten_thousand_random_commands(stack, make_room):
    room, luck, left = make_room(), random.Random(11), [COMMANDS]

    async def walk() -> None:
        people = [
            Somebody(place, [Page(room.meeting, cookie) for _ in range(TABS)], random.Random(luck.random()), left)
            for place, cookie in enumerate(room.cookies)
        ]
        tabs = [tab for person in people for tab in person.tabs]
        await asyncio.gather(*(tab.open(stack.ports[number % 2]) for number, tab in enumerate(tabs)))
        begin = time.monotonic()
        await asyncio.gather(*(person.go_on(tab) for person in people for tab in person.tabs))
        took = time.monotonic() - begin
        answers = sum((person.answers for person in people), Counter())
        truth = await asyncio.to_thread(in_thread, rooms.truth, room.meeting)
        print(f"\n{COMMANDS} commands in {took:.0f} s, {truth.seq} lines; {answers.most_common()}")
        assert sum(answers.values()) == COMMANDS
        assert answers["taken"] > COMMANDS / 20
        assert "away" not in answers
        assert truth.replayed == truth.snapshot, "the log is the truth"
        assert list(truth.lines) == list(range(1, truth.seq + 1)), "without a gap"
        sent = [(place, client_id) for _kind, place, client_id in truth.lines.values() if client_id]
        assert len(sent) == len(set(sent)), "each once"

        for number, tab in enumerate(tabs):
            await tab.until(lambda tab=tab: tab.complete == truth.seq or tab.complete < tab.last, patience=30)
            by_itself = tab.complete
            # What its own socket brought, and then what it asks for as a page does that has come back.
            tab.line.drop()
            await tab.come_back(stack.ports[number % 2])
            assert tab.complete == truth.seq
            assert by_itself == truth.seq, "the layer was there all the time"
            assert {seq: (event["kind"], event["place"]) for seq, event in tab.events.items()} == {
                seq: (kind, place) for seq, (kind, place, _client_id) in truth.lines.items()
            }
            assert {**tab.snapshot["state"], "here": None} == _as_told(truth.snapshot)
            tab.line.drop()

    asyncio.run(walk())
    assert "Traceback" not in "".join(stack.logs())
