from django.db import transaction

from kernel.errors import NotAllowed
from people.models import User


@transaction.atomic
def change_profile(*, person: User, by: User, name: str, language: str) -> User:
    """What we call somebody, and the language we write to them in. Only they change it themselves."""
    if person != by:
        raise NotAllowed
    person.name = name
    person.language = language
    person.full_clean(exclude=["password"])
    person.save(update_fields=["name", "language"])
    return person
