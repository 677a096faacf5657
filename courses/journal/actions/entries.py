"""The verbs of the journal. None of them leaves a word of it anywhere but in the sealed fields of its rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from courses.journal.models import Entry, EntryShare
from courses.journal.rules import own_entry, own_share
from courses.journal.selectors.entries import companions
from courses.journal.selectors.prompts import prompt
from kernel import clock
from kernel.errors import NotAllowed, Refused
from notices.models import Notice
from notices.telling import forget, notify
from people import audit
from people.models import User

SHARED = "journal_shared"
# A page a day for five years; looking for a word, and printing, open every one of them.
MOST_ENTRIES = 2000


@transaction.atomic
def begin_entry(
    *,
    by: User,
    draft: uuid.UUID,
    title: str,
    body: str,
    language: str,
    step_key: uuid.UUID | None = None,
    question: int = 0,
    prompt_language: str = "",
) -> Entry:
    """Keep a new piece of writing; with `step_key`, as an answer to that question of that step (counted from 0), in the
    words it has in `prompt_language`, or in `language` where that is not said.

    `draft` names it on the device that writes, so that what is sent twice is one entry: the second time it is saved
    like any other, from revision 0. Nobody can name somebody else's. Raises NotAllowed for a step or question that does
    not exist, Refused("newer_text") when the entry is there with other words, and Refused("enough") at MOST_ENTRIES.
    """
    public_id = entry_id(by, draft)
    if found := own_entry.visible(Entry.objects, by).filter(public_id=public_id).first():
        return save_entry(entry=found, by=by, revision=0, title=title, body=body, language=language)
    if own_entry.visible(Entry.objects, by).count() >= MOST_ENTRIES:
        raise Refused(
            "enough", _("Your journal is full. Delete some pages, or keep them as a file first, then begin a new one.")
        )
    asked = prompt(step_key, question, prompt_language or language) if step_key else None
    if step_key and asked is None:
        raise NotAllowed
    entry = Entry(
        public_id=public_id,
        owner=by,
        step_key=step_key,
        prompt=asked.words if asked else "",
        title=title,
        body=body,
        language=language,
        revision=1,
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:  # the same draft from another tab, in this moment
        found = Entry.objects.get(public_id=public_id)
        return save_entry(entry=found, by=by, revision=0, title=title, body=body, language=language)
    return entry


@transaction.atomic
def save_entry(*, entry: Entry, by: User, revision: int, title: str, body: str, language: str) -> Entry:
    """Keep new words in the place of those with this revision, and raise it. The same words again change nothing.

    Raises Refused("newer_text") when the entry has been changed since that revision: both texts are still there, one
    here and one with whoever sends the other.
    """
    entry = _locked(entry, by)
    if (entry.title, entry.body, entry.language) == (title, body, language):
        return entry
    if entry.revision != revision:
        raise Refused(
            "newer_text",
            _("You have changed this text somewhere else in the meantime. Nothing is lost: look at both, and choose."),
        )
    entry.title, entry.body, entry.language = title, body, language
    entry.revision += 1
    entry.changed_at = clock.now()
    entry.save(update_fields=["title", "body", "language", "revision", "changed_at"])
    return entry


@transaction.atomic
def delete_entry(*, entry: Entry, by: User) -> None:
    """Delete a piece of writing for good. Those who could read it cannot any more, and the notices of it go too."""
    entry = _locked(entry, by)
    _forget_for_good(entry.shares.all())
    audit.record("journal_entry.deleted", by=by, about=by, subject=entry)
    entry.delete()


@transaction.atomic
def share_entry(*, entry: Entry, reader: uuid.UUID, by: User) -> EntryShare:
    """Let one person read this entry, as it is and as it becomes, until it is taken back. They are told who shares, and
    nothing of what. Sharing it twice is sharing it once.

    Raises Refused("not_a_companion") for somebody who is in none of one's own cohorts.
    """
    entry = _locked(entry, by)
    if reader not in {companion.public_id for companion in companions(by)}:
        raise Refused(
            "not_a_companion", _("You can share with the people of your own cohort. Please choose one of them.")
        )
    person = User.objects.get(public_id=reader)
    share, created = EntryShare.objects.get_or_create(entry=entry, reader=person, taken_back_at=None)
    if created:
        audit.record("journal_entry.shared", by=by, about=person, subject=share)
        with translation.override(person.language):
            name = by.name or _("Somebody in your cohort")
        notify(
            person,
            SHARED,
            subject=_subject(share),
            values={"name": name},
            route="journal_shared_entry",
            route_args=[str(share.public_id)],
        )
    return share


@transaction.atomic
def take_back(*, share: EntryShare, by: User) -> EntryShare:
    """End a share at once. Who has not yet read that there was one is not told any more. Twice is once."""
    if not own_share.allows(by, share):
        raise NotAllowed
    share = EntryShare.objects.select_for_update(of=("self",)).select_related("reader").get(pk=share.pk)
    if share.taken_back_at is None:
        share.taken_back_at = max(clock.now(), share.shared_at)
        share.save(update_fields=["taken_back_at"])
        audit.record("journal_entry.taken_back", by=by, about=share.reader, subject=share)
        forget(SHARED, _subject(share))
    return share


def forget_shares(person: User) -> None:
    """Before an account is erased: nobody is told any more of what its owner shared."""
    _forget_for_good(EntryShare.objects.filter(entry__owner=person))


def entry_id(owner: User, draft: uuid.UUID) -> uuid.UUID:
    """The public id of the entry that a draft of this person becomes: their own, whatever a device calls its draft."""
    return uuid.uuid5(owner.public_id, str(draft))


def _subject(share: EntryShare) -> str:
    return f"journal_share:{share.public_id}"


def _forget_for_good(shares: Iterable[EntryShare]) -> None:
    """Also the notices that were read: they hold the name of who shared, and lead nowhere any more."""
    subjects = [_subject(share) for share in shares]
    for subject in subjects:
        forget(SHARED, subject)
    Notice.objects.filter(kind=SHARED, subject__in=subjects).delete()


def _locked(entry: Entry, by: User) -> Entry:
    if not own_entry.allows(by, entry):
        raise NotAllowed
    locked = Entry.objects.select_for_update().filter(pk=entry.pk).first()
    if locked is None:  # deleted in another tab, in this moment
        raise NotAllowed
    return locked
