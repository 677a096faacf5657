"""Read the content files that ship with the Centre: one YAML file a page, its languages side by side.

Pure: knows neither Django nor the database, so that a translator can check a file in a second
(`python -m pages.shipped FOLDER`). Anything missing, unknown or unequal between languages is a
`ContentError` that names the file and the key; nothing is loaded from a folder that has one.
The format is described in docs/content.md.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

LANGUAGES = ("en", "fr", "es")
SOURCE_LANGUAGE = LANGUAGES[0]

TEXT, RICH, CODE, FLAG = "text", "rich text", "code", "yes or no"

# What each block holds. A list with one schema in it is a list of such things.
BLOCKS: dict[str, dict[str, Any]] = {
    "text": {"text": RICH},
    "callout": {"tone": CODE, "title": TEXT, "text": RICH},
    "story": {"text": RICH, "about": TEXT},
    "steps": {"title": TEXT, "items": [TEXT]},
    "question": {"text": TEXT},
    "glossary": {"term": TEXT, "meaning": TEXT},
    "self_check": {"question": TEXT, "options": [{"text": TEXT, "feedback": TEXT, "fits": FLAG}]},
}
TONES = ("note", "tip", "care")
STEP_KINDS = ("read", "listen", "exercise", "practice", "reflection", "set_work", "coaching_call", "self_check")

# What each kind of page says of itself besides its body.
PAGES: dict[str, dict[str, Any]] = {
    "home": {"title": TEXT, "summary": TEXT, "lead": TEXT, "action": TEXT},
    "plain": {"title": TEXT, "summary": TEXT},
    "guides": {"title": TEXT, "summary": TEXT},
    "guide": {"title": TEXT, "summary": TEXT},
    "chapter": {"title": TEXT, "summary": TEXT},
    "stories": {"title": TEXT, "summary": TEXT},
    "story": {"title": TEXT, "summary": TEXT},
    "courses": {"title": TEXT, "summary": TEXT},
    "course": {"title": TEXT, "summary": TEXT, "closing": RICH},
    "session": {"title": TEXT, "summary": TEXT},
    "step": {"title": TEXT, "summary": TEXT, "kind": CODE, "minutes": "number", "required": FLAG},
}
FRAME = {"page", "key", "slug", "body"}

STEP_WORDS = range(150, 451)
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


class ContentError(ValueError):
    """A content file that cannot be loaded. Its text names the file and the key."""


@dataclass(frozen=True)
class ShippedPage:
    """One page as its file gives it. `fields` and `body` still hold every language."""

    path: Path
    page: str
    key: str
    slug: dict[str, str]
    fields: dict[str, Any]
    body: tuple[tuple[str, str, dict[str, Any]], ...]  # (block type, block key, value)
    children: tuple[ShippedPage, ...] = ()

    def walk(self, parent: ShippedPage | None = None) -> Iterator[tuple[ShippedPage | None, ShippedPage]]:
        """(parent, page) for this page and all below it, parents first."""
        yield parent, self
        for child in self.children:
            yield from child.walk(self)

    def words(self, language: str) -> int:
        """How many words a reader meets in the body in this language."""
        return sum(len(re.findall(r"\w+(?:['’-]\w+)*", text)) for text in _texts([b[2] for b in self.body], language))


def in_language(value: Any, language: str) -> Any:
    """The value with every `{en, fr, es}` mapping in it replaced by its text in `language`."""
    if _is_translated(value):
        text = value[language].strip()
        return _french_spaces(text) if language == "fr" else text
    if isinstance(value, dict):
        return {key: in_language(inner, language) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_language(inner, language) for inner in value]
    return value


def _french_spaces(text: str) -> str:
    """The unbreakable spaces of French typography, where the files have plain ones: before : and inside « » a full one,
    before ; ! ? a narrow one. No line then begins with a lonely mark."""
    text = text.replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" :", "\u00a0:")
    return re.sub(r" ([;!?])", "\u202f\\1", text)


def read_tree(folder: Path) -> ShippedPage:
    """The page of this folder (`_page.yaml`) with its children: the other files and the folders, by name.

    Raises ContentError for the first thing that is wrong in any of them.
    """
    page = _read(folder / "_page.yaml")
    children = []
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            children.append(read_tree(path))
        elif path.suffix == ".yaml" and path.name != "_page.yaml":
            children.append(_read(path))
    keys = [child.key for child in children]
    for key in keys:
        if keys.count(key) > 1:
            raise ContentError(f"{folder}: two pages have the key “{key}”")
    return ShippedPage(**{**page.__dict__, "children": tuple(children)})


def _read(path: Path) -> ShippedPage:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError(f"{path}: the file is missing") from None
    except yaml.YAMLError as error:
        raise ContentError(f"{path}: not readable as YAML: {error}") from None
    if not isinstance(data, dict):
        raise ContentError(f"{path}: expected keys and values")
    kind = data.get("page")
    if kind not in PAGES:
        raise ContentError(f"{path}: page: “{kind}” is not one of {', '.join(PAGES)}")
    schema = PAGES[kind]
    _only_known(path, "", data, FRAME | set(schema))
    for name in FRAME - {"body"}:
        if name not in data:
            raise ContentError(f"{path}: {name}: missing")
    if not isinstance(data["key"], str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", data["key"]):
        raise ContentError(f"{path}: key: use small letters, digits and hyphens")
    fields = {name: _checked(path, name, data.get(name), rule) for name, rule in schema.items()}
    page = ShippedPage(
        path, kind, data["key"], _slug(path, data["slug"]), fields, tuple(_body(path, data.get("body") or []))
    )
    if kind == "step":
        _check_step(page)
    return page


def _check_step(page: ShippedPage) -> None:
    if page.fields["kind"] not in STEP_KINDS:
        raise ContentError(f"{page.path}: kind: “{page.fields['kind']}” is not one of {', '.join(STEP_KINDS)}")
    if page.fields["kind"] == "self_check" and not any(block == "self_check" for block, _, _ in page.body):
        raise ContentError(f"{page.path}: body: a self-check step needs a self_check block")
    for language in LANGUAGES:
        if (count := page.words(language)) not in STEP_WORDS:
            raise ContentError(
                f"{page.path}: body: {count} words in {language}; "
                f"a step has {STEP_WORDS.start} to {STEP_WORDS.stop - 1}"
            )


def _slug(path: Path, value: Any) -> dict[str, str]:
    """One slug for all languages, or one for each."""
    slugs = dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value
    _checked(path, "slug", slugs, TEXT)
    for language, slug in slugs.items():
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
            raise ContentError(f"{path}: slug.{language}: use small letters, digits and hyphens")
    return slugs


def _body(path: Path, blocks: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if not isinstance(blocks, list):
        raise ContentError(f"{path}: body: expected a list of blocks")
    seen: dict[str, int] = {}
    for number, block in enumerate(blocks):
        where = f"body[{number}]"
        if not isinstance(block, dict) or len(block) != 1:
            raise ContentError(f"{path}: {where}: expected one block name with its content")
        ((name, value),) = block.items()
        if name not in BLOCKS:
            raise ContentError(f"{path}: {where}: “{name}” is not one of {', '.join(BLOCKS)}")
        schema = BLOCKS[name]
        if set(schema) == {"text"} and _is_translated(value):
            value = {"text": value}
        checked = _checked(path, f"{where}.{name}", value, schema)
        if name == "callout" and checked["tone"] not in TONES:
            raise ContentError(f"{path}: {where}.tone: “{checked['tone']}” is not one of {', '.join(TONES)}")
        seen[name] = seen.get(name, 0) + 1
        yield name, f"{name}-{seen[name]}", checked


def _checked(path: Path, where: str, value: Any, rule: Any) -> Any:
    if value is None:
        raise ContentError(f"{path}: {where}: missing")
    if rule in (TEXT, RICH):
        return _translated(path, where, value, rich=rule == RICH)
    if isinstance(rule, list):
        if not isinstance(value, list) or not value:
            raise ContentError(f"{path}: {where}: expected a list")
        return [_checked(path, f"{where}[{n}]", item, rule[0]) for n, item in enumerate(value)]
    if isinstance(rule, dict):
        if not isinstance(value, dict):
            raise ContentError(f"{path}: {where}: expected keys and values")
        _only_known(path, where, value, set(rule))
        return {name: _checked(path, f"{where}.{name}", value.get(name), inner) for name, inner in rule.items()}
    wanted = {CODE: str, FLAG: bool}.get(rule, int)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise ContentError(f"{path}: {where}: expected a {rule}, not “{value}”")
    return value


def _translated(path: Path, where: str, value: Any, *, rich: bool) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ContentError(f"{path}: {where}: expected {', '.join(LANGUAGES)}, found “{str(value)[:40]}”")
    _only_known(path, where, value, set(LANGUAGES))
    for language in LANGUAGES:
        text = value.get(language)
        if not isinstance(text, str) or not text.strip():
            raise ContentError(f"{path}: {where}.{language}: the translation is missing")
    if rich:
        wanted = _shape(value[SOURCE_LANGUAGE])
        for language in LANGUAGES[1:]:
            if (found := _shape(value[language])) != wanted:
                raise ContentError(
                    f"{path}: {where}.{language}: its paragraphs, headings and list items ({' '.join(found)}) "
                    f"differ from {SOURCE_LANGUAGE} ({' '.join(wanted)})"
                )
    elif any("\n" in text.strip() for text in value.values()):
        raise ContentError(f"{path}: {where}: one line only")
    return value


def _shape(markdown: str) -> list[str]:
    return [token.tag for token in _MARKDOWN.parse(markdown) if token.nesting == 1]


def _is_translated(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and set(value) <= set(LANGUAGES)


def _only_known(path: Path, where: str, value: dict, known: set[str]) -> None:
    for key in value:
        if key not in known:
            raise ContentError(
                f"{path}: {where + '.' if where else ''}{key}: not expected here (known: {', '.join(sorted(known))})"
            )


def _texts(value: Any, language: str) -> Iterator[str]:
    if _is_translated(value):
        yield value[language]
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner, language)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, language)


def main(arguments: list[str]) -> int:
    for folder in arguments:
        try:
            tree = read_tree(Path(folder))
        except ContentError as error:
            print(error, file=sys.stderr)
            return 1
        for _, page in tree.walk():
            counts = ", ".join(f"{language} {page.words(language)}" for language in LANGUAGES)
            print(f"{page.path}: {page.page} “{page.fields['title'][SOURCE_LANGUAGE]}” ({counts} words)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
