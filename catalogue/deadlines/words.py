"""Why a due date is that day, in words: the rule, where it is counted from, what was passed over, the result."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ..choices import DueRule, Period
from .limits import DueDate
from .working_days import WEEKEND

_NAMED_MAKE_UP_DAYS = 4
"""So many make-up days are told one by one; more are told by their number."""

_JOINED_NAMES = "、"
"""Joins the names of two holidays in one, as 国庆节、中秋节 in 2025."""

_SAME_DAY = {
    DueRule.AFTER_PERIOD: gettext_lazy("Due on the last day of %(period)s (%(start)s)"),
    DueRule.AFTER_EVENT: gettext_lazy("Due on the day of the event (%(start)s)"),
    DueRule.BEFORE_EVENT: gettext_lazy("Due no later than the day of the event (%(start)s)"),
    DueRule.STANDING: gettext_lazy("Always up; due on the day the duty begins (%(start)s)"),
}
_WORKING_DAYS = {
    DueRule.AFTER_PERIOD: gettext_lazy("Due within %(days)s working days after the end of %(period)s (%(start)s)"),
    DueRule.AFTER_EVENT: gettext_lazy("Due within %(days)s working days of the event (%(start)s, itself not counted)"),
    DueRule.BEFORE_EVENT: gettext_lazy("Due at least %(days)s working days before the event (%(start)s)"),
    DueRule.STANDING: gettext_lazy(
        "Always up; due within %(days)s working days of the day the duty begins (%(start)s, itself not counted)"
    ),
}
_CALENDAR_DAYS = {
    DueRule.AFTER_PERIOD: gettext_lazy("Due within %(days)s days after the end of %(period)s (%(start)s)"),
    DueRule.AFTER_EVENT: gettext_lazy("Due within %(days)s days of the event (%(start)s, itself not counted)"),
    DueRule.BEFORE_EVENT: gettext_lazy("Due at least %(days)s days before the event (%(start)s)"),
    DueRule.STANDING: gettext_lazy(
        "Always up; due within %(days)s days of the day the duty begins (%(start)s, itself not counted)"
    ),
}


def explain(due: DueDate) -> str:
    """The reason for a due date, in the language in use: one sentence, and one more for each uncertain year."""
    clauses = [
        _rule(due),
        *_short_month(due),
        *_passed_over(due),
        *_counted_though_weekend(due),
        *_moved(due),
    ]
    clauses.append(_("the last day is %(day)s") % {"day": _day(due.on, near=due.counted_from)})
    sentences = [pgettext("joins clauses", ", ").join(clauses), *map(str, due.warnings)]
    return "".join(sentence + pgettext("ends a sentence", ". ") for sentence in sentences).strip()


def _rule(due: DueDate) -> str:
    """The time limit and the day it is counted from."""
    limit, span = due.limit, due.span
    values = {
        "period": span.label if span else "",
        "start": _day(due.counted_from, near=span.starts_on if span else None),
        "days": limit.days,
        "month": limit.fixed_month,
        "day": limit.fixed_day,
        "fixed": _day(due.nominal, near=due.counted_from),
    }
    if limit.rule == DueRule.FIXED_DAY:
        if span and span.kind in {Period.QUARTERLY, Period.HALF_YEARLY}:
            return _("Due by day %(day)s of month %(month)s of %(period)s (%(fixed)s)") % values
        return _("Due by the fixed day of %(period)s (%(fixed)s)") % values
    if limit.days == 0:
        return str(_SAME_DAY[limit.rule]) % values
    return str((_WORKING_DAYS if limit.counts_working_days else _CALENDAR_DAYS)[limit.rule]) % values


def _short_month(due: DueDate) -> Iterable[str]:
    """That the month has no such day and its last stands for it."""
    if due.limit.rule == DueRule.FIXED_DAY and due.nominal.day != due.limit.fixed_day:
        yield _("the month has no day %(day)s and its last day stands for it") % {"day": due.limit.fixed_day}


def _passed_over(due: DueDate) -> Iterable[str]:
    """Which days off a count of working days left out."""
    if not due.limit.counts_working_days or not due.limit.days:
        return
    holidays = [reason for _skipped, reason in due.skipped if reason != WEEKEND]
    names = list(dict.fromkeys(name for holiday in holidays for name in holiday.split(_JOINED_NAMES)))
    weekends = any(reason == WEEKEND for _skipped, reason in due.skipped)
    if names:
        text = (
            _("skipping the days off for %(names)s and weekends")
            if weekends
            else _("skipping the days off for %(names)s")
        )
        yield text % {"names": pgettext("joins names", ", ").join(names)}
    elif weekends:
        yield _("skipping weekends")


def _counted_though_weekend(due: DueDate) -> Iterable[str]:
    """Which weekend days counted because they were worked."""
    if not due.made_up:
        return
    if len(due.made_up) > _NAMED_MAKE_UP_DAYS:
        yield _("counting %(number)s make-up working days") % {"number": len(due.made_up)}
        return
    days = pgettext("joins names", ", ").join(_day(day, near=due.counted_from) for day, _name in due.made_up)
    yield _("counting %(days)s as worked to make up") % {"days": days}


def _moved(due: DueDate) -> Iterable[str]:
    """That the count ended on a day that is not worked, and where it moved from there."""
    if due.on == due.nominal:
        return
    values = {
        "day": _day(due.nominal, near=due.counted_from),
        "reason": dict(due.skipped)[due.nominal],
    }
    if values["reason"] == WEEKEND:
        text = _("moved to the next working day as %(day)s is on a weekend")
        back = _("moved to the working day before as %(day)s is on a weekend")
    else:
        text = _("moved to the next working day as %(day)s is a day off for %(reason)s")
        back = _("moved to the working day before as %(day)s is a day off for %(reason)s")
    yield (back if due.on < due.nominal else text) % values


def _day(day: date, *, near: date | None) -> str:
    """The day in words, without its year where the reader knows that from a day told before."""
    if near is not None and near.year == day.year:
        return dateformat.format(day, pgettext("date format of a day in a year just named", "j F"))
    return dateformat.format(day, pgettext("date format of a day", "j F Y"))
