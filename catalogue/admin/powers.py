"""Lists of powers in the back office: kept by the administrators of the organisation whose powers they are."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from organisations.access import can, reach
from organisations.choices import Role
from organisations.models import Organisation
from organisations.rules import runs_the_machine

from ..models import PowerLink, PowerStep
from .catalogues import CataloguePages


class StepInline(admin.TabularInline):
    """The steps in their order. One that a matter went through stays: only its words change."""

    model = PowerStep
    extra = 0
    ordering = ("ordinal",)
    fields = ("ordinal", "title", "condition", "disclosed", "gives", "item_code")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or can(request.user, "keep", obj)

    has_add_permission = has_change_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PowerLink)
class PowerLinkAdmin(CataloguePages, SimpleHistoryAdmin):
    list_display = ("title", "code", "organisation", "responsible_department", "deadline_days")
    list_select_related = ("organisation",)
    search_fields = ("code", "title", "organisation__name")
    ordering = ("organisation__path", "position")
    inlines = (StepInline,)
    fields = (
        "organisation",
        "code",
        "position",
        "title",
        "basis",
        ("deadline_days", "day_type"),
        "responsible_department",
        "published_result",
        "item_code",
    )

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.issuers(request).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request) and (obj is None or can(request.user, "keep", obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whose power it is and its address stay: links and printed codes lead there."""
        return ("organisation", "code") if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "organisation":
            mine: QuerySet[Organisation] = Organisation.objects.active().order_by("path")
            if not runs_the_machine(request.user):
                mine = mine.filter(reach(request.user, Role.ADMINISTRATOR, prefix=""))
            kwargs["queryset"] = mine
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
