"""What an organisation's board shows: who it is, how it stands with its catalogue, and its neighbours.

Selectors ask a fixed number of questions, whatever the number of rows, and return plain rows with ready
words. Each takes its day; nothing here reads the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.choices import OrganisationStatus
from organisations.models import Organisation
from organisations.tree import ancestor_paths

from .choices import ObligationState
from .listings import Row, prefix
from .models import Obligation
from .owing import owed_entries
from .standing import NOTHING_OWED, Standings, Wording, summed

MOST_NEIGHBOURS = 60
"""So many superior and subordinate organisations are named on a board; the directory has the rest."""


def find(code: str) -> Organisation | None:
    """The organisation of a code with its superior and its board's version: all in one query.

    `profile_version` grows with each change to the organisation itself.
    """
    history = Organisation.history.filter(id=OuterRef("pk")).order_by().values("id")
    latest = Subquery(history.annotate(latest=Max("history_id")).values("latest"))
    found = Organisation.objects.select_related("parent", "board_version").annotate(profile_version=latest)
    return found.filter(code=code).first()


def standings(organisation: Organisation, *, on: date) -> Standings:
    """How every item of the organisation stands, by catalogue code and item code: the same item in any edition."""
    owed = Obligation.objects.filter(organisation=organisation)
    return summed(owed, "item__catalogue__code", "item__code", on=on)


def figures(found: Standings, overdue_url: str) -> list[Row]:
    """The board's sums, for components/figures.html. They add up: owed = the others together."""
    sums, unit = found.sums, _("items (unit)")
    done = [
        {"label": _("disclosed on time"), "value": sums[ObligationState.MET], "tone": "good"},
        {"label": _("disclosed late"), "value": sums[ObligationState.LATE]},
        {"label": _("nothing to disclose"), "value": sums[ObligationState.NIL]},
        {"label": _("waived"), "value": sums[ObligationState.WAIVED]},
    ]
    overdue = {"label": _("overdue"), "value": sums[ObligationState.OVERDUE], "url": overdue_url, "tone": "alarm"}
    if not sums[ObligationState.OVERDUE]:
        overdue |= {"url": "", "tone": ""}
    return [
        row | {"unit": unit}
        for row in [{"label": _("fell due in the last 12 months"), "value": found.owed}, *done, overdue]
        if row["value"] or row["label"] != _("waived")
    ]


_ENTRY = (
    "tree_id",
    "lft",
    "rght",
    "level",
    "code",
    "title",
    "kind",
    "time_limit_class",
    "openness",
    "exemption_reason",
    "catalogue__code",
    "catalogue__title",
)


def tree(organisation: Organisation, found: Standings, *, on: date) -> list[Row]:
    """The organisation's catalogues with each item's standing: catalogues > sections > rows. One query.

    A section is an entry of the first level; groups below it come as rows of their own.
    """
    catalogues: list[Row] = []
    wording = Wording(on)
    base = f"{reverse('boards:board', args=[organisation.code])}?item="
    catalogue_base = prefix("catalogues:catalogue")
    for entry in _with_leaves(list(owed_entries(organisation, on=on).values_list(*_ENTRY, named=True))):
        if not catalogues or catalogues[-1]["code"] != entry.catalogue__code:
            code = entry.catalogue__code
            catalogues.append({"code": code, "title": entry.catalogue__title, "url": f"{catalogue_base}{code}/"})
            catalogues[-1]["sections"] = []
        if entry.level == 0:
            section = {"title": entry.title, "kind": entry.kind, "rows": [], "items": 0, "overdue": 0}
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


def _with_leaves(entries: Sequence[Any]) -> list[Any]:
    """The entries without the groups under which nothing is left, in the same order."""
    kept: list[Any] = []
    for entry in reversed(entries):
        is_leaf = entry.rght == entry.lft + 1
        if is_leaf or (kept and kept[-1].tree_id == entry.tree_id and kept[-1].lft < entry.rght):
            kept.append(entry)
    return kept[::-1]


def neighbours(organisation: Organisation) -> tuple[list[Row], list[Row], bool]:
    """Superiors from the root down, subordinates, and whether there are more of them. One query."""
    above = ancestor_paths(organisation.path)
    below = Q(parent=organisation.pk, status=OrganisationStatus.ACTIVE)
    found = Organisation.objects.filter(Q(path__in=above) | below).order_by("path")
    base = prefix("boards:board")
    rows = [
        {"label": name, "url": f"{base}{code}/", "above": path in above}
        for code, name, path in found.values_list("code", "name", "path")[: len(above) + MOST_NEIGHBOURS + 1]
    ]
    subordinates = [row for row in rows if not row["above"]]
    return (
        [row for row in rows if row["above"]],
        subordinates[:MOST_NEIGHBOURS],
        len(subordinates) > MOST_NEIGHBOURS,
    )


def profile(organisation: Organisation) -> list[Row]:
    """Who the organisation is and how to reach it, for components/facts.html."""
    return [
        {"label": _("First responsible person"), "value": organisation.responsible_person},
        {"label": _("Address"), "value": organisation.address},
        {"label": _("Telephone"), "value": organisation.phone},
        {"label": _("Office hours"), "value": organisation.office_hours},
        {"label": _("Established on"), "value": organisation.established_on or ""},
        {"label": _("Code"), "value": organisation.code},
    ]


def successors(organisation: Organisation) -> list[Row]:
    """Who carries on for an organisation that has ended. No query for one that has not."""
    if organisation.status == OrganisationStatus.ACTIVE:
        return []
    found = organisation.successions.select_related("successor").order_by("successor__path")
    return [{"label": row.successor.name, "url": row.successor.get_absolute_url()} for row in found]
