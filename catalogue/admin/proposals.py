"""Proposals of X items: a secretary asks for one, the superior's approver decides."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.access import can, posts, reach
from organisations.admin_base import AccessAdmin
from organisations.choices import Role
from organisations.models import Organisation, User

from .. import actions
from ..choices import ProposalState
from ..forms import DecisionForm, ProposalForm
from ..models import ItemProposal


@admin.register(ItemProposal)
class ItemProposalAdmin(AccessAdmin):
    seen_by = (Role.SECRETARY, Role.APPROVER, Role.INSPECTOR, Role.ADMINISTRATOR)
    list_display = ("title", "organisation", "parent", "state", "proposed_by", "proposed_at")
    list_filter = ("state",)
    list_select_related = ("organisation", "parent", "proposed_by")
    search_fields = ("title", "organisation__name", "organisation__code")
    ordering = ("-proposed_at",)
    change_form_template = "admin/catalogue/itemproposal/change_form.html"
    fields = (
        *ProposalForm.Meta.fields,
        "state",
        "proposed_by",
        "proposed_at",
        "decided_by",
        "decided_at",
        "decision_note",
        "item",
    )

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return any(post.role == Role.SECRETARY for post in posts(request.user))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ProposalForm.Meta.fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj:
            return super().get_form(request, obj, change=change, **kwargs)
        form = super().get_form(request, obj, change=change, **kwargs | {"form": ProposalForm})
        mine = reach(request.user, Role.SECRETARY, prefix="")
        form.organisations = Organisation.objects.active().filter(mine)  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: ItemProposal, form: Any, change: bool) -> None:
        proposal = actions.propose_item(**form.cleaned_data, by=cast(User, request.user), at=timezone.now())
        obj.pk = proposal.pk

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except actions.CatalogueRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:catalogue_itemproposal_changelist")

    def may_decide(self, request: HttpRequest, proposal: ItemProposal | None) -> bool:
        return bool(proposal and proposal.state == ProposalState.PROPOSED and can(request.user, "decide", proposal))

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        context |= {"may_decide": self.may_decide(request, obj), "show_save_and_add_another": False}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self) -> list[URLPattern]:
        decide = path(
            "<int:pk>/decide/", self.admin_site.admin_view(self.decide_view), name="catalogue_itemproposal_decide"
        )
        return [decide, *super().get_urls()]

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approve or return."""
        proposal = self.get_object(request, str(pk))
        if proposal is None or not self.may_decide(request, proposal):
            raise PermissionDenied
        form = DecisionForm(request.POST or None, initial={"on": timezone.localdate()})
        if request.method == "POST" and form.is_valid() and self.decide(request, proposal, form.cleaned_data):
            return redirect("admin:catalogue_itemproposal_change", pk)
        context = self.admin_site.each_context(request) | {
            "title": _("Decide on a proposed X item"),
            "opts": self.opts,
            "original": proposal,
            "form": form,
        }
        return TemplateResponse(request, "admin/catalogue/itemproposal/decide.html", context)

    def decide(self, request: HttpRequest, proposal: ItemProposal, data: dict[str, Any]) -> bool:
        """Carry out the decision; False with the reason told where it is refused."""
        by, at = cast(User, request.user), timezone.now()
        try:
            if data["decision"] == "approve":
                actions.approve_proposal(proposal, by=by, at=at, on=data["on"], note=data["note"])
            else:
                actions.return_proposal(proposal, by=by, at=at, note=data["note"])
        except actions.CatalogueRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return False
        self.log_change(request, proposal, _("Decided."))
        self.message_user(request, _("The decision was recorded."), messages.SUCCESS)
        return True
