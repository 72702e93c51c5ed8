"""Objecting to a notice, and asking after the objection. Nothing here is kept by any cache or stands in an address."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from organisations.encryption import is_available
from organisations.throttle import spend

from .. import notices, records
from ..actions.objections import hashed, object_online
from ..actions.refusals import Refused
from ..forms.objections import ObjectionForm, TrackForm
from ..models import NoticeClosing, Objection

HOUR = timedelta(hours=1)
FROM_ONE_ADDRESS, FROM_ALL = 5, 300
"""Objections in an hour."""
QUERIES_OF_ONE, QUERIES_OF_ALL = 20, 2000
"""Codes tried in an hour."""


def _is_within(request: HttpRequest, what: str, of_one: int, of_all: int, at: datetime) -> bool:
    """Counts one more, for the visitor's address and for everybody."""
    address = request.META.get("REMOTE_ADDR", "")
    return spend(f"{what}:{address}", limit=of_one, within=HOUR, at=at) and spend(
        what, limit=of_all, within=HOUR, at=at
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
def objection(request: HttpRequest, number: str) -> HttpResponse:
    """The privacy notice and the form; once sent, the query code, which is shown this one time."""
    record, now = records.find(number, request.user), timezone.now()
    notice = notices.notice_of(record.posting, on=timezone.localdate(now)) if record and record.readable else None
    if record is None or notice is None:
        raise Http404
    form = ObjectionForm(request.POST or None)
    context = {
        "record": record,
        "posting": record.posting,
        "organisation": record.posting.organisation,
        "notice": notice,
        "form": form,
        "takes": notice.is_open and is_available(),
        "kept_days": settings.OBJECTION_DATA_DAYS,
        "section": "boards",
        "sample": record.posting.organisation.is_sample,
    }
    status = 200
    if request.method == "POST" and context["takes"] and form.is_valid():
        if not _is_within(request, "objection", FROM_ONE_ADDRESS, FROM_ALL, now):
            form.add_error(None, _("Too much was sent from here within the hour. Wait a little, or phone."))
            status = 429
        else:
            sent = {name: form.cleaned_data[name] for name in ("words", "name", "contact", "sheet")}
            try:
                context["receipt"] = object_online(record.posting, **sent, at=now)
            except Refused as refusal:
                form.add_error(None, str(refusal))
    return _private(render(request, "postings/objection.html", context, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
def track(request: HttpRequest) -> HttpResponse:
    """How an objection stands, for whoever has its code. Wrong and foreign codes are answered alike."""
    form, now = TrackForm(request.POST or None), timezone.now()
    context: dict[str, object] = {"form": form, "section": "boards"}
    status = 200
    if request.method == "POST" and form.is_valid():
        if not _is_within(request, "track", QUERIES_OF_ONE, QUERIES_OF_ALL, now):
            form.add_error(None, _("Too many codes were tried from here within the hour. Wait a little."))
            status = 429
        else:
            code = hashed(form.cleaned_data["code"])
            rows = Objection.objects.filter(code_hash=code).select_related("posting__organisation")
            found = rows.defer("words", "name", "contact").first()
            if found is None:
                form.add_error("code", _("There is no objection with this code. Check it letter by letter."))
            else:
                context |= {
                    "found": found,
                    "closing": NoticeClosing.objects.filter(posting=found.posting).first(),
                }
    return _private(render(request, "postings/track.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "same-origin"
    return response
