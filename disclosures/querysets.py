"""Questions about obligations and postings. No clock in here: every question takes its day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When

from organisations.querysets import within

from .choices import ObligationState, Outcome, PostingStatus

DUE_SOON_DAYS = 7
"""An open obligation counts as due soon this many calendar days ahead: the ladder's first rung."""


def is_open() -> Q:
    """Nothing was posted, no nil return was made, nobody waived it."""
    return Q(fulfilled_on=None)


def is_overdue(on: date) -> Q:
    """Open, and the last day allowed is over."""
    return is_open() & Q(due_on__lt=on)


def stands(state: ObligationState, *, on: date) -> Q:
    """Obligations that stand so on the day. Each stands in exactly one of the states."""
    soon = on + timedelta(days=DUE_SOON_DAYS)
    return {
        ObligationState.UPCOMING: is_open() & Q(due_on__gt=soon),
        ObligationState.DUE_SOON: is_open() & Q(due_on__gte=on, due_on__lte=soon),
        ObligationState.OVERDUE: is_overdue(on),
        ObligationState.MET: Q(outcome=Outcome.POSTED, fulfilled_on__lte=F("due_on")),
        ObligationState.LATE: Q(outcome=Outcome.POSTED, fulfilled_on__gt=F("due_on")),
        ObligationState.NIL: Q(outcome=Outcome.NIL),
        ObligationState.WAIVED: Q(outcome=Outcome.WAIVED),
    }[state]


class ObligationQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(is_open())

    def overdue(self, *, on: date) -> Self:
        return self.filter(is_overdue(on))

    def under(self, path: str) -> Self:
        """Obligations of the organisation at `path` and of all below it."""
        return self.filter(within(path, "organisation__"))

    def with_state(self, *, on: date) -> Self:
        """Adds `state`, an `ObligationState` value as of the day."""
        cases = [When(stands(state, on=on), then=Value(state)) for state in ObligationState]
        return self.annotate(state=Case(*cases, output_field=CharField()))


class PostingQuerySet(models.QuerySet):
    def out(self) -> Self:
        """What was ever published: also what was withdrawn since, whose tombstone stays."""
        return self.filter(status__in=[PostingStatus.PUBLISHED, PostingStatus.WITHDRAWN, PostingStatus.ENDED])

    def published(self) -> Self:
        return self.filter(status=PostingStatus.PUBLISHED)

    def newest_first(self) -> Self:
        return self.order_by(F("published_at").desc(), F("id").desc())
