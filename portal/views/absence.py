"""Being away: a person says from when to when, and who does their work meanwhile."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from organisations import deputies
from organisations.access import can
from organisations.deputies import DeputyRefused
from organisations.forms import AbsenceForm
from organisations.models import Appointment, User

from .. import letters


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def absence(request: HttpRequest) -> HttpResponse:
    """Own deputies, and those one deputises for; a form that names more."""
    user, today = cast(User, request.user), timezone.localdate()
    form = AbsenceForm(request.POST or None, user=user, today=today)
    if request.method == "POST" and form.is_valid() and _name_all(request, form):
        return HttpResponseRedirect(reverse("absence"))
    current = Appointment.objects.filter(deputises_for__isnull=False, ends_on__gte=today).order_by("starts_on", "pk")
    context = {
        "form": form,
        "mine": current.filter(deputises_for__user=user).select_related("user", "organisation"),
        "others": current.filter(user=user).select_related("deputises_for__user", "organisation"),
        "today": today,
        "section": "inbox",
    }
    return render(request, "accounts/absence.html", context)


def _name_all(request: HttpRequest, form: AbsenceForm) -> bool:
    """Names every deputy chosen and tells them, or none and says why."""
    days = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on")}
    now = timezone.now()
    try:
        with transaction.atomic():
            for appointment, deputy in form.chosen():
                named = deputies.name(appointment, deputy=deputy, today=timezone.localdate(now), **days)
                letters.tell_deputy(named, at=now)
    except DeputyRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Your deputies are named and have been told."))
    return True


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a deputy's task back from today on: by whoever named the deputy."""
    deputy = get_object_or_404(Appointment.objects.select_related("deputises_for"), pk=pk)
    if deputy.deputises_for is None or not can(request.user, "delegate", deputy.deputises_for):
        raise Http404
    if deputies.end(deputy, today=timezone.localdate()):
        messages.success(request, _("The deputy's task has ended."))
    return HttpResponseRedirect(reverse("absence"))
