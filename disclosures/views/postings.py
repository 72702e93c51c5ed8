"""Postings: one disclosure with its record, its earlier versions and its files."""

import logging
from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .. import notices, records

logger = logging.getLogger(__name__)

_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@require_safe
def posting(request: HttpRequest, number: str, ordinal: int | None = None) -> HttpResponse:
    """A posting as it stands, or one of its versions."""
    record = records.find(number, request.user, ordinal)
    if record is None:
        raise Http404
    response = render(request, "postings/posting.html", page_context(record, on=timezone.localdate()))
    response["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "public, no-cache"
    return response


def page_context(record: records.Record, *, on: date) -> dict[str, Any]:
    """Everything the page of a posting shows, published or looked at before it is."""
    return {
        "record": record,
        "posting": record.posting,
        "organisation": record.posting.organisation,
        "board_url": record.posting.organisation.get_absolute_url(),
        "facts": records.facts(record),
        "carried": records.carried(record),
        "files": records.files(record) if record.readable else [],
        "steps": records.timeline(record),
        "versions": records.history(record),
        "due": records.due(record, on=on),
        "tombstone": records.tombstone(record),
        "notice": notices.notice_of(record.posting, on=timezone.localdate()) if record.is_current else None,
        "audience": records.audience(record.posting),
        "sample": record.posting.organisation.is_sample,
        "section": "boards",
    }


@require_safe
def attachment(request: HttpRequest, number: str, ordinal: int, position: int) -> HttpResponseBase:
    """A file of a posting, to be saved, never shown: no page of ours runs what somebody handed in."""
    found = records.attachment(number, ordinal, position, request.user)
    if found is None:
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        logger.error("Attachment %s has no file.", found.pk)
        raise Http404 from None
    response = FileResponse(content, as_attachment=True, filename=found.name, content_type=found.content_type)
    response["Content-Security-Policy"] = _SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response
