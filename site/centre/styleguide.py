"""Samples of every component and block in every state, for the living styleguide.

The words are examples of how we write, in English: the page is for the people who build and translate the site.
"""

from types import SimpleNamespace as Sample
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.safestring import mark_safe

from community.sets.circle import drawn

KINDS = [
    ("read", "Read"),
    ("listen", "Listen"),
    ("exercise", "Exercise"),
    ("practice", "Skill practice"),
    ("reflection", "Reflection"),
    ("set_work", "Set work"),
    ("coaching_call", "Coaching call"),
    ("self_check", "Self-check"),
]
SESSIONS = ["Where I stand", "How decisions are made", "Being heard", "Working together when it is hard", "Carrying on"]


class EveryControl(forms.Form):
    name = forms.CharField(label="What shall we call you?", help_text="A first name or a nickname is enough.")
    email = forms.EmailField(label="Your e-mail address")
    pronoun = forms.CharField(label="How should we speak of you?", required=False)
    ask = forms.CharField(
        label="What would you like to ask for?",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Two sentences will do.",
    )
    role = forms.ChoiceField(
        label="Which of these is closest?", choices=[("", "Choose one"), ("p", "Patient"), ("c", "Carer")]
    )
    channel = forms.ChoiceField(
        label="How shall we talk?",
        widget=forms.RadioSelect,
        choices=[("telephone", "By telephone"), ("video", "By video"), ("relay", "By text relay")],
    )
    days = forms.MultipleChoiceField(
        label="Which times of day are good for you?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("m", "Mornings"), ("a", "Afternoons"), ("e", "Evenings")],
        required=False,
        help_text="Choose as many as you like.",
    )
    day = forms.DateField(label="A day that suits you", widget=forms.DateInput(attrs={"type": "date"}))
    confidence = forms.IntegerField(
        label="How sure are you, from 0 to 10?",
        min_value=0,
        max_value=10,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    code = forms.CharField(
        label="The code from the mail", widget=forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )
    file = forms.FileField(label="A recording or a text", required=False)
    agree = forms.BooleanField(label="Show my name on the public register", help_text="You can change this on any day.")


def stones(here: int) -> list[Sample]:
    """The five sessions seen by somebody in session `here`; 0 before the course, 6 after it."""
    states = ["done" if number < here else "current" if number == here else "ahead" for number in range(1, 6)]
    return [
        Sample(
            number=number,
            title=title,
            url=f"#session-{number}",
            state=state,
            done={"done": 8, "current": 3, "ahead": 0}[state],
            total=8,
            minutes_left=45,
        )
        for number, (title, state) in enumerate(zip(SESSIONS, states, strict=True), start=1)
    ]


def steps() -> list[Sample]:
    titles = [
        "The map nobody gives you",
        "A morning in a budget meeting",
        "Draw your own map of who decides",
        "Ask one factual question",
        "What would you change first?",
        "Bring your map to the set",
        "Talk it through with your coach",
        "Before you go on",
    ]
    minutes = [15, 20, 25, 15, 10, 30, 45, 5]
    return [
        Sample(
            title=title,
            url=f"#{kind}",
            kind=kind,
            kind_label=label,
            minutes=minutes[place],
            required=kind != "listen",
            done=place < 3,
            current=place == 3,
        )
        for place, (title, (kind, label)) in enumerate(zip(titles, KINDS, strict=True))
    ]


def rooms() -> list[Sample]:
    """A meeting of six while one presents, and one of nine before it begins."""
    names = ["Amal Haddad", "Joris", "María José", "Bartholomew", "Ana Silva", "Ana Weber", "Chidi", "Ines", "Rosa"]
    six = [
        _seat(names[0], is_me=True, hand=1),
        _seat(names[1], is_presenter=True, note="presents"),
        _seat(names[2], has_floor=True, note="asks now"),
        _seat(names[3], how="", is_here=False),
        _seat(names[4], how="telephone"),
        _seat(names[5], is_leading=True, note="leads", hand=2),
    ]
    nine = [_seat(name, is_me=name == "Chidi", is_paused=name == "Ines", is_here=name != "Rosa") for name in names]
    return [
        Sample(circle=drawn(six, 62.0), big=12, small="minutes"),
        Sample(circle=drawn(nine), big=8, small="of 9 here"),
    ]


def _seat(name: str, **marks: Any) -> Sample:
    usual = dict.fromkeys(("is_me", "is_presenter", "is_leading", "has_floor", "is_muted", "is_paused"), False)
    return Sample(**{**usual, "name": name, "place": 0, "is_here": True, "how": "web", "hand": 0, "note": "", **marks})


def samples() -> dict[str, Any]:
    wrong = EveryControl({"name": "", "email": "ana@", "ask": "", "confidence": "12", "channel": ""})
    wrong.is_valid()
    file = Sample(url="#file", title="Map of who decides", file_extension="pdf", get_file_size=184_320)
    cards = [
        Sample(
            title="Being paid fairly",
            url="#paid",
            text="What to ask before you say yes, and words for saying that a token is not enough.",
            label="Guide",
            foot="4 chapters, about 20 minutes",
        ),
        Sample(
            title="Meetings that hurt less",
            url="#meetings",
            text="Breaks, papers in time, a seat near the door: how to ask for what you need.",
            label="Guide",
            foot="3 chapters, about 15 minutes",
            tag="New",
            tag_tone="lit",
        ),
        Sample(
            title="The only patient in the room",
            url="#only",
            text="How to find one ally before the meeting begins.",
            label="Guide",
            foot="3 chapters, about 15 minutes",
            tag="Read",
            tag_tone="done",
        ),
    ]
    return {
        "colours": ["paper", "raised", "sunk", "ink", "muted", "line", "edge", "action", "lit", "attention"],
        "paths": [stones(0), stones(2), stones(6)],
        "rooms": rooms(),
        "circles": [Sample(n=n, lit=n % 4 + 1) for n in range(4, 9)],
        "next_step": Sample(
            title="Ask one factual question",
            context="Session 2: How decisions are made",
            url="#next",
            minutes=15,
            kind="practice",
            kind_label="Skill practice",
        ),
        "steps": steps(),
        "kinds": [Sample(kind=kind, label=label) for kind, label in KINDS],
        "cards": cards,
        "trail": [
            Sample(title="The effective patient leader", url="#course"),
            Sample(title="Session 2: How decisions are made", url="#session"),
        ],
        "facts": [
            Sample(name="Next meeting", value="Thursday 12 March, 15:00 to 17:00 (Lisbon)"),
            Sample(name="How to join", value="By telephone or by video"),
            Sample(name="Your turn to present", value="Not yet: Amal and Joris come first"),
        ],
        "readers": ["Amal", "the facilitators of your cohort"],
        "previous": Sample(title="A morning in a budget meeting", url="#before"),
        "next": Sample(title="What would you change first?", url="#after"),
        "page_obj": Paginator(range(70), 10).page(2),
        "notices": [
            Sample(level_tag="success", text="Your answer is saved."),
            Sample(level_tag="info", text="Your set meets tomorrow at 15:00 (Lisbon)."),
            Sample(level_tag="warning", text="Your place is kept until Friday."),
            Sample(level_tag="error", text="This time has just been taken. Three others are near it."),
        ],
        "form": EveryControl(),
        "wrong": wrong,
        "blocks": _blocks(),
        "media": Sample(
            title="A morning in a budget meeting",
            kind="audio",
            file=file,
            captions=None,
            seconds=400,
            transcript=mark_safe("<p>The room is warm, and the papers came an hour ago…</p>"),
        ),
        "video": Sample(title="Where people sit", kind="video", file=file, captions=file, seconds=45, transcript=""),
        "download": Sample(title="A map to fill in", document=file),
    }


def _blocks() -> dict[str, Any]:
    return {
        "text": mark_safe(
            "<p>Most decisions are made before the meeting that makes them. Somebody writes a paper, somebody else "
            "reads it first, and a third person holds the money. <strong>Your map begins with their names.</strong></p>"
            "<h3>Where to look</h3><p>Three places are open to everybody:</p>"
            "<ul><li>the agenda, which is often public a week before</li><li>the minutes of the last meeting</li>"
            "<li>the person who takes the minutes, who knows <em>everything</em></li></ul>"
            '<p>If you find none of them, <a href="#ask">ask for them</a>. Asking is already taking part.</p>'
        ),
        "note": {
            "tone": "note",
            "title": "Minutes are public in many places",
            "text": mark_safe("<p>Ask for those of the last year.</p>"),
        },
        "tip": {
            "tone": "tip",
            "title": "Ring before you write",
            "text": mark_safe("<p>A voice is harder to forget than a form.</p>"),
        },
        "care": {
            "tone": "care",
            "title": "Stopping is allowed",
            "text": mark_safe("<p>What you did so far is kept. Come back on a better day.</p>"),
        },
        "story": {
            "about": "A carer on a hospital board",
            "text": mark_safe(
                "<p>For three meetings she said nothing. At the fourth she asked one question: “Who will ring the "
                "families?” Nobody knew. At the fifth meeting, it was on the agenda.</p>"
            ),
        },
        "steps": {
            "title": "Try it",
            "items": [
                "Write the name of one decision that touched you.",
                "Under it, write who signed it. If you do not know, write “?”.",
                "Choose one “?” and think of a person who might know.",
            ],
        },
        "question": "Whose voice was missing when this was decided?",
        "glossary": {
            "term": "commissioner",
            "meaning": "The person or body that decides which care is paid for, and buys it.",
        },
        "self_check": {
            "question": "You are given a paper of 60 pages the evening before. What do you do first?",
            "options": [
                {
                    "text": "Read all of it",
                    "feedback": "You may be tired before the meeting begins. Is there a summary?",
                    "fits": False,
                },
                {
                    "text": "Look for what has to be decided, and read that part",
                    "feedback": "The decision is usually on the first or the last page. The rest can wait.",
                    "fits": True,
                },
                {
                    "text": "Ask for papers a week before, next time",
                    "feedback": "A fair request, and others in the room will thank you.",
                    "fits": True,
                },
            ],
        },
    }
