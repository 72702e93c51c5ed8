"""Taking a step with a version: asked once more, then done."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.access import can

from ...actions.refusals import Refused
from ...models import Version
from .finding import find_version, person, to
from .paper import paper_context, uncovered
from .steps import DOORS


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Asks once more, then takes the step. What somebody else did meanwhile is told, and nothing done."""
    version, door = find_version(request, pk), DOORS.get(name)
    if door is None:
        raise Http404
    if not can(request.user, door.action, version.posting if door.of_posting else version):
        raise PermissionDenied
    if not door.fits(version):
        messages.error(request, _("That step is no longer due: see below where it stands now."))
        return to(version)
    form = door.form(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        try:
            result = door.run(version, form.cleaned_data, person(request), timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return to(version)
        messages.success(request, door.done)
        return to(result if isinstance(result, Version) else version)
    context = paper_context(version, on=timezone.localdate()) | {"form": form, "door": door}
    if name == "propose":
        context["uncovered"] = uncovered(version)
    return render(request, "desk/step.html", context)
