"""What a draft lacks before it can be owed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..choices import DueRule, Openness, Period
from ..deadlines import DeadlineError, TimeLimit
from ..models import Catalogue, Item


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps a draft from being put in force."""

    code: str
    title: str
    message: str

    def __str__(self) -> str:
        return f"{self.code} {self.title}: {self.message}" if self.code else self.message


def missing_in(catalogue: Catalogue) -> list[Missing]:
    """What its leaves lack: a scope, and for what is disclosed proactively a time limit that can be worked out."""
    items = list(Item.objects.filter(catalogue=catalogue).leaves().order_by("tree_id", "lft"))
    if not items:
        return [Missing("", "", _("The draft holds no entry. Add entries, or import a file."))]
    return [Missing(item.code, item.title, message) for item in items for message in _lacks(item)]


def _lacks(item: Item) -> list[str]:
    lacks = []
    if not item.scope:
        lacks.append(_("the scope is missing"))
    if item.openness != Openness.PROACTIVE:
        return lacks
    if not item.time_limit_class:
        lacks.append(_("the time limit is missing"))
        return lacks
    try:
        limit = TimeLimit.of(item)
    except DeadlineError as error:
        return [*lacks, str(error)]
    if limit.rule in {DueRule.AFTER_PERIOD, DueRule.FIXED_DAY} and not item.period:
        lacks.append(_("the period is missing"))
    elif limit.rule == DueRule.FIXED_DAY and (limit.fixed_month or 0) > Period(item.period).months:
        lacks.append(_("the fixed month lies outside of the period"))
    return lacks
