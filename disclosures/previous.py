"""What an organisation disclosed of the same item before, to begin from and to compare with."""

from __future__ import annotations

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
