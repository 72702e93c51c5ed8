"""Carriers and their evidence: a page to say, even after publication, when and how each carried a posting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.choices import Carrier
from organisations.access import can

from ...actions.evidence import give_evidence, take_back_evidence
from ...actions.refusals import Refused
from ...attachments import AttachmentRefused, as_response
from ...carriers import standing, ticked
from ...forms.evidence import EvidenceForm, TakeBackForm
from ...models import CarrierEvidence, Version
from .finding import find_version, person


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """What there is for each carrier, and a form for more."""
    version = find_version(request, pk)
    posting = version.posting
    if request.method == "POST" and not can(request.user, "give_evidence", posting):
        raise PermissionDenied
    if request.method == "POST" and "take_back" in request.POST:
        return _take_back(request, version)
    asked = request.POST.get("carrier")
    forms = {
        carrier: EvidenceForm(
            *((request.POST, request.FILES) if asked == carrier else ()), carrier=carrier, on=timezone.localdate()
        )
        for carrier in ticked(posting)
    }
    form = next((form for carrier, form in forms.items() if carrier == asked), None)
    if form is not None and form.is_valid() and _give(request, version, form):
        return _back(version)
    given = standing(posting)
    rows: list[dict[str, Any]] = [
        {"carrier": carrier, "form": one, "given": [row for row in given if row.carrier == carrier]}
        for carrier, one in forms.items()
    ]
    context = {
        "version": version,
        "posting": posting,
        "rows": rows,
        "may_give": can(request.user, "give_evidence", posting),
        "section": "desk",
        "sample": posting.organisation.is_sample,
    }
    return render(request, "desk/evidence.html", context)


def _give(request: HttpRequest, version: Version, form: EvidenceForm) -> bool:
    """Whether it was kept; else the form says why."""
    try:
        give_evidence(
            version.posting, Carrier(form.carrier), **form.cleaned_data, by=person(request), at=timezone.now()
        )
    except (Refused, AttachmentRefused) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The evidence is kept."))
    return True


def _take_back(request: HttpRequest, version: Version) -> HttpResponse:
    form = TakeBackForm(request.POST, evidence=version.posting.evidence.all())
    if not form.is_valid():
        raise Http404
    try:
        take_back_evidence(form.cleaned_data["take_back"], by=person(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The evidence is taken back."))
    return _back(version)


def _back(version: Version) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:evidence", args=[version.pk]))


@require_safe
@login_required
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The photo of one entry, for those who work on the posting and for inspectors."""
    rows = CarrierEvidence.objects.select_related("posting__organisation__parent")
    found = get_object_or_404(rows.exclude(sha256=""), pk=pk)
    if not can(request.user, "read", found):
        raise Http404
    try:
        return as_response(found)
    except FileNotFoundError:
        raise Http404 from None
