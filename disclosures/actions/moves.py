"""The moves of a version, as a table, and the one way to make them.

Every action on a posting first takes the posting's row (`hold`), so that two people never wait for each other
crosswise, and then makes its move by a conditional update: it counts only if the version was still where the
person saw it. Move and `Step` share the transaction of the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import Organisation, User

from ..choices import EDITABLE_VERSION_STATES, WRITING_STEPS, StepKind, VersionState
from ..hats import stands_in_for
from ..models import Posting, Step, Version
from .refusals import MovedOn, OwnWork

WORDS = 300
"""The longest opinion or reason a step keeps."""

AT_ONCE = 500
"""Rows that one statement takes."""


@dataclass(frozen=True, slots=True)
class Move:
    """From which states a step leads to which."""

    sources: tuple[VersionState, ...]
    target: VersionState


MOVES: dict[StepKind, Move] = {
    StepKind.PROPOSED: Move(EDITABLE_VERSION_STATES, VersionState.PROPOSED),
    StepKind.TAKEN_BACK: Move((VersionState.PROPOSED,), VersionState.DRAFT),
    StepKind.REVIEWED: Move((VersionState.PROPOSED,), VersionState.REVIEWED),
    StepKind.APPROVED: Move((VersionState.REVIEWED,), VersionState.APPROVED),
    StepKind.PUBLISHED: Move((VersionState.APPROVED,), VersionState.PUBLISHED),
    StepKind.PUBLISHED_URGENTLY: Move((VersionState.REVIEWED,), VersionState.PUBLISHED),
    StepKind.RETURNED: Move(
        (VersionState.PROPOSED, VersionState.REVIEWED, VersionState.APPROVED), VersionState.RETURNED
    ),
    StepKind.SCHEDULED: Move((VersionState.APPROVED,), VersionState.APPROVED),
    StepKind.UNSCHEDULED: Move((VersionState.APPROVED,), VersionState.APPROVED),
    StepKind.DISCARDED: Move(EDITABLE_VERSION_STATES, VersionState.DISCARDED),
}


def hold(posting_id: int) -> Posting:
    """The posting as it is now, its row taken until the transaction ends. Needs a transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A posting is held in the transaction of the change to it.")
    return Posting.objects.select_for_update(of=("self",)).select_related("organisation", "item").get(pk=posting_id)


def hold_many(postings: Collection[int]) -> None:
    """Takes the rows of many postings until the transaction ends, in their order, so that nobody waits crosswise."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Postings are held in the transaction of the change to them.")
    for some in batches(postings):
        list(Posting.objects.select_for_update(of=("self",)).filter(pk__in=some).order_by("pk").values_list("pk"))


def move_many(
    versions: Mapping[int, Organisation],
    kind: StepKind,
    *,
    by: User,
    at: datetime,
    changes: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Makes the same move with many versions, given with whose they are, whose postings are held.

    `changes` are written with it. Raises MovedOn if one of them may not make it.
    """
    allowed = MOVES[kind]
    for some in batches(versions):
        rows = Version.objects.filter(pk__in=some, state__in=allowed.sources)
        if rows.update(state=allowed.target, **changes) != len(some):
            raise MovedOn(_("Somebody else changed some of it at the same moment; nothing was done. Try again."))
    record_many(versions, kind, by=by, at=at)


def record_many(versions: Mapping[int, Organisation], kind: StepKind, *, by: User, at: datetime) -> None:
    """Writes down the same step for many versions, given with whose they are; of a deputy, on whose behalf."""
    on = timezone.localdate(at)
    steads = {unit.pk: stands_in_for(by, kind, unit, on=on) for unit in {*versions.values()}}
    Step.objects.bulk_create(
        [
            Step(version_id=version, kind=kind, by=by, on_behalf_of_id=steads[unit.pk], at=at)
            for version, unit in versions.items()
        ],
        batch_size=AT_ONCE,
    )


def batches(keys: Iterable[int]) -> Iterator[list[int]]:
    """The keys in their order, as many at a time as one statement takes."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def move(
    version: Version,
    kind: StepKind,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    revision: int | None = None,
    only_if: Q | None = None,
    changes: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Makes the move and writes the step. `changes` are written with it; `version` is brought up to date.

    `revision` is the one the person saw; None for whatever it is now. `only_if` is a further condition on the
    version. Raises MovedOn if it does not hold any more.
    """
    allowed = MOVES[kind]
    rows = Version.objects.filter(only_if or Q(), pk=version.pk, state__in=allowed.sources)
    if revision is not None:
        rows = rows.filter(revision=revision)
    if rows.update(state=allowed.target, **changes) != 1:
        raise moved_on(version)
    version.refresh_from_db()
    record(version, kind, by=by, at=at, words=words)


def record(version: Version, kind: StepKind, *, by: User | None, at: datetime, words: str = "") -> None:
    """Writes down who did what to the version; of a deputy, on whose behalf."""
    stead = stands_in_for(by, kind, version.posting.organisation, on=timezone.localdate(at)) if by else None
    Step.objects.create(version=version, kind=kind, by=by, on_behalf_of_id=stead, at=at, words=shortened(words))


def shortened(words: str) -> str:
    """Words that fit into a step; what is cut off stands in the record they come from."""
    return words if len(words) <= WORDS else words[: WORDS - 1] + "…"


def moved_on(version: Version) -> MovedOn:
    """Says who was quicker, and where it stands now."""
    now = Version.objects.get(pk=version.pk)
    last = now.steps.select_related("by").order_by("pk").last()
    if last is None or now.state == version.state:
        return MovedOn(
            _("The content has changed since you opened it, so nothing was done. Read it again and decide anew.")
        )
    return MovedOn(
        _("Nothing was done: it is now “%(state)s” (%(step)s, %(person)s, %(time)s). Look at it again.")
        % {
            "state": now.get_state_display(),
            "step": last.get_kind_display(),
            "person": last.by or _("the system"),
            "time": timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M"),
        }
    )


def wrote(person: User, version: Version) -> bool:
    """Whether the person wrote on the version."""
    return person.pk == version.author_id or version.steps.filter(by=person, kind__in=WRITING_STEPS).exists()


def refuse_own_work(person: User, version: Version) -> None:
    """Raises OwnWork if the person wrote what is to be reviewed or approved."""
    if wrote(person, version):
        raise OwnWork(_("You wrote on this yourself. Somebody else must review and approve it."))
