"""The catalogues that come with the portal: counts from a report, entries composed (docs/catalogue-files.md)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from organisations.choices import OrganisationKind
from organisations.models import Organisation

from ..choices import DisclosureType, Scope
from ..importing import Parsed, ParsedItem
from ..models import Catalogue
from .imports import import_catalogue

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Builtin:
    """A catalogue that comes with the portal. `kinds`: which organisations an entry of some disclosure type is for."""

    title: str
    kinds: dict[str, str]


_BASE_KINDS: dict[str, str] = {
    DisclosureType.VILLAGE: OrganisationKind.VILLAGE,
    DisclosureType.NEIGHBOURHOOD: OrganisationKind.NEIGHBOURHOOD,
    DisclosureType.ENTERPRISE: OrganisationKind.ENTERPRISE,
    DisclosureType.SERVICE_STATION: OrganisationKind.SERVICE_STATION,
}

_RESIDENTS = (DisclosureType.VILLAGE, DisclosureType.NEIGHBOURHOOD)

BUILTINS: dict[str, Builtin] = {
    "xuhui_district": Builtin("徐汇区委党务公开目录", {}),
    "qingpu_district": Builtin("青浦区委党务公开目录", {}),
    "minhang_district": Builtin("闵行区委权力公开目录", {}),
    "grassroots_7_plus_x": Builtin("基层党组织党务公开“7+X”目录", _BASE_KINDS),
}
"""By name, which is also the code. Superiors come first, for the links from below lead to them."""


def load_builtin(name: str, issuer: Organisation) -> Catalogue:
    """The newest edition of a catalogue that comes with the portal; loaded as a draft if there is none.

    Loading it twice changes nothing. Links to the superior's catalogue are made where that is loaded before.
    Raises KeyError for an unknown name.
    """
    builtin = BUILTINS[name]
    present = Catalogue.objects.filter(code=name).order_by("-edition").first()
    if present:
        return present

    def adjust(parsed: Parsed) -> None:
        items = {item.code: item for item in parsed.items}
        _apply_day_types(name, items)
        _apply_notice_periods(name, items)
        _apply_kinds(builtin.kinds, items)
        _open_to_residents(items)
        _apply_links(name, items)

    path = DATA / f"{name}.csv"
    return import_catalogue(path, code=name, title=builtin.title, issuer=issuer, adjust=adjust).catalogue


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a file that comes with the portal, by column."""
    with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _apply_day_types(name: str, items: dict[str, ParsedItem]) -> None:
    """Which entries count calendar days, for a law says so."""
    for row in rows("due_day_types"):
        if row["catalogue"] == name:
            items[row["code"]].day_type = row["day_type"]


def _apply_notice_periods(name: str, items: dict[str, ParsedItem]) -> None:
    """How long objections are taken, where a law fixes it."""
    for row in rows("notice_periods"):
        if row["catalogue"] == name:
            items[row["code"]].notice_days = int(row["notice_days"])


def _apply_kinds(kinds: dict[str, str], items: dict[str, ParsedItem]) -> None:
    """Village matters are owed by villages, and so on; Party and government matters by every kind."""
    for item in items.values():
        if not item.children and item.disclosure_type in kinds:
            item.applies_to = f";{kinds[item.disclosure_type]};"


def _open_to_residents(items: dict[str, ParsedItem]) -> None:
    """Village and neighbourhood matters are owed to the villagers and residents, who have no account here.

    The composed file says "the unit", which would hide from them what the law gives them (Organic Law of the Villagers'
    Committees, Art. 30; Shanghai's regulations on residents' committees, Art. 17). What concerns named people stays.
    """
    for item in items.values():
        if item.disclosure_type in _RESIDENTS and item.scope == Scope.UNIT:
            item.scope = Scope.SOCIETY


def _apply_links(name: str, items: dict[str, ParsedItem]) -> None:
    """Which entry of the superior's catalogue an entry carries out, and how far."""
    for row in rows("xuhui_subordinate_links"):
        if row["subordinate_catalogue"] == name:
            item = items[row["subordinate_code"]]
            item.implements = "xuhui_district", row["district_code"]
            item.implements_as = row["relation"]
