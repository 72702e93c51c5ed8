"""Obligations in the back office: who owes what by when, and what was decided about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from catalogue.calendars import working_calendar
from catalogue.choices import TimeLimitClass
from organisations.access import Actor, can, reach
from organisations.admin_base import AccessAdmin
from organisations.choices import Role
from organisations.models import Organisation, User

from ..actions import obligations as actions
from ..actions.refusals import Refused
from ..choices import ObligationState, PostingStatus
from ..due_words import why
from ..forms.obligations import ExtensionForm, NilReturnForm, ReasonForm, WaiverForm
from ..models import DueChange, Obligation, ObligationDecision, OverdueEntry
from ..querysets import is_open, stands
from ..titles import period_words
from .postings import signed_in

CONCERNED = (Role.SECRETARY, Role.REVIEWER, Role.APPROVER, Role.INSPECTOR, Role.ADMINISTRATOR)
EVERYTHING = "all"
MOST_FOUND = 500
"""So many organisations a search looks through; a longer list is no answer."""


@dataclass(frozen=True, slots=True)
class DecisionDoor:
    """One button of an open obligation. `right` is what `access.can` is asked about the organisation."""

    name: str
    right: str
    label: Any
    explains: Any
    done: Any
    form: type[ReasonForm]
    run: Callable[[Obligation, dict[str, Any], User, datetime], Any]

    def open_to(self, actor: Actor, obligation: Obligation) -> bool:
        """Whether this person may decide so about this obligation, as it stands."""
        if obligation.fulfilled_on is not None or not can(actor, self.right, obligation.organisation):
            return False
        return self.name != "nil" or _may_be_nil(obligation, timezone.localdate())


def _may_be_nil(obligation: Obligation, today: date) -> bool:
    """Periodic, begun, and nobody is writing about it."""
    periodic = obligation.item.time_limit_class == TimeLimitClass.PERIODIC and obligation.opens_on <= today
    return periodic and not obligation.postings.filter(status=PostingStatus.DRAFT).exists()


DECISIONS = {
    door.name: door
    for door in [
        DecisionDoor(
            name="nil",
            right="disclose",
            label=gettext_lazy("Nil return"),
            explains=gettext_lazy(
                "There was nothing to disclose of this item in this period. The board says so in public, with your "
                "reason kept in the record. This cannot be taken back."
            ),
            done=gettext_lazy("The nil return was made."),
            form=NilReturnForm,
            run=lambda row, data, by, at: actions.nil_return(row, reason=data["reason"], by=by, at=at),
        ),
        DecisionDoor(
            name="extend",
            right="release_from_duty",
            label=gettext_lazy("Extend"),
            explains=gettext_lazy("The organisation is given until a later day. Old and new due date stay on record."),
            done=gettext_lazy("The due date was extended."),
            form=ExtensionForm,
            run=lambda row, data, by, at: actions.extend(
                row, new_due_on=data["new_due_on"], reason=data["reason"], by=by, at=at
            ),
        ),
        DecisionDoor(
            name="waive",
            right="release_from_duty",
            label=gettext_lazy("Waive"),
            explains=gettext_lazy("The organisation need not disclose this. This cannot be taken back."),
            done=gettext_lazy("The obligation was waived."),
            form=WaiverForm,
            run=lambda row, data, by, at: actions.waive(row, reason=data["reason"], by=by, at=at),
        ),
    ]
}


class DeadlineFilter(admin.SimpleListFilter):
    """How it stands with its deadline. Unasked, what is open."""

    title = gettext_lazy("deadline")
    parameter_name = "deadline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        words: dict[str, Any] = {
            ObligationState.OVERDUE: _("Overdue today"),
            ObligationState.DUE_SOON: _("Due within seven days"),
        }
        return [*((state.value, words.get(state, state.label)) for state in ObligationState), (EVERYTHING, _("All"))]

    def choices(self, changelist: ChangeList) -> Any:
        open_ones, *others = super().choices(changelist)
        return [open_ones | {"display": _("Open")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Obligation]) -> QuerySet[Obligation]:
        asked = self.value() or ""
        if asked in ObligationState.values:
            return queryset.filter(stands(ObligationState(asked), on=timezone.localdate()))
        return queryset if asked == EVERYTHING else queryset.filter(is_open())


_OPEN_STATES = {None, ObligationState.OVERDUE, ObligationState.DUE_SOON, ObligationState.UPCOMING}


@admin.register(Obligation)
class ObligationAdmin(AccessAdmin):
    """What one's organisations owe. Made by the generator and by events; here people decide about it."""

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

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        decide = wrap(require_http_methods(["GET", "POST"])(self.decide))
        return [
            path("<int:pk>/<slug:name>/decide/", decide, name="disclosures_obligation_decide"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of an obligation: read, and buttons for what this person may decide."""
        obligation = self._find(request, object_id)
        return self._render(request, obligation, "obligation.html")

    def decide(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Asks for the reason, then decides. What somebody else did meanwhile is told, and nothing done."""
        obligation, door = self._find(request, str(pk)), DECISIONS.get(name)
        if door is None:
            raise Http404
        if not can(request.user, door.right, obligation.organisation):
            raise PermissionDenied
        form = door.form(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                door.run(obligation, form.cleaned_data, signed_in(request), timezone.now())
            except Refused as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, door.done)
            return HttpResponseRedirect(reverse("admin:disclosures_obligation_change", args=[pk]))
        return self._render(request, obligation, "decide.html", door=door, form=form)

    def _find(self, request: HttpRequest, pk: str) -> Obligation:
        found = self.get_object(request, pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
        if found is None:
            raise Http404
        return found

    def _render(self, request: HttpRequest, obligation: Obligation, template: str, **more: Any) -> HttpResponse:
        today = timezone.localdate()
        changes = obligation.due_changes.order_by("pk")
        doors = [door for door in DECISIONS.values() if door.open_to(request.user, obligation)]
        context = self.admin_site.each_context(request) | {
            "title": obligation.item.title,
            "opts": self.opts,
            "obligation": obligation,
            "period": period_words(obligation),
            "days": (obligation.due_on - today).days,
            "why": why(obligation, changes, working_calendar()),
            "decisions": obligation.decisions.select_related("decided_by").order_by("pk"),
            "entries": obligation.overdue_entries.order_by("pk"),
            "doors": doors,
            "may_write": obligation.fulfilled_on is None and can(request.user, "disclose", obligation.organisation),
            "live": obligation.postings.exclude(status__in=[PostingStatus.WITHDRAWN, PostingStatus.DISCARDED]).first(),
        }
        return TemplateResponse(request, f"admin/disclosures/obligation/{template}", context | more)

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
