"""Notices on the desk: what was objected, each answered, then closed. Reading the words is put on record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import can
from organisations.choices import Role
from organisations.encryption import is_available

from ... import notices as selectors
from ...actions import objections as actions
from ...actions.refusals import Refused
from ...choices import PostingStatus
from ...forms.objections import AnswerForm, RecordedObjectionForm
from ...models import Objection, Posting
from ...worklist import units
from .finding import person

MOST_SHOWN = 100


@require_safe
@login_required
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """Notices that are not closed, the one that ends first on top, with their objections and how long there is."""
    if not units(request.user, Role.SECRETARY, Role.APPROVER, Role.INSPECTOR):
        raise PermissionDenied
    on = timezone.localdate()
    rows = [
        {"posting": posting, "days": (posting.notice_until - on).days}
        for posting in selectors.to_handle(request.user)[:MOST_SHOWN]
    ]
    return render(request, "desk/notices.html", {"rows": rows, "section": "desk", "place": "notices"})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@sensitive_post_parameters()
@never_cache
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice. What was objected is shown on asking for it only, and that is put on record."""
    rows = Posting.objects.out().select_related("organisation__parent", "current", "item")
    posting = get_object_or_404(rows, pk=pk, notice_until__isnull=False)
    if not can(request.user, "read_objections", posting):
        raise Http404
    handles = can(request.user, "handle_objections", posting) and posting.status == PostingStatus.PUBLISHED
    doing = request.POST.get("do", "") if request.method == "POST" else ""
    recording = RecordedObjectionForm(request.POST if doing == "record" else None)
    context: dict[str, Any] = {"revealed": None}
    if doing == "reveal":
        context["revealed"] = actions.reveal(posting, by=person(request), at=timezone.now())
    elif doing == "close" and not can(request.user, "close_notice", posting):
        raise PermissionDenied
    elif doing:
        if doing != "close" and not handles:
            raise PermissionDenied
        response = _do(request, posting, doing, recording)
        if response is not None:
            return response
        if doing == "answer":  # what is to be answered stands beside the answer that has to be put right
            context["revealed"] = actions.reveal(posting, by=person(request), at=timezone.now())
    return _page(request, posting, context | {"recording": recording, "handles": handles})


def _do(request: HttpRequest, posting: Posting, doing: str, recording: RecordedObjectionForm) -> HttpResponse | None:
    """Records, answers or closes; None if something typed has to be put right."""
    by, at = person(request), timezone.now()
    try:
        if doing == "record" and recording.is_valid():
            actions.record_objection(posting, **recording.cleaned_data, by=by, at=at)
            messages.success(request, _("The objection is recorded."))
        elif doing == "answer":
            form = AnswerForm(request.POST)
            number = request.POST.get("number", "")
            if not (form.is_valid() and number.isascii() and number.isdigit() and len(number) < 10):
                messages.error(request, _("Choose an outcome and give an answer for the public; nothing was saved."))
                return None
            objection = get_object_or_404(Objection, posting=posting, number=int(number))
            actions.answer(objection, **form.cleaned_data, by=by, at=at)
            messages.success(request, _("The objection is answered."))
        elif doing == "close":
            actions.close_notice(posting, by=by, at=at)
            messages.success(request, _("The notice is closed, and its result is public."))
        else:
            return None
    except Refused as refusal:
        messages.error(request, str(refusal))
        if doing == "record":
            recording.add_error(None, str(refusal))
            return None
    return HttpResponseRedirect(reverse("desk:notice", args=[posting.pk]))


def _page(request: HttpRequest, posting: Posting, context: dict[str, Any]) -> HttpResponse:
    on = timezone.localdate()
    listed = Objection.objects.filter(posting=posting).defer("words", "name", "contact").order_by("number")
    rows = context["revealed"] or list(listed)
    typed = AnswerForm(request.POST) if request.POST.get("do") == "answer" else None
    number = request.POST.get("number", "")
    context |= {
        "posting": posting,
        "notice": selectors.notice_of(posting, on=on),
        "objections": [
            {"row": row, "form": _answering(row, typed if number == str(row.number) else None)} for row in rows
        ],
        "waiting": sum(not row.outcome for row in rows),
        "days": (posting.notice_until - on).days if posting.notice_until else 0,
        "may_close": can(request.user, "close_notice", posting),
        "takes": context["handles"] and is_available(),
        "section": "desk",
        "place": "notices",
        "sample": posting.organisation.is_sample,
    }
    response = render(request, "desk/notice.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


def _answering(row: Objection, typed: forms.Form | None) -> forms.Form | None:
    """The form for an objection that is open, with what was typed into it."""
    if row.outcome:
        return None
    return typed or AnswerForm(auto_id=f"answer{row.number}_%s")
