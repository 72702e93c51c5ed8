"""One version of a posting on one page: written while it is a draft, then read and passed on by the steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.access import can
from organisations.models import Organisation

from ... import richtext
from ...actions import drafts
from ...actions.refusals import Refused, StaleDraft
from ...attachments import AttachmentRefused
from ...choices import EDITABLE_VERSION_STATES, PostingStatus
from ...forms.postings import DraftForm
from ...models import PostingReader, Version
from .finding import digest, find_version, note_opening, person, to
from .paper import paper_context
from .steps import open_to


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """Write it, or read it."""
    found = find_version(request, pk)
    if found.state not in EDITABLE_VERSION_STATES or not can(request.user, "edit", found):
        if request.method == "POST":
            messages.error(request, _("Nothing was saved: it is no draft any more, or not yours to write."))
            return to(found)
        note_opening(request, found)
        return _render(request, found, "version.html")
    form = DraftForm(request.POST or None, request.FILES or None, version=found)
    if request.method == "POST" and form.is_valid():
        return _save(request, found, form)
    return _render(request, found, "draft.html", form=form)


def outline(found: Version) -> str:
    """An empty text under the headings of the catalogue item, for whoever would rather not begin from the last one."""
    return richtext.skeleton(found.posting.item.content_elements)


def _save(request: HttpRequest, found: Version, form: DraftForm) -> HttpResponse:
    """Saves text, readers and files; goes on to the proposal if that was asked for and nothing was refused."""
    by, at = person(request), timezone.now()
    content = form.content() | ({"body": outline(found)} if "outline" in request.POST else {})
    try:
        drafts.save_draft(found, expected_revision=form.cleaned_data["revision"], **content, by=by, at=at)
    except StaleDraft as stale:
        messages.error(request, str(stale))
        retry = request.POST.copy()
        retry["revision"] = str(stale.theirs.revision)
        again = DraftForm(retry, version=stale.theirs)
        return _render(request, stale.theirs, "draft.html", form=again, theirs=stale.theirs)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return to(found)
    problems = [*change_readers(request, found, form), *_change_files(request, found, form)]
    for problem in problems:
        messages.error(request, problem)
    messages.success(request, _("Saved at %(time)s.") % {"time": timezone.localtime(at).strftime("%H:%M:%S")})
    if "gate" in request.POST:
        return HttpResponseRedirect(reverse("desk:privacy", args=[found.pk]))
    if "propose" in request.POST and not problems:
        return HttpResponseRedirect(reverse("desk:step", args=[found.pk, "propose"]))
    return to(found)


def change_readers(request: HttpRequest, found: Version, form: DraftForm) -> list[str]:
    """Names the readers the form lists and takes the others off; says what was refused."""
    if "readers" not in form.cleaned_data or found.posting.status != PostingStatus.DRAFT:
        return []
    by, at, wanted = person(request), timezone.now(), form.cleaned_data["readers"]
    try:
        for reader in PostingReader.objects.filter(posting=found.posting).select_related("user", "organisation"):
            if (reader.user or reader.organisation) not in wanted:
                drafts.remove_reader(reader, by=by, at=at)
        named = {reader.user or reader.organisation for reader in found.posting.readers.all()}
        for one in wanted:
            if one not in named:
                who = {"organisation": one} if isinstance(one, Organisation) else {"user": one}
                drafts.add_reader(found.posting, **who, by=by, at=at)
    except Refused as refusal:
        return [str(refusal)]
    return []


def _change_files(request: HttpRequest, found: Version, form: DraftForm) -> list[str]:
    """Takes files away and adds the new ones; what was wrong with which."""
    by, problems = person(request), []
    try:
        drafts.describe_files(found, form.said_of_files(), by=by, at=timezone.now())
        for attachment in form.cleaned_data["remove"]:
            drafts.detach(attachment, by=by, at=timezone.now())
        for upload in form.cleaned_data["uploads"]:
            try:
                drafts.attach(found, upload, by=by, at=timezone.now())
            except AttachmentRefused as refusal:
                problems.append(
                    _("The text is saved, the file “%(name)s” is not: %(why)s") % {"name": upload.name, "why": refusal}
                )
    except Refused as refusal:
        problems.append(str(refusal))
    return problems


def _render(request: HttpRequest, found: Version, template: str, **more: Any) -> HttpResponse:
    context = paper_context(found, on=timezone.localdate()) | {"steps": open_to(request.user, found), **more}
    context["digest"] = digest(found)
    return render(request, f"desk/{template}", context)
