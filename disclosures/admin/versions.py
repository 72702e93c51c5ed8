"""Versions of postings stand at the desk; an address of the back office leads there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from organisations.admin_base import AccessAdmin
from organisations.choices import Role

from ..models import Version


@admin.register(Version)
class VersionAdmin(AccessAdmin):
    """No list of its own: postings are listed."""

    seen_by = (Role.SECRETARY, Role.REVIEWER, Role.APPROVER, Role.INSPECTOR)
    to_organisation = "posting__organisation__"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="disclosures_version_changelist"),
            path("<int:pk>/change/", wrap(self.at_the_desk), name="disclosures_version_change"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:disclosures_posting_changelist"))

    def at_the_desk(self, request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('desk:home')}versions/{pk}/")
