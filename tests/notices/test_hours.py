"""When people may be written to. The calendar is the caller's; hours are Shanghai's, whatever the machine's are."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from catalogue.deadlines import WorkingCalendar
from notices.hours import next_opening, office_open

CALENDAR = WorkingCalendar(
    days_off={date(2026, 10, day): "国庆节" for day in range(1, 8)}, make_up_days={date(2026, 10, 10): "国庆节调休"}
)


def at(day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}+08:00").astimezone(ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("day", "hour", "is_open"),
    [
        ("2026-11-23", "08:59:59", False),
        ("2026-11-23", "09:00:00", True),
        ("2026-11-23", "17:29:59", True),
        ("2026-11-23", "17:30:00", False),
        ("2026-11-22", "10:00:00", False),
        ("2026-10-05", "10:00:00", False),
        ("2026-10-10", "10:00:00", True),
    ],
    ids=[
        "before nine",
        "at nine",
        "before half past five",
        "at half past five",
        "Sunday",
        "holiday",
        "worked Saturday",
    ],
)
def test_the_office_is_open_on_working_days_from_nine_to_half_past_five(day, hour, is_open):
    assert office_open(at(day, hour), CALENDAR.is_working) is is_open


@pytest.mark.parametrize(
    ("day", "hour", "opens"),
    [
        ("2026-11-23", "10:15:00", at("2026-11-23", "10:15:00")),
        ("2026-11-23", "07:00:00", at("2026-11-23", "09:00:00")),
        ("2026-11-23", "20:00:00", at("2026-11-24", "09:00:00")),
        ("2026-09-30", "18:00:00", at("2026-10-08", "09:00:00")),
        ("2026-10-09", "18:00:00", at("2026-10-10", "09:00:00")),
    ],
    ids=["open now", "early morning", "evening", "before the holiday", "before a worked Saturday"],
)
def test_the_next_opening_is_now_or_the_next_working_mornings(day, hour, opens):
    assert next_opening(at(day, hour), CALENDAR.is_working) == opens


def test_just_after_midnight_is_the_new_day_though_utc_is_still_on_the_old_one():
    assert next_opening(at("2026-11-24", "00:30:00"), CALENDAR.is_working) == at("2026-11-24", "09:00:00")


def test_hours_are_the_operators_to_set(settings):
    settings.NOTICES = {"office_opens": time(8, 30), "office_closes": time(16)}
    assert office_open(at("2026-11-23", "08:30:00"), CALENDAR.is_working)
    assert not office_open(at("2026-11-23", "16:00:00"), CALENDAR.is_working)


def test_a_year_without_a_working_day_does_not_hang():
    moment = at("2026-11-23", "10:00:00")
    assert next_opening(moment, lambda day: False) == moment


def test_an_unknown_setting_is_an_error_and_not_ignored(settings):
    settings.NOTICES = {"office_opening": time(8)}
    with pytest.raises(TypeError, match="office_opening"):
        office_open(at("2026-11-23", "10:00:00"), CALENDAR.is_working)
