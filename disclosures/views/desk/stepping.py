"""Taking a step with a version: asked once more, then done."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.access import can

from ...actions.refusals import Refused
from ...choices import Queue
from ...models import Version
from ...queues import Waits, following
from . import ready
from .finding import find_version, note_opening, person, to
from .paper import beside, paper_context, uncovered
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
    note_opening(request, version)
    choice = ready.words(request, name, version)
    form = choice.form or door.form(request.POST or None, version=version)
    if request.method == "POST" and choice.form is None and form.is_valid():
        try:
            result = door.run(version, form.cleaned_data, person(request), timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return to(version)
        messages.success(request, door.done)
        return _onward(request, name, result if isinstance(result, Version) else version)
    context = paper_context(version, on=timezone.localdate()) | {"form": form, "door": door, "phrases": choice.phrases}
    context |= beside(version, context["last"]) | {"following": _following(request, name, version)}
    if name == "propose":
        context["uncovered"] = uncovered(version)
    return render(request, "desk/step.html", context)


_QUEUES = {"review": Queue.REVIEW, "approve": Queue.APPROVE, "approve-afterwards": Queue.APPROVE}


def _queue(request: HttpRequest, name: str, version: Version) -> Queue | None:
    """The queue from which the version is being worked off."""
    if name == "return":
        return Queue.REVIEW if can(request.user, "review", version) and not version.reviewed_by_id else Queue.APPROVE
    return _QUEUES.get(name)


def _following(request: HttpRequest, name: str, version: Version) -> Waits | None:
    """The next that waits in the same queue."""
    which = _queue(request, name, version)
    return following(request.user, which, on=timezone.localdate(), after=version) if which else None


def _onward(request: HttpRequest, name: str, version: Version) -> HttpResponse:
    """To the next one, if that was asked for and there is one; else to the page of this one."""
    next_one = _following(request, name, version) if "next" in request.POST else None
    if next_one is None:
        return to(version)
    return HttpResponseRedirect(reverse("desk:step", args=[next_one.version.pk, next_one.step]))
