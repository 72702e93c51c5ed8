"""A version as the resident will see it: on a screen, on a phone, on paper."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from ... import records
from ..postings import page_context
from .finding import find_version


@require_safe
@login_required
@never_cache
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page of the version, with a bar that says it is not published."""
    version = find_version(request, pk)
    context = page_context(records.preview(version), on=timezone.localdate()) | {"preview": version}
    return render(request, "postings/posting.html", context)


@require_safe
@login_required
@never_cache
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page in a window as wide as a phone."""
    version = find_version(request, pk)
    return render(request, "desk/phone.html", {"version": version, "section": "desk"})


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
def framed(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview for the phone's window: the one page of this site that another page of it may hold."""
    return preview(request, pk)
