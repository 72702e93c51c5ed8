"""What a text is written from: a place, a matter, a time, and chance that always falls the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from catalogue.deadlines import WorkingCalendar

from ..days import AnyCalendar
from ..places import Place

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Text:
    """A title and an HTML body."""

    title: str
    body: str


@dataclass(frozen=True)
class Scene:
    """One posting to be written.

    `when` names the period (2026年第三季度), empty for standing and event items; `subject` and `stage` are
    those of the event. `start` and `end` bound the period, or the days before the event. `day` is the
    date of the matter.
    """

    place: Place
    item: str
    when: str
    start: date
    end: date
    day: date
    subject: str = ""
    stage: str = ""
    elements: str = ""
    department: str = ""
    rng: Random = field(default_factory=lambda: Random(0))
    calendar: AnyCalendar = field(default_factory=WorkingCalendar.plain_weeks)

    @property
    def short(self) -> str:
        return self.place.short

    @property
    def constant(self) -> Random:
        """Chance that falls the same way at every stage of the matter. Begins anew each time it is asked for."""
        return self.place.rng(self.item, self.subject)

    def pick(self, options: Sequence[_T], count: int) -> list[_T]:
        """So many different ones, in the order given."""
        chosen = sorted(self.rng.sample(range(len(options)), min(count, len(options))))
        return [options[index] for index in chosen]

    def date_between(self, first: int = 20, last: int = 80) -> date:
        """A working day that many per cent into the period."""
        length = (self.end - self.start).days
        return self.working_day(self.start + timedelta(days=length * self.rng.randint(first, last) // 100))

    def working_day(self, day: date) -> date:
        """The day itself or the last working day before it; the first after it, if that lies in another month."""
        before = self.calendar.previous_working(day)
        return before if before.month == day.month else self.calendar.next_working(day)

    def attendance(self) -> tuple[int, int]:
        """Members who should come and members who came."""
        due = max(self.place.members, 5)
        if due > 500:
            due = 40 + due % 60  # a committee of this size meets by its delegates
        return due, due - self.rng.randint(0, max(1, due // 12))


Writer = Callable[[Scene], Text]


@dataclass(frozen=True, slots=True)
class Matter:
    """How to write about one catalogue item, and what happens to call for it.

    `subjects` are what a prompt or staged item may be about, by organisation code or group ("" for all
    others); `stages` follow one another `gap` days apart; `a_year` bounds how many subjects come up in a year.
    """

    write: Writer
    subjects: dict[str, tuple[str, ...]]
    stages: tuple[str, ...]
    gap: int
    a_year: tuple[int, int]

    def subjects_for(self, place: Place) -> tuple[str, ...]:
        return self.subjects.get(place.code) or self.subjects.get(place.group, self.subjects[""])


MATTERS: dict[str, Matter] = {}
"""By the item's code in the grass-roots catalogue."""


def about(
    code: str,
    *subjects: str,
    by_group: Mapping[str, tuple[str, ...]] | None = None,
    stages: Sequence[str] = (),
    gap: int = 45,
    a_year: tuple[int, int] = (1, 2),
) -> Callable[[Writer], Writer]:
    """Registers the decorated function as the writer for the item."""

    def register(write: Writer) -> Writer:
        if code in MATTERS:
            raise ValueError(code)
        known = {"": subjects, **(by_group or {})}
        MATTERS[code] = Matter(write, known, tuple(stages), gap, a_year)
        return write

    return register


def cn(day: date) -> str:
    """10月15日."""
    return f"{day.month}月{day.day}日"


def cn_full(day: date) -> str:
    """2026年10月15日."""
    return f"{day.year}年{day.month}月{day.day}日"


def split(rng: Random, total: int, weights: Sequence[int], step: int = 1) -> list[int]:
    """Parts near the weights that add up to `total` exactly; all but the last are multiples of `step`."""
    shaken = [weight * rng.uniform(0.85, 1.15) for weight in weights]
    parts = [int(total * share / sum(shaken)) // step * step for share in shaken[:-1]]
    return [*parts, total - sum(parts)]
