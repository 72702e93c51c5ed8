"""Bulk upload: the template, the filled workbook, what the check found, and the confirmation."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.access import visible
from organisations.models import Organisation

from ... import attachments, errands
from ...bulk import owed, plan, work
from ...bulk.reading import MOST_ROWS
from ...errands import ErrandFailed
from ...forms.bulk import TemplateForm, WorkbookForm
from ...models import Errand
from .errands import find_errand, saved
from .finding import person

_EARLIER = 10


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def bulk(request: HttpRequest) -> HttpResponse:
    """Two steps on one page: fetch the template, hand it in."""
    template = _template_form(request, {})
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(_check(request, form.cleaned_data["workbook"]).get_absolute_url())
        except attachments.AttachmentRefused as refusal:
            form.add_error("workbook", str(refusal))
    mine = visible(request.user, Errand.objects.filter(kind__in=[work.CHECK, work.IMPORT])).order_by("-pk")
    context = {"template": template, "form": form, "earlier": mine[:_EARLIER], "most": MOST_ROWS}
    return _page(request, "desk/bulk.html", context)


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, name, context | {"section": "desk", "place": "bulk"})


def _template_form(request: HttpRequest, data: Any) -> TemplateForm:
    """Raises PermissionDenied for people who are secretary nowhere."""
    mine = owed.organisations(request.user)
    if not mine:
        raise PermissionDenied
    periods = owed.periods([each.pk for each in mine], on=timezone.localdate())
    return TemplateForm(data or None, organisations=mine, periods=periods)


def _check(request: HttpRequest, upload: UploadedFile) -> Errand:
    """Keeps the file and asks for its check."""
    now = timezone.now()

    def write(file: BinaryIO) -> None:
        for chunk in upload.chunks():
            file.write(chunk)

    kept = attachments.store_made(write, folder=errands.FOLDER, at=now)
    name = attachments.safe_name(upload.name or "", "xlsx")
    return errands.ask(work.CHECK, by=person(request), at=now, source=kept, source_name=name)


@require_safe
@login_required
@never_cache
def template(request: HttpRequest) -> HttpResponseBase:
    """The template: a small one at once, a large one in the background."""
    form = _template_form(request, request.GET)
    if not form.is_valid():
        return _page(request, "desk/bulk.html", {"template": form, "form": WorkbookForm(), "most": MOST_ROWS})
    chosen, period = form.cleaned_data["organisation"], form.cleaned_data["period"]
    organisations = [chosen] if chosen else list(owed.organisations(request.user))
    on = timezone.localdate()
    rows = owed.owed([each.pk for each in organisations], period=period, on=on)
    if rows[: work.AT_ONCE_ROWS + 1].count() > work.AT_ONCE_ROWS:
        return HttpResponseRedirect(f"{_large(request, organisations, period).get_absolute_url()}")
    file = io.BytesIO()
    work.write_template(file, organisations, period, on)
    file.seek(0)
    return saved(file, work.template_name(organisations, period, on))


def _large(request: HttpRequest, organisations: list[Organisation], period: str) -> Errand:
    wanted = {"organisations": [each.pk for each in organisations], "period": period}
    return errands.ask(work.TEMPLATE, by=person(request), at=timezone.now(), parameters=wanted)


@require_safe
@login_required
@never_cache
def checked(request: HttpRequest, token: str) -> HttpResponse:
    """What the workbook would do, and what is wrong where."""
    errand = find_errand(request, token)
    if not errand.is_over:
        return HttpResponseRedirect(errand.get_absolute_url())
    counts = errand.outcome.get("counts", {})
    context = {
        "errand": errand,
        "counts": [(fate, counts[fate.value]) for fate in plan.Fate if fate.value in counts],
        "may_confirm": errand.outcome.get("in_order") and errand.outcome.get("to_do") and errand.source,
        "more": errand.outcome.get("told_in_all", 0) - len(errand.outcome.get("told", [])),
    }
    return _page(request, "desk/bulk_checked.html", context)


@require_POST
@login_required
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Brings in what was checked."""
    errand = find_errand(request, token)
    try:
        return HttpResponseRedirect(work.confirm(errand, by=person(request), at=timezone.now()).get_absolute_url())
    except ErrandFailed as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(work.after_check(errand))
