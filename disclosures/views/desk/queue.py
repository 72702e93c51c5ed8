"""The queues of reviewers and approvers, and approving several at once."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import can
from organisations.choices import Role

from ...actions.reading import approve_opened
from ...actions.refusals import Refused
from ...asked import addressed
from ...choices import Queue
from ...forms.desk import ApproveSeveralForm
from ...models import Version
from ...queues import listed, waiting
from ...worklist import decides, units
from .finding import person


@require_safe
@login_required
@never_cache
def review(request: HttpRequest) -> HttpResponse:
    """What waits for a reviewer."""
    if not units(request.user, Role.REVIEWER):
        raise PermissionDenied
    return _render(request, Queue.REVIEW)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def approve(request: HttpRequest) -> HttpResponse:
    """What waits for an approver; those opened can be approved together."""
    if not units(request.user, Role.APPROVER):
        raise PermissionDenied
    form = ApproveSeveralForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _approve_each(request, form)
        return HttpResponseRedirect(reverse("desk:approve"))
    return _render(request, Queue.APPROVE, form=form)


def _approve_each(request: HttpRequest, form: ApproveSeveralForm) -> None:
    """Each for itself: what cannot be approved is told by its title and stops none of the others."""
    chosen, done = form.cleaned_data["chosen"], 0
    related = ("posting__organisation__parent", "posting__item")
    versions = Version.objects.select_related(*related).in_bulk([pk for pk, _revision in chosen])
    for pk, revision in chosen:
        version = versions.get(pk)
        if version is None or not can(request.user, "approve", version):
            messages.error(request, _("One that you had chosen is not yours to approve, and was left as it is."))
            continue
        act = {"opinion": form.cleaned_data["opinion"], "by": person(request), "at": timezone.now()}
        try:
            approve_opened(version, revision=revision, **act)
        except Refused as refusal:
            messages.error(request, _("“%(title)s”: %(why)s") % {"title": version.title, "why": refusal})
        else:
            done += 1
    if done:
        words = ngettext("%(n)d approved. It can be published now.", "%(n)d approved. They can be published now.", done)
        messages.success(request, words % {"n": done})


def _render(request: HttpRequest, which: Queue, form: ApproveSeveralForm | None = None) -> HttpResponse:
    on = timezone.localdate()
    rows = listed(request.user, which, on=on)
    context = {
        "section": "desk",
        "place": which.value,
        "which": which,
        "rows": rows,
        "count": waiting(request.user, which, on=on).count(),
        "opened": sum(row.opened for row in rows),
        "form": form,
        "requests": addressed(request.user).count() if which == Queue.APPROVE and decides(request.user) else 0,
        "sample": any(row.version.posting.organisation.is_sample for row in rows),
    }
    return render(request, "desk/queue.html", context)
