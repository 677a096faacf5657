"""Fields whose words the database does not know: journals, notes, telephone numbers, access needs.

Sealed with Fernet (AES-128-CBC and HMAC-SHA-256) by the first of `SEALING_KEYS`; opened by any of them, so that keys
rotate: put a new one in front, run `manage.py reseal`, then take the old one away.
"""

from __future__ import annotations

from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import FieldError
from django.utils.functional import cached_property
from encrypted_fields.fields import EncryptedTextField


class CannotOpen(Exception):
    """None of SEALING_KEYS opens this. Says which field, never what is in it."""


class SealedTextField(EncryptedTextField):
    """Text of any length. It cannot be looked for in the database: search it in Python, among its owner's rows."""

    @cached_property
    def keys(self) -> list[bytes]:
        return [key.encode() for key in settings.SEALING_KEYS]

    def get_prep_value(self, value: Any) -> str | None:
        # The library turns an empty text into NULL; empty is not unknown.
        return "" if value == "" else super().get_prep_value(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value:
            return value
        try:
            return self.f.decrypt(value.encode()).decode()
        except InvalidToken:
            raise CannotOpen(f"{self.model.__name__}.{self.name}: none of SEALING_KEYS opens it") from None

    def to_python(self, value: Any) -> Any:
        # Never opened here: what comes from a form is not sealed, whatever it looks like.
        return value if value is None else str(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed: the database cannot compare it.")
        return super().get_lookup(lookup_name)
