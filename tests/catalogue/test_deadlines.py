"""Deadlines by example: the rules of docs/rules.md, both sides of each boundary."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from catalogue.choices import DayType, DueRule, Period
from catalogue.deadlines import (
    DeadlineError,
    PeriodSpan,
    TimeLimit,
    WorkingCalendar,
    due_date,
    next_period,
    parse_period,
    period_of,
    reminder_threshold,
)

from .days import announced_calendar

CALENDAR = announced_calendar()
PLAIN = WorkingCalendar()
SATURDAY, MONDAY = date(2026, 11, 7), date(2026, 11, 9)


def after_event(days, day_type=DayType.WORKING):
    return TimeLimit(DueRule.AFTER_EVENT, days, day_type)


def before_event(days, day_type=DayType.WORKING):
    return TimeLimit(DueRule.BEFORE_EVENT, days, day_type)


def after_period(days, day_type=DayType.WORKING):
    return TimeLimit(DueRule.AFTER_PERIOD, days, day_type)


def fixed(month, day):
    return TimeLimit(DueRule.FIXED_DAY, fixed_month=month, fixed_day=day)


def due(limit, anchor=None, period=None, calendar=CALENDAR):
    return due_date(limit, anchor=anchor, span=parse_period(period) if period else None, calendar=calendar)


class TestWorkingDays:
    """R2, R3: weekends and days off are not worked, make-up days are."""

    def test_national_day_2025_with_its_make_up_days(self):
        assert CALENDAR.is_working(date(2025, 9, 28)), "a Sunday worked to make up"
        assert CALENDAR.is_working(date(2025, 9, 30))
        assert not CALENDAR.is_working(date(2025, 10, 1))
        assert not CALENDAR.is_working(date(2025, 10, 8)), "a Wednesday off"
        assert CALENDAR.is_working(date(2025, 10, 9))
        assert CALENDAR.is_working(date(2025, 10, 11)), "a Saturday worked to make up"
        assert not CALENDAR.is_working(date(2025, 10, 12))

    def test_national_day_2026_with_its_make_up_days(self):
        assert CALENDAR.is_working(date(2026, 9, 20)), "a Sunday worked to make up"
        assert not CALENDAR.is_working(date(2026, 9, 25)), "mid-autumn, a Friday"
        assert not CALENDAR.is_working(date(2026, 9, 27))
        assert CALENDAR.is_working(date(2026, 9, 28))
        assert not CALENDAR.is_working(date(2026, 10, 7))
        assert CALENDAR.is_working(date(2026, 10, 8))
        assert CALENDAR.is_working(date(2026, 10, 10)), "a Saturday worked to make up"

    def test_a_day_that_is_both_off_and_made_up_is_worked(self):
        calendar = WorkingCalendar({MONDAY: "假"}, {MONDAY: "班"})
        assert calendar.is_working(MONDAY)
        assert calendar.count_working_days(SATURDAY, MONDAY) == 1

    def test_the_day_counted_from_is_not_counted_even_if_it_is_worked(self):
        assert CALENDAR.add_working_days(MONDAY, 1) == date(2026, 11, 10)
        assert CALENDAR.add_working_days(SATURDAY, 1) == MONDAY
        assert CALENDAR.add_working_days(MONDAY, -1) == date(2026, 11, 6)
        assert CALENDAR.add_working_days(SATURDAY, 0) == SATURDAY

    def test_a_calendar_cannot_be_changed_through_what_it_was_made_of(self):
        days = {MONDAY: "假"}
        calendar = WorkingCalendar(days)
        days.clear()
        assert not calendar.is_working(MONDAY)
        with pytest.raises(TypeError):
            calendar.days_off[SATURDAY] = "假"  # type: ignore[index]

    def test_equal_calendars_are_one_key(self):
        assert len({announced_calendar(), announced_calendar(), PLAIN}) == 2

    def test_millions_of_days_are_counted_without_walking_through_them(self):
        there = PLAIN.add_working_days(date(1, 1, 1), 2_000_000)
        assert PLAIN.count_working_days(date(1, 1, 1), there) == 2_000_000
        assert (there - date(1, 1, 1)).days == 2_800_000, "five days a week"


class TestAfterTheEvent:
    """R1, R4: the day itself is not counted; a limit that ends on a day off goes on to the next working day."""

    def test_ten_working_days_over_national_day(self):
        assert due(after_event(10), date(2025, 9, 30)).on == date(2025, 10, 21)
        assert due(after_event(10), date(2026, 9, 30)).on == date(2026, 10, 20)

    def test_an_event_on_a_holiday_counts_from_the_first_day_worked(self):
        assert due(after_event(1), date(2026, 10, 3)).on == date(2026, 10, 8)

    def test_a_make_up_saturday_can_be_the_last_day(self):
        assert due(after_event(3), date(2026, 10, 7)).on == date(2026, 10, 10)
        assert due(after_event(4), date(2026, 10, 7)).on == date(2026, 10, 12), "the Sunday after it is off"

    def test_twenty_calendar_days_of_the_budget_law(self):
        limit = after_event(20, DayType.CALENDAR)
        assert due(limit, date(2026, 9, 10)).on == date(2026, 9, 30), "the day before the holiday"
        assert due(limit, date(2026, 9, 11)).on == date(2026, 10, 8), "ends on 1 October, goes on past the holiday"
        assert due(limit, date(2026, 9, 20)).on == date(2026, 10, 10), "a make-up Saturday is a working day"
        assert due(limit, date(2026, 9, 21)).on == date(2026, 10, 12), "the Sunday after it is not"

    def test_no_days_at_all_means_the_day_of_the_event_or_the_next_one_worked(self):
        for day_type in DayType:
            assert due(after_event(0, day_type), MONDAY).on == MONDAY
            assert due(after_event(0, day_type), SATURDAY).on == MONDAY

    def test_a_leap_day(self):
        assert due(after_event(1, DayType.CALENDAR), date(2028, 2, 28)).on == date(2028, 2, 29)
        assert due(after_event(1, DayType.CALENDAR), date(2027, 2, 28)).on == date(2027, 3, 1)
        assert due(after_event(1), date(2024, 2, 29)).on == date(2024, 3, 1)


class TestBeforeTheEvent:
    """R6: one has to be early enough, so a day that is not worked moves the limit back."""

    def test_a_week_before_a_meeting_just_after_the_holiday(self):
        limit = before_event(7, DayType.CALENDAR)
        assert due(limit, date(2026, 10, 8)).on == date(2026, 9, 30), "1 October is off"
        assert due(limit, date(2026, 10, 7)).on == date(2026, 9, 30), "30 September is worked"
        assert due(limit, date(2026, 10, 9)).on == date(2026, 9, 30)
        assert due(limit, date(2026, 10, 15)).on == date(2026, 10, 8)

    def test_five_working_days_before(self):
        assert due(before_event(5), MONDAY).on == date(2026, 11, 2)
        assert due(before_event(5), SATURDAY).on == date(2026, 11, 2)
        assert due(before_event(5), date(2026, 10, 12)).on == date(2026, 9, 29), "10, 9, 8 October, 30, 29 September"

    def test_no_days_at_all_means_the_day_itself_or_the_one_worked_before(self):
        assert due(before_event(0), MONDAY).on == MONDAY
        assert due(before_event(0), SATURDAY).on == date(2026, 11, 6)


class TestAfterThePeriod:
    @pytest.mark.parametrize(
        ("period", "last_day"),
        [
            ("2025Q3", date(2025, 10, 21)),
            ("2026Q1", date(2026, 4, 15)),
            ("2026Q2", date(2026, 7, 14)),
            ("2026Q3", date(2026, 10, 20)),
            ("2026H1", date(2026, 7, 14)),
            ("2025", date(2026, 1, 15)),
            ("2026-01", date(2026, 2, 13)),
            ("2024-02", date(2024, 3, 14)),
        ],
    )
    def test_ten_working_days_after_the_end(self, period, last_day):
        assert due(after_period(10), period=period).on == last_day

    def test_the_year_ends_on_new_years_holiday(self):
        assert due(after_period(1, DayType.CALENDAR), period="2025").on == date(2026, 1, 4), "a make-up Sunday"
        assert due(after_period(0), period="2025").on == date(2025, 12, 31)
        assert due(after_period(0), period="2026H1").on == date(2026, 6, 30)


class TestFixedDay:
    """R5, R7: the 20th of the first month of the quarter; the last day of a month that is too short."""

    def test_the_twentieth_of_the_first_month_of_each_quarter(self):
        days = [due(fixed(1, 20), period=f"2026Q{quarter}").on for quarter in (1, 2, 3, 4)]
        assert days == [date(2026, 1, 20), date(2026, 4, 20), date(2026, 7, 20), date(2026, 10, 20)]

    def test_it_moves_forward_off_a_day_that_is_not_worked(self):
        assert due(fixed(1, 20), period="2026-09").on == date(2026, 9, 20), "a Sunday worked to make up"
        assert due(fixed(1, 20), period="2026-06").on == date(2026, 6, 22), "the dragon-boat holiday"
        assert due(fixed(1, 19), period="2026-07").on == date(2026, 7, 20)
        assert due(fixed(1, 1), period="2026-10").on == date(2026, 10, 8)

    @pytest.mark.parametrize(
        ("month", "day", "period", "last_day"),
        [
            (1, 31, "2026-04", date(2026, 4, 30)),
            (1, 30, "2026-04", date(2026, 4, 30)),
            (1, 31, "2026-03", date(2026, 3, 31)),
            (2, 30, "2024", date(2024, 2, 29)),
            (2, 31, "2026", date(2026, 2, 28)),
            (3, 31, "2026Q4", date(2026, 12, 31)),
            (6, 31, "2026H2", date(2026, 12, 31)),
            (12, 31, "2025", date(2025, 12, 31)),
        ],
    )
    def test_a_month_without_the_day_ends_on_its_last(self, month, day, period, last_day):
        assert due(fixed(month, day), period=period).on == last_day

    @pytest.mark.parametrize(("period", "months"), [("2026-04", 1), ("2026Q2", 3), ("2026H2", 6), ("2026", 12)])
    def test_the_month_must_lie_in_the_period(self, period, months):
        assert due(fixed(months, 15), period=period)
        if months < 12:
            with pytest.raises(DeadlineError, match=f"周期只有{months}个月"):
                due(fixed(months + 1, 15), period=period)


class TestStanding:
    """R8: what is always up goes up within twenty working days of the duty's first day."""

    def test_twenty_working_days_unless_told_otherwise(self):
        assert due(TimeLimit(DueRule.STANDING), date(2026, 11, 2)).on == date(2026, 11, 30)
        assert due(TimeLimit(DueRule.STANDING, 5), date(2026, 11, 2)).on == MONDAY
        assert due(TimeLimit(DueRule.STANDING, 5, DayType.CALENDAR), date(2026, 11, 2)).on == MONDAY

    def test_the_default_is_in_working_days_whatever_the_item_says(self):
        assert TimeLimit(DueRule.STANDING, day_type=DayType.CALENDAR) == TimeLimit(DueRule.STANDING, 20)


