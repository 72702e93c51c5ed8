"""What every page of the back office shares: rights from appointments, bounded counts, no deleting."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from .access import holds, posts, reach
from .choices import Role
from .models import Organisation

MOST_COUNTED = 1000
"""Lists of the back office count so far and no further: an exact count of millions helps nobody."""


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
