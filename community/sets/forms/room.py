"""What the forms of a room send, as commands; and the fields in which people write.

Nothing is checked here: the machine decides and says why not. A form is filled again with what was sent.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from community.sets.meeting import method
from community.sets.meeting.commands import Command
from community.sets.meeting.parsing import COMMANDS, BadCommand, parse
from community.sets.meeting.state import State
from community.sets.models import CommitmentState
from community.sets.selectors.room_page import RoomPage
from community.sets.selectors.room_parts import Voice

if TYPE_CHECKING:
    from people.models import User

# Commands -------------------------------------------------------------------------------------------------------------


def command_of(sent: QueryDict, state: State, person: User) -> Command:
    """The command that a form sends. Raises BadCommand for what no form of ours sends, and for what is no number, day
    or choice."""
    known = COMMANDS.get(sent.get("command", ""))
    if known is None:
        raise BadCommand("unknown_command")
    frame: dict[str, Any] = {"command": known.name}
    for field in fields(known):
        if field.name in sent and field.name not in getattr(known, "looked_up", ()):
            frame[field.name] = _read(field.name, str(field.type), sent)
    if known is COMMANDS["contribute"] and "kind" not in frame:
        frame |= _the_only_kind(state, frame.get("behalf"), person)
    return parse({name: value for name, value in frame.items() if value is not _LEFT_OUT})


def _the_only_kind(state: State, behalf: int | None, person: User) -> dict[str, str]:
    """Who it is for says what it is."""
    place = state.place_of(str(person.public_id)) if behalf is None else behalf
    kinds = method.may_contribute(state, place) if place is not None else frozenset()
    # Where nothing is open any command is refused with the same sentence.
    return {"kind": str(next(iter(kinds), "note"))}


_LEFT_OUT = object()


def _read(name: str, kind: str, sent: QueryDict) -> Any:
    if kind.startswith("tuple"):
        return [_number(name, value) for value in sent.getlist(name) if value]
    value = sent[name]
    if value == "" and kind.endswith("| None"):
        return None
    if value == "" and kind in ("int", "ContributionKind"):
        return _LEFT_OUT
    return _READERS.get(kind.removesuffix(" | None"), _words)(name, value)


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadCommand("bad_value", name)
    return int(value)


def _day(name: str, value: str) -> str:
    try:
        return forms.DateField().to_python(value).isoformat()
    except ValidationError:
        raise BadCommand("bad_value", name) from None


def _words(name: str, value: str) -> str:
    """Browsers send their line ends as CR LF; a NUL no database takes is left out."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode(errors="replace").decode()


_READERS: dict[str, Callable[[str, str], Any]] = {
    "int": _number,
    "bool": lambda _name, value: value in ("1", "on", "true"),
    "date": _day,
}


# Forms ----------------------------------------------------------------------------------------------------------------


