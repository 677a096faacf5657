"""Writing down who did what to what. Called by actions, in the transaction of the deed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
