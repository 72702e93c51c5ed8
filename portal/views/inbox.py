"""The inbox: what the portal has told the person who is signed in."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from disclosures.listings import moment
from notices import outbox
from organisations.keyset import Keyset, Number, asked
from organisations.models import User

PAGE = 20
NEWEST = Keyset({"id": Number()}, descending=True)


@require_safe
@login_required
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """Own notices, the newest first."""
    user = cast(User, request.user)
    page = NEWEST.page(outbox.inbox(user), size=PAGE, **asked(request.GET))
    rows = [{"notice": notice, "when": moment(notice.sent_at)} for notice in page.rows]
    context = {"page": page, "rows": rows, "unread": outbox.unread_count(user), "section": "inbox"}
    return render(request, "inbox/inbox.html", context)


@require_POST
@login_required
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks one own notice as read. One of somebody else does not exist."""
    user = cast(User, request.user)
    if not outbox.inbox(user).filter(pk=pk).exists():
        raise Http404
    outbox.mark_read(user, pk, timezone.now())
    return HttpResponseRedirect(reverse("inbox"))
