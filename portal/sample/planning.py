"""What happens in the sample year: the events that prompt and staged items have to disclose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from catalogue.choices import TimeLimitClass
from catalogue.models import Item

from .days import AnyCalendar
from .places import Group, Place
from .texts import MATTERS, district
from .texts.extra_village import auction_day

_OF_A_BRANCH = frozenset({"M103", "M203", "M303", "M403"})
"""What a branch meets with; the rest happens to those above it."""

_GAP_OF_A_DISTRICT = 70


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened at a place on a day, and the item that must disclose it."""

    item: str
    title: str
    stage: str
    day: date


@dataclass(frozen=True, slots=True)
class Year:
    """The days between which things happen, both included, and the calendar they keep to."""

    since: date
    until: date
    calendar: AnyCalendar

    def some_day(self, rng: Random) -> date:
        return self.since + timedelta(days=rng.randint(5, (self.until - self.since).days))

    def at_work(self, day: date) -> date:
        """The day itself, or the first working day after it."""
        return self.calendar.next_working(day)


def happenings(place: Place, items: dict[str, Item], year: Year) -> list[Happening]:
    """What happened at the place in the year, by day. `items` are the prompt and staged ones it owes, by code."""
    if place.group == Group.DISTRICT:
        found = [one for item in items.values() for one in _of_a_district(place, item, year)]
    else:
        found = [one for code in items for one in _of_an_item(place, code, items, year)]
    inside = (one for one in found if year.since <= one.day <= year.until)
    return sorted(inside, key=lambda one: (one.day, one.item, one.title))


def _of_an_item(place: Place, code: str, items: dict[str, Item], year: Year) -> Iterator[Happening]:
    if code not in MATTERS or code in _FOLLOWERS or (place.group == Group.BRANCH and code not in _OF_A_BRANCH):
        return
    matter = MATTERS[code]
    subjects = matter.subjects_for(place)
    rng = place.rng("happenings", code)
    for subject in rng.sample(subjects, min(len(subjects), rng.randint(*matter.a_year))):
        begins = year.at_work(year.some_day(rng))
        for index, stage in enumerate(matter.stages or ("",)):
            yield Happening(code, subject, stage, year.at_work(begins + timedelta(days=index * matter.gap)))
        yield from _followed_up(code, subject, begins, items, year)


def _followed_up(code: str, subject: str, begins: date, items: dict[str, Item], year: Year) -> Iterator[Happening]:
    """A letting is followed by its auction; a vacancy by the notice of the candidate and the appointment."""
    if code == "X08" and "X09" in items:
        yield Happening("X09", subject.replace("招租", "竞价"), "", auction_day(begins, year.calendar))
    if code == "M501" and {"M502", "M503"} <= items.keys():
        yield Happening("M502", subject, "", year.at_work(begins + timedelta(days=50)))
        yield Happening("M503", subject, "", year.at_work(begins + timedelta(days=66)))


_FOLLOWERS = frozenset({"X09", "M502", "M503"})


def _of_a_district(place: Place, item: Item, year: Year) -> Iterator[Happening]:
    rng = place.rng("happenings", item.code)
    days = sorted(year.at_work(year.some_day(rng)) for _ in range(rng.randint(1, 3)))
    if item.time_limit_class == TimeLimitClass.STAGED:
        for index, stage in enumerate(district.STAGES):
            day = year.at_work(days[0] + timedelta(days=index * _GAP_OF_A_DISTRICT))
            yield Happening(item.code, f"{item.title}（{days[0].year}年）", stage, day)
        return
    issues: dict[int, int] = {}
    for day in days:
        issues[day.year] = issues.get(day.year, 0) + 1
        yield Happening(item.code, f"{item.title}（{day.year}年第{issues[day.year]}期）", "", day)
