"""The working calendar with a memory: a sample year asks the same questions thousands of times."""

from __future__ import annotations

from functools import cache

from catalogue.deadlines import WorkingCalendar


class RememberingCalendar:
    """Answers like the `WorkingCalendar` it is made from, and works each answer out once."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self.calendar = calendar
        self.add_working_days = cache(calendar.add_working_days)
        self.count_working_days = cache(calendar.count_working_days)
        self.next_working = cache(calendar.next_working)
        self.previous_working = cache(calendar.previous_working)


AnyCalendar = WorkingCalendar | RememberingCalendar
