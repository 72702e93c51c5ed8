"""import_organisations FILE [--dry-run]: the register of organisations from CSV or XLSX."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from organisations import importing
from organisations.spreadsheets import SpreadsheetError

SHOWN = 100
"""Problems printed; the rest is counted."""


class Command(BaseCommand):
    help = (
        "Create and update organisations from a CSV or XLSX file (columns: code, name, kind, parent_code, "
        "short_name, established_on, responsible_person, address, phone, office_hours, superior_approves, profile; "
        "Chinese header words are understood). All rows or none. With --dry-run only says what would happen."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV (UTF-8 or GB18030) or XLSX")
        parser.add_argument("--dry-run", action="store_true", help="count and check, write nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            plan = importing.read(str(file), name=file.name)
        except SpreadsheetError as error:
            raise CommandError(str(error)) from None
        for text in plan.unknown_columns:
            self.stderr.write(_("The column “%s” is not known and was left out.") % text)
        self.stdout.write(
            _("To create %(create)d, to update %(update)d, unchanged %(unchanged)d, with errors %(error)d.")
            % plan.counts()
        )
        if plan.problems:
            for problem in plan.problems[:SHOWN]:
                self.stderr.write(str(problem))
            if len(plan.problems) > SHOWN:
                self.stderr.write(_("… and %d more.") % (len(plan.problems) - SHOWN))
            raise CommandError(_("Nothing was imported. Correct the rows named above and import again."))
        if dry_run:
            self.stdout.write(_("Dry run: nothing was written."))
            return
        importing.carry_out(plan)
        self.stdout.write(self.style.SUCCESS(_("Imported.")))
