"""Reminders: the ladder is climbed in sets, and what was raised goes out as one digest a person and day.

Twice, late, or in two workers, nothing is raised or sent twice: unique keys in the database settle it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Subquery

from catalogue.calendars import working_calendar
from catalogue.choices import DayType
from catalogue.deadlines import WorkingCalendar, reminder_threshold
from notices import outbox
from notices.choices import Channel
from notices.hours import next_opening
from notices.models import Notice
from organisations.choices import OrganisationStatus, Role

from .choices import Audience
from .models import Reminder, ReminderRung

DIGEST = "reminder-digest"
"""The kind of notice that carries reminders; its key is this with the day."""

_RECIPIENTS_AT_A_TIME = 500

_MANY = 1000
"""After so many rows at once, PostgreSQL is told: it would plan the digests for the table it knew before."""


@dataclass(frozen=True, slots=True)
class Window:
    """The due days that a rung reminds of on a day: later than `after` (None: however long ago), up to `until`."""

    rung: ReminderRung
    after: date | None
    until: date


def raise_reminders(on: date, *, progress: Callable[[str, int], None] | None = None) -> int:
    """Raises every reminder that is due on the day and was not raised yet; gives how many rows that wrote.

    On working days only. One statement a rung, whatever the number of organisations. `progress` is told
    each rung's code and rows.
    """
    calendar = working_calendar()
    if not calendar.is_working(on):
        return 0
    raised = 0
    for window in windows(on, calendar):
        rows = _raise(window, on)
        if progress:
            progress(window.rung.code, rows)
        raised += rows
    _note_growth(raised)
    return raised


def windows(on: date, calendar: WorkingCalendar) -> list[Window]:
    """Which due days each rung in use reminds of on a working day.

    A rung holds until the next one of its audience takes over, so that a T-7 that was missed is not made up
    beside the T-3; the last one holds for ever, so that no number of days without a worker loses anything.
    A rung before the due day that falls on days off is climbed on the last working day before them: a
    warning may come early, not late.
    """
    before_due = calendar.next_working(on + timedelta(days=1)) - timedelta(days=1)

    def latest(rung: ReminderRung) -> date:
        day = before_due if rung.offset < 0 else on
        return reminder_threshold(day, rung.offset, DayType(rung.day_type), calendar)

    found = []
    for audience in Audience:
        rungs = ReminderRung.objects.filter(active=True, audience=audience)
        climbed = sorted(((latest(rung), rung) for rung in rungs), key=lambda pair: (pair[0], -pair[1].offset))
        for (after, _higher), (until, rung) in zip([(None, None), *climbed], climbed, strict=False):
            found.append(Window(rung, after, until))
    return sorted(found, key=lambda window: window.until, reverse=True)


def _raise(window: Window, on: date) -> int:
    """One INSERT ... SELECT: open obligations in the window x the people their rung reaches, less what there is."""
    audience = Audience(window.rung.audience)
    after = "" if window.after is None else "AND obligation.due_on > %(after)s"
    sql = f"""
        INSERT INTO disclosures_reminder (obligation_id, rung_id, recipient_id, raised_on)
        WITH due AS (
            SELECT obligation.id, obligation.organisation_id, organisation.path
            FROM disclosures_obligation AS obligation
            JOIN organisations_organisation AS organisation ON organisation.id = obligation.organisation_id
            WHERE obligation.fulfilled_on IS NULL AND obligation.due_on <= %(until)s {after}
              AND organisation.status = '{OrganisationStatus.ACTIVE.value}'
        ), in_office AS (
            SELECT DISTINCT seat.id AS organisation_id, seat.path, post.user_id
            FROM organisations_appointment AS post
            JOIN organisations_organisation AS seat ON seat.id = post.organisation_id
            JOIN organisations_user AS holder ON holder.id = post.user_id
            WHERE post.role IN ({_ROLES[audience]}) AND holder.is_active
              AND post.starts_on <= %(on)s AND (post.ends_on IS NULL OR post.ends_on >= %(on)s)
        ), {_READERS[audience]}
        SELECT due.id, %(rung)s, reader.user_id, {_DAY[connection.vendor]}
        FROM due JOIN reader ON reader.organisation_id = due.organisation_id
        WHERE NOT EXISTS (
            SELECT 1 FROM disclosures_reminder AS raised
            WHERE raised.obligation_id = due.id AND raised.rung_id = %(rung)s AND raised.recipient_id = reader.user_id
        )
        ON CONFLICT (obligation_id, rung_id, recipient_id) DO NOTHING
    """  # noqa: S608 - put together from the constants below
    adapt = connection.ops.adapt_datefield_value
    values: dict[str, Any] = {"until": adapt(window.until), "on": adapt(on), "rung": window.rung.pk}
    if window.after is not None:
        values["after"] = adapt(window.after)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL jit = off")  # compiling takes longer than the statement
            cursor.execute(_JOIN_SETS)
        cursor.execute(sql, values)
        raised = cursor.rowcount
        if connection.vendor == "postgresql":
            cursor.execute(_JOIN_AS_USUAL)
        return raised


_JOIN_SETS = "SET LOCAL enable_nestloop = off"
"""An empty table of reminders is taken to stay empty while it is filled: row by row, the rows already written would be
gone through for each new one."""
_JOIN_AS_USUAL = "SET LOCAL enable_nestloop TO DEFAULT"

_DAY = {"postgresql": "CAST(%(on)s AS date)", "sqlite": "%(on)s"}

_ROLES = {
    Audience.SECRETARY: f"'{Role.SECRETARY.value}'",
    Audience.SUPERIOR: f"'{Role.SECRETARY.value}', '{Role.APPROVER.value}'",
    Audience.COMMISSION: f"'{Role.INSPECTOR.value}'",
}

_OWN = "reader AS (SELECT organisation_id, user_id FROM in_office)"
"""Those in office in the organisation itself."""

_NEAREST_ABOVE = """level AS (
            SELECT DISTINCT length(path) AS depth FROM in_office
        ), superior AS (
            SELECT below.organisation_id, {nearest} AS path
            FROM (SELECT DISTINCT organisation_id, path FROM due) AS below
            JOIN level ON level.depth {up_to} length(below.path)
            JOIN (SELECT DISTINCT path FROM in_office) AS seat ON seat.path = substr(below.path, 1, level.depth)
            GROUP BY below.organisation_id
        ), reader AS (
            SELECT superior.organisation_id, in_office.user_id
            FROM superior JOIN in_office ON in_office.path = superior.path
        )"""
"""Those in office in the nearest organisation above that has any: the longest path that begins the organisation's."""

