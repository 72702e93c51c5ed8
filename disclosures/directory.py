"""The directory of organisations: level by level with counts, or by search."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from organisations.choices import OrganisationKind, OrganisationStatus
from organisations.keyset import Code, Keyset
from organisations.models import Organisation
from organisations.querysets import within
from organisations.tree import SEGMENT

from .listings import Row, prefix

BY_TREE = Keyset({"path": Code()})
_COUNTED_FOR_SECONDS = 600

COLUMNS = ("path", "code", "name", "kind", "status", "parent__name")


def below(above: Organisation | None) -> QuerySet[Organisation, dict[str, str]]:
    """The organisations directly under one, or the two topmost levels: those that exist."""
    level = Q(parent=above) if above else Q(parent=None) | Q(parent__parent=None)
    return Organisation.objects.active().filter(level).values(*COLUMNS)


def everywhere() -> QuerySet[Organisation]:
    """All organisations, ended ones too: what they disclosed stays."""
    return Organisation.objects.all()


def counts(above: Organisation | None) -> dict[str, int]:
    """How many organisations exist in each branch shown by `below`, by its path; a few minutes old at most."""
    path = above.path if above else ""
    key = f"directory:{path}"
    found: dict[str, int] | None = cache.get(key)
    if found is None:
        branches = Organisation.objects.active().filter(within(path)) if path else Organisation.objects.active()
        branch = Substr("path", 1, len(path) + SEGMENT * (1 if path else 2))
        found = dict(branches.annotate(branch=branch).values_list("branch").annotate(n=Count("pk")).order_by())
        if not path:
            found = _with_roots(found)
        cache.set(key, found, _COUNTED_FOR_SECONDS)
    return found


def _with_roots(second_level: dict[str, int]) -> dict[str, int]:
    """The counts of the second level, and their sums for the first."""
    found = dict(second_level)
    for branch, number in second_level.items():
        root = branch[:SEGMENT]
        found[root] = found.get(root, 0) + (number if branch != root else 0)
    return found


def rows(organisations: Iterable[dict[str, str]], counted: dict[str, int], *, with_superior: bool) -> list[Row]:
    """Rows of the directory: name, url, kind, superior, and how many stand under it (0 where not counted)."""
    base, directory = prefix("boards:board"), prefix("boards:board").removesuffix("/") + "/?under="
    kinds = dict(OrganisationKind.choices)
    return [
        {
            "name": organisation["name"],
            "code": organisation["code"],
            "url": f"{base}{organisation['code']}/",
            "kind": kinds.get(organisation["kind"], ""),
            "superior": organisation["parent__name"] if with_superior else "",
            "ended": organisation["status"] != OrganisationStatus.ACTIVE,
            "inner": not with_superior and len(organisation["path"]) == 2 * SEGMENT,
            "below": (number := max(counted.get(organisation["path"], 1) - 1, 0)),
            "below_url": f"{directory}{organisation['code']}" if number else "",
        }
        for organisation in organisations
    ]


def ancestors(organisation: Organisation | None) -> list[Row]:
    """Breadcrumbs of the directory: the superiors and the organisation itself."""
    if organisation is None:
        return []
    chain = [*Organisation.objects.ancestors(organisation), organisation]
    directory = prefix("boards:board") + "?under="
    return [{"label": above.short_name or above.name, "url": f"{directory}{above.code}"} for above in chain]
