"""Which obligations a workbook has a row for: what a secretary's organisations owe and may fulfil now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisations.access import Actor
from organisations.choices import Role
from organisations.models import Organisation

from ..actions.drafts import usual_day
from ..actions.moves import AT_ONCE
from ..choices import PostingStatus, VersionState
from ..listings import period_label
from ..models import Obligation, PostingReader, Version
from ..querysets import is_overdue
from ..tables import carriers
from ..titles import period_words, title_for
from ..worklist import units
from .columns import key_of
from .texts import skeleton_cell

Cells = dict[str, str]

EVENTS = "events"
"""The choice of what is owed because of events, each of which is a period of its own."""


def organisations(actor: Actor) -> QuerySet[Organisation]:
    """Those in which the person is secretary."""
    return Organisation.objects.filter(pk__in=units(actor, Role.SECRETARY)).order_by("path")


def owed(organisations: Iterable[int], *, period: str = "", on: date) -> QuerySet[Obligation]:
    """What the organisations owe and may fulfil on the day; of one period, of events, or all of it."""
    found = Obligation.objects.open().filter(Q(opens_on__lte=on) | is_overdue(on), organisation__in=list(organisations))
    if period == EVENTS:
        found = found.filter(event__isnull=False)
    elif period:
        found = found.filter(period_key=period)
    return found.select_related("organisation", "item", "event").order_by("organisation__path", "due_on", "pk")


def periods(organisations: Iterable[int], *, on: date) -> list[tuple[str, str]]:
    """The periods there is something to do for, the latest first, as choices."""
    keys = owed(organisations, on=on).filter(event=None).order_by().values_list("period_key", flat=True).distinct()
    found = [("", _("All periods"))]
    found += [(key, period_label(key) or _("Permanent items")) for key in sorted(keys, reverse=True)]
    if owed(organisations, period=EVENTS, on=on).exists():
        found.append((EVENTS, _("Matters that happened")))
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is of an obligation's posting: the newest version not given up, and whether readers are named."""

    version: Version
    named: bool


def standings(obligations: Sequence[Obligation]) -> dict[int, Standing]:
    """By obligation, for some hundred of them at a time."""
    keys = [obligation.pk for obligation in obligations]
    versions = (
        Version.objects.filter(posting__obligation__in=keys)
        .exclude(posting__status__in=[PostingStatus.WITHDRAWN, PostingStatus.DISCARDED])
        .exclude(state=VersionState.DISCARDED)
        .select_related("posting", "author")
        .order_by("ordinal")
    )
    named = set(PostingReader.objects.filter(posting__obligation__in=keys).values_list("posting", flat=True))
    return {
        version.posting.obligation_id: Standing(version, version.posting_id in named)  # type: ignore[misc]
        for version in versions
    }


def rows(obligations: QuerySet[Obligation], *, on: date) -> Iterator[Cells]:
    """The cells of the template, a row for each obligation, read some hundred at a time."""
    batch: list[Obligation] = []
    for obligation in obligations.iterator(chunk_size=AT_ONCE):
        batch.append(obligation)
        if len(batch) == AT_ONCE:
            yield from _rows(batch, on)
            batch = []
    yield from _rows(batch, on)


def _rows(obligations: list[Obligation], on: date) -> Iterator[Cells]:
    begun = standings(obligations)
    for obligation in obligations:
        standing = begun.get(obligation.pk)
        yield _cells(obligation, standing.version if standing else None, on)


def _cells(obligation: Obligation, version: Version | None, on: date) -> Cells:
    item = obligation.item
    posting = version.posting if version else None
    return {
        "key": key_of(obligation, version.revision if version else 0),
        "organisation": obligation.organisation.name,
        "item": f"{item.code} {item.title}",
        "period": period_words(obligation) or _("permanent"),
        "due_on": obligation.due_on.isoformat(),
        "standing": _standing(version) if version else _("nothing begun"),
        "decision": "",
        "title": version.title if version else title_for(item, obligation),
        "stated_on": (version.stated_on if version else usual_day(obligation, on)).isoformat(),
        "scope": (posting.get_scope_display() if posting else item.get_scope_display()) or "",
        "carriers": carriers(posting.carriers if posting else item.carriers),
        "body": "" if version else skeleton_cell(item.content_elements),
        "reason": "",
    }


def _standing(version: Version) -> str:
    return _("%(state)s (%(person)s, %(day)s)") % {
        "state": version.get_state_display(),
        "person": version.author,
        "day": date_format(timezone.localtime(version.saved_at), "Y-m-d"),
    }
