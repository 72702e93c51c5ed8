"""Why something was not done: every refusal carries a sentence for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .missing import Missing


class CatalogueRefused(ValueError):
    """The change is not allowed; the message says why and what to do instead."""


class EditionFrozen(CatalogueRefused):
    """An edition in force, or one that was, is never edited."""

    def __init__(self) -> None:
        super().__init__(
            _("This edition is in force or was, and is never edited. Make a new draft from it and change that.")
        )


class DraftIncomplete(CatalogueRefused):
    """A draft cannot be put in force because entries lack something; `missing` lists what."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = list(missing)
        super().__init__(
            _("%(number)d things are missing in the draft. Fill them in first.") % {"number": len(self.missing)}
        )
