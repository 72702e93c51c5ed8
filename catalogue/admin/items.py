"""The items of one edition as a tree: dragged about in a draft, only looked at in an edition in force."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from mptt.admin import DraggableMPTTAdmin

from organisations.access import can, visible
from organisations.choices import OrganisationKind

from .. import actions
from ..choices import Carrier, CatalogueStatus, DueRule, Period, TimeLimitClass
from ..forms import ItemForm, NewItemForm
from ..models import Catalogue, Item
from .catalogues import CataloguePages

EDITION = "catalogue__id__exact"
"""The parameter that names the edition whose tree is shown."""


@admin.register(Item)
class ItemAdmin(DraggableMPTTAdmin, CataloguePages):
    list_display = ("tree_actions", "indented_title", "limit", "scope", "openness", "owner")
    list_display_links = ("indented_title",)
    list_select_related = ("owner",)
    search_fields = ("code", "title")
    ordering = ("tree_id", "lft")
    paginator = Paginator  # type: ignore[assignment]
    expand_tree_by_default = True
    actions = None
    change_list_template = "admin/catalogue/item/change_list.html"
    fieldsets = (
        (None, {"fields": ("code", "title", "kind", "disclosure_type")}),
        (gettext_lazy("what is disclosed"), {"fields": ("content_elements", "legal_basis", "guidance")}),
        (
            gettext_lazy("by when"),
            {
                "fields": (
                    "time_limit_class",
                    "period",
                    "due_rule",
                    ("due_days", "day_type"),
                    ("fixed_month", "fixed_day"),
                    "display_days",
                    "notice_days",
                    "time_limit_text",
                )
            },
        ),
        (gettext_lazy("to whom and where"), {"fields": ("scope", "carriers", "carriers_text", "applies_to")}),
        (
            gettext_lazy("by whom and how far"),
            {"fields": ("responsible_department", "openness", "partial", "exemption_reason")},
        ),
    )

    # The tree ----------------------------------------------------------------------------------------

    def edition(self, request: HttpRequest) -> Catalogue | None:
        """The edition named in the address, if the user may know of it; asked for once a request."""
        kept = vars(request)
        if "edition_shown" not in kept:
            number = request.GET.get(EDITION, "")
            is_number = number.isascii() and number.isdigit() and len(number) < 18
            editions = Catalogue.objects.filter(pk=int(number) if is_number else 0).select_related("issuer")
            kept["edition_shown"] = visible(request.user, editions).first()
        return kept["edition_shown"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        edition = self.edition(request)
        rows = super().get_queryset(request).select_related("catalogue__issuer")
        return rows.filter(catalogue=edition) if edition else rows

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        edition = self.edition(request)
        if edition is None:
            messages.info(request, _("Choose the edition whose entries you want to see."))
            return redirect("admin:catalogue_catalogue_changelist")
        context = {"edition": edition, "may_edit": self.may_edit(request, edition), "title": str(edition)}
        return super().changelist_view(request, extra_context=context | (extra_context or {}))

    def may_edit(self, request: HttpRequest, edition: Catalogue | None) -> bool:
        return bool(edition and edition.status == CatalogueStatus.DRAFT and can(request.user, "keep", edition))

    @admin.display(description="")
    def tree_actions(self, item: Item) -> SafeString:
        """The handle to drag by, in drafts alone."""
        handle = "drag-handle" if item.catalogue.status == CatalogueStatus.DRAFT else ""
        marks = '<div class="{}"></div><div class="tree-node" data-pk="{}" data-level="{}"></div>'
        return format_html(marks, handle, item.pk, item.level)

    @admin.display(description=gettext_lazy("time limit"))
    def limit(self, item: Item) -> str:
        """The time limit in a few words."""
        if not item.time_limit_class:
            return "—"
        words = [str(TimeLimitClass(item.time_limit_class).label)]
        if item.period:
            words.append(str(Period(item.period).label))
        if item.due_rule == DueRule.FIXED_DAY:
            words.append(_("month %(month)s, day %(day)s") % {"month": item.fixed_month, "day": item.fixed_day})
        elif item.due_days is not None:
            words.append(f"{item.get_due_rule_display()} {item.due_days} {item.get_day_type_display()}")
        return " · ".join(words)

    def _move_node(self, request: HttpRequest) -> HttpResponse:
        """What the tree's script asks for when an entry is dropped."""
        try:
            items = self.get_queryset(request)
            item, target = items.get(pk=request.POST.get("cut_item")), items.get(pk=request.POST.get("pasted_on"))
        except (Item.DoesNotExist, ValueError, OverflowError):
            self.message_user(
                request, _("The entry is gone; somebody else deleted it. Load the page anew."), messages.ERROR
            )
            return HttpResponse("FAIL", status=409)
        if not self.may_edit(request, item.catalogue):
            self.message_user(request, _("You may not change this edition."), messages.ERROR)
            return HttpResponse("FAIL", status=403)
        try:
            actions.move_item(item, target=target, position=request.POST.get("position", ""))
        except actions.CatalogueRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponse("FAIL", status=409)
        self.log_change(request, item, _("Moved in the tree."))
        self.message_user(request, _("“%(item)s” was moved.") % {"item": item})
        return HttpResponse("OK")

    # One item ----------------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.may_edit(request, self.edition(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_edit(request, obj.catalogue if obj else self.edition(request))

    has_delete_permission = has_change_permission

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj:
            form = ItemForm if self.has_change_permission(request, obj) else self.form
        else:
            form = type("NewItemFormHere", (NewItemForm,), {"edition": self.edition(request)})
        return super().get_form(request, obj, change=change, **kwargs | {"form": form})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("parent",)}), *self.fieldsets)
        if self.has_change_permission(request, obj):
            return self.fieldsets
        words = {"carriers": "carriers_in_words", "applies_to": "applies_to_in_words"}
        return [
            (name, {"fields": [words.get(part, part) if isinstance(part, str) else part for part in options["fields"]]})
            for name, options in self.fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("carriers_in_words", "applies_to_in_words") if obj else ()

    @admin.display(description=gettext_lazy("carriers"))
    def carriers_in_words(self, item: Item) -> str:
        return "、".join(str(Carrier(value).label) for value in item.carriers.split(";") if value)

    @admin.display(description=gettext_lazy("applies to"))
    def applies_to_in_words(self, item: Item) -> str:
        kinds = [str(OrganisationKind(value).label) for value in item.applies_to.split(";") if value]
        return "、".join(kinds) or _("every kind")

    def save_model(self, request: HttpRequest, obj: Item, form: Any, change: bool) -> None:
        contents = {name: form.cleaned_data[name] for name in ItemForm.Meta.fields}
        if change:
            actions.change_item(obj, **contents)
            return
        item = actions.add_item(form.edition, parent=form.cleaned_data["parent"], **contents)
        obj.pk = item.pk

    def delete_model(self, request: HttpRequest, obj: Item) -> None:
        actions.delete_item(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """An entry goes with all under it; django would say that these stand in the way."""
        branch = [str(item) for obj in objs for item in obj.get_descendants(include_self=True)]
        return branch, {self.opts.verbose_name_plural: len(branch)}, set(), []

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except actions.CatalogueRefused as refusal:
            return self._refused(request, refusal)

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Afterwards back to the tree of the edition."""
        item = self.get_object(request, object_id)
        try:
            response = super().delete_view(request, object_id, *args, **kwargs)
        except actions.CatalogueRefused as refusal:
            return self._refused(request, refusal)
        is_gone = item is not None and not Item.objects.filter(pk=item.pk).exists()
        return redirect(tree_address(item.catalogue_id)) if item and is_gone else response

    def _refused(self, request: HttpRequest, refusal: Exception) -> HttpResponse:
        self.message_user(request, str(refusal), messages.ERROR)
        return redirect("admin:catalogue_catalogue_changelist")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(tree_address(obj.catalogue_id))

    response_post_save_change = response_post_save_add


def tree_address(edition: int) -> str:
    """Where the tree of an edition is shown."""
    return f"{reverse('admin:catalogue_item_changelist')}?{EDITION}={edition}"
