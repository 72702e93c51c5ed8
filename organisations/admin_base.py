"""What every page of the back office shares: rights from appointments, bounded counts, no deleting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from . import exporting
from .access import holds, posts, reach
from .choices import Role
from .models import Organisation, User

log = logging.getLogger(__name__)

_NOT_EXPORTED = ("action_checkbox", "tree_actions")

MOST_CONFIRMED = 100
"""A page of the list holds fewer."""

MOST_COUNTED = 1000
"""Lists of the back office count so far and no further: an exact count of millions helps nobody."""


def in_words(name: str, label: Any) -> Callable[[Any], str]:
    """A column that says yes or no, where Django would draw a mark called True."""

    def column(row: Any) -> str:
        return _("yes") if getattr(row, name) else _("no")

    column.__name__ = name
    return admin.display(description=label, ordering=name)(column)


class AtLeast(int):
    """A count that stopped at its bound; it shows itself as 1000+."""

    def __str__(self) -> str:
        return f"{int(self)}+"


class BoundedPaginator(Paginator):
    """Pages over the first `MOST_COUNTED` rows. Who looks for a later row filters or searches."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        found = rows.order_by()[: MOST_COUNTED + 1].count()
        return AtLeast(MOST_COUNTED) if found > MOST_COUNTED else found


class AccessAdmin(admin.ModelAdmin):
    """An admin page that shows rows to those in office, and by itself lets nobody write.

    `seen_by` are the roles that see the page, each as far as it reaches (organisations/access.py);
    `to_organisation` leads from the model to the organisation its rows belong to: "organisation__",
    "obligation__organisation__", "" for organisations themselves, None for rows that belong to none.
    Pages that write say who may, by asking `access.can`. Django's own permissions count for nothing here.
    """

    seen_by: ClassVar[tuple[Role, ...]] = ()
    to_organisation: ClassVar[str | None] = "organisation__"
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        view = self.admin_site.admin_view(require_POST(self.export_view))
        return [path("export/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_export"
        address = f"{reverse(name)}?{request.GET.urlencode()}"
        return super().changelist_view(request, {"export_url": address} | (extra_context or {}))

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The list as it is filtered, as a file; who took how many rows is logged."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
        back = HttpResponseRedirect(f"../?{request.GET.urlencode()}")
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect("../")
        rows, most = changelist.get_queryset(request), exporting.MOST_ROWS[form]
        found = rows.order_by()[: most + 1].count()
        if found > most:
            self.message_user(
                request,
                _("The list has more than %(most)d rows. Narrow it down by filters or a search, then export it.")
                % {"most": most},
                messages.ERROR,
            )
            return back
        self._log_export(request, found, form)
        columns = [name for name in changelist.list_display if name not in _NOT_EXPORTED]
        lines = self._export_lines(rows, columns)
        name = f"{self.opts.verbose_name_plural}-{timezone.localdate().isoformat()}.{form}"
        if form == "xlsx":
            return FileResponse(exporting.as_xlsx(lines), as_attachment=True, filename=name)
        response = StreamingHttpResponse(exporting.as_csv(lines), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        return response

    def _export_lines(self, rows: QuerySet[Any], columns: Sequence[Any]) -> Iterator[list[str]]:
        yield [str(label_for_field(name, self.model, model_admin=self)) for name in columns]
        for row in rows.iterator(chunk_size=500):
            yield [self._export_cell(row, name) for name in columns]

    def _export_cell(self, row: Model, name: Any) -> str:
        field, _attribute, value = lookup_field(name, row, self)
        if field is not None and getattr(field, "flatchoices", None):
            value = dict(field.flatchoices).get(value, value)
        return exporting.text_of(value)

    def _log_export(self, request: HttpRequest, rows: int, form: str) -> None:
        """In the log of the back office and in that of the server; never what was searched for."""
        log.info("user %s exported %d rows of %s", request.user.pk, rows, self.opts.label_lower)
        LogEntry.objects.create(
            user=cast(User, request.user),
            content_type=ContentType.objects.get_for_model(self.model, for_concrete_model=False),
            object_repr=str(self.opts.verbose_name_plural)[:200],
            action_flag=CHANGE,
            change_message=_("Exported as %(form)s: %(rows)d rows.") % {"form": form.upper(), "rows": rows},
        )

    def ask_first(
        self, request: HttpRequest, rows: QuerySet[Any], action: str, question: Any
    ) -> TemplateResponse | None:
        """The page that asks whether an action on many rows is meant; None once that was confirmed."""
        if "confirmed" in request.POST:
            return None
        chosen = list(rows[: MOST_CONFIRMED + 1])
        context = self.admin_site.each_context(request) | {
            "title": question,
            "opts": self.opts,
            "action": action,
            "rows": chosen,
            "count": len(chosen),
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
        }
        return TemplateResponse(request, "admin/confirm.html", context)

    def organisation_of(self, obj: Model) -> Organisation:
        """The organisation a row belongs to."""
        found: Any = obj
        for step in (self.to_organisation or "").split("__"):
            found = getattr(found, step) if step else found
        return found

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if self.to_organisation is None:
            return rows
        return rows.filter(reach(request.user, *self.seen_by, prefix=self.to_organisation))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return any(post.role in self.seen_by for post in posts(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None or self.to_organisation is None:
            return self.has_module_permission(request)
        return holds(request.user, self.organisation_of(obj), *self.seen_by)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
