"""The files of a version, for those who work on it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from organisations.access import can

from ...attachments import as_response
from ...models import Attachment


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
