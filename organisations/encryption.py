"""Personal data, encrypted field by field, so that a copy of the database tells nothing about anybody.

The keys are settings of their own, apart from SECRET_KEY: the newest writes, all of them read. `rotate_keys` writes
everything anew under the newest, after which older keys can go (docs/operations.md).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models


class Undecipherable(Exception):
    """None of the keys in FIELD_KEYS opens this value."""


@lru_cache(maxsize=4)
def _keyring(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("Set FIELD_KEYS: personal data is stored encrypted only (docs/operations.md).")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise ImproperlyConfigured(
            "A key in FIELD_KEYS is damaged: each is 44 characters, as rotate_keys --new prints."
        ) from None


def is_available() -> bool:
    """Whether there is a key to write with. Without one nothing personal is taken in."""
    return bool(settings.FIELD_KEYS)


def encrypt(text: str) -> str:
    """The text under the newest key; another ciphertext each time. Nothing stays nothing."""
    return _keyring(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode("ascii") if text else ""


def decrypt(stored: str) -> str:
    """The text of a stored value. Raises Undecipherable."""
    if not stored:
        return ""
    try:
        return _keyring(tuple(settings.FIELD_KEYS)).decrypt(stored.encode("ascii")).decode()
    except (InvalidToken, UnicodeError):
        raise Undecipherable(
            "No key in FIELD_KEYS opens this value. Put the older key back behind the newest."
        ) from None


def is_newest(stored: str) -> bool:
    """Whether the value was written under the newest key."""
    if not stored:
        return True
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(stored.encode("ascii"))
    except InvalidToken:
        return False
    return True


class EncryptedTextField(models.TextField):
    """Text that the database holds encrypted. It cannot be searched, sorted or compared there."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return prepared if prepared is None else encrypt(str(prepared))

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        return value if value is None else decrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: it cannot be looked up by {lookup_name}.")
        return super().get_lookup(lookup_name)
