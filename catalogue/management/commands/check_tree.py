"""`check_tree`: are the trees of catalogue items and of organisations whole?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from catalogue import actions
from organisations import actions as organisations


class Command(BaseCommand):
    help = (
        "Checks the trees of catalogue items (bounds, levels, superiors) and of organisations (paths), and names "
        "everything that is wrong; the exit code is 1 then. With --repair the numbers of catalogue items are worked "
        "out anew from each item's superior and its order among its siblings, in one transaction; what leads in a "
        "circle, and the paths of organisations, are left to a person."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="write the right numbers for catalogue items")

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        if repair:
            rows = actions.repair_items()
            self.stdout.write(_("%(rows)d rows of the catalogue tree were repaired.") % {"rows": rows})
        wrong = [f"{damage.code}: {damage.message}" for damage in actions.check_items()]
        wrong += organisations.problems()
        for line in wrong:
            self.stderr.write(line)
        if wrong:
            raise CommandError(_("%(number)d things are wrong with the trees.") % {"number": len(wrong)})
        self.stdout.write(self.style.SUCCESS(_("The trees are whole.")))
