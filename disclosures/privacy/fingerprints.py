"""A value as it is remembered: by a keyed hash, from which it cannot be had back without the key."""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import salted_hmac

_SALT = "disclosures.privacy.find"


def fingerprint(kind: str, value: str, *, key: str | None = None) -> str:
    """The same value of the same kind gives the same one, as long as the key stays."""
    secret = settings.SECRET_KEY if key is None else key
    return salted_hmac(f"{_SALT}.{kind}", value, secret=secret, algorithm="sha256").hexdigest()


def fingerprints(kind: str, value: str) -> list[str]:
    """What the value is remembered by: now, and under the keys in use before."""
    return [fingerprint(kind, value, key=key) for key in (None, *settings.SECRET_KEY_FALLBACKS)]
