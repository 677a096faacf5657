"""The secret in an unsubscribe address: whose mail, and which kind of it. Good for ever, as the mail is, and only for
this."""

from __future__ import annotations

import uuid

from django.core import signing

from kernel.errors import NotAllowed

SALT = "notices.unsubscribe"
# Instead of the key of one kind.
EVERY_DIGEST = "*digest"


def make(person_public_id: uuid.UUID, kind: str) -> str:
    return signing.dumps([person_public_id.hex, kind], salt=SALT)


def read(token: str) -> tuple[uuid.UUID, str]:
    """Who and which kind. Raises NotAllowed for what we did not make."""
    try:
        person, kind = signing.loads(token, salt=SALT)
        return uuid.UUID(person), str(kind)
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        raise NotAllowed from None
