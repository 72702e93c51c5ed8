"""The overdue review: who is late with what, since when."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalogue.models import Item
from disclosures.asked import to_decide
from disclosures.listings import period_label
from disclosures.models import Obligation
from organisations import access
from organisations.models import Organisation
from organisations.querysets import within

from . import overdue
from .forms import ReviewForm


@require_safe
@login_required
@never_cache
def review(request: HttpRequest) -> HttpResponse:
    """For inspectors, each in the own subtree; anybody else finds nothing here."""
    form = ReviewForm(request.GET, actor=request.user)
    if not form.is_valid():
        raise BadRequest(_("The address of this page is damaged. Go back to the overdue review and choose again."))
    organisation, item, on = form.chosen_organisation(), form.chosen_item(), timezone.localdate()
    if organisation is None:
        raise Http404
    return render(request, "oversight/review.html", _review(request, organisation, item, on))


def _review(request: HttpRequest, organisation: Organisation, item: Item | None, on: date) -> dict[str, Any]:
    page = overdue.overdue_page(
        organisation, on=on, item=item, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    return {
        "organisation": organisation,
        "item": item,
        "on": on,
        "crumbs": _crumbs(request, organisation),
        "figures": _figures(overdue.standing(organisation, on=on)),
        "below": [_standing_row(row) for row in overdue.standings_below(organisation, on=on)],
        "items": [
            {"title": row.item.title, "overdue": row.overdue, "url": _link(organisation, item=row.item.pk)}
            for row in overdue.standings_by_item(organisation, on=on)
        ],
        "rows": [_row(obligation, on) for obligation in page.rows],
        "requests": to_decide(request.user).filter(within(organisation.path, "obligation__organisation__")).count(),
        "notices": [] if item else [_notice_row(row, on) for row in overdue.unanswered_notices(organisation, on=on)],
        "whole_url": _link(organisation),
        "page": {
            "newer": _link(organisation, item=item and item.pk, before=page.before) if page.before else "",
            "older": _link(organisation, item=item and item.pk, after=page.after) if page.after else "",
            "newer_label": _("Overdue for longer"),
            "older_label": _("Overdue more recently"),
        },
        "sample": organisation.is_sample,
        "viewer": request.user,
    }


def _link(organisation: Organisation, **query: Any) -> str:
    wanted = {"organisation": organisation.code, **{name: value for name, value in query.items() if value}}
    return f"{reverse('oversight:review')}?{urlencode(wanted)}"


def _crumbs(request: HttpRequest, organisation: Organisation) -> list[dict[str, str]]:
    """The way down from the top of what the inspector oversees."""
    above = [
        above for above in Organisation.objects.ancestors(organisation) if access.can(request.user, "oversee", above)
    ]
    return [{"label": each.short_name or each.name, "url": _link(each)} for each in [*above, organisation]]


def _figures(standing: overdue.Standing) -> list[dict[str, Any]]:
    return [
        {"label": _("Overdue disclosures"), "value": standing.overdue, "tone": "alarm" if standing.overdue else ""},
        {"label": _("Organisations with something overdue"), "value": standing.late_organisations},
        {"label": _("Organisations in all"), "value": standing.organisations},
        {"label": _("Share of organisations with something overdue"), "value": f"{standing.share:.1%}"},
    ]


def _standing_row(standing: overdue.Standing) -> dict[str, Any]:
    return {
        "name": standing.organisation.name,
        "url": _link(standing.organisation),
        "organisations": standing.organisations,
        "late": standing.late_organisations,
        "overdue": standing.overdue,
        "share": f"{standing.share:.1%}",
    }


def _notice_row(posting: Any, on: date) -> dict[str, Any]:
    days = (on - posting.notice_until).days
    return {
        "organisation": posting.organisation.name,
        "title": posting.current.title,
        "url": reverse("desk:notice", args=[posting.pk]),
        "until": posting.notice_until,
        "waiting": posting.waiting,
        "since": ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days},
    }


def _row(obligation: Obligation, on: date) -> dict[str, Any]:
    days = (on - obligation.due_on).days
    return {
        "organisation": obligation.organisation.name,
        "organisation_url": obligation.organisation.get_absolute_url(),
        "item": obligation.item.title,
        "url": reverse("desk:obligation", args=[obligation.pk]),
        "period": period_label(obligation.period_key),
        "due_on": obligation.due_on,
        "days": days,
        "since": ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days},
    }
