"""Ready-made phrases: administrators keep those of their organisations, the operator those for everybody."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from organisations.access import can, reach, visible
from organisations.admin_base import AccessAdmin, in_words
from organisations.choices import Role
from organisations.models import Organisation
from organisations.rules import keeps_people, runs_the_machine

from ..models import Phrase


@admin.register(Phrase)
class PhraseAdmin(AccessAdmin):
    """What reviewers and approvers are offered to choose and edit. One that is no good is taken out of use."""

    seen_by = (Role.ADMINISTRATOR,)
    to_organisation = None
    list_display = ("text", "purpose", "organisation", "place", in_words("active", _("in use")))
    list_filter = ("purpose", "active")
    list_select_related = ("organisation",)
    fields = ("organisation", "purpose", "text", "place", "active")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Phrase]:
        return visible(request.user, super().get_queryset(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return runs_the_machine(request.user) or keeps_people(request.user)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Phrase | None = None) -> bool:
        return self.has_module_permission(request) and (obj is None or can(request.user, "change", obj))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The organisations one keeps; nobody but the operator may leave the field empty."""
        if db_field.name == "organisation" and not runs_the_machine(request.user):
            kept = Organisation.objects.filter(reach(request.user, Role.ADMINISTRATOR, prefix=""))
            kwargs |= {"queryset": kept.order_by("path"), "required": True}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
