"""What the list of organisations is asked about their disclosures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.admin import OrganisationAdmin
from organisations.choices import OrganisationStatus
from organisations.models import Organisation

from ..models import Obligation, Posting

SILENT_DAYS = 90


class DisclosingFilter(admin.SimpleListFilter):
    """Active organisations that are behind, or have been silent for long."""

    title = _("disclosing")
    parameter_name = "disclosing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("With something overdue")), ("silent", _("Nothing disclosed in 90 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> QuerySet[Organisation]:
        if self.value() == "overdue":
            late = Obligation.objects.overdue(on=timezone.localdate()).filter(organisation=OuterRef("pk"))
            return queryset.filter(Exists(late), status=OrganisationStatus.ACTIVE)
        if self.value() == "silent":
            since = timezone.now() - timedelta(days=SILENT_DAYS)
            lately = Posting.objects.out().filter(organisation=OuterRef("pk"), published_at__gte=since)
            return queryset.filter(~Exists(lately), status=OrganisationStatus.ACTIVE)
        return queryset


OrganisationAdmin.list_filter = (DisclosingFilter, *OrganisationAdmin.list_filter)
