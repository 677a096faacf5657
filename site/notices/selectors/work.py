"""Questions about due work."""

from __future__ import annotations

from django.db.models import QuerySet

from notices.models import FAILED, DueWork


def failed() -> QuerySet[DueWork]:
    """What nobody does any more unless somebody of the staff says so (`due.again`), the latest first."""
    return DueWork.objects.filter(state__in=FAILED).order_by("-due_at", "-pk")
