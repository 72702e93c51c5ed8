"""The inbox: what the portal has told the person who is signed in."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosures.listings import moment
from notices import outbox, preferences
from notices.forms import PreferenceForm
from notices.policy import policy
from notices.preferences import PreferenceRefused
from organisations.keyset import Keyset, Number, asked
from organisations.models import User

PAGE = 20
NEWEST = Keyset({"id": Number()}, descending=True)


@require_safe
@login_required
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """Own notices, the newest first; with `?unread=1` those not read yet."""
    user, only_unread = cast(User, request.user), request.GET.get("unread") == "1"
    letters = outbox.inbox(user).filter(read_at=None) if only_unread else outbox.inbox(user)
    page = NEWEST.page(letters, size=PAGE, **asked(request.GET))
    rows = [{"notice": notice, "when": moment(notice.sent_at)} for notice in page.rows]
    context = {"page": page, "rows": rows, "unread": outbox.unread_count(user), "only_unread": only_unread}
    return render(request, "inbox/inbox.html", context | {"section": "inbox"})


@require_POST
@login_required
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks one own notice as read. One of somebody else does not exist."""
    user = cast(User, request.user)
    if not outbox.inbox(user).filter(pk=pk).exists():
        raise Http404
    outbox.mark_read(user, pk, timezone.now())
    return HttpResponseRedirect(reverse("inbox"))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks everything in the inbox as read."""
    outbox.mark_all_read(cast(User, request.user), timezone.now())
    return HttpResponseRedirect(reverse("inbox"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def wishes(request: HttpRequest) -> HttpResponse:
    """By which channels one is told, and between which hours not."""
    user = cast(User, request.user)
    form = PreferenceForm(request.POST or None, instance=preferences.of(user))
    if request.method == "POST" and form.is_valid():
        try:
            preferences.keep(user, **form.cleaned_data)
        except PreferenceRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. It holds from now on."))
            return HttpResponseRedirect(reverse("inbox-wishes"))
    return render(request, "inbox/wishes.html", {"form": form, "policy": policy(), "section": "inbox"})
