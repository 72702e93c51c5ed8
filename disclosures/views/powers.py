"""Powers and the matters in which they are used: whole-process disclosure."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.calendars import working_calendar
from organisations.keyset import asked
from organisations.models import Organisation

from .. import powers
from ..filters import MattersForm, PowersForm
from ..freshness import fresh
from ..models import Matter

LISTED = 60
MATTERS = 10
_CATALOGUE_FRESH_MINUTES = 10


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every list of powers, organisation by organisation."""
    form = PowersForm(request.GET)
    found = powers.lists(under=None, kind="", words="").none()
    if form.is_valid():
        wanted = form.cleaned_data
        under = _organisation(wanted["under"])
        if under is not None or not wanted["under"]:
            found = powers.lists(under=under, kind=wanted["kind"], words=wanted["q"])
    page = powers.BY_ORGANISATION.page(found, size=LISTED, **asked(request.GET))
    context = {
        "page": page,
        "groups": powers.by_organisation(page.rows),
        "form": form,
        "searched": any(form.data.get(name) for name in form.fields),
        "section": "powers",
    }
    return render(request, "powers/index.html", context)


def _organisation(name: str) -> Organisation | None:
    if not name:
        return None
    return Organisation.objects.filter(Q(code=name.upper()) | Q(name=name) | Q(short_name=name)).first()


def _head(code: str) -> powers.Head:
    head = powers.find(code)
    if head is None:
        raise Http404
    return head


def _version(head: powers.Head, now: datetime) -> tuple[object, ...]:
    """The list, the organisation's board, the day; names of organisations and items may lag by ten minutes."""
    at = timezone.localtime(now)
    lag = (at.hour * 60 + at.minute) // _CATALOGUE_FRESH_MINUTES
    return head.power.pk, *head.versions, at.date(), lag


@require_safe
def power(request: HttpRequest, code: str) -> HttpResponse:
    """One power: basis, steps, chart, and its matters with the stage each has reached."""
    head, now = _head(code), timezone.now()
    form, cursors = MattersForm(request.GET), asked(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""

    def build() -> HttpResponse:
        found = head.power.matters.select_related("power")
        page = powers.NEWEST_MATTERS.page(found.filter(state=state) if state else found.all(), size=MATTERS, **cursors)
        steps, on = powers.steps_of(head.power), timezone.localdate(now)
        context = _frame(head) | {
            "steps": steps,
            "flow": powers.flow(steps),
            "facts": powers.facts(head.power),
            "page": page,
            "processes": powers.processes(page.rows, steps, request.user, on=on, calendar=working_calendar()),
            "form": form,
            "state": state,
        }
        return render(request, "powers/power.html", context)

    return fresh(request, "power", *_version(head, now), state, *cursors.values(), build=build)


def _frame(head: powers.Head) -> dict[str, object]:
    organisation = head.power.organisation
    return {
        "power": head.power,
        "organisation": organisation,
        "board_url": organisation.get_absolute_url(),
        "sample": organisation.is_sample,
        "section": "powers",
    }


@require_safe
def matter(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One matter: where it stands in the chart, when each stage was reached, and what was disclosed of it."""
    head, now = _head(code), timezone.now()
    found = get_object_or_404(Matter.objects.select_related("power"), power=head.power, number=number)

    def build() -> HttpResponse:
        steps, on = powers.steps_of(head.power), timezone.localdate(now)
        shown = powers.processes([found], steps, request.user, on=on, calendar=working_calendar())
        return render(request, "powers/matter.html", _frame(head) | {"process": shown[0], "matter": found})

    return fresh(request, "matter", found.number, *_version(head, now), build=build)
