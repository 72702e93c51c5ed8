"""Working hours: when a letter may leave the house. Which days are worked, the caller knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.utils import timezone

from .policy import policy

_FURTHEST = 60
"""Days looked ahead; no holiday is as long."""


def office_open(now: datetime, is_working: Callable[[date], bool]) -> bool:
    """Whether somebody may be written to at that moment: a working day, within working hours."""
    return next_opening(now, is_working) == now


def next_opening(now: datetime, is_working: Callable[[date], bool]) -> datetime:
    """The moment itself if it lies within working hours, else when the next working hours begin."""
    today = timezone.localdate(now)
    for day in (today + timedelta(days=ahead) for ahead in range(_FURTHEST)):
        if is_working(day):
            opens, closes = office_hours(day)
            if now < closes:
                return max(now, opens)
    return now


def office_hours(day: date) -> tuple[datetime, datetime]:
    """When working hours begin and end on the day, in local time."""
    zone = timezone.get_default_timezone()
    return (
        datetime.combine(day, policy().office_opens, zone),
        datetime.combine(day, policy().office_closes, zone),
    )
