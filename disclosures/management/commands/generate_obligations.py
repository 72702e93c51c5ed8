"""Obligations by hand: make what is owed, and log what became overdue."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.choices import Period, TimeLimitClass
from disclosures.actions.overdue import log_overdue
from disclosures.generation import generate
from disclosures.management.days import day

_WORDS: dict[str, Any] = dict([*Period.choices, *TimeLimitClass.choices])
FARTHEST = 366
"""Days: obligations are made for what is in sight, not for a slip of the pen."""


class Command(BaseCommand):
    help = (
        "Make the obligations of the current and the next period of every duty, catch up periods since the last run, "
        "remove what is open, untouched and no longer owed, and log what became overdue until today. What was made "
        "before is not made again, so this may be run at any time; run_due does it once a day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", type=day, metavar="DATE", help="The day to make obligations for; today if not given."
        )
        parser.add_argument(
            "--thorough",
            action="store_true",
            help="Go through every duty and organisation again, not only through what changed since the last run.",
        )

    def handle(self, *args: Any, on: date | None, thorough: bool, **options: Any) -> None:
        now = timezone.now()
        today = timezone.localdate(now)
        on = on or today
        if (on - today).days > FARTHEST:
            raise CommandError(
                _("%(day)s is more than a year away; obligations are not made so far ahead.") % {"day": on}
            )
        result = generate(on, now, thorough=thorough, progress=self.tell)
        for problem in result.problems:
            self.stderr.write(self.style.WARNING(_("No obligations were made: %(problem)s") % {"problem": problem}))
        counts = {"day": on, "made": result.created, "removed": result.removed}
        self.stdout.write(_("%(day)s: %(made)s made, %(removed)s removed.") % counts)
        for kind, number in result.by_kind.items():
            self.tell(f"{_WORDS[kind]}: {number}")
        self.stdout.write(_("%(number)s became overdue.") % {"number": log_overdue(today, now, thorough=True)})

    def tell(self, words: str) -> None:
        self.stdout.write(f"  {words}")
