"""The working calendar in the back office: its days, the years announced, and loading a year's table."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.access import can
from organisations.admin_base import AccessAdmin
from organisations.choices import Role
from organisations.models import User

from .. import calendars
from ..calendar_files import CalendarFileError, check_day
from ..models import CalendarDay, CalendarYear


def signed_in(request: HttpRequest) -> User:
    """Who is at the door; the admin lets nobody through who is not signed in."""
    return cast(User, request.user)


class CalendarDayForm(forms.ModelForm):
    """One day, checked as the days of a table are."""

    class Meta:
        model = CalendarDay
        fields = ["date", "kind", "name", "source"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("date") and cleaned.get("kind"):
            try:
                check_day(cleaned["date"], cleaned["kind"])
            except ValidationError as error:
                self.add_error("date", error)
        return cleaned


class CalendarFileForm(forms.Form):
    """A table of days to load."""

    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy("CSV or XLSX with the columns date, kind (holiday or workday), name and source."),
    )
    replace = forms.BooleanField(
        label=gettext_lazy("The table is the whole arrangement of its years: remove other days of theirs"),
        required=False,
    )


class KeptByActions(AccessAdmin):
    """Shown to everybody in office, changed by those who keep the calendar, and only through its actions."""

    seen_by = tuple(role for role in Role if role != Role.MEMBER)
    to_organisation = None

    def may_change(self, request: HttpRequest) -> bool:
        return can(request.user, "change", self.model())

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) or self.may_change(request)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_queryset(request, self.model._default_manager.filter(pk=obj.pk))

    def tell(self, request: HttpRequest, change: calendars.CalendarChange) -> None:
        """Says how many due dates a change moved."""
        if change.moved:
            messages.info(request, _("%(number)s open deadlines were worked out anew.") % {"number": change.moved})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        missing = calendars.years_to_confirm(timezone.localdate())
        context = {"missing_years": missing, "may_load": self.may_change(request)}
        return super().changelist_view(request, context | (extra_context or {}))


@admin.register(CalendarDay)
class CalendarDayAdmin(KeptByActions):
    form = CalendarDayForm
    list_display = ["date", "weekday", "kind", "name", "source"]
    list_filter = ["kind"]
    search_fields = ["name", "source"]
    date_hierarchy = "date"
    ordering = ["-date"]
    change_list_template = "admin/catalogue/calendarday/change_list.html"

    @admin.display(description=gettext_lazy("day of the week"))
    def weekday(self, day: CalendarDay) -> str | Promise:
        return WEEKDAYS[day.date.weekday()]

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        self.tell(request, calendars.save_day(obj, by=signed_in(request)))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        self.tell(request, calendars.delete_days(queryset, by=signed_in(request)))

    def get_urls(self) -> list[URLPattern]:
        load = path("load/", self.admin_site.admin_view(self.load_view), name="catalogue_calendarday_load")
        return [load, *super().get_urls()]

    def load_view(self, request: HttpRequest) -> HttpResponse:
        """Loads a table, or with "check" only says what it would change."""
        if not self.may_change(request):
            raise PermissionDenied
        form = CalendarFileForm(request.POST or None, request.FILES or None)
        loaded = self.load(request, form) if form.is_valid() else None
        if loaded and "check" not in request.POST:
            return redirect("admin:catalogue_calendarday_changelist")
        context = self.admin_site.each_context(request) | {
            "title": _("Load days off and make-up working days"),
            "opts": self.model._meta,
            "form": form,
            "loaded": loaded,
        }
        return TemplateResponse(request, "admin/catalogue/calendarday/load.html", context)

    def load(self, request: HttpRequest, form: CalendarFileForm) -> calendars.Loaded | None:
        """What loading the form's file did, or None with the errors put on the form."""
        file, dry_run = form.cleaned_data["file"], "check" in request.POST
        try:
            loaded = calendars.load_file(
                file, name=file.name, replace_years=form.cleaned_data["replace"], dry_run=dry_run, by=signed_in(request)
            )
        except CalendarFileError as error:
            form.add_error("file", [ValidationError(line) for line in str(error).splitlines()])
            return None
        if not dry_run:
            done = _("Loaded: %(created)s new days, %(updated)s changed, %(removed)s removed.") % {
                "created": len(loaded.created),
                "updated": len(loaded.updated),
                "removed": len(loaded.removed),
            }
            messages.success(request, done)
            self.tell(request, loaded.change)
            LogEntry.objects.create(
                user=signed_in(request),
                content_type=ContentType.objects.get_for_model(CalendarDay),
                object_repr=file.name[:200],
                action_flag=CHANGE,
                change_message=done,
            )
        return loaded


@admin.register(CalendarYear)
class CalendarYearAdmin(KeptByActions):
    list_display = ["year", "source"]
    fields = ["year", "source"]
    ordering = ["-year"]
    change_list_template = "admin/catalogue/calendarday/change_list.html"

    def save_model(self, request: HttpRequest, obj: CalendarYear, form: Any, change: bool) -> None:
        self.tell(request, calendars.save_year(obj, by=signed_in(request)))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarYear]) -> None:
        self.tell(request, calendars.delete_years(queryset, by=signed_in(request)))
