"""The files of a version: sent one by one while it is written, and read by those who work on it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from organisations.access import can

from ...actions import drafts
from ...actions.refusals import Refused
from ...attachments import AttachmentRefused, as_response
from ...forms.postings import FileForm
from ...models import Attachment
from .finding import find_version, person


@require_POST
@login_required
def upload(request: HttpRequest, pk: int) -> JsonResponse:
    """Adds one file to a draft; answers with its row, or with what is wrong with it."""
    version = find_version(request, pk)
    sent = request.FILES.get("upload")
    if not version.is_editable or not can(request.user, "edit", version):
        return JsonResponse({"message": _("It is no draft any more, so no file was added.")}, status=410)
    if not isinstance(sent, UploadedFile):
        return JsonResponse({"message": _("No file arrived. Choose it once more.")}, status=400)
    before = version.revision
    try:
        added = drafts.attach(version, sent, by=person(request), at=timezone.now())
    except (AttachmentRefused, Refused) as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    row = render_to_string("desk/_file.html", {"said": FileForm(file=added), "version": version}, request)
    return JsonResponse({"row": row, "pk": added.pk, "before": before, "revision": version.revision})


@require_safe
@login_required
def file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """One file of the version, for those who may read it."""
    attachment = get_object_or_404(Attachment.objects.select_related("version__posting__organisation__parent"), pk=file)
    if attachment.version_id != pk or not can(request.user, "read", attachment):
        raise Http404
    try:
        return as_response(attachment)
    except FileNotFoundError:
        raise Http404 from None
