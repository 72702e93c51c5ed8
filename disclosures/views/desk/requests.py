"""Requests for extension and waiver: the lists, and the page on which one is decided."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.calendars import working_calendar
from organisations.access import can
from organisations.keyset import Keyset, Number, asked

from ...actions import requests as actions
from ...actions.refusals import Refused
from ...asked import listed, to_decide
from ...choices import RequestList
from ...due_words import why
from ...forms.desk import RequestsForm
from ...forms.obligations import AnswerForm
from ...history import happened
from ...models import ReleaseRequest
from ...worklist import decides, writes
from .finding import person

PAGE = 30
OLDEST, NEWEST = Keyset({"id": Number()}), Keyset({"id": Number()}, descending=True)


@require_safe
@login_required
@never_cache
def requests(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the oldest first; what was decided and what was asked, the newest first."""
    form = RequestsForm(request.GET, decides=decides(request.user), writes=writes(request.user))
    if not form.is_valid():
        raise Http404
    which = form.cleaned_data["which"]
    order = OLDEST if which in {RequestList.OURS, RequestList.BELOW} else NEWEST
    page = order.page(listed(request.user, which), size=PAGE, **asked(request.GET))
    context = {"section": "desk", "place": "requests", "page": page, "which": which, "lists": form.lists}
    return render(request, "desk/requests.html", context | {"on": timezone.localdate()})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant it with day and words, or refuse it with the reason; then on to the next one."""
    found = _find(request, pk)
    may_decide = can(request.user, "decide", found)
    form = AnswerForm(request.POST or None, of=found)
    if request.method == "POST" and not may_decide:
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        return _answer(request, found, form)
    context = {
        "section": "desk",
        "found": found,
        "obligation": found.obligation,
        "form": form,
        "may_decide": may_decide and found.is_open and found.obligation.fulfilled_on is None,
        "may_take_back": found.is_open and can(request.user, "take_back", found),
        "why": why(found.obligation, found.obligation.due_changes.order_by("pk"), working_calendar()),
        "happened": happened(found.obligation),
        "days": (found.obligation.due_on - timezone.localdate()).days,
        "sample": found.obligation.organisation.is_sample,
    }
    return render(request, "desk/request.html", context)


def _answer(request: HttpRequest, found: ReleaseRequest, form: AnswerForm) -> HttpResponse:
    act = {"answer": form.cleaned_data["answer"], "by": person(request), "at": timezone.now()}
    try:
        if form.cleaned_data["granted"]:
            actions.grant(found, new_due_on=form.cleaned_data.get("new_due_on"), **act)
        else:
            actions.refuse(found, **act)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:request", args=[found.pk]))
    messages.success(request, _("Your decision is on record, and the organisation has been told."))
    following = to_decide(request.user).order_by("pk").first()
    return HttpResponseRedirect(reverse("desk:request", args=[following.pk]) if following else reverse("desk:requests"))


@require_POST
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The organisation takes back what is not decided yet."""
    found = _find(request, pk)
    if not can(request.user, "take_back", found):
        raise PermissionDenied
    try:
        actions.take_back(found, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The request is taken back. It is due as before."))
    return HttpResponseRedirect(reverse("desk:obligation", args=[found.obligation_id]))


def _find(request: HttpRequest, pk: int) -> ReleaseRequest:
    """The request, if the person may know of it. Raises Http404, never 403."""
    related = ("obligation__organisation__parent", "obligation__item__catalogue", "obligation__event", "addressed_to")
    rows = ReleaseRequest.objects.select_related(*related, "asked_by", "on_behalf_of", "decided_by")
    found = get_object_or_404(rows, pk=pk)
    if not can(request.user, "read", found):
        raise Http404
    return found
