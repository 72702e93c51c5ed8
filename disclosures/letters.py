"""Letters about requests: to those who decide that there is one, to those who asked how it was decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notices import outbox
from notices.models import Notice
from notices.outbox import Letter
from organisations.choices import Role
from organisations.models import Appointment

from .choices import DecisionKind, RequestState
from .models import ReleaseRequest
from .superiors import deciders
from .titles import period_words

ASKED = "release-asked"
DECIDED = "release-decided"


def tell_deciders(request: ReleaseRequest, *, at: datetime) -> None:
    """Tells those above who may decide; never whoever asked."""
    people = deciders(request.obligation.organisation, on=timezone.localdate(at)) - {request.asked_by_id}
    outbox.enqueue(people, kind=ASKED, key=f"{ASKED}:{request.pk}", at=at, outside_from=at)


def tell_secretaries(request: ReleaseRequest, *, at: datetime) -> None:
    """Tells whoever asked and the secretaries in office."""
    secretaries = Appointment.objects.in_office(on=timezone.localdate(at)).filter(
        role=Role.SECRETARY, organisation=request.obligation.organisation_id
    )
    people = {request.asked_by_id, *secretaries.values_list("user", flat=True)}
    outbox.enqueue(people, kind=DECIDED, key=f"{DECIDED}:{request.pk}", at=at, outside_from=at)


def asked(notices: Sequence[Notice], now: datetime) -> dict[int, Letter]:
    """The letters to those who decide, by the notice's primary key; none once it is decided or was met."""
    return {
        notice.pk: _asked(request)
        for notice, request in _about(notices, ASKED)
        if request.is_open and request.obligation.fulfilled_on is None
    }


def decided(notices: Sequence[Notice], now: datetime) -> dict[int, Letter]:
    """The letters to those who asked, by the notice's primary key."""
    return {notice.pk: _decided(request) for notice, request in _about(notices, DECIDED)}


def _about(notices: Sequence[Notice], kind: str) -> list[tuple[Notice, ReleaseRequest]]:
    keys = {notice.pk: int(notice.key.removeprefix(f"{kind}:")) for notice in notices}
    related = ("obligation__organisation", "obligation__item", "obligation__event", "asked_by", "decided_by")
    found = ReleaseRequest.objects.select_related(*related).in_bulk(list(set(keys.values())))
    return [(notice, found[keys[notice.pk]]) for notice in notices if keys[notice.pk] in found]


def _words(request: ReleaseRequest) -> dict[str, object]:
    obligation = request.obligation
    return {
        "kind": request.get_kind_display(),
        "organisation": obligation.organisation.name,
        "item": obligation.item.title,
        "period": period_words(obligation),
        "due": obligation.due_on,
        "asked": request.new_due_on or "",
        "person": str(request.asked_by),
        "reason": request.reason,
        "state": request.get_state_display(),
        "decider": str(request.decided_by or ""),
        "answer": request.answer,
    }


def _asked(request: ReleaseRequest) -> Letter:
    with translation.override(settings.LANGUAGE_CODE):
        words = _words(request)
        until = _(" until %(asked)s") % words if request.kind == DecisionKind.EXTENSION else ""
        text = _(
            "%(organisation)s (%(person)s) asks: %(kind)s%(until)s. Matter: %(item)s %(period)s, due on %(due)s."
            " Reason: %(reason)s Until it is decided the due date stands."
        ) % (words | {"until": until})
        subject = _("%(kind)s asked for: %(organisation)s, %(item)s") % words
        return Letter(subject=subject, text=text, url=reverse("desk:request", args=[request.pk]))


def _decided(request: ReleaseRequest) -> Letter:
    with translation.override(settings.LANGUAGE_CODE):
        words = _words(request)
        text = _("%(kind)s for %(item)s %(period)s: %(state)s (%(decider)s). %(answer)s") % words
        if request.state == RequestState.GRANTED and request.kind == DecisionKind.EXTENSION:
            text += _(" It is now due on %(due)s.") % words
        subject = _("%(kind)s: %(state)s (%(item)s)") % words
        return Letter(subject=subject, text=text, url=reverse("desk:obligation", args=[request.obligation_id]))
