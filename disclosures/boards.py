"""What an organisation's board shows: who it is, how it stands with its catalogue, and its neighbours.

Selectors ask a fixed number of questions, whatever the number of rows, and return plain rows with ready
words. Each takes its day; nothing here reads the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from catalogue.models import Item
from organisations.choices import OrganisationStatus
from organisations.models import Organisation
from organisations.statements import Statement
from organisations.tree import ancestor_paths

from .choices import ObligationState
from .listings import Row, prefix
from .models import Obligation
from .owing import entries_owed_by
from .standing import NOTHING_OWED, Standings, Wording, collected, grouped

MOST_NEIGHBOURS = 60
"""So many superior and subordinate organisations are named on a board; the directory has the rest."""


_SHOWN = {
    "id",
    "code",
    "name",
    "kind",
    "path",
    "status",
    "ended_on",
    "established_on",
    "responsible_person",
    "profile",
    "address",
    "phone",
    "office_hours",
    "is_sample",
}
_PROFILE = tuple(field.attname for field in Organisation._meta.concrete_fields if field.attname in _SHOWN)
"""In the order of the model, as `from_db` wants them."""


@dataclass(frozen=True, slots=True)
class Head:
    """An organisation as it was read, and what its board's pages depend on."""

    profile: tuple[Any, ...]
    board_version: int
    """Grows with each change to postings and obligations."""
    profile_version: int
    """Grows with each change to the organisation itself."""

    @property
    def organisation(self) -> Organisation:
        """The model object, without what a board does not show."""
        return Organisation.from_db(None, _PROFILE, self.profile)

    @property
    def pk(self) -> int:
        return int(self.profile[0])


def _head(code: str) -> QuerySet[Organisation, Any]:
    history = Organisation.history.model.objects.filter(id=OuterRef("pk")).order_by().values("id")
    latest = Subquery(history.annotate(latest=Max("history_id")).values("latest"))
    found = Organisation.objects.filter(code=code).annotate(profile_version=latest)
    return found.values_list(*_PROFILE, "board_version__version", "profile_version")


_HEAD = Statement(_head)


def find(code: str) -> Head | None:
    """The organisation of a code with the version of its board. One query."""
    for *profile, board_version, profile_version in _HEAD.rows(code=code):
        return Head(tuple(profile), board_version or 0, profile_version or 0)
    return None


class Entry(NamedTuple):
    """What the board shows of a catalogue entry."""

    pk: int
    tree_id: int
    lft: int
    rght: int
    level: int
    code: str
    title: str
    kind: str
    time_limit_class: str
    openness: str
    exemption_reason: str
    catalogue__code: str
    catalogue__title: str


_ENTRIES = Statement(
    lambda organisation, above, kind, on: entries_owed_by(organisation, above, kind, on=on).values_list(*Entry._fields),
    fixed=("kind", "on"),
)


def entries(organisation: Organisation, *, on: date) -> list[Entry]:
    """The catalogue entries that concern the organisation, groups included, in the order of the tree. One query."""
    above = tuple(ancestor_paths(organisation.path))
    rows = _ENTRIES.rows(organisation=organisation.pk, above=above, kind=organisation.kind, on=on)
    return [Entry(*row) for row in rows]


_STANDINGS = Statement(
    lambda organisation, on: grouped(Obligation.objects.filter(organisation=organisation), "item_id", on=on),
    fixed=("on",),
)


def standings(organisation: Organisation, entries: Sequence[Entry], *, on: date) -> Standings:
    """How every item of the organisation stands, by catalogue code and item code: the same item in any edition.

    One query, and one more where something was owed under an edition that is none of the `entries`.
    """
    groups = _STANDINGS.rows(organisation=organisation.pk, on=on)
    codes = {entry.pk: (entry.catalogue__code, entry.code) for entry in entries}
    if other := {item for item, *_rest in groups} - codes.keys():
        found = Item.objects.filter(pk__in=other).values_list("pk", "catalogue__code", "code")
        codes |= {item: (catalogue, code) for item, catalogue, code in found}
    return collected((*codes[item], *rest) for item, *rest in groups)


