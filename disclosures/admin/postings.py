"""Postings in the back office: the list, and how one is begun."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from catalogue.models import Item
from organisations.access import Actor, can, posts, reach, visible
from organisations.admin_base import AccessAdmin
from organisations.choices import Role
from organisations.models import Organisation, User

from ..actions.drafts import start_draft
from ..actions.refusals import Refused
from ..choices import OPEN_VERSION_STATES, PostingStatus, VersionState
from ..forms.postings import StartForm
from ..models import Obligation, Posting, Version
from ..owing import owed_entries
from ..worklist import units


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

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(require_http_methods(["GET", "POST"])(self.start_other)), name="disclosures_posting_new"),
            path("for/<int:pk>/", wrap(require_POST(self.start)), name="disclosures_posting_start"),
            *super().get_urls(),
        ]

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
        return HttpResponseRedirect(reverse("admin:disclosures_version_change", args=[version.pk]))

    def start(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The one button: a draft against an obligation, with everything prefilled."""
        owed = Obligation.objects.select_related("organisation", "item__catalogue", "event")
        obligation = get_object_or_404(owed, pk=pk)
        if not can(request.user, "disclose", obligation.organisation):
            raise Http404
        return self._begin(request, obligation=obligation)

    def start_other(self, request: HttpRequest) -> HttpResponse:
        """A draft beside any obligation."""
        organisations = Organisation.objects.filter(pk__in=units(request.user, Role.SECRETARY)).order_by("path")
        if not organisations:
            raise PermissionDenied
        today = timezone.localdate()
        entries = [owed_entries(organisation, on=today).values("pk") for organisation in organisations]
        owed = Q(pk__in=[])
        for keys in entries:
            owed |= Q(pk__in=keys)
        items = Item.objects.filter(owed).leaves().order_by("catalogue__code", "lft")
        form = StartForm(request.POST or None, organisations=organisations, items=items)
        if request.method == "POST" and form.is_valid():
            return self._begin(request, **form.cleaned_data)
        context = self.admin_site.each_context(request) | {
            "form": form,
            "title": _("Another posting"),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/disclosures/posting/new.html", context)

    def _begin(self, request: HttpRequest, **what: Any) -> HttpResponse:
        try:
            version = start_draft(**what, by=signed_in(request), at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:index"))
        return HttpResponseRedirect(reverse("admin:disclosures_version_change", args=[version.pk]))

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
