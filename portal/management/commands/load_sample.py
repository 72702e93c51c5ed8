"""The sample district: a year of disclosure in Minhang, Qingpu and Xuhui."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.sample import PASSWORD, accounts
from portal.sample.loading import Loaded, SampleRefused, load


class Command(BaseCommand):
    help = (
        "Load the sample district (invented data, dated back from today) into an empty database, and print the "
        "accounts to sign in with. A second run changes nothing but makes the obligations of the day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="Load it beside organisations that are no sample data."
        )

    def handle(self, *args: Any, force: bool, verbosity: int, **options: Any) -> None:
        began = time.monotonic()
        try:
            loaded = load(now=timezone.now(), force=force, progress=self._progress)
        except SampleRefused as refusal:
            raise CommandError(str(refusal)) from None
        if verbosity:
            self._report(loaded, time.monotonic() - began)

    def _progress(self, words: str) -> None:
        self.stdout.write(_("  Sample data: %s …") % words)
        self.stdout.flush()

    def _report(self, loaded: Loaded, seconds: float) -> None:
        if loaded.is_new:
            done = _("Sample data loaded in %d seconds") % seconds
        else:
            done = _("Sample data is there already and was left as it is")
        counts = {
            "done": done,
            "organisations": loaded.organisations,
            "obligations": loaded.obligations,
            "overdue": loaded.overdue,
            "postings": loaded.postings,
        }
        self.stdout.write(
            _(
                "  %(done)s: %(organisations)d organisations, %(obligations)d obligations (%(overdue)d overdue), "
                "%(postings)d postings."
            )
            % counts
        )
        self.stdout.write(_("  Sample accounts (password of all: %s, for demonstration only):") % PASSWORD)
        for account in accounts():
            words = f"{account.organisation} · {account.role} · {account.full_name}"
            self.stdout.write(f"    {account.username:<20}{words}")
