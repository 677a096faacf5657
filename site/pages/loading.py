"""Load shipped content (pages.shipped) into the page tree, through wagtail-localize.

English pages are written first; French and Spanish go in as translations of their strings, so that translators find
every paragraph beside its source in their editor. Everything is read and compared before the first write. A second run
changes nothing, and a page that somebody has edited since is left alone unless `overwrite` is asked for.

Not to be called inside a transaction: wagtail-localize publishes at commit, and from a stale copy of the tree where two
levels of it were written before (docs/decisions/0002).
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

import polib
from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Locale, Page, ReferenceIndex, get_page_models
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from kernel.markup import to_rich_text
from pages.models import BasePage, LoadedPage
from pages.shipped import BLOCKS, LANGUAGES, PAGES, RICH, SOURCE_LANGUAGE, ContentError, ShippedPage, in_language

NAMESPACE = uuid.UUID("6f1f5f5e-3a7e-4f55-9d0f-6a1c6b0e2c11")

IN_MENUS = ("courses", "guides", "stories")


@dataclass
class Report:
    """What a run did, as numbers and as the pages it left alone."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left_alone: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Prepared:
    """A shipped page with its values in every language, and its strings paired between them."""

    shipped: ShippedPage
    key: uuid.UUID
    parent_key: uuid.UUID | None  # None for the page at the top
    model: type[BasePage]
    values: dict[str, dict[str, Any]]
    strings: dict[str, list[tuple[str, str, str]]]  # language -> (path, source, translation)

    def digest(self, language: str) -> str:
        parts = [self.values[SOURCE_LANGUAGE], self.values[language]]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def prepare(tree: ShippedPage) -> list[Prepared]:
    """Everything that `load` would write, parents first. Each page is checked in each language as an editor's page
    would be, and nothing is written.

    Raises ContentError, with the file and the field, for the first that would be refused or whose languages do not
    correspond.
    """
    keys: dict[int, tuple[str, ...]] = {}
    prepared = []
    for parent, shipped in tree.walk():
        path = keys[id(shipped)] = (*(keys[id(parent)] if parent else ()), shipped.key)
        prepared.append(_prepare(shipped, page_key(*path), page_key(*path[:-1]) if parent else None))
    return prepared


def load(
    prepared: list[Prepared], *, under: Page, overwrite: bool = False, tell: Callable[[str], None] = lambda _: None
) -> Report:
    """Load prepared pages below `under`, a page in the source language; returns what was done.

    `tell` is called with the title of each page.
    """
    if transaction.get_connection().in_atomic_block:
        raise RuntimeError("pages.loading.load was called inside a transaction.")
    report = Report()
    previous: dict[uuid.UUID, uuid.UUID] = {}  # parent key -> the sibling written last
    for item in prepared:
        parent_key = item.parent_key or under.translation_key
        # A page is saved several times on its way; who refers to what is noted once, at the end.
        with disable_reference_index_auto_update():
            written = _write(item, parent_key, previous.get(parent_key), overwrite, report)
        for page in written:
            ReferenceIndex.create_or_update_for_object(page)
        previous[parent_key] = item.key
        tell(item.values[SOURCE_LANGUAGE]["title"])
    return report


def page_key(*path: str) -> uuid.UUID:
    """The translation key of the shipped page at this path of keys: the same in every installation."""
    return uuid.uuid5(NAMESPACE, "/".join(path))


def _prepare(shipped: ShippedPage, key: uuid.UUID, parent_key: uuid.UUID | None) -> Prepared:
    model = _models()[shipped.page]
    values = {language: _values(shipped, key, language) for language in LANGUAGES}
    pages = {language: _checked(shipped, language, _instance(model, values[language])) for language in LANGUAGES}
    source = _strings(pages[SOURCE_LANGUAGE])
    strings = {}
    for language in LANGUAGES[1:]:
        twin = _strings(pages[language])
        if [path for path, _ in twin] != [path for path, _ in source]:
            raise ContentError(
                f"{shipped.path}: {language}: its strings do not correspond to the {SOURCE_LANGUAGE} ones"
            )
        strings[language] = [(path, text, other) for (path, text), (_, other) in zip(source, twin, strict=True)]
    return Prepared(shipped, key, parent_key, model, values, strings)