class RoomForm(forms.Form):
    """One command that carries words. `behalf` is there when they can be somebody else's."""

    command: str
    use_required_attribute = False

    behalf = forms.ChoiceField(label=gettext_lazy("Whose words are these?"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES, required=False)

    def __init__(self, data: QueryDict | None = None, *, voices: Sequence[Voice], name: str = "") -> None:
        name = name or self.command
        super().__init__(data, auto_id=f"{name}_%s", initial={"language": get_language()})
        self.name = name
        kinds = {voice.behalf: voice.kind for voice in voices if voice.kind}
        self._kinds = json.dumps(kinds) if kinds else ""
        # New for each page: what is sent twice from one page counts once.
        self.client_id = (data.get("client_id") if data else "") or str(uuid.uuid4())
        others = [voice for voice in voices if not voice.is_me]
        if others:
            self.fields["behalf"].choices = [(voice.behalf, _whose(voice)) for voice in voices]
        else:
            del self.fields["behalf"]

    @property
    def kinds(self) -> str:
        """JSON: whose words they are (as `behalf`) -> what they are. Empty where the command has no kinds."""
        return self._kinds

    @property
    def main(self) -> list[forms.BoundField]:
        """The fields to write in, without those for whom and in which language."""
        return [field for field in self if field.name not in ("behalf", "language")]

    def refuse(self, sentence: str) -> None:
        """Say it at the first field, and nothing else: the machine has looked at the rest."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}
        self.add_error(next(iter(self.main)).name, sentence)


def _whose(voice: Voice) -> str:
    if voice.is_me:
        return _("Mine (%(kind)s)") % {"kind": voice.kind_label} if voice.kind_label else _("Mine")
    if voice.kind_label:
        return _("%(name)s, on the telephone (%(kind)s)") % {"name": voice.name, "kind": voice.kind_label}
    return _("%(name)s, on the telephone") % {"name": voice.name}


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "autocomplete": "off", "spellcheck": "true"})


def _line() -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off"})


# What one writes in, by what it is.
LABELS = {
    "question": gettext_lazy("Your question"),
    "answer": gettext_lazy("Your answer"),
    "note": gettext_lazy("Your words"),
    "reflection": gettext_lazy("Your words"),
    "resource": gettext_lazy("What could help"),
}


class ContributeForm(RoomForm):
    command = "contribute"
    field_order = ["behalf", "text", "language"]

    text = forms.CharField(label=gettext_lazy("Your words"), widget=_area(3))

    def __init__(self, data: QueryDict | None = None, *, voices: Sequence[Voice], name: str = "") -> None:
        super().__init__(data, voices=voices, name=name)
        self.kind = voices[0].kind if voices else ""
        if len(voices) > 1:
            # Whose they are stands above them.
            self.fields["text"].label = _("The words")
        elif voices and voices[0].is_me:
            self.fields["text"].label = LABELS[self.kind]
        elif voices:
            self.fields["text"].label = _("The words of %(name)s") % {"name": voices[0].name}


class BidForm(RoomForm):
    command = "bid"
    field_order = ["behalf", "text", "language"]

    text = forms.CharField(label=gettext_lazy("Your issue, in one line"), widget=_line())


class CommitForm(RoomForm):
    command = "commit"
    field_order = ["behalf", "text", "first_step", "by_when", "confidence", "language"]

    text = forms.CharField(label=gettext_lazy("What will you do?"), widget=_area(3))
    first_step = forms.CharField(label=gettext_lazy("What is the first step?"), required=False, widget=_line())
    by_when = forms.DateField(
        label=gettext_lazy("By when?"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    confidence = forms.ChoiceField(
        label=gettext_lazy("How sure are you, from 0 to 10?"),
        required=False,
        choices=[("", "–"), *((str(number), str(number)) for number in range(11))],
        help_text=gettext_lazy("Below 7, make it smaller: a first step that you are sure of is worth more."),
    )


class ReviewForm(RoomForm):
    command = "review"
    field_order = ["outcome", "text", "language"]

    outcome = forms.ChoiceField(
        label=gettext_lazy("What became of it?"),
        widget=forms.RadioSelect,
        choices=lambda: [(state, capfirst(words)) for state, words in CommitmentState.choices if state != "open"],
    )
    text = forms.CharField(label=gettext_lazy("What have you learnt?"), required=False, widget=_area(2))


class ChooseForm(forms.Form):
    """As many selects as there may be turns, in the order of presenting."""

    command = "choose"

    def __init__(self, page: RoomPage) -> None:
        super().__init__(auto_id="choose_%s")
        turns = [turn.presenter for turn in page.room.state.turns]
        for number in range(page.turns_to_choose):
            chosen = turns[number] if number < len(turns) else ""
            self.fields[f"presenters_{number}"] = forms.ChoiceField(
                label=_("Turn %(number)s") % {"number": number + 1},
                required=number == 0,
                choices=[("", _("Nobody") if number else _("Choose somebody")), *page.candidates],
                initial=chosen,
            )

    def add_prefix(self, field_name: str) -> str:
        """All are sent under one name."""
        return "presenters" if field_name.startswith("presenters_") else field_name


class RoomForms:
    """The forms of a page; the one that was sent and refused holds what was written, and why."""

    def __init__(self, page: RoomPage, sent: QueryDict | None = None, said: str = "", *, on_call: bool = False) -> None:
        self.page, self.sent, self.said = page, sent, said
        self.kept = False
        self.contribute = self._form(ContributeForm, page.voices)
        if self.contribute and on_call:
            self.contribute.fields["text"].help_text = _("Speak on the call, or write here.")
        self.bid = self._form(BidForm, page.bidders)
        self.commit = self._form(CommitForm, page.promisers)
        self.reviews = [
            (each, self._review(each.commitment.public_id, voice), voice) for each, voice in page.may_review
        ]
        self.choose = ChooseForm(page) if page.room.is_leading and page.room.ledger else None

    def _form(self, form: type[RoomForm], voices: Sequence[Voice]) -> RoomForm | None:
        """None where there is nobody to write for, unless words have come that are to be kept."""
        mine = self.sent is not None and self.sent.get("command") == form.command
        if not voices and not mine:
            return None
        made = form(self.sent if mine else None, voices=voices)
        return self._refused(made) if mine else made

    def _review(self, commitment: uuid.UUID, voice: Voice) -> ReviewForm:
        mine = self.sent is not None and self.sent.get("commitment") == str(commitment)
        made = ReviewForm(self.sent if mine else None, voices=[], name=f"review_{commitment.hex[:8]}")
        return self._refused(made) if mine else made

    def _refused(self, form: RoomForm) -> RoomForm:
        self.kept = True
        if self.said:
            form.refuse(self.said)
        return form
