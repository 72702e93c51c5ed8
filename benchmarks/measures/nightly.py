"""What runs by the clock: the overdue log, the generator and the reminders, on PostgreSQL. Every run is undone."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from catalogue.calendars import working_calendar
from catalogue.choices import Period
from catalogue.deadlines import next_period, period_of
from disclosures.actions.overdue import log_overdue
from disclosures.generation import generate
from disclosures.models import Obligation, Reminder
from disclosures.reminders import raise_reminders
from oversight import rollups

from .. import cost

Figures = dict[str, Any]
OBLIGATIONS, LOG, REMINDERS = "disclosures_obligation", "disclosures_overdueentry", "disclosures_reminder"
SAMPLE = 300
"""Reminders that are written row by row, to be compared with the set."""

_COLUMNS = "organisation_id, item_id, period_key, period_start, period_end, opens_on, anchor_on, due_on, outcome"


def measure() -> Figures:
    """Targets 10, 11 and 16."""
    on = timezone.localdate()
    figures: Figures = {}
    for part in (_settle, _new_day, _quiet_night, _period_begins, _reminders):
        figures |= part(on)
        cost.vacuum(OBLIGATIONS, LOG, REMINDERS)
    return figures


def _settle(on: date) -> Figures:
    """The first night of all, kept: the generator notes what was loaded, and finds nothing to make."""
    began = time.perf_counter()
    result = generate(on, timezone.now())
    return {"generator.first.rows": result.created, "generator.first.seconds": time.perf_counter() - began}


def _new_day(on: date) -> Figures:
    """The morning after the next due day: the log, and the roll-up judged anew."""
    due = Obligation.objects.open().filter(due_on__gte=on).order_by("due_on").values_list("due_on", flat=True)[0]
    day, now = due + timedelta(days=1), timezone.now()
    with cost.undone():
        first = cost.write(lambda: log_overdue(day, now, thorough=True))
        counted = cost.write(lambda: rollups.rebuild(now=now, on=day))
        again = cost.write(lambda: log_overdue(day, now, thorough=True))
    return {
        "new_day.obligations.rows": first.into(OBLIGATIONS) + counted.into(OBLIGATIONS),
        "new_day.log.rows": first.into(LOG),
        "new_day.log.seconds": first.seconds,
        "new_day.again.rows": again.total(),
        "new_day.rollup.seconds": counted.seconds,
    }


def _beginnings(after: date) -> list[date]:
    """The next first days of periods of every kind."""
    return [next_period(period_of(period, after)).starts_on for period in Period]


def _quiet_night(on: date) -> Figures:
    night = on + timedelta(days=1)
    while night in _beginnings(night - timedelta(days=1)):
        night += timedelta(days=1)
    with cost.undone():
        first = cost.write(lambda: generate(night, timezone.now()))
    return {"generator.quiet.seconds": first.seconds, "generator.quiet.obligations.rows": first.into(OBLIGATIONS)}


def _period_begins(on: date) -> Figures:
    """The first night of the next period against a bare INSERT ... SELECT of as many rows into the same table."""
    night, now = min(_beginnings(on)), timezone.now()
    with cost.undone():
        first = cost.write(lambda: generate(night, now))
        again = cost.write(lambda: generate(night, now))
    cost.vacuum(OBLIGATIONS)
    made = first.into(OBLIGATIONS)
    with cost.undone(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE bare AS SELECT {_COLUMNS} FROM {OBLIGATIONS} WHERE period_key = %s"
            " ORDER BY organisation_id, item_id LIMIT %s",
            [period_of(Period.MONTHLY, night).key, made],
        )
        cursor.execute("ANALYZE bare")
        bare = cost.write(lambda: cursor.execute(_BARE))
    rows = bare.into(OBLIGATIONS)
    return {
        "generator.rows": made,
        "generator.seconds": first.seconds,
        "generator.us_per_row": 1e6 * first.processor / made if made else None,
        "generator.bare.rows": rows,
        "generator.bare.us_per_row": 1e6 * bare.processor / rows if rows else None,
        "generator.again.rows": again.into(OBLIGATIONS),
    }


_BARE = f"""INSERT INTO {OBLIGATIONS} ({_COLUMNS}, created_at)
    SELECT organisation_id, item_id, period_key || '-bare', period_start, period_end, opens_on, anchor_on, due_on,
        '', now() FROM bare ORDER BY organisation_id, item_id"""


def _reminders(on: date) -> Figures:
    """The next working day's reminders in sets, and a sample of them row by row."""
    day = working_calendar().next_working(on)
    with cost.undone():
        first = cost.write(lambda: raise_reminders(day))
        again = cost.write(lambda: raise_reminders(day))
        made = first.into(REMINDERS)
        stride = max(1, made // SAMPLE)
        raised = Reminder.objects.order_by("id").values_list("obligation", "rung", "recipient")
        sample = [each for number, each in enumerate(raised.iterator()) if number % stride == 0][:SAMPLE]
    with cost.undone():
        row_by_row = cost.write(lambda: [_remind(*each, day) for each in sample])
    return {
        "reminders.rows": made,
        "reminders.seconds": first.seconds,
        "reminders.us_per_row": 1e6 * first.processor / made if made else None,
        "reminders.row_by_row.us_per_row": 1e6 * row_by_row.processor / len(sample) if sample else None,
        "reminders.again.rows": again.total(),
    }


def _remind(obligation: int, rung: int, recipient: int, on: date) -> None:
    """As one would write it without thinking of sets; kinder than life, for it need not find out whom to remind."""
    with transaction.atomic():
        Reminder.objects.get_or_create(
            obligation_id=obligation, rung_id=rung, recipient_id=recipient, defaults={"raised_on": on}
        )
