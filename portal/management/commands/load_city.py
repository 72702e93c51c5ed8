"""load_city --scale district|ten|city: a made-up city with a year of history, for measuring."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import city
from portal.city import people


class Command(BaseCommand):
    help = (
        "Fill an empty database with 1,541, 15,400 or 86,264 organisations and a year of obligations and postings. "
        "The same scale, seed and day make the same rows. On PostgreSQL the city takes some minutes and 10 GB."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=list(people.SCALES), default="district")
        parser.add_argument("--seed", type=int, default=7, help="another seed, another history")
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="the day the year ends; default today")

    def handle(self, *args: Any, scale: str, seed: int, on: date | None, **options: Any) -> None:
        on = on or timezone.localdate()
        if not date(1900, 1, 1) + timedelta(days=1000) < on < date(2200, 1, 1):
            raise CommandError(_("The day must lie between 1903 and 2199."))
        began = time.monotonic()

        def report(words: str) -> None:
            self.stdout.write(f"{time.monotonic() - began:7.1f} s  {words}")

        try:
            city.load(scale=scale, seed=seed, on=on, now=timezone.now(), report=report)
        except city.NotEmpty:
            raise CommandError(
                _("The database holds organisations or postings already. Load the city into an empty one.")
            ) from None
        self.stdout.write(self.style.SUCCESS(_("The city has been loaded.")))
