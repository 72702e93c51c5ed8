"""Pages that bring in tables: a file is checked, shown row by row, and then brought in as a whole or not at all."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from . import importing, importing_people
from .admin_base import AccessAdmin
from .forms import ImportFileForm
from .models import User
from .spreadsheets import SpreadsheetError

SHOWN = 200
"""Problems and rows shown; the rest is counted."""


class ImportPage(AccessAdmin):
    """Adds the page `import/` to a list. A page says what its columns are, how a file is read and brought in."""

    import_title: Any = ""

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_import"
        view = never_cache(require_http_methods(["GET", "HEAD", "POST"])(self.import_view))
        return [path("import/", self.admin_site.admin_view(view), name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_import = self.has_add_permission(request)
        return super().changelist_view(request, {"may_import": may_import} | (extra_context or {}))

    def import_columns(self) -> dict[str, tuple[str, ...]]:
        raise NotImplementedError

    def import_read(self, request: HttpRequest, file: Any) -> Any:
        raise NotImplementedError

    def import_report(self, plan: Any) -> list[tuple[Any, int]]:
        raise NotImplementedError

    def import_carry_out(self, plan: Any) -> dict[str, str]:
        """Brings it in; gives the first passwords of new accounts."""
        raise NotImplementedError

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """The form; with "check" what a file would do; with "import" that is done, unless anything is wrong."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportFileForm(request.POST or None, request.FILES or None)
        context: dict[str, Any] = {"columns": [names[1] for names in self.import_columns().values()], "form": form}
        if request.method == "POST" and form.is_valid():
            response = self._import(request, form, context)
            if response is not None:
                return response
        common = self.admin_site.each_context(request) | {"title": self.import_title, "opts": self.opts}
        return TemplateResponse(request, "admin/organisations/import.html", common | context)

    def _import(self, request: HttpRequest, form: ImportFileForm, context: dict[str, Any]) -> HttpResponse | None:
        """Puts what came of the file into the context; a response once nothing is left to show."""
        try:
            plan = self.import_read(request, form.cleaned_data["file"])
        except SpreadsheetError as error:
            form.add_error("file", str(error))
            return None
        context |= {
            "report": self.import_report(plan),
            "problems": plan.problems[:SHOWN],
            "more": max(len(plan.problems) - SHOWN, 0),
        }
        if plan.problems or "check" in request.POST:
            return None
        try:
            passwords = self.import_carry_out(plan)
        except importing_people.ImportRefused as refusal:
            context["problems"] = [refusal.problem]
            return None
        counts = "; ".join(f"{label} {number}" for label, number in context["report"])
        LogEntry.objects.create(
            user=cast(User, request.user),
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr=str(self.opts.verbose_name_plural)[:200],
            action_flag=ADDITION,
            change_message=_("Imported from a table: %(counts)s.") % {"counts": counts},
        )
        messages.success(request, _("Imported: %(counts)s.") % {"counts": counts})
        if not passwords:
            return HttpResponseRedirect("../")
        context["passwords"] = passwords
        return None


class OrganisationImport(ImportPage):
    import_title = gettext_lazy("Import organisations")

    def import_columns(self) -> dict[str, tuple[str, ...]]:
        return importing.COLUMNS

    def import_read(self, request: HttpRequest, file: Any) -> importing.Plan:
        plan = importing.read(file, name=file.name)
        importing.check_rights(plan, request.user)
        return plan

    def import_report(self, plan: importing.Plan) -> list[tuple[Any, int]]:
        labels = {"create": _("new"), "update": _("changed"), "unchanged": _("unchanged"), "error": _("with problems")}
        return [(labels[name], number) for name, number in plan.counts().items()]

    def import_carry_out(self, plan: importing.Plan) -> dict[str, str]:
        importing.carry_out(plan)
        return {}


class AppointmentImport(ImportPage):
    import_title = gettext_lazy("Import people and appointments")

    def import_columns(self) -> dict[str, tuple[str, ...]]:
        return importing_people.COLUMNS

    def import_read(self, request: HttpRequest, file: Any) -> importing_people.PeoplePlan:
        return importing_people.read(file, name=file.name, actor=request.user)

    def import_report(self, plan: importing_people.PeoplePlan) -> list[tuple[Any, int]]:
        return [
            (_("new accounts"), len(plan.accounts)),
            (_("new appointments"), len(plan.appointments)),
            (_("unchanged"), plan.unchanged),
            (_("with problems"), len({problem.row for problem in plan.problems})),
        ]

    def import_carry_out(self, plan: importing_people.PeoplePlan) -> dict[str, str]:
        return importing_people.carry_out(plan)
