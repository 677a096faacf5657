"""Agreeing to something, and taking it back."""

from __future__ import annotations

from django.db import transaction

from kernel import clock
from kernel.errors import NotAllowed
from kernel.facts import tell
from people import audit
from people.consents import purposes
from people.facts import ConsentWithdrawn
from people.models import Consent, User
from people.selectors import consent_held


@transaction.atomic
def give_consent(*, person: User, by: User, purpose: str, language: str) -> Consent:
    """Agree to the current version of a purpose's text, whose words in this language are copied. Given twice it is
    given once; given to a newer version, it follows the earlier one without a gap.

    Raises NotAllowed for a purpose that nobody asks about, and for anybody else than the person.
    """
    _only_oneself(person, by)
    if purpose not in purposes():
        raise NotAllowed
    current = purposes()[purpose].current
    held = consent_held(person, purpose)
    if held and held.version == current.number:
        return held
    now = clock.now()
    if held:
        held.withdrawn_at = now
        held.save(update_fields=["withdrawn_at"])
    consent = Consent.objects.create(
        person=person,
        purpose=purpose,
        version=current.number,
        language=current.language(language),
        text=current.text(language).strip(),
        given_at=now,
    )
    audit.record("consent.given", by=by, about=person, subject=consent, purpose=purpose, version=current.number)
    return consent


@transaction.atomic
def withdraw_consent(*, person: User, by: User, purpose: str) -> Consent | None:
    """Take an agreement back; it keeps its dates. Tells ConsentWithdrawn. Where nothing is held, nothing happens."""
    _only_oneself(person, by)
    # Compared here: a name that no database could hold is simply not held.
    live = person.consents.filter(withdrawn_at__isnull=True)
    held = next((consent for consent in live if consent.purpose == purpose), None)
    if held is None:
        return None
    held.withdrawn_at = clock.now()
    held.save(update_fields=["withdrawn_at"])
    audit.record("consent.withdrawn", by=by, about=person, subject=held, purpose=purpose, version=held.version)
    tell(ConsentWithdrawn(person=person.public_id, purpose=purpose))
    return held


def _only_oneself(person: User, by: User) -> None:
    """Nobody agrees for another. Locks the person, so that two clicks at once agree once."""
    if person != by:
        raise NotAllowed
    User.objects.select_for_update().get(pk=person.pk)
