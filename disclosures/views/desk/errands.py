"""Work in the background: how far it is, and what came of it. One's own only; it goes on when the page is left."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from organisations.access import can, visible

from ...errands import kind_of
from ...models import Errand

MOST_SHOWN = 50


def find_errand(request: HttpRequest, token: str) -> Errand:
    """The errand, if it is the person's own and they may still have it. Raises Http404."""
    rows = visible(request.user, Errand.objects.select_related("organisation"))
    errand = rows.filter(token=token).first()
    if errand is None or not can(request.user, "read", errand):
        raise Http404
    return errand


@require_safe
@login_required
@never_cache
def errands(request: HttpRequest) -> HttpResponse:
    """The last things the person has asked for."""
    rows = visible(request.user, Errand.objects.select_related("organisation")).order_by("-pk")[:MOST_SHOWN]
    shown = [{"errand": errand, "kind": kind_of(errand)} for errand in rows]
    return render(request, "desk/errands.html", {"rows": shown, "section": "desk", "place": "errands"})


@require_safe
@login_required
@never_cache
def errand(request: HttpRequest, token: str) -> HttpResponse:
    """How far it is; refreshed until it is over, by script or without."""
    found = find_errand(request, token)
    kind = kind_of(found)
    context = {
        "errand": found,
        "kind": kind,
        "next_url": kind.next_page(found) if kind and found.state == "done" else "",
        "has_file": bool(found.result) and found.result_path.exists(),
        "section": "desk",
        "place": "errands",
    }
    return render(request, "desk/errand.html", context)


@require_safe
@login_required
def result(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file that came of it, for whoever asked."""
    found = find_errand(request, token)
    if not found.result:
        raise Http404
    try:
        return saved(found.result_path.open("rb"), found.result_name)
    except FileNotFoundError:
        raise Http404 from None


def saved(file: object, name: str) -> FileResponse:
    """A file to be saved: kept by no cache, shown by no browser."""
    response = FileResponse(file, as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
