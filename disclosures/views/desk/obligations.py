"""One thing owed: when and why, what happened to it, and what this person may do about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.calendars import working_calendar
from organisations.access import can

from ...actions.refusals import MovedOn, ObligationClosed, Refused
from ...choices import PhrasePurpose, PostingStatus, RequestState
from ...due_words import why
from ...history import happened
from ...models import Obligation, ReleaseRequest
from ...phrases import offered
from ...worklist import as_owed
from . import decisions
from .finding import person


@require_safe
@login_required
@never_cache
def obligation(request: HttpRequest, pk: int) -> HttpResponse:
    """Where letters lead to."""
    found = _find(request, pk)
    doors = decisions.open_to(request.user, found, on=timezone.localdate())
    return render(request, "desk/obligation.html", _context(request, found) | {"doors": doors})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def decide(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Asks for the reason, then decides or asks. What somebody else did meanwhile is told, and nothing done; what was
    typed wrongly stands in the form again, to be put right."""
    found, door = _find(request, pk), decisions.DECISIONS.get(name)
    if door is None:
        raise Http404
    if not can(request.user, door.right, found.organisation):
        raise PermissionDenied
    form = door.form(request.POST or None, initial=_ready(name, found))
    if request.method == "POST" and form.is_valid():
        try:
            door.run(found, form.cleaned_data, person(request), timezone.now())
        except (MovedOn, ObligationClosed) as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("desk:obligation", args=[pk]))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, door.done)
            return HttpResponseRedirect(reverse("desk:obligation", args=[pk]))
    return render(request, "desk/decide.html", _context(request, found) | {"door": door, "form": form})


def _ready(name: str, found: Obligation) -> dict[str, str]:
    """The usual reason of a nil return, to be confirmed or changed."""
    phrases = offered(PhrasePurpose.NIL, found.organisation) if name == "nil" else []
    return {"reason": phrases[0].text} if phrases else {}


def _find(request: HttpRequest, pk: int) -> Obligation:
    """The obligation, if the person may see its page. Raises Http404, never 403."""
    rows = Obligation.objects.with_state(on=timezone.localdate())
    found = get_object_or_404(rows.select_related("organisation__parent", "item__catalogue", "event"), pk=pk)
    if not can(request.user, "follow", found):
        raise Http404
    return found


def _context(request: HttpRequest, found: Obligation) -> dict[str, Any]:
    on = timezone.localdate()
    return {
        "section": "desk",
        "row": as_owed([found], on=on)[0],
        "obligation": found,
        "may_write": can(request.user, "disclose", found.organisation),
        "why": why(found, found.due_changes.order_by("pk"), working_calendar()),
        "happened": happened(found),
        "postings": [
            {"posting": posting, "version": max(posting.versions.all(), key=lambda version: version.ordinal)}
            for posting in found.postings.exclude(status=PostingStatus.DISCARDED)
            .order_by("-pk")
            .prefetch_related("versions")
            if can(request.user, "read_content", posting) or posting.number
        ],
        "requests": ReleaseRequest.objects.filter(obligation=found, state=RequestState.OPEN).select_related(
            "asked_by", "on_behalf_of", "addressed_to"
        ),
        "may_decide": can(request.user, "release_from_duty", found.organisation),
        "sample": found.organisation.is_sample,
    }
