"""Postings in a list: plain rows with every word, date and address ready, for pages that show many.

Loops in templates then only print. A title stands in a list as far as its reader may read the content;
otherwise the row tells that the item was disclosed, when and to whom (Regulation, Art. 9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from catalogue.choices import Scope
from catalogue.deadlines import DeadlineError, parse_period
from catalogue.models import Item
from organisations.access import Actor
from organisations.keyset import Keyset, Moment, Number
from organisations.models import Organisation
from organisations.statements import Statement

from .choices import ObligationState, Outcome, PostingStatus
from .models import Posting
from .rules import readable

Row = dict[str, Any]

_SCOPES = {
    Scope.WHOLE_PARTY: gettext_lazy("for Party members"),
    Scope.UNIT: gettext_lazy("inside the unit"),
    Scope.SPECIFIC: gettext_lazy("for those concerned"),
}

NEWEST = Keyset({"published_at": Moment(), "id": Number()}, descending=True)

COLUMNS = (
    "id",
    "number",
    "status",
    "scope",
    "published_at",
    "current__title",
    "current__stated_on",
    "current__ordinal",
    "current__urgent",
    "current__approved_at",
    "item__title",
    "obligation__period_key",
    "obligation__outcome",
    "obligation__due_on",
    "obligation__fulfilled_on",
    "readable",
)
_WITH_ORGANISATION = (*COLUMNS, "organisation__name", "organisation__short_name")


def moment(at: datetime) -> str:
    """A time as official websites write it: 2026-11-21 09:30, on the portal's clock."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def period_label(key: str | None) -> str:
    """The period of an obligation in words, such as the third quarter of 2026; empty for other keys."""
    return _period_label(key, get_language()) if key else ""


@lru_cache(maxsize=500)
def _period_label(key: str, language: str | None) -> str:
    try:
        return parse_period(key).label
    except DeadlineError:
        return ""


@lru_cache(maxsize=500)
def prefix(name: str, *args: str) -> str:
    """The address of a door up to its last argument, so that a loop can add that itself."""
    return reverse(name, args=[*args, "0"]).removesuffix("0/")


def published(actor: Actor, *, with_organisation: bool = False) -> QuerySet[Posting, dict[str, Any]]:
    """Everything ever published, the newest first, with the columns `rows` needs. Narrow it and cut it before use."""
    columns = _WITH_ORGANISATION if with_organisation else COLUMNS
    may_read = Case(When(readable(actor), then=Value(True)), default=Value(False), output_field=BooleanField())
    return Posting.objects.out().newest_first().annotate(readable=may_read).values(*columns)


_FOR_VISITORS = tuple("item_id" if name == "item__title" else name for name in COLUMNS)

_NEWEST_OF_ORGANISATION = Statement(
    lambda organisation, most: (
        published(AnonymousUser()).filter(organisation=organisation).values_list(*_FOR_VISITORS)[:most]
    ),
    fixed=("most",),
)


def newest_of(
    organisation: Organisation, actor: Actor, *, most: int, titles: Mapping[int, str] = MappingProxyType({})
) -> list[dict[str, Any]]:
    """The newest postings of one organisation, for `rows`. One query, ready-made for visitors.

    `titles` are those of items the page has read already; for an item that is not among them one more query is made.
    """
    if actor.is_authenticated:
        return list(published(actor).filter(organisation=organisation)[:most])
    found = [
        dict(zip(_FOR_VISITORS, row, strict=True))
        for row in _NEWEST_OF_ORGANISATION.rows(organisation=organisation.pk, most=most)
    ]
    known = dict(titles)
    if others := {row["item_id"] for row in found} - known.keys():
        known |= dict(Item.objects.filter(pk__in=others).values_list("pk", "title"))
    return [row | {"item__title": known[row["item_id"]]} for row in found]


def rows(postings: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Rows for components/postings.html: day, moment, url, title, meta, badges, and whether it was withdrawn."""
    base = prefix("postings:posting")
    stated = _("date of the matter %(day)s")
    return [
        {
            "day": (at := moment(posting["published_at"]))[:10],
            "moment": at,
            "url": f"{base}{posting['number']}/",
            "title": posting["current__title"] if posting["readable"] else posting["item__title"],
            "meta": [
                part
                for part in (
                    posting.get("organisation__short_name") or posting.get("organisation__name"),
                    posting["item__title"] if posting["readable"] else period_label(posting["obligation__period_key"]),
                    stated % {"day": posting["current__stated_on"]} if posting["readable"] else "",
                )
                if part
            ],
            "withdrawn": posting["status"] == PostingStatus.WITHDRAWN,
            "badges": _badges(posting),
        }
        for posting in postings
    ]


def _badges(posting: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What must be said about a posting beside its title, as (tone, words); nothing for the plain case."""
    badges: list[tuple[str, Any]] = []
    if posting["status"] == PostingStatus.WITHDRAWN:
        badges.append(("neutral", PostingStatus.WITHDRAWN.label))
    elif posting["status"] == PostingStatus.ENDED:
        badges.append(("neutral", PostingStatus.ENDED.label))
    elif posting["current__ordinal"] > 1:
        badges.append(("notice", _("Corrected")))
    if posting["scope"] != Scope.SOCIETY:
        badges.append(("neutral", _SCOPES[posting["scope"]]))
    if posting["current__urgent"] and posting["current__approved_at"] is None:
        badges.append(("warning", _("Urgent, approval to follow")))
    if posting["obligation__outcome"] == Outcome.POSTED and (
        posting["obligation__fulfilled_on"] > posting["obligation__due_on"]
    ):
        badges.append((ObligationState.LATE.tone, ObligationState.LATE.label))
    return badges
