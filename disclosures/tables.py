"""The catalogue as a table with the columns of the national standard (国办发〔2019〕54号), ready to print."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from catalogue.choices import (
    Carrier,
    DayType,
    DueRule,
    ExemptionReason,
    ItemKind,
    Openness,
    Period,
    Scope,
    TimeLimitClass,
)
from catalogue.models import Item

from .listings import Row, prefix


def sections(items: Iterable[Item], *, body: str = "", base: str = "") -> list[Row]:
    """Items in tree order as sections of rows, numbered through; groups without a leaf are left out.

    `body` is the disclosing body where one organisation is meant; else each item's responsible
    department stands there. `base` is what an item's code is added to for its address.
    """
    found: list[Row] = []
    path: list[str] = []
    number = 0
    for item in items:
        path[item.level :] = [item.title]
        if not item.is_leaf_node():
            continue
        number += 1
        head = path[0] if item.level else item.title
        if not found or found[-1]["title"] != head:
            found.append({"title": head, "kind": ItemKind(item.kind).label, "rows": []})
        found[-1]["rows"].append(_row(item, number, " › ".join(path[1:-1]), body, base))
    return found


def by_catalogue(items: Iterable[Item], *, body: str) -> list[Row]:
    """The tables of all catalogues the items come from, for one organisation's board."""
    base = prefix("catalogues:catalogue")
    found: list[Row] = []
    for catalogue, entries in groupby(items, key=attrgetter("catalogue")):
        url = f"{base}{catalogue.code}/"
        rows = sections(entries, body=body, base=url)
        if rows:
            found.append({"title": catalogue.title, "url": url, "sections": rows})
    return found


def single(item: Item) -> Row:
    """The table's row of one item."""
    return _row(item, 1, "", "", "")


def _row(item: Item, number: int, group: str, body: str, base: str) -> Row:
    return {
        "number": number,
        "code": item.code,
        "title": item.title,
        "url": f"{base}{item.code}/",
        "group": group,
        "elements": item.content_elements,
        "basis": item.legal_basis,
        "limit": time_limit(item),
        "body": item.responsible_department if not body else f"{body}\n{item.responsible_department}".strip(),
        "channels": item.carriers_text or carriers(item.carriers),
        "scope": Scope(item.scope).label if item.scope else "",
        "manner": manner(item),
    }


def carriers(values: str) -> str:
    """Carriers in words, in their order: "board;website". Unknown values are passed over."""
    words = dict(Carrier.choices)
    return pgettext("joins a list", ", ").join(str(words[value]) for value in values.split(";") if value in words)


def manner(item: Item) -> str:
    """Proactive, on application or not at all, with the ground for it."""
    words = str(Openness(item.openness).label)
    if item.partial:
        words = _("%(manner)s (in part)") % {"manner": words}
    if item.exemption_reason:
        words = f"{words}\n{ExemptionReason(item.exemption_reason).label}"
    return words


def time_limit(item: Item) -> str:
    """When an item is disclosed: in the words of its source, else in ours; empty if nobody has said."""
    if item.time_limit_text or not item.time_limit_class:
        return item.time_limit_text
    words = [str(TimeLimitClass(item.time_limit_class).label)]
    if item.period:
        words.append(str(Period(item.period).label))
    words.append(_count(item))
    return pgettext("joins clauses of a time limit", ", ").join(filter(None, words))


def _count(item: Item) -> str:
    """From where the days are counted and how many."""
    if item.due_rule == DueRule.FIXED_DAY:
        return _("by day %(day)s of month %(month)s of the period") % {
            "day": item.fixed_day,
            "month": item.fixed_month,
        }
    if item.due_days is None or not item.due_rule:
        return ""
    working = item.day_type == DayType.WORKING
    sentences = {
        DueRule.AFTER_PERIOD: (
            _("within %(days)s working days after its end"),
            _("within %(days)s days after its end"),
        ),
        DueRule.AFTER_EVENT: (_("within %(days)s working days of the event"), _("within %(days)s days of the event")),
        DueRule.BEFORE_EVENT: (
            _("at least %(days)s working days before the event"),
            _("at least %(days)s days before the event"),
        ),
        DueRule.STANDING: (
            _("up within %(days)s working days, then always"),
            _("up within %(days)s days, then always"),
        ),
    }
    return sentences[DueRule(item.due_rule)][not working] % {"days": item.due_days}
