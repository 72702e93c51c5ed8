"""Evidence of carriers: given when the sheet hangs or the meeting was held, taken back if it was wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.choices import Carrier
from organisations.models import User

from .. import attachments
from ..carriers import asks_for, ticked
from ..choices import PostingStatus
from ..models import CarrierEvidence, Posting
from .boards import touch_boards
from .moves import hold
from .refusals import Incomplete, MovedOn, Refused

MOST_PER_CARRIER = 20
LONGEST_BEFORE = timedelta(days=366)
"""A meeting may come before the posting about it, but not by years."""


def give_evidence(
    posting: Posting,
    carrier: Carrier,
    *,
    carried_on: date,
    reference: str = "",
    upload: UploadedFile | None = None,
    by: User,
    at: datetime,
) -> CarrierEvidence:
    """Says when and how a carrier that was ticked carried the posting, before publication or after.

    Raises Incomplete if what the carrier asks for is missing, Refused for a carrier not ticked and for a day to come
    or long past, MovedOn if it was withdrawn, AttachmentRefused.
    """
    needs = asks_for(carrier)
    if needs.photo and upload is None:
        raise Incomplete(_("Add the photo of the notice board."))
    if needs.reference and not reference.strip():
        raise Incomplete(_("Give the number, the issue or the address."))
    if carried_on > timezone.localdate(at):
        raise Refused(_("Give the day on which it was done; a day to come is no evidence."))
    if carried_on < timezone.localdate(posting.created_at) - LONGEST_BEFORE:
        raise Refused(_("This day lies more than a year before the posting. Check the year."))
    stored = attachments.store(upload, at=at) if upload is not None else None
    try:
        return _keep(posting, carrier, carried_on, reference.strip(), stored, by, at)
    except BaseException:
        if stored is not None:
            attachments.remove(stored.path)
        raise


@transaction.atomic
def _keep(
    posting: Posting,
    carrier: Carrier,
    carried_on: date,
    reference: str,
    stored: attachments.StoredFile | None,
    by: User,
    at: datetime,
) -> CarrierEvidence:
    posting = hold(posting.pk)
    if posting.status in {PostingStatus.WITHDRAWN, PostingStatus.DISCARDED}:
        raise MovedOn(_("It was withdrawn meanwhile, so nothing was kept."))
    if carrier not in ticked(posting):
        raise Refused(_("This carrier is not ticked for the posting. Choose one that is."))
    if posting.evidence.filter(carrier=carrier, taken_back_at=None).count() >= MOST_PER_CARRIER:
        raise Refused(
            _("There are %(limit)d entries for this carrier already, which is the most.") % {"limit": MOST_PER_CARRIER}
        )
    file = {}
    if stored is not None:
        file = {
            "file": stored.path,
            "name": stored.name,
            "content_type": stored.content_type,
            "size": stored.size,
            "sha256": stored.sha256,
        }
    given = CarrierEvidence.objects.create(
        posting=posting, carrier=carrier, carried_on=carried_on, reference=reference, given_by=by, given_at=at, **file
    )
    touch_boards([posting.organisation_id], at)
    return given


@transaction.atomic
def take_back_evidence(evidence: CarrierEvidence, *, by: User, at: datetime) -> None:
    """Says that an entry was wrong. It stays on record and is no longer shown. Raises MovedOn if that was done."""
    posting = hold(evidence.posting_id)
    standing = CarrierEvidence.objects.filter(pk=evidence.pk, taken_back_at=None)
    if standing.update(taken_back_by=by, taken_back_at=at) != 1:
        raise MovedOn(_("It was taken back already."))
    touch_boards([posting.organisation_id], at)
