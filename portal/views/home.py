"""The front page."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosures import comparison, listings
from disclosures.freshness import fresh
from disclosures.models import BoardVersion
from organisations.models import Organisation

from .. import figures

NEWEST = 12
_FIGURES_FRESH_MINUTES = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What was disclosed lately, and the ways to everything else."""
    now = timezone.now()
    changed = BoardVersion.objects.order_by("-changed_at").values_list("changed_at", flat=True).first()
    local = timezone.localtime(now)
    lag = local.hour * 60 + local.minute - local.minute % _FIGURES_FRESH_MINUTES
    return fresh(request, "home", changed, local.date(), lag, build=lambda: _home(request, now))


def _home(request: HttpRequest, now: datetime) -> HttpResponse:
    on = timezone.localdate(now)
    newest = listings.published(request.user, with_organisation=True)[:NEWEST]
    coverage = figures.coverage(on=on, at=now)
    context = {
        "postings": listings.rows(newest),
        "glance": comparison.glance(on=on),
        "figures": figures.rows(coverage),
        "definitions": figures.definitions(coverage),
        "sample": Organisation.objects.filter(is_sample=True).exists(),
        "section": "home",
    }
    return render(request, "portal/home.html", context)
