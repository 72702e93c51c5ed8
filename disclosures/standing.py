"""How items stand: what is overdue, what comes next, how it last ended. Summed up in the database."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from catalogue.choices import ExemptionReason, Openness, TimeLimitClass

from .choices import ObligationState
from .models import Obligation
from .querysets import is_open

YEAR = timedelta(days=365)
_DONE = {ObligationState.MET, ObligationState.LATE, ObligationState.NIL, ObligationState.WAIVED}


@dataclass(slots=True)
class Standing:
    """How one item of one organisation stands."""

    overdue: int = 0
    overdue_since: date | None = None
    next_due: date | None = None
    due_soon: bool = False
    last_state: ObligationState | None = None
    last_day: date | None = None

    @property
    def state(self) -> ObligationState | None:
        """The word for it: the most pressing first. None where nothing was owed lately."""
        if self.overdue:
            return ObligationState.OVERDUE
        if self.due_soon:
            return ObligationState.DUE_SOON
        return self.last_state or (ObligationState.UPCOMING if self.next_due else None)


NOTHING_OWED = Standing()


@dataclass(slots=True)
class Standings:
    """Standings by key, and the sums by state of what fell due in twelve months or is open since longer."""

    by: dict[Hashable, Standing] = field(default_factory=dict)
    sums: dict[ObligationState, int] = field(default_factory=lambda: dict.fromkeys(ObligationState, 0))

    @property
    def owed(self) -> int:
        """What fell due within the last twelve months, and what is open since longer."""
        return sum(self.sums[state] for state in _DONE) + self.sums[ObligationState.OVERDUE]


def grouped(obligations: QuerySet[Obligation], *keys: str, on: date) -> QuerySet[Obligation, Any]:
    """Obligations summed up by the key's columns and by state, for `collected`.

    What was fulfilled and fell due more than twelve months ago is left out; what is open never is.
    """
    return (
        obligations.filter(Q(due_on__gt=on - YEAR) | is_open())
        .with_state(on=on)  # type: ignore[attr-defined]
        .values(*keys, "state")
        .annotate(
            number=Count("pk"),
            number_due=Count("pk", filter=Q(due_on__lte=on)),
            first_due=Min("due_on"),
            last_done=Max("fulfilled_on"),
        )
        .order_by()
        .values_list(*keys, "state", "number", "number_due", "first_due", "last_done")
    )


def collected(groups: Iterable[Sequence[Any]]) -> Standings:
    """The standing of each key: the value of its one column, or the tuple of several."""
    found = Standings()
    for *key, word, number, number_due, first_due, last_done in groups:
        state = ObligationState(word)
        standing = found.by.setdefault(key[0] if len(key) == 1 else tuple(key), Standing())
        found.sums[state] += number_due if state in _DONE else number
        if state == ObligationState.OVERDUE:
            standing.overdue, standing.overdue_since = number, first_due
        elif state in _DONE:
            if standing.last_day is None or last_done > standing.last_day:
                standing.last_state, standing.last_day = state, last_done
        elif standing.next_due is None or first_due < standing.next_due:
            standing.next_due = first_due
            standing.due_soon = standing.due_soon or state == ObligationState.DUE_SOON
    return found


class Entry(Protocol):
    """What a catalogue entry says about itself where nothing is owed: an `Item`, or a row of its columns."""

    @property
    def time_limit_class(self) -> str: ...

    @property
    def openness(self) -> str: ...

    @property
    def exemption_reason(self) -> str: ...


class Wording:
    """Puts standings into words; looks each phrase up once for the whole page."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.states = {state: (state.tone, str(state.label)) for state in ObligationState}
        self.due = _("due by %(day)s")
        self.overdue = _("was due by %(day)s, %(days)s days ago")
        self.several = _("%(number)s periods")
        self.ended = {
            ObligationState.MET: _("last on %(day)s"),
            ObligationState.LATE: _("last on %(day)s"),
            ObligationState.NIL: _("reported on %(day)s"),
            ObligationState.WAIVED: _("decided on %(day)s"),
        }
        self.next = _("next due by %(day)s")
        self.unowed: dict[str, str] = {
            TimeLimitClass.PROMPT: _("disclosed when there is something to disclose"),
            TimeLimitClass.STAGED: _("disclosed stage by stage, when a matter is under way"),
        }
        self.classes = {limit.value: str(limit.label) for limit in TimeLimitClass}

    def standing(self, standing: Standing, entry: Entry) -> dict[str, Any]:
        """tone, label and words (phrases that belong on one line each) of one row."""
        if standing.state is None:
            tone, label, words = self._unowed(entry)
        else:
            (tone, label), words = self.states[standing.state], self._words(standing)
        return {"tone": tone, "label": label, "words": words}

    def _words(self, standing: Standing) -> list[str]:
        if standing.overdue_since:
            days = (self.on - standing.overdue_since).days
            late = self.overdue % {"day": standing.overdue_since, "days": days}
            return [late, self.several % {"number": standing.overdue}] if standing.overdue > 1 else [late]
        if standing.last_state is None or standing.due_soon:
            return [self.due % {"day": standing.next_due}]
        last = self.ended[standing.last_state] % {"day": standing.last_day}
        return [last, self.next % {"day": standing.next_due}] if standing.next_due else [last]

    def _unowed(self, entry: Entry) -> tuple[str, str, list[str]]:
        if entry.openness == Openness.WITHHELD:
            return "neutral", str(Openness.WITHHELD.label), [str(ExemptionReason(entry.exemption_reason).label)]
        if entry.openness == Openness.ON_APPLICATION:
            return "neutral", str(Openness.ON_APPLICATION.label), []
        words = self.unowed.get(entry.time_limit_class, "")
        return "neutral", self.classes.get(entry.time_limit_class, ""), [words] if words else []