def figures(found: Standings, overdue_url: str) -> list[Row]:
    """The board's sums, for components/figures.html. They add up: owed = the others together."""
    sums, unit = found.sums, _("items (unit)")
    done = [
        {"label": _("disclosed on time"), "value": sums[ObligationState.MET], "tone": "good"},
        {"label": _("disclosed late"), "value": sums[ObligationState.LATE]},
        {"label": _("nothing to disclose"), "value": sums[ObligationState.NIL]},
        {"label": _("waived"), "value": sums[ObligationState.WAIVED]},
    ]
    overdue = {
        "label": _("overdue, not disclosed"),
        "value": sums[ObligationState.OVERDUE],
        "url": overdue_url,
        "tone": "alarm",
    }
    if not sums[ObligationState.OVERDUE]:
        overdue |= {"url": "", "tone": ""}
    return [
        row | {"unit": unit}
        for row in [{"label": _("fell due in the last 12 months"), "value": found.owed}, *done, overdue]
        if row["value"] or row["label"] != _("waived")
    ]


def tree(organisation: Organisation, entries: Sequence[Entry], found: Standings, *, on: date) -> list[Row]:
    """The organisation's catalogues with each item's standing: catalogues > sections > rows.

    A section is an entry of the first level; groups below it come as rows of their own.
    """
    catalogues: list[Row] = []
    wording = Wording(on)
    base = f"{prefix('boards:board')}{organisation.code}/?item="
    catalogue_base = prefix("catalogues:catalogue")
    for entry in _with_leaves(entries):
        if not catalogues or catalogues[-1]["code"] != entry.catalogue__code:
            code = entry.catalogue__code
            catalogues.append({"code": code, "title": entry.catalogue__title, "url": f"{catalogue_base}{code}/"})
            catalogues[-1]["sections"] = []
        if entry.level == 0:
            section: Row = {"title": entry.title, "kind": entry.kind, "rows": [], "items": 0, "overdue": 0}
            catalogues[-1]["sections"].append(section)
        if entry.rght > entry.lft + 1:
            section["rows"] += [{"group": True, "title": entry.title}] if entry.level else []
            continue
        standing = found.by.get((entry.catalogue__code, entry.code), NOTHING_OWED)
        row = {"title": entry.title, "url": base + entry.code, **wording.standing(standing, entry)}
        section["rows"].append(row)
        section["items"] += 1
        section["overdue"] += standing.overdue
    return catalogues


def _with_leaves(entries: Sequence[Entry]) -> list[Entry]:
    """The entries without the groups under which nothing is left, in the same order."""
    kept: list[Entry] = []
    for entry in reversed(entries):
        is_leaf = entry.rght == entry.lft + 1
        if is_leaf or (kept and kept[-1].tree_id == entry.tree_id and kept[-1].lft < entry.rght):
            kept.append(entry)
    return kept[::-1]


_NEIGHBOURS = Statement(
    lambda organisation, above, most: (
        Organisation.objects.filter(Q(path__in=above) | Q(parent=organisation, status=OrganisationStatus.ACTIVE))
        .order_by("path")
        .values_list("code", "name", "short_name", "path")[:most]
    ),
    fixed=("most",),
)


def neighbours(organisation: Organisation) -> tuple[list[Row], list[Row], bool]:
    """Superiors from the root down, subordinates, and whether there are more of them. One query."""
    above = tuple(ancestor_paths(organisation.path))
    found = _NEIGHBOURS.rows(organisation=organisation.pk, above=above, most=len(above) + MOST_NEIGHBOURS + 1)
    base = prefix("boards:board")
    superiors: list[Row] = []
    subordinates: list[Row] = []
    for code, name, short_name, path in found:
        rows = superiors if path in above else subordinates
        rows.append({"label": short_name or name, "url": f"{base}{code}/"})
    return superiors, subordinates[:MOST_NEIGHBOURS], len(subordinates) > MOST_NEIGHBOURS


def profile(organisation: Organisation) -> list[Row]:
    """Who the organisation is and how to reach it, for components/facts.html."""
    return [
        {"label": _("First responsible person"), "value": organisation.responsible_person},
        {"label": _("Address"), "value": organisation.address},
        {"label": _("Telephone"), "value": organisation.phone},
        {"label": _("Office hours"), "value": organisation.office_hours},
        {"label": _("Established on"), "value": str(organisation.established_on or "")},
        {"label": _("Code"), "value": organisation.code},
    ]


def successors(organisation: Organisation) -> list[Row]:
    """Who carries on for an organisation that has ended. No query for one that has not."""
    if organisation.status == OrganisationStatus.ACTIVE:
        return []
    found = organisation.successions.select_related("successor").order_by("successor__path")
    return [{"label": row.successor.name, "url": row.successor.get_absolute_url()} for row in found]
