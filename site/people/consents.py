"""What people may agree to: each purpose, with its texts by version, from content/consents.yaml.

The last version is the one that is asked about now. What somebody agreed to is copied to their Consent, so nothing here
is needed to know it later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from kernel.texts import in_language, language_of

FILE = Path(__file__).parent / "content" / "consents.yaml"

PROGRAMME_FIGURES = "programme_figures"
PUBLIC_STORY = "public_story"


@dataclass(frozen=True)
class Version:
    number: int
    texts: Mapping[str, str]

    def text(self, language: str | None = None) -> str:
        return in_language(self.texts, language)

    def language(self, language: str | None = None) -> str:
        return language_of(self.texts, language)


@dataclass(frozen=True)
class Purpose:
    key: str
    titles: Mapping[str, str]
    versions: tuple[Version, ...]

    @property
    def title(self) -> str:
        return in_language(self.titles)

    @property
    def current(self) -> Version:
        return self.versions[-1]


@lru_cache(maxsize=1)
def purposes() -> Mapping[str, Purpose]:
    """By key, in the order of the file."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {
        key: Purpose(
            key=key,
            titles=entry["title"],
            versions=tuple(Version(number=version["number"], texts=version["text"]) for version in entry["versions"]),
        )
        for key, entry in read.items()
    }


def title_of(key: str) -> str:
    """What a purpose is called; one that was asked about once and is no more, by its key."""
    purpose = purposes().get(key)
    return purpose.title if purpose else key
