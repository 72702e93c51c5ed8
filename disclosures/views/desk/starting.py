"""Beginning a posting: with the one button beside what is owed, or beside any obligation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalogue.models import Item
from organisations.access import can
from organisations.choices import Role
from organisations.models import Organisation

from ...actions.drafts import start_draft
from ...actions.refusals import Refused
from ...forms.postings import StartForm
from ...models import Obligation
from ...owing import owed_entries
from ...worklist import units
from .finding import person, to


@require_POST
@login_required
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """The one button: a draft against an obligation, with everything prefilled."""
    rows = Obligation.objects.select_related("organisation", "item__catalogue", "event")
    obligation = get_object_or_404(rows, pk=pk)
    if not can(request.user, "disclose", obligation.organisation):
        raise Http404
    return _begin(request, obligation=obligation, photo="photo" in request.POST)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """A draft beside any obligation."""
    organisations = Organisation.objects.filter(pk__in=units(request.user, Role.SECRETARY)).order_by("path")
    if not organisations:
        raise PermissionDenied
    owed = Q(pk__in=[])
    for organisation in organisations:
        owed |= Q(pk__in=owed_entries(organisation, on=timezone.localdate()).values("pk"))
    items = Item.objects.filter(owed).leaves().order_by("catalogue__code", "tree_id", "lft")
    form = StartForm(request.POST or None, organisations=organisations, items=items)
    if request.method == "POST" and form.is_valid():
        return _begin(request, **form.cleaned_data)
    return render(request, "desk/new.html", {"form": form, "section": "desk"})


def _begin(request: HttpRequest, **what: Any) -> HttpResponse:
    try:
        begun = to(start_draft(**what, by=person(request), at=timezone.now()))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:home"))
    return HttpResponseRedirect(f"{begun.url}#photo") if what.get("photo") else begun