_READERS = {
    Audience.SECRETARY: _OWN,
    Audience.SUPERIOR: _NEAREST_ABOVE.format(nearest="MAX(seat.path)", up_to="<"),
    # Where nobody stands above, the organisation's own inspectors are told.
    Audience.COMMISSION: _NEAREST_ABOVE.format(
        nearest="COALESCE(MAX(CASE WHEN level.depth < length(below.path) THEN seat.path END), MAX(seat.path))",
        up_to="<=",
    ),
}


def compose_digests(on: date, now: datetime, *, progress: Callable[[int], None] | None = None) -> int:
    """Writes a digest to everyone who was raised a reminder that none carries yet; gives how many.

    On working days only, and one a person and day: what is raised later waits for the next working day.
    Digests that nobody has delivered yet are left to the new one. Proof and message share a transaction.
    """
    calendar = working_calendar()
    if not calendar.is_working(on):
        return 0
    key = digest_key(on)
    outside_from = next_opening(now, calendar.is_working)
    composed, last = 0, 0
    while recipients := _without_digest(key, after=last):
        composed += _compose(recipients, key, now, outside_from)
        last = recipients[-1]
        if progress:
            progress(composed)
    _note_growth(composed)
    return composed


def _note_growth(rows: int) -> None:
    """Brings the planner's statistics up to date; autovacuum comes a minute or more too late."""
    if rows >= _MANY and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE disclosures_reminder, notices_notice")


def digest_key(on: date) -> str:
    return f"{DIGEST}:{on.isoformat()}"


def _without_digest(key: str, *, after: int) -> list[int]:
    """The next users to be written to, by their id."""
    has_one = Notice.objects.filter(recipient=OuterRef("recipient"), channel=Channel.INBOX, key=key)
    waiting = Reminder.objects.filter(~Exists(has_one), notice=None, recipient__gt=after, recipient__is_active=True)
    ids = waiting.order_by("recipient_id").values_list("recipient_id", flat=True).distinct()
    return list(ids[:_RECIPIENTS_AT_A_TIME])


@transaction.atomic
def _compose(recipients: list[int], key: str, now: datetime, outside_from: datetime) -> int:
    """Only reminders of those whose digest is written here are put into it: another worker's may be sent already."""
    written = outbox.enqueue(recipients, kind=DIGEST, key=key, at=now, outside_from=outside_from, supersede=True)
    digest = Notice.objects.filter(recipient=OuterRef("recipient"), channel=Channel.INBOX, key=key).values("pk")
    Reminder.objects.filter(notice=None, recipient__in=written).update(notice=Subquery(digest))
    return len(written)
