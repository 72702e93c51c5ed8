"""The privacy gate of one version: every find in its place, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

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
from django.views.decorators.http import require_POST, require_safe

from organisations.access import can
from organisations.models import User

from ...actions import drafts, privacy
from ...actions.refusals import Refused
from ...choices import VersionState
from ...forms.privacy import FindsForm, PassForm
from ...models import Version
from .finding import find_version, person
from .paper import paper_context

Act = Callable[[HttpRequest, Version, User, datetime], str]
"""Does it, and says what was done. Raises Refused."""


@require_safe
@login_required
@never_cache
def finds(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything found, with the buttons of whoever looks."""
    version = find_version(request, pk)
    context = paper_context(version, on=timezone.localdate()) | {
        "may_decide": version.is_editable and can(request.user, "edit", version),
        "may_confirm": version.state == VersionState.PROPOSED and can(request.user, "review", version),
    }
    return render(request, "desk/privacy.html", context)


def _door(right: str, act: Act) -> Callable[[HttpRequest, int], HttpResponse]:
    """A view that does something about finds, for those who hold the right, and shows the finds again."""

    @require_POST
    @login_required
    @never_cache
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        version = find_version(request, pk)
        if not can(request.user, right, version):
            raise PermissionDenied
        try:
            messages.success(request, act(request, version, person(request), timezone.now()))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:privacy", args=[version.pk]))

    return view


def _chosen(form: FindsForm) -> list[int]:
    """The finds a form names. Raises Refused with what is wrong with it."""
    if not form.is_valid():
        problems = form.non_field_errors()
        raise Refused(problems[0] if problems else _("Nothing was done: look at the list again and choose anew."))
    return form.keys()


def _mask(request: HttpRequest, version: Version, by: User, at: datetime) -> str:
    only = None if "all" in request.POST else _chosen(FindsForm(request.POST, version=version))
    count = privacy.mask(version, only=only, by=by, at=at)
    return ngettext("%(count)d find is masked in the text.", "%(count)d finds are masked in the text.", count) % {
        "count": count
    }


def _pass(request: HttpRequest, version: Version, by: User, at: datetime) -> str:
    form = PassForm(request.POST, version=version)
    keys = _chosen(form)
    privacy.pass_finds(version, keys, reason=form.cleaned_data["reason"], by=by, at=at)
    return _("Noted. The reviewer sees your reason and takes a second look.")


def _reopen(request: HttpRequest, version: Version, by: User, at: datetime) -> str:
    for key in _chosen(FindsForm(request.POST, version=version)):
        privacy.reopen(version, key, by=by, at=at)
    return _("Taken back. Decide anew what to do about it.")


def _remove(request: HttpRequest, version: Version, by: User, at: datetime) -> str:
    attachment = version.attachments.filter(pk=_number(request.POST.get("file", ""))).first()
    if attachment is None:
        raise Refused(_("The file is not there any more; nothing was done."))
    drafts.detach(attachment, by=by, at=at)
    return _("The file is taken away.")


def _confirm(request: HttpRequest, version: Version, by: User, at: datetime) -> str:
    privacy.confirm(version, _chosen(FindsForm(request.POST, version=version)), by=by, at=at)
    return _("Your second look is recorded.")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


mask = _door("edit", _mask)
pass_finds = _door("edit", _pass)
reopen = _door("edit", _reopen)
remove = _door("edit", _remove)
confirm = _door("review", _confirm)
