"""Why an obligation is due on its day, in words, extensions and recounts included."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from catalogue.deadlines import DeadlineError, TimeLimit, WorkingCalendar, due_date, explain, parse_period

from .choices import DueChangeCause
from .models import DueChange, Obligation


def why(obligation: Obligation, changes: Iterable[DueChange], calendar: WorkingCalendar) -> list[str]:
    """Sentences that lead to `due_on`: the rule as it counts today, then each change that moved the day.

    `changes` are the obligation's own, oldest first. Where the rule cannot be counted any more (the item
    has lost its time limit), only the changes are told.
    """
    sentences = []
    try:
        span = parse_period(obligation.period_key) if obligation.period_start else None
        counted = due_date(TimeLimit.of(obligation.item), anchor=obligation.anchor_on, span=span, calendar=calendar)
    except DeadlineError:
        pass
    else:
        sentences.append(explain(counted))
    for change in changes:
        words = (
            _("Extended from %(old)s to %(new)s by decision of a superior organisation.")
            if change.cause == DueChangeCause.EXTENSION
            else _("Recounted from %(old)s to %(new)s after a change of the working-day calendar.")
        )
        sentences.append(words % {"old": change.old_due_on, "new": change.new_due_on})
    return sentences
