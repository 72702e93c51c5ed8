"""What staff ask of the lists of organisations and people."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .choices import OrganisationStatus, Role
from .models import Appointment, Organisation, User


class StaffedFilter(admin.SimpleListFilter):
    """Organisations in which nobody is in office as what every one of them needs."""

    title = _("staffing")
    parameter_name = "staffing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no-secretary", _("Without a secretary")), ("no-approver", _("Without an approver"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> QuerySet[Organisation]:
        role = {"no-secretary": Role.SECRETARY, "no-approver": Role.APPROVER}.get(self.value() or "")
        if role is None:
            return queryset
        held = Appointment.objects.in_office(on=timezone.localdate()).filter(
            organisation=OuterRef("pk"), role=role, user__is_active=True
        )
        missing = queryset.filter(~Exists(held), status=OrganisationStatus.ACTIVE)
        return missing.filter(superior_approves=False) if role == Role.APPROVER else missing


class TermFilter(admin.SimpleListFilter):
    """Appointments by whether they hold today."""

    title = _("term")
    parameter_name = "term"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("In office")), ("ended", _("Ended")), ("coming", _("Not begun")), ("deputy", _("As deputy"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> QuerySet[Appointment]:
        today = timezone.localdate()
        if self.value() == "now":
            return queryset.in_office(on=today)  # type: ignore[attr-defined]
        conditions: dict[str, dict[str, Any]] = {
            "ended": {"ends_on__lt": today},
            "coming": {"starts_on__gt": today},
            "deputy": {"deputises_for__isnull": False},
        }
        return queryset.filter(**conditions.get(self.value() or "", {}))


class InOfficeFilter(admin.SimpleListFilter):
    """Accounts by whether anything is entrusted to them today."""

    title = _("in office")
    parameter_name = "office"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("none", _("Without an appointment in office")),
            ("password", _("First password not changed")),
            ("never", _("Never signed in")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() == "none":
            held = Appointment.objects.in_office(on=timezone.localdate()).filter(user=OuterRef("pk"))
            return queryset.filter(~Exists(held))
        if self.value() == "password":
            return queryset.filter(must_change_password=True)
        return queryset.filter(last_login=None) if self.value() == "never" else queryset
