"""The targets of docs/performance.md: how each is worked out of the figures, and whether it is reached.

Figures come by database and scale, as the measures name them. What was not measured is not reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log

Figures = Mapping[str, float]
Store = tuple[str, str]
"""Database and scale."""

LEAST_GROWTH = 3
"""Slopes are taken between cities that differ in size by this factor at least."""


@dataclass(frozen=True, slots=True)
class Target:
    """A sentence, a number worked out of the figures of one city, and its limit."""

    number: str
    sentence: str
    value: Callable[[Figures], float]
    limit: float
    at_least: bool = False
    from_organisations: int = 0
    """Smaller cities are not judged: the number is reported, the limit is for those of this size."""
    in_check: bool = False
    """Noise cannot move it, and it is quick to measure: judged in every run of the checks."""
    so_far: float | None = None
    """Not reached yet: the checks hold it to this instead, so that it does not get worse. The report says MISSED."""

    def reached(self, value: float) -> bool:
        """Whether the number keeps to the limit."""
        return self._within(value, self.limit)

    def holds(self, value: float) -> bool:
        """Whether it is as good as it was so far."""
        return self._within(value, self.limit if self.so_far is None else self.so_far)

    def _within(self, value: float, limit: float) -> bool:
        return value >= limit if self.at_least else value <= limit


@dataclass(frozen=True, slots=True)
class Slope:
    """How a figure grows from the smallest city to the largest: 0 not at all, 1 with the city."""

    number: str
    sentence: str
    figure: str
    limit: float
    in_check: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the report; `reached` is None where nothing is judged."""

    number: str
    sentence: str
    store: str
    value: float | None
    limit: str
    reached: bool | None
    note: str = ""
    holds: bool = False
    """Not reached, but no worse than it was so far."""


def over(subject: str, measure: str) -> Callable[[Figures], float]:
    """The subject as a multiple of the measure; a measure of nothing is taken to be the smallest that shows, 1."""
    return lambda figures: figures[subject] / (figures[measure] or 1)


def figure(name: str) -> Callable[[Figures], float]:
    """A figure as it is."""
    return lambda figures: figures[name]


def slowest_page(figures: Figures) -> float:
    """The page that costs SQLite most beside PostgreSQL, as a multiple; both are among the figures of SQLite."""
    names = [name for name in figures if name.startswith("page.")]
    return max(figures[name] / figures[f"postgres.{name}"] for name in names)


CITY = 80_000
TEN = 15_000

