"""Carrying out what a workbook asks for: drafts, proposals and nil returns of thousands of rows, all or none.

The rules are those of the single actions, and their code: what a posting begins with (`drafts`), the moves and their
steps (`moves`), what must be written before it is proposed (`postings`), what may be nil (`obligations`). Only the
statements are made for many rows at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from organisations.models import User

from .. import richtext
from ..choices import EDITABLE_VERSION_STATES, WRITING_STEPS, BulkDecision, StepKind
from ..models import Obligation, Posting, Step, Version
from .drafts import prefilled_posting, prefilled_version
from .moves import AT_ONCE, batches, hold_many, move_many, record_many
from .obligations import nil_returns
from .refusals import MovedOn, ObligationClosed
from .screening import SCREENED, forget_confirmations, refuse_personal_data, screen_many


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row asks for, found to be in order. `version` is the draft there is, as it was seen."""

    obligation: Obligation
    decision: BulkDecision
    reason: str = ""
    title: str = ""
    body: str = ""
    stated_on: date = date.min
    scope: str = ""
    carriers: str = ""
    version: Version | None = None


@transaction.atomic
def carry_out(entries: Sequence[Entry], *, by: User, at: datetime) -> None:
    """Does all of it. Raises MovedOn or ObligationClosed, and does nothing, if anything changed since the check;

    PersonalData if a row that is to be proposed does not pass the privacy gate.
    """
    written = [entry for entry in entries if entry.decision != BulkDecision.NIL]
    begun = [entry for entry in written if entry.version is not None]
    _hold(begun)
    _refuse_closed(entries)
    versions = _begin([entry for entry in written if entry.version is None], by=by, at=at)
    versions |= _save(begun, by=by, at=at)
    proposed = {
        versions[entry.obligation.pk]: entry.obligation.organisation
        for entry in written
        if entry.decision == BulkDecision.PROPOSE
    }
    for some in batches(versions.values()):
        screen_many(some, by=by, at=at)
    for some in batches(proposed):
        refuse_personal_data(some)
        forget_confirmations(some)
    move_many(proposed, StepKind.PROPOSED, by=by, at=at, changes=SCREENED)
    nil = {entry.obligation: entry.reason for entry in entries if entry.decision == BulkDecision.NIL}
    nil_returns(nil, by=by, at=at)


def _hold(begun: Collection[Entry]) -> None:
    """Takes the postings, and makes sure that each draft is as it was seen. The order is that of the single actions."""
    seen = {entry.version.pk: entry.version.revision for entry in begun if entry.version is not None}
    hold_many([entry.version.posting_id for entry in begun if entry.version is not None])
    for some in batches(seen):
        rows = Version.objects.filter(pk__in=some, state__in=EDITABLE_VERSION_STATES)
        now = dict(rows.values_list("pk", "revision"))
        if now != {pk: seen[pk] for pk in some}:
            raise _changed()


def _refuse_closed(entries: Collection[Entry]) -> None:
    for some in batches(entry.obligation.pk for entry in entries):
        still_open = Obligation.objects.open().select_for_update(of=("self",)).filter(pk__in=some)
        if len(still_open.order_by("pk").values_list("pk")) != len(some):
            raise ObligationClosed(_("Some of it was settled meanwhile; nothing was done. Try again."))


def _changed() -> MovedOn:
    return MovedOn(_("Somebody else changed some of it at the same moment; nothing was done. Try again."))


def _begin(entries: Collection[Entry], *, by: User, at: datetime) -> dict[int, int]:
    """New drafts; their versions by obligation. A draft somebody begins at the same moment wins."""
    postings = []
    for entry in entries:
        obligation = entry.obligation
        posting = prefilled_posting(obligation, obligation.organisation, obligation.item, at=at)
        posting.scope, posting.carriers = entry.scope, entry.carriers
        postings.append(posting)
    try:
        with transaction.atomic():
            Posting.objects.bulk_create(postings, batch_size=AT_ONCE)
    except IntegrityError:
        raise _changed() from None
    versions = []
    for entry, posting in zip(entries, postings, strict=True):
        version = prefilled_version(posting, by=by, at=at)
        version.title, version.body, version.stated_on = entry.title, richtext.clean(entry.body), entry.stated_on
        versions.append(version)
    Version.objects.bulk_create(versions, batch_size=AT_ONCE)
    units = {version.pk: version.posting.organisation for version in versions}
    record_many(units, StepKind.DRAFTED, by=by, at=at)
    return {entry.obligation.pk: version.pk for entry, version in zip(entries, versions, strict=True)}


def _save(entries: Collection[Entry], *, by: User, at: datetime) -> dict[int, int]:
    """Drafts there were, saved with what the rows say. Their postings are held."""
    versions, postings, units = [], [], {}
    for entry in entries:
        version = entry.version
        if version is None:
            continue
        version.title, version.body, version.stated_on = entry.title, richtext.clean(entry.body), entry.stated_on
        version.revision, version.author, version.saved_at = version.revision + 1, by, at
        version.posting.scope, version.posting.carriers = entry.scope, entry.carriers
        versions.append(version)
        postings.append(version.posting)
        units[version.pk] = entry.obligation.organisation
    content = ["title", "body", "stated_on", "revision", "author", "saved_at"]
    Version.objects.bulk_update(versions, content, batch_size=AT_ONCE)
    Posting.objects.bulk_update(postings, ["scope", "carriers"], batch_size=AT_ONCE)
    wrote: set[int] = set()
    for some in batches(units):
        steps = Step.objects.filter(version__in=some, by=by, kind__in=WRITING_STEPS)
        wrote |= set(steps.values_list("version", flat=True))
    first = {version: unit for version, unit in units.items() if version not in wrote}
    record_many(first, StepKind.DRAFTED, by=by, at=at)
    return {entry.obligation.pk: entry.version.pk for entry in entries if entry.version is not None}
