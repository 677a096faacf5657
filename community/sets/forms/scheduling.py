"""Forms about the time of a meeting. Times are typed as they stand on the clocks of whoever types them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.sets.actions.scheduling import LONGEST_NOTE, MINUTES, MOST_TIMES
from community.sets.models import Answer, LearningSet, Meeting, MeetingState
from community.sets.selectors.meetings import Poll, there
from community.sets.selectors.times import beginning_of, comes_twice, instant_of
from people.zones import date_in_words, instant_in_words, name_in_words, zone_of

TOGETHER, SLOW = "together", "slow"
# So many lines stand open; the others open when asked.
LINES_OPEN = 3
# At the meeting's own time, an answer says whether somebody comes.
WILL_COME = {
    Answer.YES: _("I will be there"),
    Answer.IF_NEEDED: _("I do not know yet"),
    Answer.NO: _("I cannot come"),
}


class Suggested(forms.MultipleChoiceField):
    """Instants in ISO form. One that was offered a while ago is taken, whatever is offered now."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        return _parsed(value) is not None


class TimesForm(forms.Form):
    """Lines of day and time, as wall times of whoever types them; of slow meetings days alone, where the set is."""

    def __init__(self, *args: Any, learning_set: LearningSet, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learning_set = learning_set
        self.zone, self.zone_in_words = zone_of(zone), name_in_words(zone)
        self.set_zone = zone_of(learning_set.zone)
        self.set_zone_in_words = name_in_words(learning_set.zone)
        # Times of which there are two on that day's clocks; the first of them was taken.
        self.twice: list[str] = []

    def ask_line(self, number: int, *, needed: bool, begins: datetime | None = None) -> None:
        """`begins` is local already."""
        self.fields[f"day_{number}"] = forms.DateField(
            label=gettext("Day"),
            required=needed,
            initial=begins and begins.date(),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": gettext("Write the day as year, month, day: 2027-03-15.")},
        )
        self.fields[f"time_{number}"] = forms.TimeField(
            label=gettext("Time"),
            required=False,
            initial=begins and begins.time().replace(second=0, microsecond=0),
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            error_messages={"invalid": gettext("Write the time as hours and minutes: 14:30.")},
        )

    def ask_minutes_and_note(self, *, minutes: int, note: str = "") -> None:
        self.fields["minutes"] = forms.IntegerField(
            label=gettext("How many minutes does it take?"),
            help_text=gettext("Between 45 minutes and four hours. The turns are fitted to it."),
            min_value=MINUTES[0],
            max_value=MINUTES[1],
            initial=minutes,
        )
        self.fields["note"] = forms.CharField(
            label=gettext("A note on the agenda"),
            help_text=gettext("Only the members of the set read it. It is deleted with the words of the meeting."),
            required=False,
            max_length=LONGEST_NOTE,
            initial=note,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def time_of(self, number: int, data: dict[str, Any], *, slow: bool) -> datetime | None:
        """The instant of a line; None for an empty one, and for one that has to be looked at again."""
        day_name, time_name = f"day_{number}", f"time_{number}"
        if day_name in self.errors or time_name in self.errors:
            return None
        day, face = data.get(day_name), data.get(time_name)
        if day is None:
            if face is not None:
                self.add_error(day_name, gettext("Choose the day too, or empty the time."))
            return None
        if slow:
            return self._known(beginning_of(day, self.set_zone), day_name)
        if face is None:
            self.add_error(time_name, gettext("Say at what time."))
            return None
        face = face.replace(second=0, microsecond=0)
        instant = self._known(instant_of(day, face, self.zone), time_name)
        if instant is not None and comes_twice(day, face, self.zone):
            self.twice.append(instant_in_words(instant, self.zone.key))
        return instant

    def _known(self, instant: datetime | None, name: str) -> datetime | None:
        if instant is None:
            self.add_error(name, gettext("The clocks change that night: this time does not exist. Choose another."))
        return instant


class ScheduleForm(TimesForm):
    """A meeting at one time, or at several to choose from: those that follow from what the set agreed, and others."""

    def __init__(
        self, *args: Any, learning_set: LearningSet, zone: str, suggested: Sequence[datetime], **kwargs: Any
    ) -> None:
        super().__init__(*args, learning_set=learning_set, zone=zone, **kwargs)
        self.fields["way"] = forms.ChoiceField(
            label=gettext("How do you meet?"),
            choices=[
                (TOGETHER, gettext("At one time, together")),
                (SLOW, gettext("Over days, each when it suits them")),
            ],
            initial=SLOW if learning_set.slow else TOGETHER,
            widget=forms.RadioSelect,
        )
        self.fields["suggested"] = Suggested(
            label=gettext("Times that could suit you"),
            help_text=gettext("They follow from your last meeting and from the times that you said suit you."),
            choices=[(at.isoformat(), self._called(at)) for at in suggested],
            required=False,
            error_messages={"invalid_choice": gettext("This is no time. Choose one of those in the list.")},
        )
        for number in range(1, MOST_TIMES + 1):
            self.ask_line(number, needed=False)
        self.ask_minutes_and_note(minutes=learning_set.minutes)

    def _called(self, at: datetime) -> str:
        mine, elsewhere = instant_in_words(at, self.zone.key), there(at, self.learning_set.zone)
        if not elsewhere:
            return mine
        return gettext("%(time)s; where the set is: %(there)s") % {"time": mine, "there": elsewhere}

    @property
    def lines(self) -> list[tuple[int, tuple[forms.BoundField, forms.BoundField]]]:
        return [(n, (self[f"day_{n}"], self[f"time_{n}"])) for n in range(1, MOST_TIMES + 1)]

    @property
    def first_lines(self) -> list[tuple[int, tuple[forms.BoundField, forms.BoundField]]]:
        return self.lines[:LINES_OPEN]

    @property
    def other_lines(self) -> list[tuple[int, tuple[forms.BoundField, forms.BoundField]]]:
        return self.lines[LINES_OPEN:]

    @property
    def uses_other_lines(self) -> bool:
        return any(field.data or field.errors for _n, fields in self.other_lines for field in fields)

    @property
    def slow(self) -> bool:
        return self.cleaned_data.get("way") == SLOW

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        slow = data.get("way") == SLOW
        chosen = [_parsed(value) for value in data.get("suggested", [])]
        if slow:
            chosen = [beginning_of(at.astimezone(self.set_zone).date(), self.set_zone) for at in chosen]
        typed = [self.time_of(number, data, slow=slow) for number in range(1, MOST_TIMES + 1)]
        self.times = sorted({at for at in (*chosen, *typed) if at is not None})
        if not self.times and not self.errors:
            self.add_error("day_1", gettext("Choose one time at least."))
        return data


class MoveForm(TimesForm):
    """Another time, length or note."""

    def __init__(self, *args: Any, meeting: Meeting, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, learning_set=meeting.learning_set, zone=zone, **kwargs)
        self.meeting = meeting
        begins = meeting.starts_at.astimezone(self.set_zone if meeting.slow else self.zone)
        self.ask_line(1, needed=True, begins=begins)
        if meeting.slow:
            del self.fields["time_1"]
        self.ask_minutes_and_note(minutes=meeting.minutes, note=meeting.note)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.starts_at = self.time_of(1, data, slow=self.meeting.slow)
        # The second of two such times stays the second, unless somebody types another.
        if self.starts_at is not None and not self.changed_data_of_time:
            self.starts_at, self.twice = self.meeting.starts_at, []
        return data

    @property
    def changed_data_of_time(self) -> bool:
        return bool({"day_1", "time_1"} & set(self.changed_data))


class AnswersForm(forms.Form):
    """How each time suits; a field is named by the public id of the option."""

    def __init__(self, *args: Any, poll: Poll, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waits = meeting.state == MeetingState.PROPOSED
        choices = Answer.choices if waits else list(WILL_COME.items())
        for time in poll.times:
            at = time.option.starts_at
            name = date_in_words(at, meeting.learning_set.zone) if meeting.slow else instant_in_words(at)
            self.fields[str(time.option.public_id)] = forms.ChoiceField(
                label=name,
                help_text=gettext("Where the set is: %(time)s") % {"time": time.there}
                if time.there and not meeting.slow
                else "",
                choices=choices,
                initial=time.mine,
                widget=forms.RadioSelect,
                error_messages={"required": gettext("Say how this time suits you.")},
            )

    def answers(self) -> dict[uuid.UUID, str]:
        return {uuid.UUID(name): answer for name, answer in self.cleaned_data.items()}


def _parsed(value: str) -> datetime | None:
    """An aware instant on the minute."""
    try:
        at = datetime.fromisoformat(value)
        good = timezone.is_aware(at) and at.second == 0 and at.microsecond == 0
        return at.astimezone(timezone.get_default_timezone()) if good else None
    except (ValueError, OverflowError):
        return None
