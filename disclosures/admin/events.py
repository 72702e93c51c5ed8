"""Events in the back office: recorded by secretaries, and owed from then on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.choices import Openness
from catalogue.models import Item
from organisations.access import can
from organisations.admin_base import AccessAdmin
from organisations.choices import Role
from organisations.models import Organisation

from ..actions.obligations import OF_EVENTS, RecordedEvent, record_event
from ..actions.refusals import Refused
from ..forms.obligations import EventForm
from ..models import Event
from ..owing import owed_entries
from ..worklist import units
from .postings import signed_in


@admin.register(Event)
class EventAdmin(AccessAdmin):
    """What happened and had to be disclosed."""

    seen_by: ClassVar[tuple[Role, ...]] = (Role.SECRETARY, Role.REVIEWER, Role.APPROVER, Role.INSPECTOR)
    list_display = ("title", "stage", "organisation", "item", "occurred_on", "recorded_by", "recorded_at")
    list_select_related = ("organisation", "item", "recorded_by")
    search_fields = ("title", "organisation__name", "=organisation__code")
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return bool(units(request.user, Role.SECRETARY))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """What happened, where and when; then what is owed because of it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        own = Organisation.objects.filter(pk__in=units(request.user, Role.SECRETARY)).order_by("path")
        form = EventForm(request.POST or None, organisations=own, items=_items_of_events(own))
        if request.method == "POST" and form.is_valid():
            if not can(request.user, "disclose", form.cleaned_data["organisation"]):
                raise PermissionDenied
            try:
                recorded = record_event(**form.cleaned_data, by=signed_in(request), at=timezone.now())
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return self._tell(request, recorded)
        context = self.admin_site.each_context(request) | {
            "form": form,
            "title": _("Record an event"),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/disclosures/event/add.html", context)

    def _tell(self, request: HttpRequest, recorded: RecordedEvent) -> HttpResponse:
        """When it must be disclosed; on to the obligation."""
        due = {"day": date_format(recorded.obligation.due_on)}
        if recorded.is_new:
            messages.success(request, _("Recorded. It must be disclosed by %(day)s.") % due)
        else:
            messages.warning(request, _("This was recorded before. It must be disclosed by %(day)s.") % due)
        return HttpResponseRedirect(reverse("desk:obligation", args=[recorded.obligation.pk]))


def _items_of_events(organisations: QuerySet[Organisation]) -> QuerySet[Item]:
    """Prompt and staged items that the organisations owe today."""
    today, owed = timezone.localdate(), Q(pk__in=[])
    for organisation in organisations:
        owed |= Q(pk__in=owed_entries(organisation, on=today).order_by().values("pk"))
    mine = Item.objects.filter(owed, time_limit_class__in=OF_EVENTS, openness=Openness.PROACTIVE).exclude(due_rule="")
    return mine.leaves().order_by("catalogue__code", "tree_id", "lft")
