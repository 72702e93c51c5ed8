"""Reminders by hand: raise, write digests, send."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalogue.calendars import working_calendar
from disclosures import reminders
from disclosures.management.days import day
from notices.delivery import deliver_due
from notices.hours import office_open


class Command(BaseCommand):
    help = (
        "Raise the reminders that are due by the ladder, write one digest a person and day, and send what waits in the "
        "outbox: to inboxes now, by e-mail in working hours only. Reminders are raised on working days only. What was "
        "raised or sent before is not raised or sent again, so this may be run at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=day, metavar="DATE", help="The day to remind for, not a later one than today.")

    def handle(self, *args: Any, on: date | None, **options: Any) -> None:
        now = timezone.now()
        today, calendar = timezone.localdate(now), working_calendar()
        on = on or today
        if on > today:
            raise CommandError(f"{on} has not come yet; nobody can be reminded for it.")
        if not calendar.is_working(on):
            self.stdout.write(f"{on} is not a working day: no reminders are raised.")
        rows = reminders.raise_reminders(on, progress=lambda code, n: self.stdout.write(f"{code}: {n} reminders"))
        written = reminders.compose_digests(on, now, progress=lambda n: self.stdout.write(f"{n} digests written …"))
        self.stdout.write(f"{rows} reminders raised, {written} digests written")
        outside = office_open(now, calendar.is_working)
        for outcome, n in sorted(deliver_due(now, office_open=outside).items()):
            if n:
                self.stdout.write(f"{n} messages {outcome}")
        if not outside:
            self.stdout.write("Outside of working hours: e-mail waits.")
