"""What holds of every deadline, and that each is where walking day by day leads."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalogue.choices import DayType, DueRule, Period
from catalogue.deadlines import (
    WorkingCalendar,
    due_date,
    explain,
    next_period,
    parse_period,
    period_of,
    reminder_threshold,
)

from .days import (
    ONE_DAY,
    announced_calendar,
    any_day,
    around_2026,
    calendars,
    is_worked,
    limits,
    nth_day,
    rolled,
    spans,
    walked_due_day,
)

counts = st.integers(-60, 60)


@given(calendars, around_2026)
def test_a_day_is_worked_as_the_reference_says(calendar, day):
    assert calendar.is_working(day) == is_worked(calendar, day)


@given(calendars, around_2026, counts)
def test_adding_working_days_leads_where_walking_leads(calendar, day, n):
    assert calendar.add_working_days(day, n) == nth_day(calendar, day, n)


@given(calendars, around_2026)
def test_the_nearest_working_day_is_where_walking_finds_it(calendar, day):
    assert calendar.next_working(day) == rolled(calendar, day)
    assert calendar.previous_working(day) == rolled(calendar, day, -ONE_DAY)


@given(calendars, around_2026, counts)
def test_counting_undoes_adding(calendar, day, n):
    assert calendar.count_working_days(day, calendar.add_working_days(day, n)) == n


@given(calendars, around_2026, around_2026)
def test_counting_is_counting_one_by_one(calendar, one, other):
    after, until = sorted((one, other))
    days = [after + n * ONE_DAY for n in range(1, (until - after).days + 1)]
    assert calendar.count_working_days(after, until) == sum(is_worked(calendar, day) for day in days)


@given(any_day, st.integers(-1000, 1000))
def test_plain_weeks_are_counted_right_in_any_century(day, n):
    calendar = WorkingCalendar()
    there = calendar.add_working_days(day, n)
    assert calendar.count_working_days(day, there) == n
    assert n == 0 or there.isoweekday() <= 5


@given(limits, around_2026, spans, calendars)
def test_a_due_date_is_where_walking_leads(limit, anchor, span, calendar):
    due = due_date(limit, anchor=anchor, span=span, calendar=calendar)
    assert due.on == walked_due_day(calendar, limit, anchor, span)


@given(limits, around_2026, spans, calendars)
def test_no_limit_ends_on_a_day_that_is_not_worked(limit, anchor, span, calendar):
    assert is_worked(calendar, due_date(limit, anchor=anchor, span=span, calendar=calendar).on)


@given(limits, around_2026, st.integers(0, 30), calendars)
def test_a_later_event_is_never_due_earlier(limit, anchor, later, calendar):
    limit = replace(limit, rule=DueRule.AFTER_EVENT)
    for rule in (DueRule.AFTER_EVENT, DueRule.BEFORE_EVENT, DueRule.STANDING):
        counted = replace(limit, rule=rule)
        first = due_date(counted, anchor=anchor, calendar=calendar)
        second = due_date(counted, anchor=anchor + timedelta(days=later), calendar=calendar)
        assert first.on <= second.on


@given(limits, spans, calendars)
def test_a_later_period_is_never_due_earlier(limit, span, calendar):
    for rule in (DueRule.AFTER_PERIOD, DueRule.FIXED_DAY):
        counted = replace(limit, rule=rule)
        first = due_date(counted, span=span, calendar=calendar)
        assert first.on <= due_date(counted, span=next_period(span), calendar=calendar).on


@given(limits, around_2026, spans, calendars)
def test_one_day_more_is_never_due_earlier_and_before_an_event_never_later(limit, anchor, span, calendar):
    shorter = due_date(limit, anchor=anchor, span=span, calendar=calendar).on
    longer = due_date(replace(limit, days=limit.days + 1), anchor=anchor, span=span, calendar=calendar).on
    assert longer <= shorter if limit.rule == DueRule.BEFORE_EVENT else longer >= shorter


@given(limits, around_2026, spans, calendars)
def test_a_limit_before_an_event_never_ends_after_it_and_the_others_never_before_their_start(
    limit, anchor, span, calendar
):
    due = due_date(limit, anchor=anchor, span=span, calendar=calendar)
    if limit.rule == DueRule.BEFORE_EVENT:
        assert due.on <= anchor
    else:
        assert due.on >= due.counted_from


@given(limits, around_2026, spans, calendars)
def test_what_was_skipped_is_told_with_a_reason_and_nothing_worked_is_among_it(limit, anchor, span, calendar):
    due = due_date(limit, anchor=anchor, span=span, calendar=calendar)
    assert not [day for day, reason in due.skipped if is_worked(calendar, day) or not reason]
    assert all(is_worked(calendar, day) and day.isoweekday() > 5 for day, _name in due.made_up)
    assert due.nominal == due.on or due.nominal in dict(due.skipped)


@given(limits, around_2026, spans)
def test_working_days_skipped_and_counted_make_up_the_whole_stretch(limit, anchor, span):
    calendar = announced_calendar()
    limit = replace(limit, day_type=DayType.WORKING, days=limit.days + 1, rule=DueRule.AFTER_EVENT)
    due = due_date(limit, anchor=anchor, calendar=calendar)
    assert len(due.skipped) + limit.days == (due.on - anchor).days


@given(limits, around_2026, spans, calendars)
def test_a_due_date_warns_exactly_of_the_unconfirmed_years_it_was_counted_through(limit, anchor, span, calendar):
    due = due_date(limit, anchor=anchor, span=span, calendar=calendar)
    if limit.counts_working_days and limit.days:
        first = due.counted_from + (-ONE_DAY if limit.rule == DueRule.BEFORE_EVENT else ONE_DAY)
    else:
        first = due.nominal
    years = range(min(first, due.on).year, max(first, due.on).year + 1)
    assert [warning.year for warning in due.warnings] == [y for y in years if y not in calendar.confirmed_years]
    assert due.provisional == bool(due.warnings)


@given(limits, around_2026, spans, calendars)
def test_every_due_date_can_be_explained_and_names_its_day(limit, anchor, span, calendar):
    due = due_date(limit, anchor=anchor, span=span, calendar=calendar)
    words = explain(due)
    assert f"{due.on.month}月{due.on.day}日" in words
    assert "%" not in words
    assert all(str(warning) in words for warning in due.warnings)


@given(around_2026, st.integers(-10, 10), st.sampled_from(DayType), calendars)
def test_the_reminder_threshold_is_the_last_due_day_whose_rung_has_come(on, offset, day_type, calendar):
    def rung(due):
        if day_type == DayType.CALENDAR:
            return due + offset * ONE_DAY
        return nth_day(calendar, due, offset)

    threshold = reminder_threshold(on, offset, day_type, calendar)
    assert rung(threshold) <= on
    assert rung(threshold + ONE_DAY) > on


@given(st.sampled_from(Period), any_day)
def test_a_period_contains_its_day_and_is_found_again_by_its_key(kind, day):
    span = period_of(kind, day)
    assert span.starts_on <= day <= span.ends_on
    assert parse_period(span.key) == span
    assert span.starts_on.day == 1
    assert (span.ends_on + ONE_DAY).day == 1


@given(st.sampled_from(Period), any_day)
def test_periods_follow_each_other_without_a_gap(kind, day):
    span = period_of(kind, day)
    following = next_period(span)
    assert following.starts_on == span.ends_on + ONE_DAY
    assert following.key > span.key


@given(limits, any_day, st.sampled_from(Period))
def test_far_dates_are_counted_too(limit, day, kind):
    due = due_date(limit, anchor=day, span=period_of(kind, day), calendar=WorkingCalendar())
    assert date.min < due.on < date.max