class TestUnconfirmedYears:
    """R9: a year whose days off are not known is counted as plain weeks, and the due date says so."""

    def test_counting_into_2027_warns_and_counting_up_to_its_eve_does_not(self):
        assert [w.year for w in due(after_event(1), date(2026, 12, 31)).warnings] == [2027]
        assert due(after_event(1), date(2026, 12, 30)).warnings == ()

    def test_1_january_2027_is_a_friday_like_any_other_until_it_is_announced(self):
        found = due(after_event(1), date(2026, 12, 31))
        assert found.on == date(2027, 1, 1)
        assert found.provisional

    def test_the_warning_speaks_chinese(self):
        (warning,) = due(after_event(1), date(2026, 12, 31)).warnings
        assert str(warning) == "2027年放假安排尚未公布或尚未录入，截止日为暂定"

    def test_calendar_days_depend_on_the_year_they_end_in_alone(self):
        calendar = replace(CALENDAR, confirmed_years=frozenset({2025, 2027}))
        assert due(after_event(380, DayType.CALENDAR), date(2025, 12, 30), calendar=calendar).warnings == ()
        assert [w.year for w in due(after_event(260), date(2025, 12, 30), calendar=calendar).warnings] == [2026]

    def test_before_an_event_the_days_counted_back_through_matter(self):
        assert [w.year for w in due(before_event(1), date(2027, 1, 2)).warnings] == [2027]
        assert due(before_event(1), date(2027, 1, 1)).warnings == ()


