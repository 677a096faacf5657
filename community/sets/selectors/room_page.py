"""What the page of a room puts around selectors.room: who may do what just now, the picture, the history in stretches.

No queries of its own, save one for the ground rules while they are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from community.sets import circle, presence
from community.sets.meeting import method, words
from community.sets.meeting.commands import ContributionKind
from community.sets.meeting.events import Kind
from community.sets.meeting.plan import Phase
from community.sets.models import GroundRules
from community.sets.selectors.room import Item, LedgerLine, Room, SeatInRoom, ToLookBackAt
from community.sets.selectors.room_parts import OnTelephone, Stretch, Voice
from community.sets.selectors.sets import ground_rules_of

# Nobody chooses more presenters than that for one meeting.
MOST_TURNS = 4


@dataclass(frozen=True)
class RoomPage:
    """A room as its page shows it. `rules` are the set's ground rules while they are looked at."""

    room: Room
    rules: GroundRules | None = None

    @property
    def me(self) -> SeatInRoom | None:
        return self.room.me

    @property
    def is_slow(self) -> bool:
        return self.room.state.slow

    @property
    def has_arrived(self) -> bool:
        return bool(self.me and self.me.how)

    @property
    def one_at_a_time(self) -> bool:
        return self.room.state.phase == Phase.EXPLORE and not self.is_slow

    # Writing ----------------------------------------------------------------------------------------------------------

    @cached_property
    def _speakers(self) -> list[SeatInRoom]:
        """Oneself, then those on the telephone; nobody while one may not write at all."""
        if self.me is None or self.room.state.held or self.me.is_muted:
            return []
        return [self.me, *(seat for seat in self.room.by_telephone if not seat.is_muted)]

    @cached_property
    def voices(self) -> list[Voice]:
        """For whom something may be contributed, and as what."""
        state, found = self.room.state, []
        for seat in self._speakers:
            if state.phase in method.ONCE and seat.has_spoken:
                continue
            for kind in sorted(method.may_contribute(state, seat.place)):
                found.append(_voice(seat, kind))
        return found

    @property
    def each_speaks(self) -> bool:
        return self.room.state.phase in method.ONCE

    @property
    def still_to_speak(self) -> list[SeatInRoom]:
        """Of those who have come; of everybody where they come when it suits them."""
        return [seat for seat in self.room.seats if not seat.has_spoken and (seat.how or self.is_slow)]

    @property
    def has_other_things_to_do(self) -> bool:
        """Where words to everybody are not what the phase is for."""
        return self.room.state.phase in (Phase.BIDS, Phase.ACTION_REVIEW, Phase.COMMITMENTS, Phase.BREAK)

    @property
    def i_may_write(self) -> bool:
        return any(voice.is_me for voice in self.voices)

    @property
    def i_may_pass(self) -> bool:
        return self.me is not None and self._may_pass(self.me)

    def _may_pass(self, seat: SeatInRoom) -> bool:
        if seat not in self._speakers:
            return False
        once = self.room.state.phase in method.MAY_PASS and not seat.has_spoken
        return once or (seat.is_presenter and self.is_answer_awaited)

    @cached_property
    def bidders(self) -> list[Voice]:
        """For whom air time may be asked."""
        if self.room.state.phase != Phase.BIDS:
            return []
        return [_voice(seat) for seat in self._speakers if seat.role != "adviser" and not seat.has_bid]

    @cached_property
    def promisers(self) -> list[Voice]:
        """For whom a commitment may be entered: the presenter."""
        if self.room.state.phase != Phase.COMMITMENTS:
            return []
        return [_voice(seat) for seat in self._speakers if seat.is_presenter]

    @property
    def may_review(self) -> list[tuple[ToLookBackAt, Voice]]:
        """Open commitments of oneself and of those on the telephone."""
        voices = {seat.place: _voice(seat) for seat in self._speakers}
        return [(each, voices[each.place]) for each in self.room.to_review if not each.outcome and each.place in voices]

    @property
    def looked_back_at(self) -> list[ToLookBackAt]:
        """The others."""
        mine = {each.commitment.pk for each, _voice in self.may_review}
        return [each for each in self.room.to_review if each.commitment.pk not in mine]

    # By the telephone -------------------------------------------------------------------------------------------------

    @cached_property
    def on_telephone(self) -> list[OnTelephone]:
        return [
            OnTelephone(
                seat,
                may_pass=self._may_pass(seat),
                may_raise=not self.is_slow and not seat.hand and not seat.has_floor and not seat.is_presenter,
            )
            for seat in self._speakers
            if not seat.is_me
        ]

    @property
    def callers(self) -> list[SeatInRoom]:
        """Who has not come to this page, and may be on the telephone."""
        return [seat for seat in self.room.seats if not seat.how and not seat.is_me]

    # Explore ----------------------------------------------------------------------------------------------------------

    @property
    def is_answer_awaited(self) -> bool:
        return self.one_at_a_time and self.room.state.question is not None

    @cached_property
    def question(self) -> Item | None:
        """The one that is being answered."""
        seq = self.room.state.question
        return next((item for item in reversed(self.room.items) if item.seq == seq), None) if seq else None

    @property
    def may_ask_now(self) -> bool:
        state = self.room.state
        return state.question is None and state.floor in (None, self.room.place) and not self.room.silence_seconds

    @property
    def waiting(self) -> list[SeatInRoom]:
        """Raised hands in their order."""
        return sorted((seat for seat in self.room.seats if seat.hand), key=lambda seat: seat.hand)

    # Bids -------------------------------------------------------------------------------------------------------------

    @cached_property
    def bids(self) -> list[Item]:
        """The words of those who ask for air time and have not taken it back, in the order they asked."""
        if self.room.state.phase != Phase.BIDS:
            return []
        last = {item.place: item for item in self.room.items if item.kind == Kind.BID and not item.gone}
        return [last[place] for place in self.room.state.bids if place in last]

    @property
    def candidates(self) -> list[tuple[int, str]]:
        """Whom the leader chooses from: those who ask, the least heard first; then the others."""
        asking = set(self.room.state.bids)
        lines = sorted(self.room.ledger, key=lambda line: line.place not in asking)
        return [(line.place, _in_ledger(line, asks=line.place in asking)) for line in lines]

    @property
    def turns_to_choose(self) -> int:
        planned = len({part.turn for part in self.room.state.parts if part.turn is not None})
        return max(1, min(MOST_TURNS, planned + 1, len(self.room.ledger)))

    @property
    def chosen(self) -> list[tuple[str, int]]:
        """Who presents, and for how many minutes."""
        names = {seat.place: seat.name for seat in self.room.seats}
        return [(names.get(turn.presenter, ""), turn.minutes) for turn in self.room.state.turns]

    # The lead ---------------------------------------------------------------------------------------------------------

    @property
    def next_name(self) -> str:
        """Where "next" leads; empty for the end of the meeting."""
        position = method.following(self.room.state)
        return words.name(self.room.state.parts[position].phase) if position is not None else ""

    @property
    def is_leader_away(self) -> bool:
        leader = self.room.leader
        if self.is_slow and self.me and leader:
            unseen = presence.absent_seconds(self.room.meeting.public_id, leader.place) or 0
            absent = method.absent_for(self.room.state, unseen, self.room.now)
            return not leader.is_me and absent >= method.SLOW_ABSENT_SECONDS
        return bool(self.me) and not self.room.is_leading and (leader is None or not (leader.is_here and leader.how))

    @property
    def others(self) -> list[SeatInRoom]:
        return [seat for seat in self.room.seats if not seat.is_me]

    # Time -------------------------------------------------------------------------------------------------------------

    @property
    def part_left(self) -> float | None:
        """Of 100."""
        timer = self.room.state.visit.timer
        if timer is None or self.is_slow:
            return None
        return round(100 * min(1, (self.room.seconds_left or 0) / max(timer.lasts, 1)), 1)

    @property
    def minutes_left(self) -> int:
        """Rounded up, as people count."""
        return -(-(self.room.seconds_left or 0) // 60)

    @property
    def big(self) -> int | str:
        """What stands in the middle of the circle: minutes, the last seconds, or who is here; and what that counts."""
        return self._middle[0]

    @property
    def small(self) -> str:
        return self._middle[1]

    @cached_property
    def _middle(self) -> tuple[int | str, str]:
        seconds = self.room.seconds_left
        if self.room.state.phase == Phase.LOBBY:
            return self.here, _("of %(n)d here") % {"n": len(self.room.seats)}
        if seconds is None or self.is_slow:
            return "", ""
        if seconds > 90:
            return self.minutes_left, ngettext("minute", "minutes", self.minutes_left)
        return seconds, ngettext("second", "seconds", seconds)

    # To look at -------------------------------------------------------------------------------------------------------

    @cached_property
    def circle(self) -> circle.Circle:
        return circle.drawn(self.room.seats, self.part_left)

    @property
    def here(self) -> int:
        return sum(1 for seat in self.room.seats if seat.is_here and seat.how)

    @cached_property
    def stretches(self) -> list[Stretch]:
        """What was said, by phases, the newest first."""
        names = {seat.place: seat.name for seat in self.room.seats}
        found, turns = [Stretch(words.name(Phase.LOBBY), 0)], []
        for item in self.room.items:
            if item.kind == Kind.PHASE_ENTERED:
                turn = item.data.get("turn")
                presenter = turns[turn] if turn is not None and turn < len(turns) else None
                found.append(Stretch(item.phase_name, item.data["visit"], item.at, presenter, names.get(presenter, "")))
                continue
            if item.kind == Kind.PRESENTERS_CHOSEN:
                turns = item.data["presenters"]
            found[-1].items.insert(0, item)
        now = None if self.room.state.is_over else found[-1]
        return [stretch for stretch in reversed(found) if stretch.items or stretch is now]

    @property
    def advice(self) -> bool:
        """Whether what is written here is looked at for advice."""
        return self.room.state.phase == Phase.EXPLORE


def _voice(seat: SeatInRoom, kind: ContributionKind | None = None) -> Voice:
    return Voice(seat.place, seat.name, seat.is_me, str(kind or ""), str(words.KINDS[kind]) if kind else "")


def _in_ledger(line: LedgerLine, *, asks: bool) -> str:
    turns = ngettext("%(n)d turn", "%(n)d turns", line.turns) % {"n": line.turns}
    return " · ".join([line.name, *([pgettext("air time", "asks")] if asks else []), turns])


def page_of(room: Room) -> RoomPage:
    rules = None
    if room.state.phase == Phase.AGREEMENT:
        rules = ground_rules_of(room.meeting.learning_set_id)
    return RoomPage(room, rules)
