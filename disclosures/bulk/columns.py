"""The columns of the bulk workbook, and the words that may stand in them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from catalogue.choices import Carrier, Scope

from ..choices import BulkDecision
from ..models import Obligation


@dataclass(frozen=True, slots=True)
class Column:
    """One column. What is not to be changed is locked; `width` is in characters of a Latin letter's width."""

    name: str
    header: Any
    width: int
    locked: bool = False
    explains: Any = ""


COLUMNS = [
    Column("key", gettext_lazy("Row key (leave as it is)"), 22, locked=True),
    Column("organisation", gettext_lazy("Organisation"), 26, locked=True),
    Column("item", gettext_lazy("Catalogue item"), 34, locked=True),
    Column("period", gettext_lazy("Period"), 18, locked=True),
    Column("due_on", gettext_lazy("Due by"), 13, locked=True),
    Column("standing", gettext_lazy("Stands now"), 24, locked=True),
    Column(
        "decision",
        gettext_lazy("What to do"),
        14,
        explains=gettext_lazy(
            "Choose one from the list. Disclose: a draft is made and put forward for review and approval; nothing is "
            "published before it has passed them. Nothing this period: a nil return with your reason. Save as draft: "
            "you go on with it in the system. Left empty: nothing is done about the row."
        ),
    ),
    Column("title", gettext_lazy("Title"), 40, explains=gettext_lazy("Filled in already; change it if need be.")),
    Column(
        "stated_on",
        gettext_lazy("Date of the matter"),
        14,
        explains=gettext_lazy("When it happened or was decided, such as 2026-09-30."),
    ),
    Column(
        "scope",
        gettext_lazy("Scope"),
        14,
        explains=gettext_lazy("Who may read it. What is for specific persons is put forward in the system, not here."),
    ),
    Column(
        "carriers",
        gettext_lazy("Carriers"),
        24,
        explains=gettext_lazy("One or several, separated by commas: those of the list may be joined as needed."),
    ),
    Column(
        "body",
        gettext_lazy("Content"),
        80,
        explains=gettext_lazy(
            "Each line becomes a paragraph; headings stand in 【】 on a line of their own. "
            "Where there is a draft already, an empty cell keeps its text."
        ),
    ),
    Column(
        "reason",
        gettext_lazy("Why there is nothing this period"),
        36,
        explains=gettext_lazy("Needed for a nil return only; it is kept with the decision."),
    ),
]

PROBLEM = Column("problem", gettext_lazy("What is wrong"), 60, locked=True)

BY_NAME = {column.name: column for column in [*COLUMNS, PROBLEM]}

COMMON_CARRIERS = [
    [Carrier.BOARD],
    [Carrier.WEBSITE],
    [Carrier.BOARD, Carrier.WEBSITE],
    [Carrier.MEETING],
    [Carrier.MEETING, Carrier.BOARD],
    [Carrier.DOCUMENT],
    [Carrier.BULLETIN],
]
"""Offered in the list; any others may be typed."""

_SPLIT = re.compile(r"[,，、;；\s]+")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?")
_KEY = re.compile(r"(\d{1,18})\.(\d{1,9})\.([0-9a-f]{6})")


def key_of(obligation: Obligation, revision: int) -> str:
    """The row's stable key: the obligation, the revision of the draft seen (0: none), and a check of both."""
    return f"{obligation.pk}.{revision}.{_check(obligation, revision)}"


def _check(obligation: Obligation, revision: int) -> str:
    parts = [obligation.pk, revision, obligation.organisation.code, obligation.item.code, obligation.period_key]
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:6]


def read_key(text: str) -> tuple[int, int, str] | None:
    """Obligation, revision and check; None if that is no key."""
    found = _KEY.fullmatch(text.strip())
    return (int(found[1]), int(found[2]), found[3]) if found else None


def fits(key: tuple[int, int, str], obligation: Obligation) -> bool:
    """Whether the key was made for the obligation, by this portal."""
    return key[2] == _check(obligation, key[1])


def read_day(text: str) -> date | None:
    """A day as people write it; None for anything else."""
    found = _DAY.fullmatch(text.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def read_decision(text: str) -> BulkDecision | None:
    return next((each for each in BulkDecision if text.strip() in {each.label, each.value}), None)


def read_scope(text: str) -> Scope | None:
    return next((each for each in Scope if text.strip() in {each.label, each.value}), None)


def read_carriers(text: str) -> str | None:
    """The values in their order, joined by semicolons; None if a word is no carrier."""
    words = [word for word in _SPLIT.split(text.strip()) if word]
    found = {each.value for each in Carrier for word in words if word in {each.label, each.value}}
    known = all(any(word in {each.label, each.value} for each in Carrier) for word in words)
    return ";".join(value for value in Carrier.values if value in found) if known else None
