"""Obligations in the back office: who owes what by when, and what was decided about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.access import reach
from organisations.admin_base import AccessAdmin
from organisations.choices import Role
from organisations.models import Organisation

from ..choices import ObligationState
from ..models import DueChange, Obligation, ObligationDecision, OverdueEntry
from ..querysets import is_open, stands
from ..titles import period_words

CONCERNED = (Role.SECRETARY, Role.REVIEWER, Role.APPROVER, Role.INSPECTOR, Role.ADMINISTRATOR)
EVERYTHING, WEEK = "all", "week"
MOST_FOUND = 500
"""So many organisations a search looks through; a longer list is no answer."""


class DeadlineFilter(admin.SimpleListFilter):
    """How it stands with its deadline. Unasked, what is open."""

    title = gettext_lazy("deadline")
    parameter_name = "deadline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        words: dict[str, Any] = {
            ObligationState.OVERDUE: _("Overdue today"),
            ObligationState.DUE_SOON: _("Due within seven days"),
        }
        states = [(state.value, words.get(state, state.label)) for state in ObligationState]
        return [(WEEK, _("Due this week")), *states, (EVERYTHING, _("All"))]

    def choices(self, changelist: ChangeList) -> Any:
        open_ones, *others = super().choices(changelist)
        return [open_ones | {"display": _("Open")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Obligation]) -> QuerySet[Obligation]:
        asked = self.value() or ""
        if asked == WEEK:
            today = timezone.localdate()
            sunday = today + timedelta(days=6 - today.weekday())
            return queryset.filter(is_open(), due_on__gte=today, due_on__lte=sunday)
        if asked in ObligationState.values:
            return queryset.filter(stands(ObligationState(asked), on=timezone.localdate()))
        return queryset if asked == EVERYTHING else queryset.filter(is_open())


_OPEN_STATES = {None, WEEK, ObligationState.OVERDUE, ObligationState.DUE_SOON, ObligationState.UPCOMING}


@admin.register(Obligation)
class ObligationAdmin(AccessAdmin):
    """What one's organisations owe, as a list. People decide about it at the desk."""

    seen_by: ClassVar[tuple[Role, ...]] = CONCERNED
    list_display = ("what", "unit", "period", "due_on", "standing")
    list_display_links = ("what",)
    list_filter = (DeadlineFilter,)
    list_select_related = ("organisation", "item", "event")
    search_fields = ("organisation__name",)
    search_help_text = gettext_lazy("Name or code of the organisation")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Obligation]:
        return Obligation.objects.with_state(on=timezone.localdate()).filter(reach(request.user, *self.seen_by))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Open ones by due date, the others newest first: each order has an index."""
        return ("due_on", "id") if request.GET.get("deadline") in _OPEN_STATES else ("-id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Obligation], search_term: str
    ) -> tuple[QuerySet[Obligation], bool]:
        """Finds organisations first, and their obligations by index; never text in millions of rows."""
        words = search_term.split()
        if not words:
            return queryset, False
        found = Organisation.objects.filter(reach(request.user, *self.seen_by, prefix=""))
        for word in words:
            found = found.filter(name__icontains=word) | found.filter(code=word.upper())
        return queryset.filter(organisation__in=list(found.values_list("pk", flat=True)[:MOST_FOUND])), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """An obligation is looked at, and decided, at the desk."""
        is_number = object_id.isascii() and object_id.isdigit() and len(object_id) < 19
        found = self.get_object(request, object_id) if is_number else None
        if found is None:
            raise Http404
        return HttpResponseRedirect(reverse("desk:obligation", args=[found.pk]))

    @admin.display(description=gettext_lazy("catalogue item"))
    def what(self, obligation: Obligation) -> str:
        return obligation.item.title

    @admin.display(description=gettext_lazy("organisation"))
    def unit(self, obligation: Obligation) -> str:
        return obligation.organisation.short_name or obligation.organisation.name

    @admin.display(description=gettext_lazy("period or event"))
    def period(self, obligation: Obligation) -> str:
        return period_words(obligation) or _("permanent")

    @admin.display(description=gettext_lazy("state"))
    def standing(self, obligation: Obligation) -> str:
        return str(ObligationState(obligation.state).label)  # type: ignore[attr-defined]


class LogAdmin(AccessAdmin):
    """A record that only grows, newest first."""

    seen_by: ClassVar[tuple[Role, ...]] = CONCERNED
    to_organisation = "obligation__organisation__"
    list_select_related: ClassVar[Any] = ("obligation__organisation", "obligation__item", "obligation__event")
    sortable_by = ()
    ordering: ClassVar[Any] = ("-id",)

    @admin.display(description=gettext_lazy("organisation"))
    def unit(self, row: Any) -> str:
        return row.obligation.organisation.short_name or row.obligation.organisation.name

    @admin.display(description=gettext_lazy("catalogue item"))
    def item(self, row: Any) -> str:
        return row.obligation.item.title

    @admin.display(description=gettext_lazy("period or event"))
    def period(self, row: Any) -> str:
        return period_words(row.obligation) or _("permanent")


@admin.register(ObligationDecision)
class ObligationDecisionAdmin(LogAdmin):
    list_display = ("kind", "unit", "item", "period", "reason", "decided_by", "decided_at", "new_due_on")
    list_filter = ("kind",)
    list_select_related = (*LogAdmin.list_select_related, "decided_by")


@admin.register(DueChange)
class DueChangeAdmin(LogAdmin):
    list_display = ("unit", "item", "period", "old_due_on", "new_due_on", "cause", "changed_at")
    list_filter = ("cause",)


@admin.register(OverdueEntry)
class OverdueEntryAdmin(LogAdmin):
    list_display = ("unit", "item", "period", "became_on", "logged_at")
    ordering = ("-became_on", "-id")
