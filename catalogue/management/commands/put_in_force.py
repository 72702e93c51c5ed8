"""`put_in_force CODE --from DATE`: the draft of a catalogue becomes the edition in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from catalogue import actions
from catalogue.choices import CatalogueStatus
from catalogue.models import Catalogue

EARLIEST, LATEST = date(1949, 10, 1), date(2200, 12, 31)


class Command(BaseCommand):
    help = (
        "Puts the draft of a catalogue in force from a day on. The edition in force before ends the day before and "
        "goes on to judge what was owed under it. Refuses, with a list, while entries lack a scope or a time limit. "
        "If the edition is in force from that day already, nothing happens."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code of the catalogue")
        parser.add_argument("--from", dest="on", required=True, help="first day in force, YYYY-MM-DD")

    def handle(self, *args: Any, code: str, on: str, **options: Any) -> None:
        day = self._day(on)
        editions = Catalogue.objects.filter(code=code)
        draft = editions.filter(status=CatalogueStatus.DRAFT).first()
        if draft is None:
            if editions.filter(status=CatalogueStatus.IN_FORCE, effective_from=day).exists():
                self.stdout.write(_("It is in force from that day already."))
                return
            raise CommandError(_("There is no draft of a catalogue with the code “%(code)s”.") % {"code": code})
        try:
            edition = actions.put_in_force(draft, on=day)
        except actions.DraftIncomplete as refusal:
            for missing in refusal.missing:
                self.stderr.write(str(missing))
            raise CommandError(str(refusal)) from None
        except actions.CatalogueRefused as refusal:
            raise CommandError(str(refusal)) from None
        done = _("“%(title)s”, edition %(edition)d, is in force from %(day)s.")
        self.stdout.write(
            self.style.SUCCESS(done % {"title": edition.title, "edition": edition.edition, "day": day.isoformat()})
        )

    def _day(self, text: str) -> date:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = date.min
        if not EARLIEST <= day <= LATEST:
            raise CommandError(
                _("“%(text)s” is not a day from %(earliest)s to %(latest)s. Write it as YYYY-MM-DD.")
                % {"text": text, "earliest": EARLIEST.isoformat(), "latest": LATEST.isoformat()}
            )
        return day
