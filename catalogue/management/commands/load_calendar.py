"""load_calendar [FILE] [--replace] [--dry-run]: days off and make-up working days from CSV or XLSX."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import calendars
from catalogue.calendar_files import CalendarFileError


class Command(BaseCommand):
    help = _(
        "Load the announced days off and make-up working days into the working calendar, all rows or none. "
        "Columns: date (2026-10-01), kind (holiday or workday), name, source; CSV or XLSX; Chinese header words "
        "are understood. Years of which the file names a day off count as announced. Loading the same file twice "
        "changes nothing. Open deadlines that the change touches are worked out anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            type=Path,
            nargs="?",
            default=calendars.BUNDLED,
            help=_("the table; left out: the days of 2024 to 2026 that come with the product"),
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help=_("the file is the whole arrangement of its years: remove other days"),
        )
        parser.add_argument("--dry-run", action="store_true", help=_("check and count, write nothing"))

    def handle(self, *args: Any, file: Path, replace: bool, dry_run: bool, **options: Any) -> None:
        try:
            loaded = calendars.load_file(file, replace_years=replace, dry_run=dry_run)
        except CalendarFileError as error:
            raise CommandError(_("Nothing was loaded. Correct this and load the file again:") + f"\n{error}") from None
        self.stdout.write(
            _("New days: %(created)s, changed: %(updated)s, unchanged: %(unchanged)s, removed: %(removed)s.")
            % {
                "created": len(loaded.created),
                "updated": len(loaded.updated),
                "unchanged": loaded.unchanged,
                "removed": len(loaded.removed),
            }
        )
        if loaded.kept:
            self.stdout.write(
                _("Days of these years that are not in the file and stay: %(days)s. Use --replace to remove them.")
                % {"days": " ".join(map(str, loaded.kept))}
            )
        if loaded.confirmed:
            self.stdout.write(_("Years now announced: %(years)s.") % {"years": " ".join(map(str, loaded.confirmed))})
        if loaded.change.moved:
            self.stdout.write(_("Due dates that moved: %(number)s.") % {"number": loaded.change.moved})
        if dry_run:
            self.stdout.write(_("Dry run: nothing was written."))
            return
        for year in calendars.years_to_confirm(timezone.localdate()):
            self.stderr.write(
                _("The days off of %(year)s are not in the calendar; deadlines in that year are provisional.")
                % {"year": year}
            )
