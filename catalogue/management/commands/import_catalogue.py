"""`import_catalogue FILE --code C --title T --issuer ORG [--dry-run]`: a catalogue file becomes a draft."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from catalogue.actions import ImportResult, import_catalogue
from catalogue.importing import Fate, ImportFailed
from organisations.models import Organisation

SHOWN = 100
"""Problems printed; the rest is counted."""


class Command(BaseCommand):
    help = (
        "Reads a catalogue file into a draft: our own CSV (docs/catalogue-files.md), or a table as authorities publish "
        "it, in CSV, XLSX or XLS. Prints what became of every row and a warning for everything that was guessed; the "
        "warnings are kept with the draft. An existing draft of the same code is brought in line with the file. On any "
        "problem nothing is imported, and the exit code is 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV (UTF-8 or GB18030), XLSX or XLS")
        parser.add_argument("--code", required=True, help="code of the catalogue; Latin letters, digits, - and _")
        parser.add_argument("--title", default="", help="title of the catalogue; left out: the title in the file")
        parser.add_argument("--issuer", required=True, help="code of the organisation that issues it")
        parser.add_argument("--dry-run", action="store_true", help="read, check and report, write nothing")

    def handle(self, *args: Any, file: Path, code: str, title: str, issuer: str, dry_run: bool, **options: Any) -> None:
        organisation = Organisation.objects.filter(code=issuer).first()
        if organisation is None:
            raise CommandError(_("There is no organisation with the code “%(code)s”.") % {"code": issuer})
        try:
            result = import_catalogue(
                file, code=code, title=title, issuer=organisation, name=file.name, dry_run=dry_run
            )
        except ImportFailed as failure:
            for problem in failure.problems[:SHOWN]:
                self.stderr.write(str(problem))
            if len(failure.problems) > SHOWN:
                self.stderr.write(_("… and %(number)d more.") % {"number": len(failure.problems) - SHOWN})
            raise CommandError(_("Nothing was imported. Correct the file as said above and import it again.")) from None
        self._report(result)

    def _report(self, result: ImportResult) -> None:
        parsed, planted = result.parsed, result.planted
        for guess in parsed.guesses:
            place = _("Row %(row)d") % {"row": guess.row} if guess.row else _("Whole file")
            parts = [place, guess.code, guess.column, guess.message]
            self.stdout.write(" · ".join(part for part in parts if part))
        counts = {fate.value: parsed.count(fate) for fate in Fate}
        self.stdout.write(
            _(
                "%(rows)d rows: %(item)d entries, %(heading)d headings, %(continuation)d continuations, "
                "%(title)d titles, %(header)d header rows, %(note)d notes, %(empty)d empty, %(skipped)d passed over."
            )
            % (counts | {"rows": len(parsed.rows)})
        )
        self.stdout.write(
            _("%(items)d items: %(created)d new, %(updated)d changed, %(unchanged)d as before, %(deleted)d removed.")
            % {
                "items": len(parsed.items),
                "created": planted.created,
                "updated": planted.updated,
                "unchanged": planted.unchanged,
                "deleted": planted.deleted,
            }
        )
        if result.dry_run:
            self.stdout.write(_("Dry run: nothing was written."))
            return
        done = _("Draft “%(title)s”, edition %(edition)d, with %(number)d warnings to look at.") % {
            "title": result.catalogue.title,
            "edition": result.catalogue.edition,
            "number": len(parsed.guesses),
        }
        self.stdout.write(self.style.SUCCESS(done))
