"""What people say about themselves."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kernel.errors import NotAllowed, Refused
from people import audit, telephones, zones
from people.models import Profile, User

ABOUT = (
    "pronoun",
    "languages",
    "other_languages",
    "access_needs",
    "access_needs_shared",
    "telephone",
    "telephone_shared",
    "reach_by",
    "reach_note",
)


@transaction.atomic
def change_profile(*, person: User, by: User, name: str, language: str, **about: Any) -> User:
    """What we call somebody, the language we write to them in, and whatever `about` says of their profile (ABOUT). Only
    they change it themselves. A name is one line: it stands in sentences of our mails. The profile's row is made when
    something is first said in it. The audit line names the fields that changed, never what is in them.

    Raises ValidationError for what does not fit.
    """
    if person != by:
        raise NotAllowed
    person = User.objects.select_for_update().get(pk=person.pk)
    changed = _set(person, {"name": " ".join(name.split()), "language": language})
    person.full_clean(exclude=["password"])
    person.save(update_fields=["name", "language"])
    if about:
        changed += _change_about(person, about)
    if changed:
        audit.record("profile.changed", by=by, about=person, fields=sorted(changed))
    return person


@transaction.atomic
def choose_zone(*, person: User, by: User, zone: str) -> User:
    """The zone that somebody says they live in; dates and times are shown in it from then on.

    Raises Refused("zone_unknown") for a name that no list of zones has.
    """
    if person != by:
        raise NotAllowed
    name = zones.known(zone)
    if not name:
        raise Refused("zone_unknown", _("We do not know this time zone. Please choose one from the list."))
    person = User.objects.select_for_update().get(pk=person.pk)
    if _set(person, {"zone": name}):
        person.save(update_fields=["zone"])
        audit.record("profile.changed", by=by, about=person, fields=["zone"])
    return person


def _change_about(person: User, about: dict[str, Any]) -> list[str]:
    if unknown := set(about) - set(ABOUT):
        raise TypeError(f"a profile has no {sorted(unknown)}")
    profile = Profile.objects.filter(person=person).first() or Profile(person=person)
    if about.get("telephone"):
        number = telephones.normalise(about["telephone"])
        if number is None:
            raise ValidationError({"telephone": "not a telephone number"})
        about = {**about, "telephone": number}
    changed = _set(profile, about)
    if changed:
        profile.full_clean(validate_unique=False)
        profile.save()
    return changed


def _set(row: Any, values: dict[str, Any]) -> list[str]:
    """The names of the fields that these values change."""
    changed = [field for field, value in values.items() if getattr(row, field) != value]
    for field in changed:
        setattr(row, field, values[field])
    return changed
