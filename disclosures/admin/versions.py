"""One version of a posting on one page: written while it is a draft, then read and passed on by the steps."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import can, visible
from organisations.admin_base import AccessAdmin
from organisations.choices import Role
from organisations.models import Organisation

from ..actions import drafts
from ..actions.refusals import Refused, StaleDraft
from ..attachments import AttachmentRefused, as_response
from ..choices import EDITABLE_VERSION_STATES, PostingStatus
from ..forms.postings import DraftForm
from ..models import Attachment, PostingReader, Version
from .paper import paper_context
from .postings import signed_in
from .steps import DOORS, open_to
from .words import editor_words


@admin.register(Version)
class VersionAdmin(AccessAdmin):
    """The page of a version. It has no list of its own: postings are listed."""

    seen_by = (Role.SECRETARY, Role.REVIEWER, Role.APPROVER, Role.INSPECTOR)
    to_organisation = "posting__organisation__"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        change = wrap(require_http_methods(["GET", "POST"])(self.paper))
        step = wrap(require_http_methods(["GET", "POST"])(self.step))
        return [
            path("", wrap(self.changelist_view), name="disclosures_version_changelist"),
            path("words.js", wrap(require_safe(editor_words)), name="disclosures_editor_words"),
            path("<int:pk>/change/", change, name="disclosures_version_change"),
            path("<int:pk>/files/<int:file>/", wrap(require_safe(self.file)), name="disclosures_version_file"),
            path("<int:pk>/<slug:name>/", step, name="disclosures_version_step"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:disclosures_posting_changelist"))

    def paper(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write it, or read it."""
        version = self._find(request, pk)
        may_write = version.state in EDITABLE_VERSION_STATES and can(request.user, "edit", version)
        if not may_write:
            if request.method == "POST":
                messages.error(request, _("Nothing was saved: it is no draft any more, or not yours to write."))
                return _to(version)
            return self._render(request, version, "version.html")
        form = DraftForm(request.POST or None, request.FILES or None, version=version)
        if request.method == "POST" and form.is_valid():
            return self._save(request, version, form)
        return self._render(request, version, "draft.html", form=form)

    def _save(self, request: HttpRequest, version: Version, form: DraftForm) -> HttpResponse:
        """Saves text, readers and files; goes on to the proposal if that was asked for and nothing was refused."""
        by, at = signed_in(request), timezone.now()
        try:
            drafts.save_draft(version, expected_revision=form.cleaned_data["revision"], **form.content(), by=by, at=at)
        except StaleDraft as stale:
            messages.error(request, str(stale))
            retry = request.POST.copy()
            retry["revision"] = str(stale.theirs.revision)
            again = DraftForm(retry, version=stale.theirs)
            return self._render(request, stale.theirs, "draft.html", form=again, theirs=stale.theirs)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return _to(version)
        problems = [*self._change_readers(request, version, form), *self._change_files(request, version, form)]
        for problem in problems:
            messages.error(request, problem)
        messages.success(request, _("Saved at %(time)s.") % {"time": timezone.localtime(at).strftime("%H:%M:%S")})
        if "propose" in request.POST and not problems:
            return HttpResponseRedirect(reverse("admin:disclosures_version_step", args=[version.pk, "propose"]))
        return _to(version)

    def _change_readers(self, request: HttpRequest, version: Version, form: DraftForm) -> list[str]:
        if "readers" not in form.cleaned_data or version.posting.status != PostingStatus.DRAFT:
            return []
        by, at, wanted = signed_in(request), timezone.now(), form.cleaned_data["readers"]
        try:
            for reader in PostingReader.objects.filter(posting=version.posting).select_related("user", "organisation"):
                if (reader.user or reader.organisation) not in wanted:
                    drafts.remove_reader(reader, by=by, at=at)
            named = {reader.user or reader.organisation for reader in version.posting.readers.all()}
            for one in wanted:
                if one not in named:
                    who = {"organisation": one} if isinstance(one, Organisation) else {"user": one}
                    drafts.add_reader(version.posting, **who, by=by, at=at)
        except Refused as refusal:
            return [str(refusal)]
        return []

    def _change_files(self, request: HttpRequest, version: Version, form: DraftForm) -> list[str]:
        """Takes files away and adds the new ones; what was wrong with which."""
        by, problems = signed_in(request), []
        try:
            for attachment in form.cleaned_data["remove"]:
                drafts.detach(attachment, by=by, at=timezone.now())
            for upload in form.cleaned_data["uploads"]:
                try:
                    drafts.attach(version, upload, by=by, at=timezone.now())
                except AttachmentRefused as refusal:
                    problems.append(
                        _("The text is saved, the file “%(name)s” is not: %(why)s")
                        % {"name": upload.name, "why": refusal}
                    )
        except Refused as refusal:
            problems.append(str(refusal))
        return problems

    def step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Asks once more, then takes the step. What somebody else did meanwhile is told, and nothing done."""
        version, door = self._find(request, pk), DOORS.get(name)
        if door is None:
            raise Http404
        if not can(request.user, door.action, version.posting if door.of_posting else version):
            raise PermissionDenied
        if not door.fits(version):
            messages.error(request, _("That step is no longer due: see below where it stands now."))
            return _to(version)
        form = door.form(request.POST or None, initial={"revision": version.revision})
        if request.method == "POST" and form.is_valid():
            try:
                result = door.run(version, form.cleaned_data, signed_in(request), timezone.now())
            except Refused as refusal:
                messages.error(request, str(refusal))
                return _to(version)
            messages.success(request, door.done)
            return _to(result if isinstance(result, Version) else version)
        return self._render(request, version, "step.html", form=form, door=door)

    def file(self, request: HttpRequest, pk: int, file: int) -> FileResponse:
        """A file of the version, for those who may read it."""
        attachment = get_object_or_404(Attachment.objects.select_related("version__posting__organisation"), pk=file)
        if attachment.version_id != pk or not can(request.user, "read", attachment):
            raise Http404
        try:
            return as_response(attachment)
        except FileNotFoundError:
            raise Http404 from None

    def _find(self, request: HttpRequest, pk: int) -> Version:
        """The version, if the person may read it; else there is none (reliability: 404, not 403)."""
        rows: QuerySet[Version] = visible(request.user, Version.objects.all()).select_related(
            "posting__organisation__parent", "posting__item__catalogue", "posting__obligation__event", "author"
        )
        version = get_object_or_404(rows, pk=pk)
        if not super().has_module_permission(request) or not can(request.user, "read", version):
            raise Http404
        return version

    def _render(self, request: HttpRequest, version: Version, template: str, **more: Any) -> HttpResponse:
        context = self.admin_site.each_context(request) | paper_context(version, on=timezone.localdate())
        context |= {"opts": self.opts, "steps": open_to(request.user, version), **more}
        return TemplateResponse(request, f"admin/disclosures/version/{template}", context)


def _to(version: Version) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:disclosures_version_change", args=[version.pk]))
