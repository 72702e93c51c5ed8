"""Postings in the back office: the list. They are written and passed on at the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from organisations.access import Actor, can, posts, reach, visible
from organisations.admin_base import AccessAdmin
from organisations.choices import Role
from organisations.models import User

from ..choices import OPEN_VERSION_STATES, PostingStatus, VersionState
from ..models import Posting, Version


def signed_in(request: HttpRequest) -> User:
    """Who asks. The admin's doors let nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class StageFilter(admin.SimpleListFilter):
    """Where it is: with whom it waits, or how it is up."""

    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        waiting = [(state.value, state.label) for state in OPEN_VERSION_STATES]
        out = [PostingStatus.PUBLISHED, PostingStatus.WITHDRAWN, PostingStatus.ENDED]
        return [*waiting, ("urgent", _("Urgent, approval to follow")), *((s.value, s.label) for s in out)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Posting]) -> QuerySet[Posting]:
        stage = self.value()
        if stage == "urgent":
            return queryset.filter(status=PostingStatus.PUBLISHED, current__urgent=True, current__approved_by=None)
        if stage in {PostingStatus.WITHDRAWN, PostingStatus.ENDED} or stage == PostingStatus.PUBLISHED:
            return queryset.filter(status=stage)
        if stage in OPEN_VERSION_STATES:
            versions = Version.objects.filter(state=stage)
            return queryset.filter(pk__in=versions.values("posting"))
        return queryset


@admin.register(Posting)
class PostingAdmin(AccessAdmin):
    """Everything one's organisations disclosed or are about to. Nothing changes here but by a step."""

    seen_by = (Role.SECRETARY, Role.REVIEWER, Role.APPROVER, Role.INSPECTOR)
    list_display = ("title", "organisation", "stage", "number", "published_at")
    list_display_links = ("title",)
    list_filter = (StageFilter, "scope")
    list_select_related = ("organisation", "item")
    search_fields = ("number", "current__title", "organisation__name", "item__title")
    search_help_text = _("Number, title, organisation or catalogue item")
    ordering = ("-id",)
    change_list_template = "admin/disclosures/posting/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Posting]:
        rows = visible(request.user, Posting.objects.all())
        return rows.filter(_concerns(request.user)).prefetch_related(
            Prefetch("versions", Version.objects.order_by("ordinal"))
        )

    def has_view_permission(self, request: HttpRequest, obj: Posting | None = None) -> bool:
        return self.has_module_permission(request) and (obj is None or can(request.user, "read_content", obj))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Postings"), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A posting is looked at by its version: the open one, or the last."""
        posting = self.get_object(request, object_id)
        version = posting and posting.versions.exclude(state=VersionState.DISCARDED).order_by("-ordinal").first()
        version = version or (posting and posting.versions.order_by("-ordinal").first())
        if version is None:
            raise Http404
        return HttpResponseRedirect(reverse("desk:version", args=[version.pk]))

    @admin.display(description=_("title"))
    def title(self, posting: Posting) -> str:
        return str(list(posting.versions.all())[-1])

    @admin.display(description=_("stage"))
    def stage(self, posting: Posting) -> str:
        """Where it is; for something published, where its correction is too."""
        version = list(posting.versions.all())[-1]
        if posting.status == PostingStatus.DRAFT:
            return version.get_state_display()
        if posting.status == PostingStatus.PUBLISHED and version.state in OPEN_VERSION_STATES:
            return _("%(status)s; correction: %(state)s") % {
                "status": posting.get_status_display(),
                "state": version.get_state_display(),
            }
        return posting.get_status_display()


def _concerns(actor: Actor) -> Q:
    """Postings of the organisations one has to do with, those of small branches below included."""
    small = [post.organisation_id for post in posts(actor) if post.role == Role.REVIEWER]
    below = Q(organisation__superior_approves=True, organisation__parent__in=small)
    return reach(actor, *PostingAdmin.seen_by) | below
