"""Messages that got stuck, and how the background work fares: for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from organisations.access import can, visible
from organisations.admin_base import AccessAdmin, in_words
from organisations.choices import Role
from organisations.rules import runs_the_machine

from . import outbox
from .models import DeadLetter, JobRun


class ForOperators(AccessAdmin):
    """Pages of administrators and of whoever runs the machine; what they show, `rules.py` says."""

    seen_by = (Role.ADMINISTRATOR,)
    to_organisation = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible(request.user, super().get_queryset(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return runs_the_machine(request.user) or super().has_module_permission(request)


@admin.register(DeadLetter)
class DeadLetterAdmin(ForOperators):
    """Whom a message did not reach, by which channel and why. What it says stays between the two."""

    list_display = ("recipient", "channel", "key", "attempts", "last_error", "created_at")
    list_filter = ("channel", "kind")
    list_select_related = ("recipient",)
    search_fields = ("recipient__full_name", "recipient__username")
    fields = ("recipient", "channel", "key", "kind", "created_at", "not_before", "attempts", "last_error")
    readonly_fields = fields
    actions = ("retry",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeadLetter]:
        return super().get_queryset(request).order_by("-id")

    def has_view_permission(self, request: HttpRequest, obj: DeadLetter | None = None) -> bool:
        return super().has_view_permission(request) and (obj is None or can(request.user, "read", obj))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Says above the list what it is for, as long as something is in it."""
        if request.method == "GET" and self.has_view_permission(request) and self.get_queryset(request).exists():
            text = _("These messages could not be delivered. Put the cause right (often a wrong address), then retry.")
            messages.warning(request, text)
        return super().changelist_view(request, extra_context)

    @admin.action(description=_("Try to deliver again"), permissions=["view"])
    def retry(self, request: HttpRequest, letters: QuerySet[DeadLetter]) -> HttpResponse | None:
        question = self.ask_first(request, letters, "retry", _("These messages will be sent once more."))
        if question is not None:
            return question
        now, again = timezone.now(), 0
        for letter in letters:
            if can(request.user, "retry", letter) and outbox.retry(letter.pk, now):
                again += 1
                words, level = _("%(row)s: will be tried again"), messages.INFO
            else:
                words = _("%(row)s: not tried again; it is not yours to retry, or on its way already")
                level = messages.WARNING
            self.message_user(request, words % {"row": letter.recipient}, level)
        text = ngettext("%(n)d message will be tried again.", "%(n)d messages will be tried again.", again)
        self.message_user(request, text % {"n": again}, messages.SUCCESS)
        return None


@admin.register(JobRun)
class JobRunAdmin(ForOperators):
    """When the background work last ran, and how it ended."""

    list_display = ("name", "started_at", "finished_at", "done_on", in_words("failed", _("failed")), "detail")
    fields = ("name", "started_at", "finished_at", "done_on", "failed", "detail")
    readonly_fields = fields
