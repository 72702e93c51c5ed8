"""Matters on the desk: opened, taken from step to step, ended; each stage leads to the posting it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.calendars import working_calendar
from catalogue.models import PowerLink, PowerStep
from organisations.access import can
from organisations.choices import Role
from organisations.keyset import Keyset, Number, asked

from ... import powers
from ...actions import matters as actions
from ...actions.refusals import Refused
from ...choices import MatterState
from ...forms.matters import FinishForm, MatterForm, MatterReasonForm, ReachForm
from ...models import Matter
from ...worklist import units
from .finding import person

PAGE = 30
NEWEST = Keyset({"id": Number()}, descending=True)


def _mine(request: HttpRequest) -> QuerySet[PowerLink]:
    """The powers of the organisations the person is secretary of. Raises PermissionDenied for others."""
    own = units(request.user, Role.SECRETARY)
    if not own:
        raise PermissionDenied
    listed = PowerLink.objects.filter(organisation__in=own).select_related("organisation")
    return listed.order_by("organisation__path", "position")


@require_safe
@login_required
@never_cache
def matters(request: HttpRequest) -> HttpResponse:
    """The matters of one's own organisations, those under way first."""
    listed = Matter.objects.filter(power__in=_mine(request).order_by().values("pk"))
    running = request.GET.get("all") is None
    if running:
        listed = listed.filter(state=MatterState.RUNNING)
    page = NEWEST.page(listed.select_related("power__organisation"), size=PAGE, **asked(request.GET))
    context = {
        "section": "desk",
        "place": "matters",
        "page": page,
        "running": running,
        "has_powers": _mine(request).exists(),
    }
    return render(request, "desk/matters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Opens a matter on one of the organisation's powers."""
    form = MatterForm(request.POST or None, powers=_mine(request), initial={"began_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            opened = actions.open_matter(**form.cleaned_data, by=person(request), at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The matter is open, and its page is public. Record the steps it has reached."))
            return _to(opened)
    return render(request, "desk/matter_new.html", {"form": form, "section": "desk", "place": "matters"})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter with its steps, and what may be done with it; each form says by its button what it does."""
    rows = Matter.objects.select_related("power__organisation")
    found = get_object_or_404(rows, pk=pk)
    if not can(request.user, "disclose", found.power.organisation):
        raise Http404
    kept = _forms(request, found)
    doing = request.POST.get("do", "") if request.method == "POST" else ""
    if doing in kept and kept[doing].is_valid():
        try:
            message = _DO[doing](found, request, kept[doing].cleaned_data)
        except Refused as refusal:
            kept[doing].add_error(None, str(refusal))
            found = rows.get(pk=pk)
        else:
            messages.success(request, message)
            return _to(found)
    return _page(request, found, kept)


def _forms(request: HttpRequest, found: Matter) -> dict[str, forms.Form]:
    """The forms that a running matter offers, bound to what was sent for one of them."""
    if found.state != MatterState.RUNNING:
        return {}
    doing = request.POST.get("do", "")

    def sent(name: str) -> Any:
        return request.POST if doing == name else None

    stages = actions.standing(found)
    last = stages[-1].step.ordinal if stages else 0
    ahead = found.power.steps.filter(ordinal__gt=last).order_by("ordinal")
    seen = {"seen": found.revision}
    kept: dict[str, forms.Form] = {}
    if ahead:
        today = seen | {"on": timezone.localdate()}
        kept["reach"] = ReachForm(sent("reach"), steps=ahead, initial=today)
    else:
        kept["finish"] = FinishForm(sent("finish"), initial=seen)
    if stages:
        kept["back"] = MatterReasonForm(sent("back"), initial=seen, auto_id="back_%s")
    kept["abandon"] = MatterReasonForm(sent("abandon"), initial=seen, auto_id="abandon_%s")
    return kept


def _page(request: HttpRequest, found: Matter, kept: dict[str, forms.Form]) -> HttpResponse:
    steps: list[PowerStep] = powers.steps_of(found.power)
    on = timezone.localdate()
    shown = powers.processes([found], steps, request.user, on=on, calendar=working_calendar())[0]
    context = {
        "section": "desk",
        "place": "matters",
        "matter": found,
        "power": found.power,
        "process": shown,
        "kept": kept,
        "sample": found.power.organisation.is_sample,
    }
    return render(request, "desk/matter.html", context)


def _reach(found: Matter, request: HttpRequest, data: dict[str, Any]) -> str:
    reached = actions.reach(found, **data, by=person(request), at=timezone.now())
    if reached.obligation is None:
        return _("Recorded. This step need not be disclosed.")
    return _("Recorded. It must be disclosed by %(day)s.") % {"day": date_format(reached.obligation.due_on)}


def _back(found: Matter, request: HttpRequest, data: dict[str, Any]) -> str:
    actions.take_back(found, **data, by=person(request), at=timezone.now())
    return _("The stage was taken back.")


def _finish(found: Matter, request: HttpRequest, data: dict[str, Any]) -> str:
    actions.finish(found, **data, by=person(request), at=timezone.now())
    return _("The matter is finished.")


def _abandon(found: Matter, request: HttpRequest, data: dict[str, Any]) -> str:
    actions.abandon(found, **data, by=person(request), at=timezone.now())
    return _("The matter is abandoned.")


_DO: dict[str, Callable[[Matter, HttpRequest, dict[str, Any]], str]] = {
    "reach": _reach,
    "back": _back,
    "finish": _finish,
    "abandon": _abandon,
}


def _to(found: Matter) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:matter", args=[found.pk]))
