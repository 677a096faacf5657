"""Writing down who did what to what. Called by actions, in the transaction of the deed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from people.models import AuditLine

if TYPE_CHECKING:
    from django.db.models import Model

    from people.models import User


def record(
    verb: str, *, by: User | None, about: User | None = None, subject: Model | None = None, **detail: Any
) -> AuditLine:
    """Keep one deed: `record("cohort.transferred", by=staff, about=learner, subject=enrolment, to=str(cohort_id))`.

    `verb` is "<noun>.<past participle>"; `by` is None for what the Centre does by itself. `detail` holds numbers,
    dates, codes and public ids, never anybody's words: the line outlives them.
    """
    return AuditLine.objects.create(
        by=by,
        about=about,
        verb=verb,
        subject_type=subject._meta.model_name if subject is not None else "",
        subject_id=str(getattr(subject, "public_id", "") or getattr(subject, "pk", "")) if subject is not None else "",
        detail=detail,
    )


_sentences: dict[str, Any] = {}


def describe(verb: str, sentence: Any) -> None:
    """What the person concerned reads of such a line: a lazy sentence that says what was done, not by or to whom."""
    _sentences[verb] = sentence


def sentence(verb: str) -> str:
    """The words for a verb; general ones for a verb that no app has described."""
    return str(_sentences.get(verb, _("Something was noted about this account.")))