class TestUnusableLimits:
    def test_an_item_gives_its_limit(self):
        item = SimpleNamespace(
            due_rule="fixed_day", due_days=None, day_type="working", fixed_month=1, fixed_day=20, title="集体资金收支"
        )
        assert TimeLimit.of(item) == fixed(1, 20)

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"due_rule": ""}, "请选择计算方式"),
            ({"due_rule": "whenever"}, "请选择计算方式"),
            ({"day_type": "lunar"}, "请选择计算方式"),
            ({"due_days": None}, "请填写天数"),
            ({"due_days": 1001}, "0至1000之间"),
            ({"due_days": -1}, "0至1000之间"),
            ({"due_rule": "fixed_day"}, "固定日期须同时填写"),
            ({"due_rule": "fixed_day", "fixed_month": 1, "fixed_day": 32}, "固定日期须同时填写"),
            ({"due_rule": "fixed_day", "fixed_month": 13, "fixed_day": 1}, "固定日期须同时填写"),
        ],
    )
    def test_half_a_limit_says_what_is_missing(self, change, says):
        good = {"due_rule": "after_event", "due_days": 5, "day_type": "", "fixed_month": None, "fixed_day": None}
        assert TimeLimit.of(SimpleNamespace(**good)) == after_event(5)
        with pytest.raises(DeadlineError, match=says):
            TimeLimit.of(SimpleNamespace(**good | change))

    def test_the_most_days_there_are(self):
        assert after_event(1000) and after_event(0)

    def test_a_limit_without_what_it_is_counted_from(self):
        with pytest.raises(DeadlineError, match="请选择周期"):
            due(after_period(10))
        with pytest.raises(DeadlineError, match="请登记事项发生的日期"):
            due(after_event(10))


