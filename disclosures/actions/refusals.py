"""Why an action did nothing, in words for the person who asked for it. Doors show the message as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from ..models import Version


class Refused(Exception):
    """The action did nothing at all; the message says why and what to do."""


class MovedOn(Refused):
    """Somebody else was quicker: it is no longer where the person who asked saw it."""


class ObligationClosed(Refused):
    """The obligation was met, or released, in another way meanwhile."""


class OwnWork(Refused):
    """Who wrote it neither reviews nor approves it (Regulation, Art. 15)."""


class Unread(Refused):
    """Several are approved at once only where each was opened as it stands."""


class Incomplete(Refused):
    """Something is missing that must be there before the next step."""


class PersonalData(Incomplete):
    """Personal information was found and not dealt with (Personal Information Protection Law, Art. 25)."""


class StaleDraft(Refused):
    """The draft was saved by somebody else since it was opened. Both versions are here, so that nothing is lost."""

    def __init__(self, *, theirs: Version, yours: dict[str, Any]) -> None:
        self.theirs, self.yours = theirs, yours
        super().__init__(
            _("%(person)s saved this draft meanwhile; yours was not saved. Compare the two and save again.")
            % {"person": theirs.author}
        )
