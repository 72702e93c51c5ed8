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
        return self.annotate(
            state=Case(
                When(outcome=Outcome.NIL, then=Value(ObligationState.NIL)),
                When(outcome=Outcome.WAIVED, then=Value(ObligationState.WAIVED)),
                When(outcome=Outcome.POSTED, fulfilled_on__gt=F("due_on"), then=Value(ObligationState.LATE)),
                When(outcome=Outcome.POSTED, then=Value(ObligationState.MET)),
                When(is_overdue(on), then=Value(ObligationState.OVERDUE)),
                When(due_on__lte=on + timedelta(days=DUE_SOON_DAYS), then=Value(ObligationState.DUE_SOON)),
                default=Value(ObligationState.UPCOMING),
                output_field=CharField(),
            )
        )


class PostingQuerySet(models.QuerySet):
    def out(self) -> Self:
        """What was ever published: also what was withdrawn since, whose tombstone stays."""
        return self.filter(status__in=[PostingStatus.PUBLISHED, PostingStatus.WITHDRAWN, PostingStatus.ENDED])

    def published(self) -> Self:
        return self.filter(status=PostingStatus.PUBLISHED)

    def newest_first(self) -> Self:
        return self.order_by(F("published_at").desc(), F("id").desc())
