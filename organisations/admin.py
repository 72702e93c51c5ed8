"""The back office of organisations, people and appointments: one more door to the same actions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from . import access, actions, deputies
from .admin_base import AccessAdmin, in_words
from .admin_filters import InOfficeFilter, StaffedFilter, TermFilter
from .admin_imports import AppointmentImport, OrganisationImport
from .choices import OrganisationStatus, Role
from .forms import AppointmentForm, EndForm, OrganisationForm, PersonForm
from .models import Appointment, Organisation, Succession, User
from .rules import keeps_people, runs_the_machine

admin.site.unregister(Group)


class KeptBy(AccessAdmin):
    """Pages of those who keep organisations and people: administrators, and whoever runs the machine."""

    seen_by: ClassVar[tuple[Role, ...]] = (Role.ADMINISTRATOR,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return access.visible(request.user, self.model._default_manager.all())

    def has_module_permission(self, request: HttpRequest) -> bool:
        return runs_the_machine(request.user) or keeps_people(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request) and (obj is None or access.can(request.user, "read", obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request) and (obj is None or access.can(request.user, "change", obj))

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.has_module_permission(request)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, knowing who fills it in."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user  # type: ignore[attr-defined]
        return form


class SuccessionInline(admin.TabularInline):
    model = Succession
    fk_name = "predecessor"
    extra = 0
    fields = ("successor", "took_effect_on", "note")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(Organisation)
class OrganisationAdmin(OrganisationImport, KeptBy, SimpleHistoryAdmin):
    """Organisations are founded, moved and ended here; nothing is deleted."""

    form = OrganisationForm
    to_organisation = ""
    list_display = ("name", "code", "kind", "parent", "status")
    list_filter: ClassVar[tuple[Any, ...]] = (StaffedFilter, "kind", "status")
    list_select_related = ("parent",)
    search_fields = ("code", "name", "short_name")
    autocomplete_fields = ("parent",)
    inlines = (SuccessionInline,)
    change_list_template = "admin/organisations/organisation/change_list.html"
    change_form_template = "admin/organisations/organisation/change_form.html"

    def get_urls(self) -> list[Any]:
        end = path("<int:pk>/end/", self.admin_site.admin_view(self.end), name="organisations_organisation_end")
        return [end, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Saved by the form, through the actions."""

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return form.save(commit=False)

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close, merge or split the organisation."""
        organisation = self.get_object(request, str(pk))
        if organisation is None or not self.has_change_permission(request, organisation):
            raise PermissionDenied
        form = EndForm(request.POST or None, candidates=self._possible_successors(request, organisation))
        if request.method == "POST" and form.is_valid() and self._end(request, organisation, **form.cleaned_data):
            return HttpResponseRedirect(reverse("admin:organisations_organisation_change", args=[pk]))
        context = {**self.admin_site.each_context(request), "form": form, "original": organisation, "opts": self.opts}
        return TemplateResponse(request, "admin/organisations/organisation/end.html", context)

    def _possible_successors(self, request: HttpRequest, organisation: Organisation) -> QuerySet[Organisation]:
        siblings = Organisation.objects.active().filter(parent=organisation.parent_id).exclude(pk=organisation.pk)
        return siblings.order_by("path")

    def _end(self, request: HttpRequest, organisation: Organisation, *, successors: Any, on: Any, note: str) -> bool:
        heirs = list(successors)
        try:
            if not heirs:
                actions.close(organisation, on=on)
            elif len(heirs) == 1:
                actions.merge([organisation], into=heirs[0], on=on, note=note)
            else:
                actions.split(organisation, into=heirs, on=on, note=note)
        except actions.TreeRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return False
        self.message_user(request, _("Recorded. Its appointments have ended with it."), messages.SUCCESS)
        return True

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj = context.get("original")
        context["may_end"] = bool(
            obj and obj.status == OrganisationStatus.ACTIVE and self.has_change_permission(request, obj)
        )
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Appointment)
class AppointmentAdmin(AppointmentImport, KeptBy, SimpleHistoryAdmin):
    """Who does what where. An appointment that was wrong is ended, not deleted."""

    change_list_template = "admin/organisations/appointment/change_list.html"
    form = AppointmentForm
    list_display = ("user", "role", "organisation", "starts_on", "ends_on", "stands_in_for")
    list_filter = (TermFilter, "role")
    list_select_related = ("user", "organisation", "deputises_for__user")
    search_fields = ("user__full_name", "user__username", "organisation__name", "organisation__code")
    autocomplete_fields = ("user", "organisation")

    @admin.display(description=_("deputises for"))
    def stands_in_for(self, appointment: Appointment) -> str:
        return str(appointment.deputises_for.user) if appointment.deputises_for else ""

    def save_model(self, request: HttpRequest, obj: Appointment, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        deputies.follow(obj)


@admin.register(User)
class PersonAdmin(KeptBy, UserAdmin):
    """Accounts. What people may do is in their appointments, never in groups or permissions."""

    add_form = PersonForm
    list_display = ("full_name", "username", "email", in_words("is_active", _("active")), "last_login")
    list_filter = (InOfficeFilter, "is_active")
    search_fields = ("full_name", "username")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("person"), {"fields": ("full_name", "email")}),
        (_("account"), {"fields": ("is_active", "is_staff", "must_change_password", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "full_name", "email", "usable_password", "password1", "password2")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).distinct()