TARGETS = (
    Target(
        "1", "board, built anew: processor, as a multiple of hello (H)", over("board.cold.cpu_ms", "hello.cpu_ms"), 5
    ),
    Target("1", "board: queries", figure("board.queries"), 5, in_check=True),
    Target("1", "board: buffers", figure("board.buffers"), 120, in_check=True, so_far=130),
    Target("2", "board, kept and always fresh: processor / H", over("board.warm.cpu_ms", "hello.cached.cpu_ms"), 2),
    Target("2", "board, kept and always fresh: requests a second / H", figure("board.warm.rate_ratio"), 0.6, True),
    Target("3", "board, unchanged (304): processor / H", over("board.unchanged.cpu_ms", "hello.cached.cpu_ms"), 1.5),
    Target(
        "6",
        "page at 90 % of the depth: buffers / those of the first page",
        over("paging.deep.buffers", "paging.first.buffers"),
        2,
        in_check=True,
    ),
    Target(
        "6",
        "the same page by OFFSET: buffers / ours",
        over("paging.offset.buffers", "paging.deep.buffers"),
        1000,
        at_least=True,
        in_check=True,
    ),
    *(
        Target("7", f"newest 30 of a {name}: buffers", figure(f"newest.{name}.buffers"), 7000, in_check=True)
        for name in ("street", "district", "city")
    ),
    Target(
        "7",
        "newest of a branch of four entries, none lately: the plain WHERE takes so many times longer",
        over("newest.branch.plain.ms", "newest.branch.ms"),
        100,
        at_least=True,
        from_organisations=CITY,
    ),
    Target(
        "8",
        "review of the city: buffers, full scans (F) to one",
        over("full_scan.buffers", "review.city.buffers"),
        500,
        at_least=True,
        from_organisations=CITY,
    ),
    Target(
        "8",
        "overdue of a district, counted now: F to one",
        over("full_scan.buffers", "review.district.live.buffers"),
        30,
        at_least=True,
        from_organisations=CITY,
    ),
    Target(
        "8",
        "overdue of a street, counted now: F to one",
        over("full_scan.buffers", "review.street.live.buffers"),
        500,
        at_least=True,
        from_organisations=CITY,
    ),
    Target(
        "9", "drill-down, 50 rows from anywhere: buffers", figure("drill_down.buffers"), 200, in_check=True, so_far=230
    ),
    Target("10", "a new day: rows written to mark overdue", figure("new_day.obligations.rows"), 0, in_check=True),
    Target("10", "a new day, logged again: rows written", figure("new_day.again.rows"), 0, in_check=True),
    Target(
        "10",
        "newly overdue: buffers, F to one",
        over("full_scan.buffers", "newly_overdue.buffers"),
        1000,
        at_least=True,
        from_organisations=TEN,
        in_check=True,
    ),
    Target(
        "11",
        "generator: processor a row / that of a bare INSERT ... SELECT",
        over("generator.us_per_row", "generator.bare.us_per_row"),
        2.5,
    ),
    Target("11", "generator: seconds of a night on which no period begins", figure("generator.quiet.seconds"), 5),
    Target("11", "generator: obligations made when run again", figure("generator.again.rows"), 0),
    Target(
        "12",
        "publishing by 8 clients: rate / that of bare inserts",
        over("publishing.rate", "publishing.bare.rate"),
        0.5,
        at_least=True,
    ),
    Target(
        "13",
        "founding an organisation: rows written beside its own",
        lambda figures: figures["tree.insert.rows"] - 1,
        1,
        in_check=True,
    ),
    Target(
        "13",
        "moving an organisation: rows written beside its subtree",
        lambda figures: figures["tree.move.rows"] - figures["tree.move.subtree"],
        2,
        in_check=True,
    ),
    *(
        Target(
            "13",
            f"{words}: django-mptt's time / ours",
            over(f"tree.mptt.{name}.ms", f"tree.{name}.ms"),
            100,
            at_least=True,
            from_organisations=CITY,
        )
        for name, words in (("insert", "founding an organisation"), ("move", "moving an organisation"))
    ),
    Target("14", "SQLite, 8 writers: transactions failed", figure("writers.failed"), 0),
    Target("14", "SQLite, the page of one district that compares worst: time / PostgreSQL's", slowest_page, 1),
    Target(
        "16",
        "reminders: processor a row, row by row / in sets",
        over("reminders.row_by_row.us_per_row", "reminders.us_per_row"),
        30,
        at_least=True,
        in_check=True,
    ),
    Target("16", "reminders, raised again: rows written", figure("reminders.again.rows"), 0, in_check=True),
)

SLOPES = (
    Slope("1", "board: buffers", "board.buffers", 0.1),
    Slope("7", "newest 30 of a street: buffers", "newest.street.buffers", 0.1),
    Slope("9", "drill-down: buffers", "drill_down.buffers", 0.1),
    Slope("13", "founding an organisation: rows written", "tree.insert.rows", 0.0),
)

SQLITE = {"14"}
"""Targets judged on SQLite; all others on PostgreSQL."""


def judged(figures: Mapping[Store, Figures], *, check: bool = False) -> list[Result]:
    """Every target on every city measured, and the slopes; with `check` those that belong to the checks only."""
    results = []
    for target in TARGETS:
        if target.in_check or not check:
            db = "sqlite" if target.number in SQLITE else "postgres"
            cities = {scale: found for (kind, scale), found in figures.items() if kind == db}
            results += [_judge(target, db, scale, found) for scale, found in cities.items()] or [
                _missing(target.number, target.sentence, db, _limit(target), "not measured")
            ]
    ours = {scale: found for (kind, scale), found in figures.items() if kind == "postgres"}
    results += [_judge_slope(slope, ours) for slope in SLOPES if slope.in_check or not check]
    return sorted(results, key=lambda result: int(result.number))


