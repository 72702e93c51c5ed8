"""Writes every encrypted value anew under the newest key, while the portal runs."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Model, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from organisations.encryption import EncryptedTextField, Undecipherable, decrypt, is_newest

_BATCH = 500


class Command(BaseCommand):
    help = (
        "Re-encrypt personal data under the first key of FIELD_KEYS. Put a new key (--new prints one) in front of the "
        "old ones, restart, run this, and take the old ones away when it says that nothing is left."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", action="store_true", help="Print a new key and do nothing else.")

    def handle(self, *args: Any, new: bool, **options: Any) -> None:
        if new:
            self.stdout.write(Fernet.generate_key().decode("ascii"))
            return
        if not settings.FIELD_KEYS:
            raise CommandError(_("FIELD_KEYS is not set, so there is nothing to write with."))
        done = failed = 0
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, EncryptedTextField):
                    more, lost = _rotate(model, field.attname)
                    done, failed = done + more, failed + lost
        self.stdout.write(_("%(n)d values were written anew under the newest key.") % {"n": done})
        if failed:
            raise CommandError(
                _("%(n)d values open with none of the keys. Put the missing key back into FIELD_KEYS.") % {"n": failed}
            )


def _rotate(model: type[Model], name: str) -> tuple[int, int]:
    """How many values of a column were written anew, and how many open with none of the keys.

    Each is changed only if it is still what was read, so that nobody's change is lost.
    """
    done = failed = last = 0
    rows = model._default_manager.annotate(stored=Cast(name, TextField())).order_by("pk")
    while batch := list(rows.filter(pk__gt=last).values_list("pk", "stored")[:_BATCH]):
        last = batch[-1][0]
        for pk, stored in batch:
            if stored is None or is_newest(stored):
                continue
            try:
                text = decrypt(stored)
            except Undecipherable:
                failed += 1
                continue
            done += rows.filter(pk=pk, stored=stored).order_by().update(**{name: text})
    return done, failed
