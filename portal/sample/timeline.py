"""When a posting was drafted, proposed, reviewed, approved and published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from .days import AnyCalendar


@dataclass(frozen=True, slots=True)
class Timeline:
    """The moments of a version's way out. `returned_at` and `proposed_again_at` only if it was sent back."""

    drafted_at: datetime
    proposed_at: datetime
    reviewed_at: datetime
    approved_at: datetime
    published_at: datetime
    returned_at: datetime | None = None
    proposed_again_at: datetime | None = None


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of day where the sample is."""
    return datetime.combine(day, time(hour, minute), tzinfo=timezone.get_default_timezone())


def timeline(rng: Random, *, earliest: date, published_on: date, calendar: AnyCalendar, returned: bool) -> Timeline:
    """The way to a publication on the day, which begins on `earliest` at the earliest.

    It takes up to three working days; a version that was returned takes two at least, or was not
    returned after all.
    """
    most = max(0, calendar.count_working_days(earliest - timedelta(days=1), published_on) - 1)
    taken = min(most, rng.choice((0, 1, 1, 2, 3)) if not returned else rng.choice((2, 3)))
    if taken == 0:
        return _in_one_day(rng, published_on)
    first = max(calendar.add_working_days(published_on, -taken), earliest)
    drafted = moment(first, 9, rng.randint(0, 55))
    proposed = drafted + _minutes(rng, 25, 100)
    approved = moment(published_on, rng.randint(9, 14), rng.randint(0, 59))
    published = approved + _minutes(rng, 8, 70)
    if taken == 1:
        reviewed = moment(first, rng.randint(13, 16), rng.randint(0, 59))
        return Timeline(drafted, proposed, reviewed, approved, published)
    second = calendar.add_working_days(first, 1)
    reviewed = moment(second, rng.randint(13, 16), rng.randint(0, 59))
    if not returned:
        return Timeline(drafted, proposed, reviewed, approved, published)
    sent_back = moment(first, rng.randint(14, 16), rng.randint(0, 59))
    again = moment(second, 9, rng.randint(5, 59))
    return Timeline(drafted, proposed, reviewed, approved, published, sent_back, again)


def _in_one_day(rng: Random, day: date) -> Timeline:
    drafted = moment(day, 8, rng.randint(40, 59))
    proposed = drafted + _minutes(rng, 15, 50)
    reviewed = proposed + _minutes(rng, 30, 90)
    approved = reviewed + _minutes(rng, 30, 120)
    return Timeline(drafted, proposed, reviewed, approved, approved + _minutes(rng, 5, 40))


def _minutes(rng: Random, least: int, most: int) -> timedelta:
    return timedelta(minutes=rng.randint(least, most))