def _missing(number: str, sentence: str, store: str, limit: str, note: str) -> Result:
    return Result(number, sentence, store, None, limit, False, note)


def _limit(target: Target) -> str:
    return f"{'>=' if target.at_least else '<='} {target.limit:g}"


def _judge(target: Target, db: str, scale: str, figures: Figures) -> Result:
    store = f"{db} {scale}"
    try:
        value = float(target.value(figures))
    except (KeyError, TypeError, ValueError) as error:
        return _missing(target.number, target.sentence, store, _limit(target), f"not measured: {error}")
    if figures.get("organisations", 0) < target.from_organisations:
        note = f"judged from {target.from_organisations:,} organisations"
        return Result(target.number, target.sentence, store, value, _limit(target), None, note)
    reached, holds = target.reached(value), target.holds(value)
    note = f"{target.so_far:g} so far" if holds and not reached else ""
    return Result(target.number, target.sentence, store, value, _limit(target), reached, note, holds)


def slope(small: tuple[float, float], large: tuple[float, float]) -> float:
    """The log-log slope between two points of (size, cost)."""
    return log((large[1] or 1) / (small[1] or 1)) / log(large[0] / small[0])


def _judge_slope(wanted: Slope, cities: Mapping[str, Figures]) -> Result:
    sentence, limit = f"{wanted.sentence}, slope", f"<= {wanted.limit:g}"
    points = sorted(
        (found["organisations"], found[wanted.figure])
        for found in cities.values()
        if "organisations" in found and wanted.figure in found
    )
    if not points or points[-1][0] < LEAST_GROWTH * points[0][0]:
        return _missing(wanted.number, sentence, "postgres", limit, "not measured: it takes two scales")
    value = slope(points[0], points[-1])
    store = f"{points[0][0]:,.0f} to {points[-1][0]:,.0f}"
    return Result(wanted.number, sentence, store, value, limit, round(value, 3) <= wanted.limit)


def missed(results: list[Result]) -> list[Result]:
    """Targets that were judged and not reached, and those that were not measured."""
    return [result for result in results if result.reached is False]


def worse(results: list[Result]) -> list[Result]:
    """What is missed, except for what was missed before and got no worse."""
    return [result for result in missed(results) if not result.holds]


def table(results: list[Result]) -> str:
    """The report, one line a target and city."""
    marks = {True: "reached", False: "MISSED", None: "-"}
    lines = []
    for each in results:
        value = "-" if each.value is None else f"{each.value:,.3g}" if abs(each.value) < 1000 else f"{each.value:,.0f}"
        end = f"{marks[each.reached]:8}{each.note}".rstrip()
        lines.append(f"{each.number:>3}  {each.store:20}{value:>12}  {each.limit:10}{end:20}  {each.sentence}")
    return "\n".join(lines)


def dearer(old: Mapping[Store, Figures], new: Mapping[Store, Figures], *, by: float) -> list[str]:
    """Figures that are costs and grew by more than a share since; rates and ratios are not costs."""
    found = []
    for store in old.keys() & new.keys():
        for name in sorted(old[store].keys() & new[store].keys()):
            if not name.endswith(COSTS):
                continue
            before, now = old[store][name], new[store][name]
            if isinstance(before, int | float) and isinstance(now, int | float) and now > before * (1 + by):
                found.append(f"{' '.join(store)}: {name} {before:g} -> {now:g}")
    return sorted(found)


COSTS = (".queries", ".buffers", ".rows", ".cpu_ms", ".us_per_row", ".failed")
"""Ends of the names of figures that noise does not move much, and that should not grow."""