def _checked(shipped: ShippedPage, language: str, page: BasePage) -> BasePage:
    """The page, if its fields, its blocks and its kind are what an editor would be allowed to publish."""
    of_the_tree = {field.name for field in page._meta.get_fields()} - {"slug", "body", *PAGES[shipped.page]}
    try:
        page.clean_fields(exclude=of_the_tree)
        page.body.stream_block.clean(page.body)
        page.check_content()
    except ValidationError as error:
        raise ContentError(f"{shipped.path}: {language}: {'; '.join(_reasons(error))}") from None
    return page


def _reasons(error: ValidationError) -> Iterator[str]:
    """What is wrong, with the field it is wrong in; of blocks, as much as they say of themselves."""
    if hasattr(error, "error_dict"):
        yield from (f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
    else:
        yield f"body: {error.as_json_data() if hasattr(error, 'as_json_data') else ' '.join(error.messages)}"


@cache
def _models() -> dict[str, type[BasePage]]:
    """The page model of each name in a content file: `chapter` is ChapterPage."""
    names = {model.__name__: model for model in get_page_models()}
    return {name: names[f"{name.title()}Page"] for name in PAGES}


def _values(shipped: ShippedPage, key: uuid.UUID, language: str) -> dict[str, Any]:
    """Field values of the page in one language; the body as the raw data of a StreamField with stable ids."""
    values = {"slug": shipped.slug[language], "show_in_menus": shipped.page in IN_MENUS}
    for name, rule in PAGES[shipped.page].items():
        text = in_language(shipped.fields[name], language)
        values[name] = to_rich_text(text) if rule == RICH else text
    values["body"] = [
        _block(name, uuid.uuid5(key, block_key), in_language(value, language))
        for name, block_key, value in shipped.body
    ]
    return values


def _block(name: str, block_id: uuid.UUID, value: dict[str, Any]) -> dict[str, Any]:
    schema = BLOCKS[name]
    content: Any = {
        field_name: _items(block_id, field_name, inner)
        if isinstance(inner, list)
        else (to_rich_text(inner) if schema[field_name] == RICH else inner)
        for field_name, inner in value.items()
    }
    if set(schema) == {"text"}:  # a block that is nothing but its text
        content = content["text"]
    return {"type": name, "id": str(block_id), "value": content}


def _items(block_id: uuid.UUID, name: str, items: list[Any]) -> list[dict[str, Any]]:
    return [
        {"type": "item", "id": str(uuid.uuid5(block_id, f"{name}-{number}")), "value": item}
        for number, item in enumerate(items, start=1)
    ]


def _strings(page: BasePage) -> list[tuple[str, str]]:
    """(path, text) of every translatable string that wagtail-localize would find on the page."""
    return [(s.path, s.string.data) for s in extract_segments(page) if isinstance(s, StringSegmentValue)]


def _instance(model: type[BasePage], values: dict[str, Any]) -> BasePage:
    page = model(**{name: value for name, value in values.items() if name != "body"})
    page.body = json.dumps(values["body"])
    return page


def _write(
    item: Prepared, parent_key: uuid.UUID, previous_key: uuid.UUID | None, overwrite: bool, report: Report
) -> list[BasePage]:
    """Bring a page and its translations to what the files say; returns those that were written."""
    before = report.created + report.changed
    page = _write_source(item, parent_key, previous_key, overwrite, report)
    if page is None:  # its strings are an editor's now, and translations of ours would not fit them
        return []
    all_written = [page] if report.created + report.changed > before else []
    source = None
    for language in LANGUAGES[1:]:
        locale = _locale(language)
        target = item.model.objects.filter(translation_key=item.key, locale=locale).first()
        if _fate(target, item.digest(language), overwrite, report) is not Fate.WRITE:
            continue
        with transaction.atomic():  # strings only, nothing of the tree; a commit for each would take most of the time
            source = source or TranslationSource.update_or_create_from_instance(page)[0]
            translation, _ = Translation.objects.get_or_create(source=source, target_locale=locale)
            if warnings := translation.import_po(_po(item.strings[language]), tool_name="shipped content"):
                raise ContentError(f"{item.shipped.path}: {language}: the translation editor refuses {warnings[0]}")
        translation.save_target(publish=True)
        written = item.model.objects.get(translation_key=item.key, locale=locale)
        if target is None:
            _place(written, previous_key)
        _remember(written, item.digest(language))
        all_written.append(written)
    return all_written


def _write_source(
    item: Prepared, parent_key: uuid.UUID, previous_key: uuid.UUID | None, overwrite: bool, report: Report
) -> BasePage | None:
    """The English page as the file has it; None when an editor's version of it was left alone."""
    locale = _locale(SOURCE_LANGUAGE)
    digest = item.digest(SOURCE_LANGUAGE)
    page = item.model.objects.filter(translation_key=item.key, locale=locale).first()
    fate = _fate(page, digest, overwrite, report)
    if fate is not Fate.WRITE:
        return page if fate is Fate.SAME else None
    values = item.values[SOURCE_LANGUAGE]
    if page is None:
        page = _instance(item.model, values)
        page.translation_key, page.locale = item.key, locale
        parent = Page.objects.get(translation_key=parent_key, locale=locale)
        parent.add_child(instance=page)
        _place(page, previous_key)
        page = item.model.objects.get(pk=page.pk)
    else:
        for name, value in values.items():
            setattr(page, name, json.dumps(value) if name == "body" else value)
    page.full_clean()
    page.save_revision().publish()
    page = item.model.objects.get(pk=page.pk)
    _remember(page, digest)
    return page


class Fate(Enum):
    WRITE = "write"
    SAME = "same"
    LEFT_ALONE = "left alone"


def _fate(page: BasePage | None, digest: str, overwrite: bool, report: Report) -> Fate:
    """What becomes of a page, counted in the report."""
    if page is None:
        report.created += 1
        return Fate.WRITE
    loaded = LoadedPage.objects.filter(page=page).first()
    edited = loaded is None or loaded.revision_id != page.latest_revision_id
    if loaded and loaded.digest == digest and not (edited and overwrite):
        report.unchanged += 1
        return Fate.LEFT_ALONE if edited else Fate.SAME
    if edited and not overwrite:
        report.left_alone.append(f"{page.locale.language_code} {page.title}")
        return Fate.LEFT_ALONE
    report.changed += 1
    return Fate.WRITE


def _remember(page: BasePage, digest: str) -> None:
    LoadedPage.objects.update_or_create(page=page, defaults={"digest": digest, "revision_id": page.latest_revision_id})


def _place(page: BasePage, previous_key: uuid.UUID | None) -> None:
    """Move a new page, made as the last child, to where the shipped order has it."""
    previous = Page.objects.filter(translation_key=previous_key, locale=page.locale).first() if previous_key else None
    page = Page.objects.get(pk=page.pk)
    if previous and page.get_prev_sibling() != previous:
        page.move(previous, pos="right")


def _po(strings: list[tuple[str, str, str]]) -> polib.POFile:
    po = polib.POFile(wrapwidth=200)
    po.metadata = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8"}
    for path, source, translation in strings:
        po.append(polib.POEntry(msgctxt=path, msgid=source, msgstr=translation))
    return po


def _locale(language: str) -> Locale:
    return Locale.objects.get_or_create(language_code=language)[0]
