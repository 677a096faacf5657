"""What those who lead a cohort change of it: its words, its dates, its own steps."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.cohorts.actions import MeetingTime
from courses.cohorts.models import Cohort, CohortSession, OwnStep
from courses.curriculum.selectors import Session
from people.zones import name_in_words, zone_of

NAMES = {"en": _("English"), "fr": _("French"), "es": _("Spanish")}
LONGEST_WORDS = 4000  # characters of a text in one language
LONGEST_TITLE = 120
MINUTES = (1, 240)


def languages() -> list[tuple[str, str]]:
    """The site's languages, named in the language of the page."""
    return [(code, str(NAMES[code])) for code, _name in settings.LANGUAGES]


class InLanguages(forms.Form):
    """Fields that are asked for in each language: `welcome_en`, `welcome_fr`, `welcome_es`."""

    def ask(self, field: str, label: str, texts: dict[str, str], *, most: int, rows: int = 0) -> None:
        for code, name in languages():
            attrs = {"lang": code, **({"rows": rows} if rows else {})}
            self.fields[f"{field}_{code}"] = forms.CharField(
                label=label % {"language": name},
                max_length=most,
                required=False,
                initial=texts.get(code, ""),
                widget=forms.Textarea(attrs=attrs) if rows else forms.TextInput(attrs=attrs),
            )

    def texts(self, field: str) -> dict[str, str]:
        return {code: self.cleaned_data.get(f"{field}_{code}", "") for code, _name in settings.LANGUAGES}


class WordsForm(InLanguages):
    """The welcome and the joining notes in each language, and how to join the call."""

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask("welcome", gettext("Welcome, in %(language)s"), cohort.welcome, most=LONGEST_WORDS, rows=5)
        notes = gettext("Before you join, in %(language)s")
        self.ask("joining_notes", notes, cohort.joining_notes, most=LONGEST_WORDS, rows=5)
        self.fields["call_details"] = forms.CharField(
            label=gettext("How to join the call"),
            help_text=gettext("The link, the telephone numbers and the PIN. Only the people of this cohort see it."),
            max_length=LONGEST_WORDS,
            required=False,
            initial=cohort.call_details,
            widget=forms.Textarea(attrs={"rows": 4}),
        )


class OwnStepForm(InLanguages):
    """A step of the cohort's own. Its session is asked for once, when it is new."""

    def __init__(self, *args: Any, sessions: Sequence[Session], step: OwnStep | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if step is None:
            self.fields["session"] = forms.ChoiceField(
                label=gettext("At the end of which session?"),
                choices=[(str(session.key), f"{session.number}. {session.title}") for session in sessions],
            )
        self.ask("title", gettext("Name, in %(language)s"), step.title if step else {}, most=LONGEST_TITLE)
        text = gettext("What to do, in %(language)s")
        self.ask("text", text, step.text if step else {}, most=LONGEST_WORDS, rows=6)
        self.fields["minutes"] = forms.IntegerField(
            label=gettext("About how many minutes does it take?"),
            min_value=MINUTES[0],
            max_value=MINUTES[1],
            initial=step.minutes if step else 10,
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first = f"title_{settings.LANGUAGES[0][0]}"
        if not any(self.texts("title").values()) and not any(name.startswith("title_") for name in self.errors):
            self.add_error(first, gettext("Give the step a name in one language at least."))
        return data


@dataclass(frozen=True)
class Line:
    """One session in the form of the timetable: what it is called, and its three fields."""

    title: str
    key: uuid.UUID
    fields: tuple[forms.BoundField, ...]


class TimetableForm(forms.Form):
    """Day, beginning and end of the meeting about each session, as wall time of the cohort's zone."""

    def __init__(
        self, *args: Any, cohort: Cohort, sessions: Sequence[Session], meetings: Sequence[CohortSession], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.zone_in_words = zone_of(cohort.zone), name_in_words(cohort.zone)
        known = {meeting.session_key: meeting for meeting in meetings}
        self.titles = {
            session.key: gettext("Session %(number)s: %(title)s") % {"number": session.number, "title": session.title}
            for session in sessions
        }
        # A meeting stays in the timetable when editors have taken its session out of the course.
        self.titles |= {key: gettext("Meeting") for key in known if key not in self.titles}
        for key in self.titles:
            self._ask(key, known.get(key))

    def _ask(self, key: uuid.UUID, meeting: CohortSession | None) -> None:
        begins = meeting.starts_at.astimezone(self.zone) if meeting else None
        ends = meeting.ends_at.astimezone(self.zone) if meeting else None
        day, clock_face = forms.DateInput, forms.TimeInput
        self.fields[f"day_{key.hex}"] = forms.DateField(
            label=gettext("Day"),
            required=False,
            initial=begins and begins.date(),
            widget=day(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": gettext("Write the day as year, month, day: 2027-03-15.")},
        )
        for name, label, at in (("begins", gettext("Begins"), begins), ("ends", gettext("Ends"), ends)):
            self.fields[f"{name}_{key.hex}"] = forms.TimeField(
                label=label,
                required=False,
                initial=at and at.time().replace(second=0, microsecond=0),
                widget=clock_face(attrs={"type": "time"}, format="%H:%M"),
                error_messages={"invalid": gettext("Write the time as hours and minutes: 14:30.")},
            )

    @property
    def lines(self) -> list[Line]:
        names = ("day", "begins", "ends")
        return [
            Line(title, key, tuple(self[f"{name}_{key.hex}"] for name in names)) for key, title in self.titles.items()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.times = [found for key in self.titles if (found := self._time(key, data))]
        return data

    def _time(self, key: uuid.UUID, data: dict[str, Any]) -> MeetingTime | None:
        names = {name: f"{name}_{key.hex}" for name in ("day", "begins", "ends")}
        if any(name in self.errors for name in names.values()):
            return None
        given = {name: data.get(field) for name, field in names.items()}
        if not any(value is not None for value in given.values()):
            return None
        missing = {
            "day": gettext("Choose the day too, or empty the times."),
            "begins": gettext("Say when the meeting begins."),
            "ends": gettext("Say when the meeting ends."),
        }
        for name, sentence in missing.items():
            if given[name] is None:
                self.add_error(names[name], sentence)
                return None
        if given["ends"] <= given["begins"]:
            self.add_error(names["ends"], gettext("The end is before the beginning. Look at the two times once more."))
            return None
        begins, ends = self._at(given["day"], given["begins"]), self._at(given["day"], given["ends"])
        if begins is None or ends is None:
            wrong = names["begins"] if begins is None else names["ends"]
            self.add_error(wrong, gettext("The clocks change that night: this time does not exist. Choose another."))
            return None
        return MeetingTime(session_key=key, starts_at=begins, ends_at=ends)

    def _at(self, day: date, face: time) -> datetime | None:
        """The instant of a wall time; None for one that the clocks jump over, or that is beyond the calendar."""
        local = datetime.combine(day, face, tzinfo=self.zone)
        try:
            instant = local.astimezone(UTC)
        except OverflowError:
            return None
        return instant if _same_face(instant, local, self.zone) else None


def _same_face(instant: datetime, local: datetime, zone: ZoneInfo) -> bool:
    return instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
