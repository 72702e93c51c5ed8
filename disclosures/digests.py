"""What a digest says: the reminders it carries, as far as their obligations are still open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Count, F, Min, Q, QuerySet, Value, Window
from django.db.models.functions import DenseRank, RowNumber

from notices import outbox
from notices.choices import Channel
from notices.models import Notice

from .choices import Audience
from .models import Obligation, Reminder


@dataclass(slots=True)
class Owed:
    """Obligations of the reader's own organisations."""

    count: int = 0
    overdue: int = 0
    rows: list[Obligation] = field(default_factory=list)

    @property
    def upcoming(self) -> int:
        return self.count - self.overdue

    @property
    def unlisted(self) -> int:
        return self.count - len(self.rows)


@dataclass(slots=True)
class LateBelow:
    """Organisations below the reader's that are late."""

    count: int = 0
    organisations: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def unlisted(self) -> int:
        return self.organisations - len(self.rows)


@dataclass(slots=True)
class Digest:
    """The three parts of a digest: as secretary, as superior, as discipline commission."""

    owed: Owed = field(default_factory=Owed)
    superior: LateBelow = field(default_factory=LateBelow)
    commission: LateBelow = field(default_factory=LateBelow)

    def __bool__(self) -> bool:
        return bool(self.owed.count or self.superior.count or self.commission.count)


def digests(notices: Sequence[Notice], *, on: date) -> dict[int, Digest]:
    """What each of the notices has to say on the day, by its primary key.

    The number of queries does not depend on the number of notices, but for those that also speak for
    earlier ones: these are read one by one.
    """
    found = {notice.pk: Digest() for notice in notices}
    carriers = _carriers(notices)
    single = {ids[0]: pk for pk, ids in carriers.items() if len(ids) == 1}
    if single:
        _read(Reminder.objects.filter(notice__in=single).annotate(letter=F("notice_id")), on, single, found)
    for pk, ids in carriers.items():
        if len(ids) > 1:
            letter = Value(pk, output_field=BigIntegerField())
            _read(Reminder.objects.filter(notice__in=ids).annotate(letter=letter), on, {pk: pk}, found)
    return found


def _carriers(notices: Sequence[Notice]) -> dict[int, list[int]]:
    """The inbox notices whose reminders each of the notices speaks of: of its own day, and of those it speaks for."""
    earlier = outbox.also_tells(notices)
    wanted = {(notice.recipient_id, key): notice.pk for notice in notices for key in _keys(notice, earlier)}
    inboxes = Notice.objects.filter(
        channel=Channel.INBOX,
        recipient__in={recipient for recipient, _key in wanted},
        key__in={key for _recipient, key in wanted},
    )
    found: dict[int, list[int]] = {}
    for pk, recipient, key in inboxes.order_by("pk").values_list("pk", "recipient_id", "key"):
        if (recipient, key) in wanted:
            found.setdefault(wanted[recipient, key], []).append(pk)
    return found


def _keys(notice: Notice, earlier: Mapping[int, list[str]]) -> list[str]:
    return [notice.key, *earlier.get(notice.pk, ())]


def _read(reminders: QuerySet[Any], on: date, letters: Mapping[int, int], found: Mapping[int, Digest]) -> None:
    """Fills the digests from reminders whose `letter` leads through `letters` to the notice."""
    still_owed = reminders.filter(obligation__fulfilled_on=None)
    late = still_owed.filter(obligation__due_on__lt=on)
    _read_owed(still_owed.filter(rung__audience=Audience.SECRETARY), on, lambda key: found[letters[key]].owed)
    _read_late(late.filter(rung__audience=Audience.SUPERIOR), lambda key: found[letters[key]].superior)
    _read_late(late.filter(rung__audience=Audience.COMMISSION), lambda key: found[letters[key]].commission)


def _read_owed(reminders: QuerySet[Any], on: date, part: Callable[[int], Owed]) -> None:
    """Counts every obligation once, however many rungs brought it, and lists those due first."""
    late = Count("obligation", distinct=True, filter=Q(obligation__due_on__lt=on))
    for row in reminders.values("letter").annotate(count=Count("obligation", distinct=True), overdue=late):
        part(row["letter"]).count, part(row["letter"]).overdue = row["count"], row["overdue"]
    place = Window(DenseRank(), partition_by=F("letter"), order_by=["obligation__due_on", "obligation_id"])
    listed = reminders.annotate(place=place).filter(place__lte=settings.REMINDERS_LISTED).order_by("letter", "place")
    places = list(listed.values_list("letter", "place", "obligation").distinct())
    wanted = Obligation.objects.select_related("organisation", "item", "event")
    obligations = wanted.in_bulk({obligation for _letter, _place, obligation in places})
    for letter, _place, obligation in places:
        part(letter).rows.append(obligations[obligation])


def _read_late(reminders: QuerySet[Any], part: Callable[[int], LateBelow]) -> None:
    """Counts obligations and organisations, and lists the organisations, those late for longest first."""
    count, organisations = Count("obligation", distinct=True), Count("obligation__organisation", distinct=True)
    for row in reminders.values("letter").annotate(count=count, organisations=organisations):
        part(row["letter"]).count, part(row["letter"]).organisations = row["count"], row["organisations"]
    columns = {"name": F("obligation__organisation__name"), "code": F("obligation__organisation__code")}
    each = reminders.values("letter", "obligation__organisation", **columns).annotate(
        count=count, since=Min("obligation__due_on")
    )
    order = [Min("obligation__due_on").asc(), F("obligation__organisation").asc()]
    place = Window(RowNumber(), partition_by=F("letter"), order_by=order)
    for row in each.annotate(place=place).filter(place__lte=settings.REMINDERS_LISTED).order_by("letter", "place"):
        part(row["letter"]).rows.append(row)
