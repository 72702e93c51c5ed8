"""What each row of a workbook comes to: what would be done, why nothing need be done, or what is wrong where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.choices import Scope
from organisations.access import can
from organisations.models import User

from .. import richtext
from ..actions.bulk import Entry
from ..actions.moves import AT_ONCE
from ..actions.obligations import why_not_nil
from ..actions.postings import what_is_missing
from ..actions.screening import personal_in
from ..choices import BulkDecision, DecisionKind, Outcome, PostingStatus
from ..forms.obligations import EARLIEST, LATEST, MOST_WORDS
from ..models import Obligation, ObligationDecision
from ..previous import last_texts
from . import columns, texts
from .owed import Standing, standings
from .reading import Filled, Row

LONGEST_TITLE = 200


class Fate(models.TextChoices):
    """What becomes of a row."""

    PROPOSE = "propose", gettext_lazy("Put forward for review")
    DRAFT = "draft", gettext_lazy("Saved as a draft")
    NIL = "nil", gettext_lazy("Nil return made")
    UNCHANGED = "unchanged", gettext_lazy("Done already, nothing to change")
    PASSED = "passed", gettext_lazy("Settled in another way meanwhile, not touched")
    EMPTY = "empty", gettext_lazy("Nothing chosen, left as it is")
    WRONG = "wrong", gettext_lazy("Something is wrong")


WORKED = (Fate.PROPOSE, Fate.DRAFT, Fate.NIL)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, or to be told, about one cell."""

    column: str
    words: str

    @property
    def header(self) -> str:
        return str(columns.BY_NAME[self.column].header)


@dataclass(slots=True)
class Judged:
    """A row, and what it comes to."""

    row: Row
    fate: Fate
    problems: list[Problem] = field(default_factory=list)
    entry: Entry | None = None


@dataclass(slots=True)
class Plan:
    """A whole workbook, judged."""

    filled: Filled
    rows: list[Judged]

    @property
    def entries(self) -> list[Entry]:
        return [judged.entry for judged in self.rows if judged.entry is not None]

    @property
    def is_in_order(self) -> bool:
        return not any(judged.fate == Fate.WRONG for judged in self.rows)

    def counts(self) -> dict[str, int]:
        found = Counter(judged.fate.value for judged in self.rows)
        return {fate.value: found[fate.value] for fate in Fate if found[fate.value]}

    def told(self) -> list[Judged]:
        """Rows the person must look at: wrong ones, and those that were settled meanwhile."""
        return [judged for judged in self.rows if judged.fate in {Fate.WRONG, Fate.PASSED}]

    def place(self, judged: Judged, problem: Problem) -> str:
        """Where it is and what it is, in one sentence."""
        return _("Sheet “%(sheet)s”, row %(row)d, column “%(column)s”: %(words)s") % {
            "sheet": self.filled.sheet,
            "row": judged.row.number,
            "column": problem.header,
            "words": problem.words,
        }


def make(
    filled: Filled, *, by: User, at: datetime, report: Callable[[int, int], object] = lambda done, total: None
) -> Plan:
    """Judges every row as things stand now; changes nothing. Queries by the five hundred rows."""
    judge = _Judge(by, at)
    rows: list[Judged] = []
    for start in range(0, len(filled.rows), AT_ONCE):
        rows += judge.judge(filled.rows[start : start + AT_ONCE])
        report(len(rows), len(filled.rows))
    return Plan(filled, rows)


class _Wrong(Exception):
    """A fault in one cell."""

    def __init__(self, column: str, words: str) -> None:
        self.problem = Problem(column, words)
        super().__init__(words)


