"""How messages are sent: what an operator may set as `NOTICES` in the settings, and what holds otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Policy:
    """Every value of `NOTICES`, by name."""

    office_opens: time = time(9, 0)
    office_closes: time = time(17, 30)
    lease: timedelta = timedelta(minutes=5)
    """How long a sweeper may keep a letter; one that died is relieved of it afterwards."""
    batch: int = 50
    """Letters claimed at a time."""
    webhook_url: str = ""
    """Gateway to WeCom or SMS; empty: there is none."""
    webhook_token: str = ""
    """Sent to the gateway as a bearer token."""
    oldest_waiting: timedelta = timedelta(minutes=15)
    """A message that waits longer than this turns the health page red."""
    dead_letters: int = 20
    """More undeliverable messages than this turn the health page red."""


def policy() -> Policy:
    """The values in use. Raises TypeError for a name that is none of them."""
    return Policy(**getattr(settings, "NOTICES", {}))
