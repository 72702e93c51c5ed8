"""What an organisation disclosed of the same item before, to begin from and to compare with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from catalogue.models import Item
from organisations.models import Organisation

from . import richtext
from .choices import PostingStatus
from .models import Obligation, Version


def last_disclosed(organisation: Organisation, item: Item, obligation: Obligation | None) -> Version | None:
    """The text shown for the last period before the obligation's own that was disclosed; None for other matters.

    An item of a new edition is the same item as long as it keeps its code. What was withdrawn is not begun from.
    """
    if obligation is None or obligation.period_start is None:
        return None
    earlier = Version.objects.filter(
        shown_by__organisation=organisation,
        shown_by__status__in=[PostingStatus.PUBLISHED, PostingStatus.ENDED],
        shown_by__item__code=item.code,
        shown_by__item__catalogue__code=item.catalogue.code,
        shown_by__obligation__period_start__lt=obligation.period_start,
    )
    related = ("posting__obligation", "posting__item__catalogue")
    return earlier.select_related(*related).order_by("-shown_by__obligation__period_start", "-pk").first()


def before(version: Version) -> Version | None:
    """What the version is to be compared with: for a correction the text it corrects, else that of the last period."""
    posting = version.posting
    if version.ordinal > 1:
        published = posting.versions.filter(ordinal__lt=version.ordinal, published_at__isnull=False)
        return published.order_by("ordinal").last()
    return last_disclosed(posting.organisation, posting.item, posting.obligation)


def repeats(version: Version) -> bool:
    """Whether the first version of a posting says word for word what was said last period, with no file of its own."""
    if version.ordinal > 1:
        return False
    last = before(version)
    if last is None or richtext.lines(last.body) != richtext.lines(version.body):
        return False
    return not version.attachments.exclude(sha256__in=last.attachments.values("sha256")).exists()


def last_texts(obligations: Sequence[Obligation]) -> dict[int, str]:
    """`last_disclosed` for many obligations at once: the texts, by obligation. Two queries."""
    wanted = [obligation for obligation in obligations if obligation.period_start is not None]
    if not wanted:
        return {}
    earlier = Version.objects.filter(
        shown_by__organisation__in={obligation.organisation_id for obligation in wanted},
        shown_by__status__in=[PostingStatus.PUBLISHED, PostingStatus.ENDED],
        shown_by__item__code__in={obligation.item.code for obligation in wanted},
        shown_by__obligation__period_start__lt=max(o.period_start for o in wanted if o.period_start),
    )
    names = ("organisation", "item__catalogue__code", "item__code", "obligation__period_start")
    rows = earlier.values_list(*(f"shown_by__{name}" for name in names), "pk").order_by(
        "shown_by__obligation__period_start", "pk"
    )
    found: dict[tuple[int, str, str], list[tuple[date, int]]] = defaultdict(list)
    for organisation, catalogue, code, starts, pk in rows:
        found[organisation, catalogue, code].append((starts, pk))
    chosen: dict[int, int] = {}
    for obligation in wanted:
        item = obligation.item
        before = found[obligation.organisation_id, item.catalogue.code, item.code]
        earlier_ones = [pk for starts, pk in before if obligation.period_start and starts < obligation.period_start]
        if earlier_ones:
            chosen[obligation.pk] = earlier_ones[-1]
    bodies = dict(Version.objects.filter(pk__in=set(chosen.values())).values_list("pk", "body"))
    return {obligation: bodies[version] for obligation, version in chosen.items()}
