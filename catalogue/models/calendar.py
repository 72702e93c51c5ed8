"""The working-day calendar."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..choices import DayKind

FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR = 1900, 2200
"""Days off outside of these years can only be slips of the pen."""


class CalendarDay(models.Model):
    """A day that differs from the plain week: a day off, or a weekend day worked to make up for one."""

    date = models.DateField(_("date"), unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=DayKind)
    name = models.CharField(_("name"), max_length=60)
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="calendar_day_is_off_or_made_up"),
            models.CheckConstraint(condition=~Q(name=""), name="calendar_day_has_a_name"),
            models.CheckConstraint(
                condition=Q(date__gte=date(FIRST_CALENDAR_YEAR, 1, 1), date__lte=date(LAST_CALENDAR_YEAR, 12, 31)),
                name="calendar_day_in_a_likely_year",
                violation_error_message=_("The date lies outside of the years 1900 to 2200. Check the year."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class CalendarYear(models.Model):
    """A year whose arrangement of days off was announced; others are counted as plain weeks, with a warning."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("confirmed calendar year")
        verbose_name_plural = _("confirmed calendar years")
        ordering = ["year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_CALENDAR_YEAR, year__lte=LAST_CALENDAR_YEAR),
                name="calendar_year_is_likely",
                violation_error_message=_("The year lies outside of 1900 to 2200. Check the year."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)
