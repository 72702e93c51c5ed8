"""The reminder ladder, kept as data, and the proof of whom it reminded."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from organisations.access import can, visible
from organisations.admin_base import AccessAdmin, in_words
from organisations.choices import Role
from organisations.rules import runs_the_machine

from ..models import Reminder, ReminderRung


@admin.register(ReminderRung)
class ReminderRungAdmin(AccessAdmin):
    """When whom. A rung that reminded somebody is taken out of use, not deleted."""

    seen_by = (Role.ADMINISTRATOR,)
    to_organisation = None
    list_display = ("code", "offset", "day_type", "audience", in_words("active", _("in use")))
    list_filter = ("audience", "active")
    fields = ("code", "offset", "day_type", "audience", "active")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReminderRung]:
        return visible(request.user, super().get_queryset(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return runs_the_machine(request.user) or super().has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: ReminderRung | None = None) -> bool:
        return can(request.user, "change", obj or ReminderRung())

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return can(request.user, "change", ReminderRung())

    def has_delete_permission(self, request: HttpRequest, obj: ReminderRung | None = None) -> bool:
        """Only while nobody was reminded by it."""
        if obj is None or Reminder.objects.filter(rung=obj).exists():
            return False
        return can(request.user, "change", obj)


@admin.register(Reminder)
class ReminderAdmin(AccessAdmin):
    """Who was reminded of what, when, and with which digest."""

    seen_by = (Role.ADMINISTRATOR, Role.INSPECTOR)
    to_organisation = "obligation__organisation__"
    list_display = ("raised_on", "rung", "recipient", "obligation", "delivered_at")
    list_filter = ("rung", "raised_on")
    list_select_related = ("rung", "recipient", "obligation__organisation", "obligation__item", "notice")
    search_fields = ("recipient__full_name", "obligation__organisation__name")
    fields = ("obligation", "rung", "recipient", "raised_on", "delivered_at")
    readonly_fields = fields
    ordering = ("-id",)

    @admin.display(description=_("delivered at"))
    def delivered_at(self, reminder: Reminder) -> Any:
        """When the digest reached the inbox; empty while it has not."""
        return reminder.notice.sent_at if reminder.notice else None
