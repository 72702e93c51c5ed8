"""The working calendar in the database: how it is read, changed, and who is told."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from catalogue import calendars
from catalogue.calendar_files import CalendarFileError, DayRow
from catalogue.choices import DayKind
from catalogue.models import CalendarDay, CalendarYear
from tests.factories.organisations import UserFactory

from .days import announced_calendar

pytestmark = pytest.mark.django_db

HOLIDAY, WORKDAY = DayKind.HOLIDAY, DayKind.WORKDAY
FRIDAY, SATURDAY = date(2027, 1, 1), date(2027, 1, 9)
NEW_YEAR_2027 = [DayRow(FRIDAY, HOLIDAY, "元旦", "国办发明电〔2026〕9号"), DayRow(SATURDAY, WORKDAY, "元旦调休上班")]


@pytest.fixture
def told(monkeypatch):
    """Everything a listener was told, with the calendar as it read it at that moment."""
    heard = []
    monkeypatch.setattr(calendars, "_listeners", [])
    calendars.on_change(lambda change: heard.append((change, calendars.working_calendar())))
    return heard


def changes(told):
    return [change for change, _calendar in told]


def add(day, kind=HOLIDAY, name="假"):
    return CalendarDay.objects.create(date=day, kind=kind, name=name)


class TestReading:
    def test_the_bundled_days_are_the_announced_ones(self):
        calendars.load_file()
        assert calendars.working_calendar() == announced_calendar()

    def test_an_empty_calendar_is_plain_weeks_of_which_no_year_is_confirmed(self):
        calendar = calendars.working_calendar()
        assert calendar.is_working(date(2026, 10, 1))
        assert calendar.confirmed_years == frozenset()

    def test_one_query_whatever_it_holds(self, django_assert_num_queries):
        calendars.load_file()
        for _ in range(2):
            with django_assert_num_queries(1):
                calendars.working_calendar()

    def test_what_was_built_once_is_not_built_again(self):
        calendars.load_file()
        assert calendars.working_calendar() is calendars.working_calendar()

    def test_it_is_never_stale_however_the_rows_were_written(self):
        day = add(FRIDAY)
        assert not calendars.working_calendar().is_working(FRIDAY)
        CalendarDay.objects.filter(pk=day.pk).update(kind=WORKDAY)
        assert calendars.working_calendar().is_working(FRIDAY)
        CalendarDay.objects.filter(pk=day.pk).update(kind=HOLIDAY, name="改名")
        assert calendars.working_calendar().days_off == {FRIDAY: "改名"}
        CalendarDay.objects.all().delete()
        assert calendars.working_calendar().is_working(FRIDAY)
        CalendarYear.objects.create(year=2027)
        assert calendars.working_calendar().confirmed_years == {2027}

    def test_what_was_rolled_back_is_forgotten(self):
        try:
            with transaction.atomic():
                add(FRIDAY)
                assert not calendars.working_calendar().is_working(FRIDAY)
                raise InterruptedError
        except InterruptedError:
            assert calendars.working_calendar().is_working(FRIDAY)


class TestYearsToConfirm:
    def test_the_next_year_is_asked_for_from_november(self):
        CalendarYear.objects.create(year=2026)
        assert calendars.years_to_confirm(date(2026, 10, 31)) == []
        assert calendars.years_to_confirm(date(2026, 11, 1)) == [2027]
        assert calendars.years_to_confirm(date(2027, 1, 1)) == [2027]

    def test_not_once_it_is_there(self):
        CalendarYear.objects.bulk_create([CalendarYear(year=2026), CalendarYear(year=2027)])
        assert calendars.years_to_confirm(date(2026, 12, 31)) == []


class TestTelling:
    def test_a_day_that_turns_is_told_after_it_is_written(self, told):
        user = UserFactory()
        change = calendars.save_day(CalendarDay(date=FRIDAY, kind=HOLIDAY, name="元旦"), by=user)
        ((heard, calendar),) = told
        assert (heard.days, heard.years, heard.by) == ((FRIDAY,), (), user)
        assert not calendar.is_working(FRIDAY)
        assert (change.first_day, change.last_day) == (FRIDAY, FRIDAY)

    def test_a_day_off_on_a_weekend_turns_nothing(self, told):
        assert not calendars.save_day(CalendarDay(date=SATURDAY, kind=HOLIDAY, name="元旦"))
        assert told == []

    def test_a_new_name_turns_nothing(self, told):
        day = add(FRIDAY)
        day.name = "元旦"
        assert not calendars.save_day(day)
        assert told == []
        assert CalendarDay.objects.get().name == "元旦"

    def test_a_day_moved_touches_where_it_was_and_where_it_is(self, told):
        day = add(FRIDAY)
        day.date = date(2027, 1, 4)
        change = calendars.save_day(day)
        assert change.days == (FRIDAY, date(2027, 1, 4))

    def test_a_weekend_that_was_off_by_name_and_is_now_worked(self, told):
        day = add(SATURDAY)
        day.kind = WORKDAY
        assert calendars.save_day(day).days == (SATURDAY,)

    def test_deleting_tells_of_the_days_that_turn(self, told):
        add(FRIDAY), add(SATURDAY), add(date(2027, 1, 10), WORKDAY)
        change = calendars.delete_days(CalendarDay.objects.all())
        assert change.days == (FRIDAY, date(2027, 1, 10))
        assert not CalendarDay.objects.exists()

    def test_deleting_nothing_tells_nobody(self, told):
        assert not calendars.delete_days(CalendarDay.objects.none())
        assert told == []

    def test_a_year_announced_or_taken_back_touches_all_of_it(self, told):
        change = calendars.save_year(CalendarYear(year=2027))
        assert (change.first_day, change.last_day) == (date(2027, 1, 1), date(2027, 12, 31))
        calendars.delete_years(CalendarYear.objects.all())
        assert [heard.years for heard in changes(told)] == [(2027,), (2027,)]
        assert calendars.working_calendar().confirmed_years == frozenset()

    def test_a_year_corrected_touches_both(self, told):
        year = CalendarYear.objects.create(year=2026)
        year.year = 2027
        assert calendars.save_year(year).years == (2026, 2027)
        year.source = "国办发明电〔2026〕9号"
        assert not calendars.save_year(year)

    def test_a_load_tells_once(self, told):
        loaded = calendars.load_days(NEW_YEAR_2027)
        assert changes(told) == [loaded.change]
        assert (loaded.change.days, loaded.change.years) == ((FRIDAY, SATURDAY), (2027,))

    def test_a_listener_that_fails_undoes_the_change(self, monkeypatch):
        def refuse(change):
            raise InterruptedError

        monkeypatch.setattr(calendars, "_listeners", [])
        calendars.on_change(refuse)
        with pytest.raises(InterruptedError):
            calendars.load_days(NEW_YEAR_2027)
        assert not CalendarDay.objects.exists()
        assert not CalendarYear.objects.exists()

    def test_what_listeners_moved_is_added_up(self, monkeypatch):
        monkeypatch.setattr(calendars, "_listeners", [])
        calendars.on_change(lambda change: 40)
        calendars.on_change(lambda change: None)
        calendars.on_change(lambda change: 2)
        assert calendars.load_days(NEW_YEAR_2027).change.moved == 42

    def test_asking_twice_is_asking_once(self, monkeypatch):
        monkeypatch.setattr(calendars, "_listeners", [])

        def listener(change):
            return 1

        assert calendars.on_change(listener) is calendars.on_change(listener) is listener
        assert calendars.load_days(NEW_YEAR_2027).change.moved == 1


class TestTouching:
    """Which counts a change can alter: those that pass or end on a day that turned."""

    change = calendars.CalendarChange(days=(date(2026, 11, 9), date(2026, 11, 20)))

    @pytest.mark.parametrize(
        ("counted_from", "due_on", "touched"),
        [
            (date(2026, 11, 1), date(2026, 11, 8), False),
            (date(2026, 11, 1), date(2026, 11, 9), True),
            (date(2026, 11, 9), date(2026, 11, 1), True),
            (date(2026, 11, 10), date(2026, 11, 19), False),
            (date(2026, 11, 20), date(2026, 12, 1), True),
            (date(2026, 11, 21), date(2026, 12, 1), False),
        ],
    )
    def test_a_count_is_touched_if_it_meets_a_day(self, counted_from, due_on, touched):
        assert self.change.touches(counted_from, due_on) is touched

    def test_a_year_touches_whatever_reaches_into_it(self):
        change = calendars.CalendarChange(years=(2027,))
        assert change.touches(date(2026, 12, 20), date(2027, 1, 4))
        assert not change.touches(date(2026, 12, 20), date(2026, 12, 31))

    def test_untouched_due_dates_do_not_move(self):
        """Turning any one day leaves every due date whose count it does not touch where it was."""
        from catalogue.choices import DayType, DueRule
        from catalogue.deadlines import TimeLimit, WorkingCalendar, due_date

        before = announced_calendar()
        turned = date(2026, 10, 14)
        after = WorkingCalendar({**before.days_off, turned: "临时放假"}, before.make_up_days, before.confirmed_years)
        change = calendars.CalendarChange(days=(turned,))
        moved = 0
        for rule in (DueRule.AFTER_EVENT, DueRule.BEFORE_EVENT):
            for day_type in DayType:
                for days in (0, 1, 10):
                    for offset in range(-40, 41):
                        limit, anchor = TimeLimit(rule, days, day_type), turned + timedelta(days=offset)
                        old = due_date(limit, anchor=anchor, calendar=before).on
                        new = due_date(limit, anchor=anchor, calendar=after).on
                        moved += old != new
                        assert old == new or change.touches(anchor, old)
        assert moved > 20


class TestLoading:
    def test_twice_is_once(self, told):
        first = calendars.load_file()
        second = calendars.load_file()
        assert (len(first.created), first.confirmed) == (108, [2024, 2025, 2026])
        assert (second.created, second.updated, second.unchanged, second.confirmed) == ([], [], 108, [])
        assert len(told) == 1

    def test_a_dry_run_writes_and_tells_nothing(self, told):
        loaded = calendars.load_days(NEW_YEAR_2027, dry_run=True)
        assert (len(loaded.created), loaded.confirmed) == (2, [2027])
        assert told == []
        assert not CalendarDay.objects.exists()
        assert not CalendarYear.objects.exists()

    def test_days_are_corrected_and_others_of_the_year_stay(self):
        kept = add(date(2027, 2, 8), name="春节")
        add(FRIDAY, name="新年")
        loaded = calendars.load_days(NEW_YEAR_2027)
        assert ([row.date for row in loaded.updated], [row.date for row in loaded.created]) == ([FRIDAY], [SATURDAY])
        assert loaded.kept == [kept.date]
        assert CalendarDay.objects.get(date=FRIDAY).name == "元旦"
        assert CalendarDay.objects.count() == 3

    def test_replacing_removes_other_days_of_those_years_alone(self, told):
        add(date(2027, 2, 8)), add(date(2026, 10, 1))
        loaded = calendars.load_days(NEW_YEAR_2027, replace_years=True)
        assert loaded.removed == [date(2027, 2, 8)]
        assert date(2027, 2, 8) in changes(told)[0].days
        assert set(CalendarDay.objects.values_list("date", flat=True)) == {FRIDAY, SATURDAY, date(2026, 10, 1)}

    def test_a_make_up_day_in_the_year_before_does_not_confirm_or_empty_that_year(self):
        add(date(2026, 10, 1))
        rows = [*NEW_YEAR_2027, DayRow(date(2026, 12, 27), WORKDAY, "元旦调休上班")]
        loaded = calendars.load_days(rows, replace_years=True)
        assert (loaded.confirmed, loaded.removed) == ([2027], [])

    def test_the_year_keeps_its_source(self):
        calendars.load_days(NEW_YEAR_2027)
        assert CalendarYear.objects.get(year=2027).source == "国办发明电〔2026〕9号"

    def test_replace_year_makes_the_days_the_whole_of_it(self):
        add(date(2027, 2, 8))
        calendars.replace_year(2027, NEW_YEAR_2027)
        assert set(CalendarDay.objects.values_list("date", flat=True)) == {FRIDAY, SATURDAY}
        calendars.replace_year(2027, [])
        assert not CalendarDay.objects.exists()
        assert CalendarYear.objects.filter(year=2027).exists()

    def test_replace_year_refuses_days_of_another(self):
        with pytest.raises(CalendarFileError, match="2027-01-01"):
            calendars.replace_year(2026, NEW_YEAR_2027)
        assert not CalendarDay.objects.exists()

    def test_a_make_up_day_in_the_middle_of_the_week_is_refused(self):
        with pytest.raises(ValidationError, match="不是周六或周日"):
            calendars.load_days([*NEW_YEAR_2027, DayRow(date(2027, 1, 6), WORKDAY, "班")])
        assert not CalendarDay.objects.exists()

    def test_a_load_takes_few_queries_however_many_days(self):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            calendars.load_file()
        assert len(captured) < 15


class TestConstraints:
    def test_a_day_stands_there_once(self):
        add(FRIDAY)
        with pytest.raises(IntegrityError):
            add(FRIDAY, WORKDAY)

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("calendar_day_is_off_or_made_up", {"kind": "maybe"}),
            ("calendar_day_has_a_name", {"name": ""}),
            ("calendar_day_in_a_likely_year", {"date": date(1899, 12, 31)}),
            ("calendar_day_in_a_likely_year", {"date": date(2201, 1, 1)}),
        ],
    )
    def test_the_database_refuses_a_day_that_cannot_be(self, name, values):
        with pytest.raises(IntegrityError, match=name):
            CalendarDay.objects.create(**{"date": FRIDAY, "kind": HOLIDAY, "name": "元旦"} | values)

    def test_the_first_and_the_last_likely_day(self):
        add(date(1900, 1, 1)), add(date(2200, 12, 31))
        assert {d.year for d in calendars.working_calendar().days_off} == {1900, 2200}

    @pytest.mark.parametrize("year", [1899, 2201])
    def test_the_database_refuses_a_year_that_cannot_be(self, year):
        with pytest.raises(IntegrityError, match="calendar_year_is_likely"):
            CalendarYear.objects.create(year=year)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_load_the_same_table_at_once_do_not_get_into_each_others_way():
    start = threading.Barrier(2)

    def load():
        try:
            start.wait(timeout=10)
            return len(calendars.load_file().created)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        created = [future.result(timeout=30) for future in [pool.submit(load), pool.submit(load)]]
    assert sorted(created) == [0, 108]
