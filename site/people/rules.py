"""Who may see an organisation from inside, and who looks after it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kernel.rules import Rule

# Role.LEAD, whose enum stands one layer up.
LEAD = "lead"


def _belongs(user: Any, organisation: Any, **more: Any) -> bool:
    return organisation.memberships.filter(person_id=user.pk, until__isnull=True, **more).exists()


see_organisation = Rule(
    one=_belongs,
    rows=lambda user: Q(memberships__person_id=user.pk, memberships__until__isnull=True),
)
lead_organisation = Rule(
    one=lambda user, organisation: _belongs(user, organisation, role=LEAD),
    rows=lambda user: Q(memberships__person_id=user.pk, memberships__until__isnull=True, memberships__role=LEAD),
)
