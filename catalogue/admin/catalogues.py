"""Editions of catalogues in the back office: written or imported as drafts, put in force, never edited after."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from organisations.access import can, reach, visible
from organisations.admin_base import AccessAdmin
from organisations.choices import Role
from organisations.models import Organisation
from organisations.rules import keeps_people, runs_the_machine

from .. import actions
from ..choices import CatalogueStatus
from ..forms import DraftForm, ImportForm, NewDraftForm, PutInForceForm
from ..importing import Fate, ImportFailed
from ..models import Catalogue, ImportWarning

SHOWN = 200
"""Warnings and problems shown on a page; the rest is counted."""


class CataloguePages(AccessAdmin):
    """Shown to everybody in office; kept by the administrators of the organisation that issues the catalogue."""

    seen_by = tuple(role for role in Role if role != Role.MEMBER)
    to_organisation = None

    def issuers(self, request: HttpRequest) -> QuerySet[Organisation]:
        """The organisations in whose name the user may issue catalogues."""
        active = Organisation.objects.active()
        return (
            active
            if runs_the_machine(request.user)
            else active.filter(reach(request.user, Role.ADMINISTRATOR, prefix=""))
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return runs_the_machine(request.user) or super().has_module_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible(request.user, self.model._default_manager.all())


@admin.register(Catalogue)
class CatalogueAdmin(CataloguePages, SimpleHistoryAdmin):
    list_display = ("title", "code", "edition", "status", "issuer", "effective_from", "effective_to", "tree")
    list_filter = ("status",)
    list_select_related = ("issuer",)
    search_fields = ("code", "title")
    ordering = ("code", "-edition")
    change_list_template = "admin/catalogue/catalogue/change_list.html"
    change_form_template = "admin/catalogue/catalogue/change_form.html"
    fields = ("code", "edition", "title", "issuer", "status", "effective_from", "effective_to", "basis")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Catalogue]:
        return super().get_queryset(request).annotate(entries=Count("items"))

    @admin.display(description=gettext_lazy("entries"))
    def tree(self, catalogue: Any) -> SafeString:
        url = f"{reverse('admin:catalogue_item_changelist')}?catalogue__id__exact={catalogue.pk}"
        return format_html('<a href="{}">{}</a>', url, catalogue.entries)

    def may_edit(self, request: HttpRequest, catalogue: Catalogue | None) -> bool:
        return bool(catalogue and catalogue.status == CatalogueStatus.DRAFT and can(request.user, "keep", catalogue))

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.issuers(request).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_edit(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else NewDraftForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(name for name in self.fields if name not in DraftForm.Meta.fields) if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj and not self.may_edit(request, obj):
            return super().get_form(request, obj, change=change, **kwargs)
        form = super().get_form(request, obj, change=change, **kwargs | {"form": DraftForm if obj else NewDraftForm})
        form.issuers = self.issuers(request)  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: Catalogue, form: Any, change: bool) -> None:
        if change:
            actions.change_draft(obj, title=obj.title, basis=obj.basis)
        else:
            draft = actions.start_draft(obj.code, title=obj.title, issuer=obj.issuer, basis=obj.basis)
            obj.pk, obj.edition = draft.pk, draft.edition

    def delete_model(self, request: HttpRequest, obj: Catalogue) -> None:
        actions.discard_draft(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A draft goes with its entries and warnings, which would else be told to stand in the way."""
        lines = [_("%(draft)s with all its entries") % {"draft": obj} for obj in objs]
        return lines, {self.opts.verbose_name_plural: len(lines)}, set(), []

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A refusal (somebody else was quicker) is told, not shown as an error page."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except actions.CatalogueRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:catalogue_catalogue_changelist")

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().delete_view(request, *args, **kwargs)
        except actions.CatalogueRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:catalogue_catalogue_changelist")

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        context |= {
            "may_edit": self.may_edit(request, obj),
            "may_keep": bool(obj and can(request.user, "keep", obj)),
            "warnings": ImportWarning.objects.filter(catalogue=obj).count() if obj else 0,
            "show_save_and_add_another": False,
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"may_import": self.has_add_permission(request)}
        return super().changelist_view(request, context | (extra_context or {}))

    # Pages of its own --------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name="catalogue_catalogue_import"),
            path("<int:pk>/put-in-force/", wrap(self.put_in_force_view), name="catalogue_catalogue_put_in_force"),
            path("<int:pk>/new-draft/", wrap(self.new_draft_view), name="catalogue_catalogue_new_draft"),
            *super().get_urls(),
        ]

    def kept(self, request: HttpRequest, pk: int) -> Catalogue:
        """The edition, for somebody who may keep it."""
        catalogue = self.get_object(request, str(pk))
        if catalogue is None or not can(request.user, "keep", catalogue):
            raise PermissionDenied
        return catalogue

    def page(self, request: HttpRequest, name: str, title: str, **context: Any) -> TemplateResponse:
        common = self.admin_site.each_context(request) | {"title": title, "opts": self.opts}
        return TemplateResponse(request, f"admin/catalogue/catalogue/{name}.html", common | context)

    def put_in_force_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Puts a draft in force, or says what it lacks."""
        draft = self.kept(request, pk)
        form = PutInForceForm(request.POST or None, initial={"on": timezone.localdate()})
        if request.method == "POST" and form.is_valid():
            try:
                actions.put_in_force(draft, on=form.cleaned_data["on"], by=request.user)  # type: ignore[arg-type]
            except actions.CatalogueRefused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.log_change(request, draft, _("Put in force."))
                self.message_user(request, _("The edition is in force from that day on."), messages.SUCCESS)
                return redirect("admin:catalogue_catalogue_change", pk)
        missing = actions.missing_in(draft) if draft.status == CatalogueStatus.DRAFT else []
        return self.page(
            request,
            "put_in_force",
            _("Put in force"),
            original=draft,
            form=form,
            missing=missing[:SHOWN],
            more=max(len(missing) - SHOWN, 0),
            warnings=ImportWarning.objects.filter(catalogue=draft).count(),
        )

    def new_draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks, then copies the edition into a draft of the next."""
        catalogue = self.kept(request, pk)
        if request.method == "POST":
            try:
                draft = actions.new_draft_from(catalogue)
            except actions.CatalogueRefused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                return redirect("admin:catalogue_catalogue_change", pk)
            self.log_addition(request, draft, _("New draft from edition %(edition)d.") % {"edition": catalogue.edition})
            return redirect("admin:catalogue_catalogue_change", draft.pk)
        return self.page(request, "new_draft", _("New draft from this edition"), original=catalogue)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Reads a file into a draft; with "check" only says what would come of it."""
        issuers = self.issuers(request)
        if not issuers.exists():
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None, issuers=issuers)
        result = self.carry_out_import(request, form) if form.is_valid() else None
        if result and not result.dry_run:
            return redirect("admin:catalogue_catalogue_change", result.catalogue.pk)
        context: dict[str, Any] = {"form": form, "result": result}
        if result:
            context |= {
                "guesses": result.parsed.guesses[:SHOWN],
                "more": max(len(result.parsed.guesses) - SHOWN, 0),
                "fates": [(fate, result.parsed.count(fate)) for fate in Fate if result.parsed.count(fate)],
            }
        return self.page(request, "import", _("Import a catalogue"), **context)

    def carry_out_import(self, request: HttpRequest, form: ImportForm) -> actions.ImportResult | None:
        """What importing the form's file did, or None with the problems put on the form."""
        data = form.cleaned_data
        try:
            result = actions.import_catalogue(
                data["file"],
                name=data["file"].name,
                code=data["code"],
                title=data["title"],
                issuer=data["issuer"],
                dry_run="check" in request.POST,
            )
        except ImportFailed as failure:
            for problem in failure.problems[:SHOWN]:
                form.add_error("file", str(problem))
            return None
        if not result.dry_run:
            self.log_addition(
                request, result.catalogue, _("Imported from %(file)s.") % {"file": data["file"].name[:80]}
            )
            done = _("Imported: %(items)d entries, %(warnings)d warnings to look at.")
            numbers = {"items": len(result.parsed.items), "warnings": len(result.parsed.guesses)}
            self.message_user(request, done % numbers, messages.SUCCESS)
        return result


