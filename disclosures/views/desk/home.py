"""What the desk shows first: what waits for the person, and what their organisations owe."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from organisations.choices import Role
from organisations.keyset import asked
from organisations.models import Organisation

from ...asked import addressed
from ...choices import OwedPart
from ...debts import LONGEST_FIRST
from ...forms.desk import OwedForm
from ...worklist import MOST_SHOWN, Waiting, as_owed, decides, owed_counts, return_reasons, units, waiting_for, works
from ...worklist import owed as owed_rows
from .finding import person

PAGE = 30
FIRST = 8
"""So many rows of a part stand on the desk itself."""

_GROUPS = [
    ("to_approve_afterwards", _("To approve afterwards"), "approve-afterwards", _("Approve afterwards")),
    ("returned", _("Returned to me"), "", _("Put it right")),
    ("to_review", _("To review"), "review", _("Review")),
    ("to_approve", _("To approve"), "approve", _("Approve")),
    ("to_end", _("Early end of display to decide"), "", _("Look at it")),
    ("to_publish", _("To publish"), "publish", _("Publish")),
    ("begun", _("Drafts begun"), "", _("Go on writing")),
    ("scheduled", _("Scheduled"), "", _("Look at it")),
]
"""What waits: the list of `Waiting`, its heading, the step its button leads to ("" for the page), the button."""


@require_safe
@login_required
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """The desk."""
    actor, on = person(request), timezone.localdate()
    mine = _own(request)
    counts = owed_counts([unit.pk for unit in mine], on=on)
    totals = {which: sum(count[which] for count in counts.values()) for which in OwedPart}
    waiting = waiting_for(actor) if works(actor) else None
    context = {
        "section": "desk",
        "place": "home",
        "requests": addressed(actor).count() if decides(actor) else 0,
        "works": works(actor),
        "groups": _groups(waiting) if waiting else [],
        "is_secretary": bool(mine),
        "units": [{"unit": unit, "overdue": counts[unit.pk][OwedPart.OVERDUE]} for unit in mine],
        "parts": [_part([unit.pk for unit in mine], which, totals[which], on) for which in OwedPart if totals[which]],
        "sample": any(unit.is_sample for unit in mine),
        "on": on,
    }
    return render(request, "desk/home.html", context)


def _own(request: HttpRequest) -> list[Organisation]:
    """The organisations the person is secretary of."""
    return list(Organisation.objects.filter(pk__in=units(request.user, Role.SECRETARY)).order_by("path"))


def _groups(waiting: Waiting) -> list[dict[str, Any]]:
    reasons = return_reasons(waiting.returned) if waiting.returned else {}
    groups = []
    for name, heading, step, verb in _GROUPS:
        rows = [
            {
                "version": version,
                "verb": verb,
                "url": reverse("desk:step", args=[version.pk, step])
                if step
                else reverse("desk:version", args=[version.pk]),
                "words": reasons.get(version.pk, ""),
            }
            for version in getattr(waiting, name)
        ]
        if rows:
            group = {"name": name, "heading": heading, "count": len(rows), "is_cut": len(rows) >= MOST_SHOWN}
            groups.append(group | {"rows": rows[:FIRST], "more": rows[FIRST:]})
    return groups


def _part(organisations: list[int], which: OwedPart, count: int, on: Any) -> dict[str, Any]:
    """One part of what is owed: what is pressing is shown, what is far away only counted."""
    found: list[Any] = []
    if which != OwedPart.LATER:
        rows = owed_rows(organisations, which, on=on).order_by("due_on", "pk")
        found = as_owed(list(rows[:FIRST]), on=on)
    return {"which": which, "count": count, "rows": found, "more": count - len(found)}


@require_safe
@login_required
@never_cache
def owed(request: HttpRequest) -> HttpResponse:
    """One part of what is owed as a list, page by page."""
    mine, on = _own(request), timezone.localdate()
    form = OwedForm(request.GET, codes=[unit.code for unit in mine])
    if not form.is_valid() or not mine:
        raise Http404
    which, code = form.cleaned_data["part"], form.cleaned_data["unit"]
    wanted = [unit for unit in mine if code in {"", unit.code}]
    page = LONGEST_FIRST.page(owed_rows([unit.pk for unit in wanted], which, on=on), size=PAGE, **asked(request.GET))
    counts = owed_counts([unit.pk for unit in wanted], on=on)
    context = {
        "section": "desk",
        "page": page,
        "rows": as_owed(page.rows, on=on),
        "part": which,
        "parts": [(which, sum(count[which] for count in counts.values())) for which in OwedPart],
        "unit": wanted[0] if code else None,
        "several_units": len(wanted) > 1,
        "sample": any(unit.is_sample for unit in mine),
    }
    return render(request, "desk/owed.html", context)
