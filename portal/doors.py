"""Every door of the portal in one table: who may pass, and by which methods.

`tests/test_doors.py` fails for a URL pattern without a row here, for a row without a pattern, and for a door
that behaves otherwise than its row says. The table decides nothing at run time: what an actor sees behind a
door is decided by `organisations/access.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    """Who may pass a door at all."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed in"
    STAFF = "staff"
    """Whoever may enter the back office; each page there asks again."""


@dataclass(frozen=True, slots=True)
class Door:
    who: Who
    methods: frozenset[str]


READ = frozenset({"GET", "HEAD"})
SEND = frozenset({"POST"})

_reading = Door(Who.EVERYONE, READ)
_at_desk = Door(Who.SIGNED_IN, READ)

DOORS: dict[str, Door] = {
    "home": _reading,
    "boards:index": _reading,
    "boards:board": _reading,
    "boards:catalogue": _reading,
    "boards:overdue": _reading,
    "postings:posting": _reading,
    "postings:version": _reading,
    "postings:track": Door(Who.EVERYONE, READ | SEND),
    "postings:objection": Door(Who.EVERYONE, READ | SEND),
    "postings:attachment": _reading,
    "catalogues:index": _reading,
    "catalogues:catalogue": _reading,
    "catalogues:item": _reading,
    "desk:home": _at_desk,
    "desk:new": Door(Who.SIGNED_IN, READ | SEND),
    "desk:words": _at_desk,
    "desk:owed": _at_desk,
    "desk:obligation": _at_desk,
    "desk:start": Door(Who.SIGNED_IN, SEND),
    "desk:decide": Door(Who.SIGNED_IN, READ | SEND),
    "desk:requests": _at_desk,
    "desk:request": Door(Who.SIGNED_IN, READ | SEND),
    "desk:request-take-back": Door(Who.SIGNED_IN, SEND),
    "desk:errands": _at_desk,
    "desk:errand": _at_desk,
    "desk:errand-file": _at_desk,
    "desk:bulk": Door(Who.SIGNED_IN, READ | SEND),
    "desk:bulk-template": _at_desk,
    "desk:bulk-checked": _at_desk,
    "desk:bulk-confirm": Door(Who.SIGNED_IN, SEND),
    "desk:archive": Door(Who.SIGNED_IN, READ | SEND),
    "desk:volume": _at_desk,
    "desk:matters": _at_desk,
    "desk:matter-new": Door(Who.SIGNED_IN, READ | SEND),
    "desk:matter": Door(Who.SIGNED_IN, READ | SEND),
    "desk:notices": _at_desk,
    "desk:notice": Door(Who.SIGNED_IN, READ | SEND),
    "desk:version": Door(Who.SIGNED_IN, READ | SEND),
    "desk:autosave": Door(Who.SIGNED_IN, READ | SEND),
    "desk:preview": _at_desk,
    "desk:preview-phone": _at_desk,
    "desk:preview-framed": _at_desk,
    "desk:evidence": Door(Who.SIGNED_IN, READ | SEND),
    "desk:evidence-photo": _at_desk,
    "desk:upload": Door(Who.SIGNED_IN, SEND),
    "desk:file": _at_desk,
    "desk:step": Door(Who.SIGNED_IN, READ | SEND),
    "powers:index": _reading,
    "powers:power": _reading,
    "powers:matter": _reading,
    "oversight:review": Door(Who.SIGNED_IN, READ),
    "inbox": Door(Who.SIGNED_IN, READ),
    "inbox-read": Door(Who.SIGNED_IN, SEND),
    "inbox-read-all": Door(Who.SIGNED_IN, SEND),
    "inbox-wishes": Door(Who.SIGNED_IN, READ | SEND),
    "display": Door(Who.EVERYONE, SEND),
    "login": Door(Who.EVERYONE, READ | SEND),
    "logout": Door(Who.EVERYONE, SEND),
    "password_change": Door(Who.SIGNED_IN, READ | SEND),
    "password_change_done": Door(Who.SIGNED_IN, READ),
    "absence": Door(Who.SIGNED_IN, READ | SEND),
    "absence-end": Door(Who.SIGNED_IN, SEND),
    "admin-login": _reading,
    "healthz": _reading,
    "readyz": _reading,
}

ADMIN = Door(Who.STAFF, READ | SEND)
"""All of /admin/, as one class."""