@admin.register(ImportWarning)
class ImportWarningAdmin(CataloguePages):
    """What the importer guessed. A warning dealt with is deleted; the rest goes when the draft is put in force."""

    list_display = ("row", "column", "message", "entry", "catalogue")
    list_display_links = None
    list_select_related = ("catalogue", "item")
    search_fields = ("message", "item__title", "item__code")
    ordering = ("catalogue", "row", "id")
    actions = ("dealt_with",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportWarning]:
        rows = ImportWarning.objects.all()
        if runs_the_machine(request.user):
            return rows
        return rows.filter(reach(request.user, Role.ADMINISTRATOR, prefix="catalogue__issuer__"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return runs_the_machine(request.user) or keeps_people(request.user)

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Reached from its draft, not from the index."""
        return {}

    @admin.display(description=gettext_lazy("item"))
    def entry(self, warning: ImportWarning) -> SafeString | str:
        if warning.item is None:
            return "—"
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:catalogue_item_change", args=[warning.item_id]), warning.item
        )

    @admin.action(description=gettext_lazy("Dealt with: take these warnings off the list"))
    def dealt_with(self, request: HttpRequest, queryset: QuerySet[ImportWarning]) -> HttpResponse | None:
        question = self.ask_first(request, queryset, "dealt_with", _("These warnings will be taken off the list."))
        if question is not None:
            return question
        number, _by_model = queryset.delete()
        self.message_user(request, _("%(number)d warnings were taken off the list.") % {"number": number})
        return None
