"""Duties in the back office: assigned after a look at whom they would concern, ended, never deleted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from catalogue.choices import CatalogueStatus
from catalogue.models import Catalogue
from organisations.access import can, posts, reach
from organisations.admin_base import AccessAdmin
from organisations.choices import Role
from organisations.models import Organisation

from ..duties import reached
from ..forms.obligations import DutyEndForm, DutyForm
from ..models import Duty, GenerationRun


@admin.register(Duty)
class DutyAdmin(AccessAdmin, SimpleHistoryAdmin):
    """Which organisations owe which catalogue."""

    seen_by: ClassVar[tuple[Role, ...]] = (Role.ADMINISTRATOR, Role.INSPECTOR)
    form = DutyEndForm
    list_display = ("catalogue", "organisation", "reach", "kind", "starts_on", "ends_on")
    list_filter = ("reach", "kind")
    list_select_related = ("catalogue", "organisation")
    search_fields = ("catalogue__code", "catalogue__title", "organisation__name", "=organisation__code")
    fields = ("catalogue", "organisation", "reach", "kind", "starts_on", "ends_on")
    readonly_fields = ("catalogue", "organisation", "reach", "kind", "starts_on")
    ordering = ("catalogue__code", "organisation__path", "starts_on")
    change_form_template = "admin/disclosures/duty/change_form.html"

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return any(post.role == Role.ADMINISTRATOR for post in posts(request.user))

    def has_change_permission(self, request: HttpRequest, obj: Duty | None = None) -> bool:
        return self.has_add_permission(request) and (obj is None or can(request.user, "assign_duty", obj.organisation))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """First whom it would concern, then, when that is confirmed, the duty."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        kept = Organisation.objects.active().filter(reach(request.user, Role.ADMINISTRATOR, prefix=""))
        editions = Catalogue.objects.filter(status__in=[CatalogueStatus.IN_FORCE, CatalogueStatus.DRAFT])
        form = DutyForm(request.POST or None, catalogues=editions, organisations=kept.order_by("path"))
        preview = None
        if request.method == "POST" and form.is_valid():
            if "confirm" in request.POST:
                return self._assign(request, form)
            preview = reached(form.instance, on=timezone.localdate())
        context = self.admin_site.each_context(request) | {
            "form": form,
            "preview": preview,
            "title": _("Assign a duty"),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/disclosures/duty/add.html", context)

    def _assign(self, request: HttpRequest, form: DutyForm) -> HttpResponse:
        if not can(request.user, "assign_duty", form.cleaned_data["organisation"]):
            raise PermissionDenied
        duty = form.save()
        self.log_addition(request, duty, [{"added": {}}])
        messages.success(request, _("The duty is assigned. Its obligations are made within the coming night."))
        return HttpResponseRedirect(reverse("admin:disclosures_duty_change", args=[duty.pk]))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        duty = kwargs.get("obj")
        if duty is not None:
            context |= {"preview": reached(duty, on=timezone.localdate()), "show_save_and_add_another": False}
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(GenerationRun)
class GenerationRunAdmin(AccessAdmin):
    """For which days obligations were made, and how many."""

    seen_by: ClassVar[tuple[Role, ...]] = (Role.ADMINISTRATOR, Role.INSPECTOR)
    to_organisation = None
    list_display = ("on", "created", "removed", "finished_at")
    ordering = ("-on",)