class _Judge:
    def __init__(self, by: User, at: datetime) -> None:
        self.by, self.at, self.today = by, at, timezone.localdate(at)
        self.seen: dict[int, int] = {}
        self.allowed: dict[int, bool] = {}
        self.obligations: dict[int, Obligation] = {}
        self.standings: dict[int, Standing] = {}
        self.nil_reasons: dict[int, str] = {}
        self.last_texts: dict[int, str] = {}

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        """Some rows, with what the database holds about them read at once."""
        keys = {key[0] for row in rows if (key := columns.read_key(row.cells["key"])) is not None}
        found = Obligation.objects.filter(pk__in=keys).select_related("organisation", "item__catalogue", "event")
        self.obligations = {obligation.pk: obligation for obligation in found}
        self.standings = standings(list(self.obligations.values()))
        self.last_texts = last_texts(list(self.obligations.values()))
        decisions = ObligationDecision.objects.filter(obligation__in=keys, kind=DecisionKind.NIL_RETURN)
        self.nil_reasons = dict(decisions.values_list("obligation", "reason"))
        return [self._row(row) for row in rows]

    def _row(self, row: Row) -> Judged:
        try:
            return self._judged(row)
        except _Wrong as wrong:
            return Judged(row, Fate.WRONG, [wrong.problem])

    def _judged(self, row: Row) -> Judged:
        obligation = self._obligation(row)
        decision = self._decision(row, obligation)
        if decision is None:
            return Judged(row, Fate.EMPTY)
        if obligation is None:
            return _passed(row, _("It is not owed any more."))
        if decision == BulkDecision.NIL:
            return self._nil(row, obligation)
        return self._writing(row, obligation, decision)

    def _obligation(self, row: Row) -> Obligation | None:
        key = columns.read_key(row.cells["key"])
        if key is None:
            raise _Wrong("key", _("The row key was changed. Copy it from the template, or download the template anew."))
        if key[0] in self.seen:
            raise _Wrong("key", _("It is the same as row %(row)d. Delete one of the two.") % {"row": self.seen[key[0]]})
        self.seen[key[0]] = row.number
        obligation = self.obligations.get(key[0])
        if obligation is None:
            return None
        if not columns.fits(key, obligation):
            raise _Wrong("key", _("The row key is not one of this portal's. Download the template anew."))
        if not self._may(obligation):
            raise _Wrong(
                "organisation", _("You are not its secretary. Delete the row, or let its secretary hand it in.")
            )
        return obligation

    def _may(self, obligation: Obligation) -> bool:
        pk = obligation.organisation_id
        if pk not in self.allowed:
            self.allowed[pk] = can(self.by, "disclose", obligation.organisation)
        return self.allowed[pk]

    def _decision(self, row: Row, obligation: Obligation | None) -> BulkDecision | None:
        text = row.cells["decision"]
        if text:
            decision = columns.read_decision(text)
            if decision is None:
                choices = "、".join(str(each.label) for each in BulkDecision)
                raise _Wrong("decision", _("Choose one of: %(choices)s.") % {"choices": choices})
            return decision
        elements = obligation.item.content_elements if obligation else ""
        if row.cells["reason"] or (obligation and texts.is_written(row.cells["body"], elements)):
            raise _Wrong("decision", _("Something is filled in, but nothing is chosen here. Choose what to do."))
        return None

    def _nil(self, row: Row, obligation: Obligation) -> Judged:
        reason = row.cells["reason"].strip()
        if obligation.outcome == Outcome.NIL and self.nil_reasons.get(obligation.pk) == reason:
            return Judged(row, Fate.UNCHANGED)
        if obligation.fulfilled_on is not None:
            return _passed(row, _ended(obligation))
        if not reason:
            raise _Wrong("reason", _("Give the reason: it is kept with the decision."))
        if len(reason) > MOST_WORDS:
            raise _Wrong("reason", _("It is longer than %(limit)d characters. Shorten it.") % {"limit": MOST_WORDS})
        standing = self.standings.get(obligation.pk)
        being_written = standing is not None and standing.version.posting.status == PostingStatus.DRAFT
        if why := why_not_nil(obligation, self.today, being_written=being_written):
            raise _Wrong("decision", why)
        return Judged(row, Fate.NIL, entry=Entry(obligation, BulkDecision.NIL, reason=reason))

    def _writing(self, row: Row, obligation: Obligation, decision: BulkDecision) -> Judged:
        standing = self.standings.get(obligation.pk)
        entry = self._entry(row, obligation, decision, standing)
        if standing is not None and _is_same(entry, standing):
            if standing.version.is_returned:
                return _passed(row, _("It was returned to be changed, and this is the same text. Go on in the system."))
            if decision == BulkDecision.DRAFT or not standing.version.is_editable:
                return Judged(row, Fate.UNCHANGED)
        if obligation.fulfilled_on is not None:
            return _passed(row, _ended(obligation))
        if standing is not None:
            if not standing.version.is_editable:
                return _passed(
                    row, _("It is under way already: %(state)s.") % {"state": standing.version.get_state_display()}
                )
            self._refuse_others_words(row, obligation, standing)
        named = standing is not None and standing.named
        if decision == BulkDecision.PROPOSE and (
            missing := what_is_missing(obligation.item, entry.scope, entry.body, named=named)
        ):
            raise _Wrong("scope" if entry.scope == Scope.SPECIFIC and not named and entry.body else "body", missing)
        if decision == BulkDecision.PROPOSE and self._repeats(entry):
            raise _Wrong(
                "body",
                _("It is word for word that of the last period. Change it, or save it as a draft and confirm there."),
            )
        if decision == BulkDecision.PROPOSE and (personal := personal_in(entry.title, richtext.clean(entry.body))):
            words = _("It holds personal information (%(masked)s). Mask it, or save it as a draft and see to it there.")
            raise _Wrong("body", words % {"masked": personal})
        return Judged(row, Fate(decision.value), entry=entry)

    def _repeats(self, entry: Entry) -> bool:
        """Whether it says word for word what was said last period, with no file beside it."""
        last = self.last_texts.get(entry.obligation.pk)
        if last is None or richtext.lines(last) != richtext.lines(entry.body):
            return False
        return entry.version is None or not entry.version.attachments.exists()

    def _entry(self, row: Row, obligation: Obligation, decision: BulkDecision, standing: Standing | None) -> Entry:
        """The row's content, each cell read. Raises _Wrong at the first that cannot be."""
        cells, version = row.cells, standing.version if standing else None
        title = " ".join(cells["title"].split())
        if not title or len(title) > LONGEST_TITLE:
            raise _Wrong("title", _("Give a title of at most %(limit)d characters.") % {"limit": LONGEST_TITLE})
        day = columns.read_day(cells["stated_on"])
        if day is None or not EARLIEST <= day <= LATEST:
            raise _Wrong(
                "stated_on", _("“%(text)s” is no day. Write it as 2026-09-30.") % {"text": cells["stated_on"][:30]}
            )
        scope = columns.read_scope(cells["scope"])
        if scope is None:
            choices = "、".join(str(each.label) for each in Scope)
            raise _Wrong("scope", _("Choose one of: %(choices)s.") % {"choices": choices})
        carriers = columns.read_carriers(cells["carriers"])
        if carriers is None:
            raise _Wrong("carriers", _("Not all of it is a carrier. Choose from the list, or join several by commas."))
        if version is not None and not cells["body"].strip():
            body = version.body
        elif texts.is_written(cells["body"], obligation.item.content_elements):
            body = texts.as_html(cells["body"])
        else:
            body = richtext.skeleton(obligation.item.content_elements)
        content: dict[str, Any] = {"title": title, "body": body, "stated_on": day, "scope": scope.value}
        return Entry(obligation, decision, carriers=carriers, version=version, **content)

    def _refuse_others_words(self, row: Row, obligation: Obligation, standing: Standing) -> None:
        """A draft is written over only as it was when the template was made, or as one's own workbook made it."""
        key, version = columns.read_key(row.cells["key"]), standing.version
        seen = key[1] if key else 0
        untouched = richtext.skeleton(obligation.item.content_elements)
        if seen == 0 and version.revision == 1 and (version.author_id == self.by.pk or version.body == untouched):
            return
        if version.revision != seen:
            raise _Wrong(
                "key",
                _("%(person)s has saved this draft meanwhile. Go on with it there, or download the template anew.")
                % {"person": version.author},
            )


def _is_same(entry: Entry, standing: Standing) -> bool:
    """Whether the posting holds exactly what the row says."""
    version, posting = standing.version, standing.version.posting
    there = (version.title, version.stated_on, posting.scope, posting.carriers, version.body)
    return there == (entry.title, entry.stated_on, entry.scope, entry.carriers, richtext.clean(entry.body))


def _passed(row: Row, words: str) -> Judged:
    return Judged(row, Fate.PASSED, [Problem("decision", words)])


def _ended(obligation: Obligation) -> str:
    return _("It was settled on %(day)s (%(outcome)s); this row was not brought in.") % {
        "day": obligation.fulfilled_on,
        "outcome": obligation.get_outcome_display(),
    }