class TestTheEndsOfTime:
    @pytest.mark.parametrize(
        ("limit", "anchor"),
        [
            (after_event(1), date(9999, 12, 31)),
            (after_event(1, DayType.CALENDAR), date(9999, 12, 31)),
            (after_event(1000), date(9999, 1, 1)),
            (before_event(1), date(1, 1, 1)),
            (before_event(1, DayType.CALENDAR), date(1, 1, 1)),
        ],
    )
    def test_a_limit_beyond_them_is_refused_in_words(self, limit, anchor):
        with pytest.raises(DeadlineError, match="请核对日期和天数"):
            due(limit, anchor)

    def test_a_last_day_that_is_off_is_refused_too(self):
        calendar = WorkingCalendar({date.max: "假"})
        assert due(after_event(0), date.max, calendar=PLAIN).on == date.max
        with pytest.raises(DeadlineError):
            due(after_event(0), date.max, calendar=calendar)

    def test_1900_is_counted_like_any_year(self):
        assert due(after_event(1), date(1900, 1, 1)).on == date(1900, 1, 2)
        assert due(before_event(5), date(1900, 1, 1)).on == date(1899, 12, 25)

    def test_9999_has_its_periods_but_no_next_one(self):
        for kind in Period:
            last = period_of(kind, date.max)
            assert last.ends_on == date.max
            with pytest.raises(DeadlineError):
                next_period(last)
        assert period_of(Period.MONTHLY, date.min).key == "0001-01"

    def test_the_last_days_before_the_end_are_still_counted(self):
        assert due(after_event(1), date(9999, 12, 30)).on == date(9999, 12, 31)
        assert due(fixed(12, 31), period="9999").on == date(9999, 12, 31)


