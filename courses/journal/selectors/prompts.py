"""What the course asks people to write about: the questions to sit with in its steps, and its reflections."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from courses.curriculum.models import StepKind, StepPage
from courses.journal.models import Entry
from pages.selectors import address


@dataclass(frozen=True)
class Prompt:
    """One question of a step, in the language of its page. `number` counts the questions of the step from 0."""

    step_key: uuid.UUID
    number: int
    words: str
    language: str


@dataclass(frozen=True)
class StepName:
    title: str
    url: str
    language: str


def prompts_in(page: StepPage) -> list[Prompt]:
    """The questions of this page; of a reflection without a question, what it is about. No query."""
    questions = [block["value"] for block in page.body.raw_data if block["type"] == "question"]
    if not questions and page.kind == StepKind.REFLECTION:
        questions = [page.summary]
    language = page.locale.language_code
    return [
        Prompt(page.translation_key, number, words.strip(), language)
        for number, words in enumerate(questions)
        if words.strip()
    ]


def prompt(step_key: uuid.UUID, number: int, language: str) -> Prompt | None:
    """The question with this number of this step, in this language or in the one there is; None where there is none.
    One query."""
    pages = _versions([step_key], language).get(step_key)
    return next((found for found in prompts_in(pages[0]) if found.number == number), None) if pages else None


def tell_steps(entries: Iterable[Entry], language: str) -> list[Entry]:
    """The entries, each with the step it answers (`step`, None for a free one) and the language of its question
    (`prompt_language`). One query however many there are; none without a step."""
    entries = list(entries)
    keys = {entry.step_key for entry in entries if entry.step_key}
    versions = _versions(keys, language) if keys else {}
    for entry in entries:
        pages = versions.get(entry.step_key, [])
        entry.step = _name(pages[0]) if pages else None
        asked_in = (found.language for page in pages for found in prompts_in(page) if found.words == entry.prompt)
        entry.prompt_language = next(asked_in, entry.language)
    return entries


def step_name(step_key: uuid.UUID, language: str) -> StepName | None:
    """What a step is called, in this language or in the one there is. One query."""
    pages = _versions([step_key], language).get(step_key)
    return _name(pages[0]) if pages else None


def _name(page: StepPage) -> StepName:
    code = page.locale.language_code
    return StepName(title=page.title, url=address(page, code), language=code)


def _versions(keys: Iterable[uuid.UUID], language: str) -> dict[uuid.UUID, list[StepPage]]:
    """The live pages of these steps: the one in this language first, then the English one, then the others."""
    order = {settings.LANGUAGE_CODE: 1, language: 0}
    versions: dict[uuid.UUID, list[StepPage]] = defaultdict(list)
    pages = StepPage.objects.live().filter(translation_key__in=keys).select_related("locale").order_by("path")
    for page in sorted(pages, key=lambda page: order.get(page.locale.language_code, 2)):
        versions[page.translation_key].append(page)
    return versions
