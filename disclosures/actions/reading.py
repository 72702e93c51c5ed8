"""Opening what is to be decided, and approving several that were opened, each for itself."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from organisations.models import User

from ..models import Opening, Version
from .postings import approve, approve_afterwards
from .refusals import Unread


def note_opened(version: Version, *, by: User, at: datetime) -> None:
    """Keeps that the person opened the version at the revision it was read at. Twice is once."""
    opening = Opening(version=version, revision=version.revision, person=by, opened_at=at)
    Opening.objects.bulk_create([opening], ignore_conflicts=True)


def approve_opened(version: Version, *, revision: int, opinion: str, by: User, at: datetime) -> None:
    """Approves what the person has opened at the revision they saw: as one by one, only without opening it again.

    Raises Unread if they did not open it so; else as `approve` and `approve_afterwards` do.
    """
    if not Opening.objects.filter(version=version, revision=revision, person=by).exists():
        raise Unread(_("You have not opened it as it stands now. Read it first, then approve it."))
    if version.awaits_approval:
        approve_afterwards(version, opinion=opinion, by=by, at=at)
    else:
        approve(version, opinion=opinion, revision=revision, by=by, at=at)
