"""Figures of the front page, each with the sentence that defines it. Computed, a few minutes old at most."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from disclosures.listings import moment
from disclosures.models import Obligation, PostingCounter
from organisations.models import Organisation

_KEPT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far disclosing has come, on a day."""

    organisations: int
    """That exist."""
    disclosing: int
    """That exist and published something in the year of the day or the year before."""
    published: int
    """Postings first published in the year of the day."""
    overdue: int
    """Obligations open past their due day."""
    as_of: datetime

    @property
    def percent(self) -> str:
        """The share of organisations that disclose, in percent with one decimal, never rounded up to 100."""
        if not self.organisations:
            return "0"
        tenths = self.disclosing * 1000 // self.organisations
        return f"{tenths / 10:.1f}".removesuffix(".0")


def count_coverage(*, on: date, at: datetime) -> Coverage:
    """Counts now. The numbers of postings come from the counters that number them, one row an organisation and year."""
    counters = PostingCounter.objects.filter(last__gt=0, organisation__in=Organisation.objects.active())
    recent = counters.filter(year__in=[on.year, on.year - 1])
    this_year = PostingCounter.objects.filter(year=on.year)
    return Coverage(
        organisations=Organisation.objects.active().count(),
        disclosing=recent.aggregate(n=Count("organisation", distinct=True))["n"],
        published=this_year.aggregate(n=Sum("last"))["n"] or 0,
        overdue=Obligation.objects.overdue(on=on).count(),
        as_of=at,
    )


def coverage(*, on: date, at: datetime) -> Coverage:
    """`count_coverage`, kept for five minutes."""
    key = f"coverage:{on}"
    kept = cache.get(key)
    if kept is None:
        kept = asdict(count_coverage(on=on, at=at))
        cache.set(key, kept, _KEPT_SECONDS)
    return Coverage(**kept)


def rows(found: Coverage) -> list[dict[str, Any]]:
    """For components/figures.html."""
    return [
        {"label": _("organisations that disclose"), "value": found.percent, "unit": "%", "tone": "good"},
        {"label": _("Party organisations in all"), "value": found.organisations, "unit": _("(unit) organisations")},
        {"label": _("postings this year"), "value": found.published, "unit": _("(unit) postings")},
        {"label": _("items overdue"), "value": found.overdue, "unit": _("(unit) items"), "tone": _alarm(found.overdue)},
    ]


def _alarm(number: int) -> str:
    return "alarm" if number else ""


def definitions(found: Coverage) -> list[str]:
    """What the figures mean, in the order they are shown."""
    return [
        _(
            "Organisations that disclose: %(disclosing)s of %(organisations)s organisations that exist have published"
            " something this year or last."
        )
        % {"disclosing": found.disclosing, "organisations": found.organisations},
        _("Postings this year: first publications since 1 January, those withdrawn later included."),
        _("Items overdue: nothing was disclosed, no nil return made and no waiver given by the end of the due day."),
        _("Counted at %(moment)s.") % {"moment": moment(found.as_of)},
    ]