NONSENSE = [
    *["", "once", "E17", "26", "0000", "12026", "2026Q0", "2026Q5", "2026q3", "2026Q3 ", " 2026", "2026\n", "2026H3"],
    *["2026-13", "2026-00", "2026-1", "2026-11-21", "２０２６", "'; DROP TABLE", None],
]


class TestPeriods:
    @pytest.mark.parametrize(
        ("kind", "day", "key", "first", "last"),
        [
            (Period.YEARLY, date(2026, 12, 31), "2026", date(2026, 1, 1), date(2026, 12, 31)),
            (Period.HALF_YEARLY, date(2026, 6, 30), "2026H1", date(2026, 1, 1), date(2026, 6, 30)),
            (Period.HALF_YEARLY, date(2026, 7, 1), "2026H2", date(2026, 7, 1), date(2026, 12, 31)),
            (Period.QUARTERLY, date(2026, 9, 30), "2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
            (Period.QUARTERLY, date(2026, 10, 1), "2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
            (Period.MONTHLY, date(2024, 2, 29), "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
            (Period.MONTHLY, date(2026, 11, 21), "2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ],
    )
    def test_a_day_lies_in_its_period(self, kind, day, key, first, last):
        assert period_of(kind, day) == parse_period(key) == PeriodSpan(kind, key, first, last)

    @pytest.mark.parametrize("key", NONSENSE)
    def test_nonsense_is_no_period(self, key):
        with pytest.raises(ValueError, match="不是有效周期"):
            parse_period(key)

    @pytest.mark.parametrize(
        ("key", "name"),
        [
            ("2026", "2026年"),
            ("2026H1", "2026年上半年"),
            ("2026H2", "2026年下半年"),
            ("2026Q1", "2026年第一季度"),
            ("2026Q4", "2026年第四季度"),
            ("2026-01", "2026年1月"),
        ],
    )
    def test_a_period_has_a_name(self, key, name):
        assert parse_period(key).label == name


class TestReminderThreshold:
    """T-7, T0, T+5 working days: the ladder of reminders."""

    def test_seven_days_ahead(self):
        assert reminder_threshold(date(2026, 11, 21), -7, DayType.CALENDAR, CALENDAR) == date(2026, 11, 28)

    def test_on_the_day_and_the_day_after(self):
        assert reminder_threshold(MONDAY, 0, DayType.WORKING, CALENDAR) == MONDAY
        assert reminder_threshold(MONDAY, 1, DayType.CALENDAR, CALENDAR) == date(2026, 11, 8)

    def test_one_working_day_ahead(self):
        thursday, friday = date(2026, 11, 5), date(2026, 11, 6)
        assert reminder_threshold(thursday, -1, DayType.WORKING, CALENDAR) == friday
        assert reminder_threshold(friday, -1, DayType.WORKING, CALENDAR) == MONDAY

    def test_five_working_days_after_a_due_day_before_the_holiday(self):
        due_day = date(2026, 9, 30)
        fifth = date(2026, 10, 13)
        assert CALENDAR.add_working_days(due_day, 5) == fifth
        assert reminder_threshold(fifth, 5, DayType.WORKING, CALENDAR) >= due_day
        assert reminder_threshold(date(2026, 10, 12), 5, DayType.WORKING, CALENDAR) < due_day

    def test_at_the_ends_of_time_it_is_clamped(self):
        assert reminder_threshold(date.max, -7, DayType.CALENDAR, PLAIN) == date.max
        assert reminder_threshold(date.max, -7, DayType.WORKING, PLAIN) == date.max
        assert reminder_threshold(date.min, 7, DayType.CALENDAR, PLAIN) == date.min
        assert reminder_threshold(date.min, 7, DayType.WORKING, PLAIN) == date.min
