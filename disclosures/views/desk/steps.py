"""The buttons of a posting, as a table: who sees which, what it asks, what it does and what it says then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalogue.choices import Scope
from organisations.access import Actor, can
from organisations.models import Organisation, User

from ...actions import corrections, drafts, endings, postings
from ...actions.moves import MOVES
from ...choices import PostingStatus, StepKind, VersionState
from ...forms import postings as forms
from ...models import Posting, Version

Run = Callable[[Version, dict[str, Any], User, datetime], Any]


@dataclass(frozen=True)
class StepDoor:
    """One button. `action` is what `access.can` is asked; `run` does it with what the form gave."""

    name: str
    action: str
    label: Any
    explains: Any
    done: Any
    form: type[forms.StepForm]
    run: Run
    kind: StepKind | None = None
    of_posting: bool = False
    tone: str = "plain"

    def fits(self, version: Version) -> bool:
        """Whether the version is at a place from which this step leads."""
        if self.kind is not None:
            return version.state in MOVES[self.kind].sources
        return SPECIAL[self.name](version, version.posting)

    def open_to(self, actor: Actor, version: Version) -> bool:
        """Whether this person may take it, here and now."""
        return self.fits(version) and can(actor, self.action, version.posting if self.of_posting else version)


def _is_shown(version: Version, posting: Posting) -> bool:
    return posting.status == PostingStatus.PUBLISHED and posting.current_id == version.pk


def _correctable(version: Version, posting: Posting) -> bool:
    unfinished = posting.versions.filter(ordinal__gt=version.ordinal).exclude(state=VersionState.DISCARDED)
    return _is_shown(version, posting) and not unfinished.exists()


def _withdrawable(version: Version, posting: Posting) -> bool:
    return posting.current_id == version.pk and posting.status in {PostingStatus.PUBLISHED, PostingStatus.ENDED}


SPECIAL: dict[str, Callable[[Version, Posting], bool]] = {
    "unschedule": lambda version, _posting: version.is_scheduled,
    "approve-afterwards": lambda version, _posting: version.awaits_approval,
    "correct": _correctable,
    "withdraw": _withdrawable,
    "end-display": lambda version, posting: (
        _is_shown(version, posting) and posting.ending_asked_at is None and not version.awaits_approval
    ),
    "approve-ending": lambda version, posting: _is_shown(version, posting) and posting.ending_asked_at is not None,
    "refuse-ending": lambda version, posting: _is_shown(version, posting) and posting.ending_asked_at is not None,
    "add-reader": lambda version, posting: _is_shown(version, posting) and posting.scope == Scope.SPECIFIC,
}


def _add_reader(version: Version, data: dict[str, Any], by: User, at: datetime) -> None:
    named = data["reader"]
    who = {"organisation": named} if isinstance(named, Organisation) else {"user": named}
    drafts.add_reader(version.posting, **who, by=by, at=at)


def _seen(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """What the form gave, under the action's names."""
    return {name: data[name] for name in ("revision", *names)}


def _ticked(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """What the form asked to be ticked; what it did not ask is not."""
    return {name: data.get(name, False) for name in names}


DOORS: dict[str, StepDoor] = {
    door.name: door
    for door in [
        StepDoor(
            name="propose",
            action="propose",
            label=_("Propose"),
            explains=_("It goes to the reviewer. Until they return it, it can no longer be changed."),
            done=_("Proposed. It is now with the reviewer."),
            form=forms.ProposeForm,
            run=lambda version, data, by, at: postings.propose(
                version, **_ticked(data, "repeated", "looked"), **_seen(data), by=by, at=at
            ),
            kind=StepKind.PROPOSED,
            tone="main",
        ),
        StepDoor(
            name="take-back",
            action="take_back",
            label=_("Take the proposal back"),
            explains=_("It becomes a draft again, which you can change and propose anew. Only until it is reviewed."),
            done=_("Taken back. It is a draft again."),
            form=forms.TakeBackForm,
            run=lambda version, data, by, at: postings.take_back(version, **_seen(data, "reason"), by=by, at=at),
            kind=StepKind.TAKEN_BACK,
            tone="back",
        ),
        StepDoor(
            name="review",
            action="review",
            label=_("Review"),
            explains=_("The review for secrecy and accuracy comes before approval, and is kept on record."),
            done=_("Your review is recorded."),
            form=forms.ReviewForm,
            run=lambda version, data, by, at: postings.review(
                version, **_ticked(data, "looked"), **_seen(data, "conclusion", "grounds"), by=by, at=at
            ),
            kind=StepKind.REVIEWED,
            tone="main",
        ),
        StepDoor(
            name="approve",
            action="approve",
            label=_("Approve"),
            explains=_("What is published is exactly what you approve here."),
            done=_("Approved. It can now be published."),
            form=forms.ApproveForm,
            run=lambda version, data, by, at: postings.approve(version, **_seen(data, "opinion"), by=by, at=at),
            kind=StepKind.APPROVED,
            tone="main",
        ),
        StepDoor(
            name="publish",
            action="publish",
            label=_("Publish now"),
            explains=_("It goes up at once. Afterwards it can be corrected or withdrawn, but not undone."),
            done=_("Published. It is up now."),
            form=forms.StepForm,
            run=lambda version, data, by, at: postings.publish(version, **_seen(data), by=by, at=at),
            kind=StepKind.PUBLISHED,
            tone="main",
        ),
        StepDoor(
            name="schedule",
            action="schedule",
            label=_("Publish later"),
            explains=_("The system publishes it at the time you set."),
            done=_("The time of publication is set."),
            form=forms.ScheduleForm,
            run=lambda version, data, by, at: postings.schedule(version, **_seen(data, "publish_at"), by=by, at=at),
            kind=StepKind.SCHEDULED,
        ),
        StepDoor(
            name="unschedule",
            action="unschedule",
            label=_("Cancel the schedule"),
            explains=_("It stays approved and is not published by itself."),
            done=_("The schedule is cancelled."),
            form=forms.StepForm,
            run=lambda version, _data, by, at: postings.unschedule(version, by=by, at=at),
        ),
        StepDoor(
            name="approve-afterwards",
            action="approve_afterwards",
            label=_("Approve afterwards"),
            explains=_("It was published urgently. If you do not approve it, withdraw it."),
            done=_("Approved afterwards."),
            form=forms.ApproveForm,
            run=lambda version, data, by, at: postings.approve_afterwards(
                version, opinion=data["opinion"], by=by, at=at
            ),
            tone="main",
        ),
        StepDoor(
            name="publish-urgently",
            action="publish_urgently",
            label=_("Publish urgently"),
            explains=_("For emergencies: it is published now and approved afterwards, and marked until it is."),
            done=_("Published urgently. It is marked until the approver has approved it."),
            form=forms.UrgentForm,
            run=lambda version, data, by, at: postings.publish_urgently(version, **_seen(data, "reason"), by=by, at=at),
            kind=StepKind.PUBLISHED_URGENTLY,
        ),
        StepDoor(
            name="correct",
            action="correct",
            label=_("Correct"),
            explains=_("You write a new version, which passes all steps. Until then the present one stays up."),
            done=_("Change the content below, then propose the correction."),
            form=forms.CorrectForm,
            run=lambda version, data, by, at: corrections.begin_correction(
                version.posting, note=data["note"], by=by, at=at
            ),
            of_posting=True,
        ),
        StepDoor(
            name="add-reader",
            action="add_reader",
            label=_("Name a reader"),
            explains=_("The reader named can read it at once; it is put on record."),
            done=_("The reader is named."),
            form=forms.ReaderForm,
            run=_add_reader,
            of_posting=True,
        ),
        StepDoor(
            name="approve-ending",
            action="decide_ending",
            label=_("Approve the early end"),
            explains=_("It comes down at once. That it was up, until when and why it ended, stays public."),
            done=_("Its display has ended."),
            form=forms.ApproveForm,
            run=lambda version, data, by, at: endings.end_early(version.posting, opinion=data["opinion"], by=by, at=at),
            of_posting=True,
            tone="main",
        ),
        StepDoor(
            name="refuse-ending",
            action="decide_ending",
            label=_("Do not approve the early end"),
            explains=_("It stays up as before. The secretary is shown your reason."),
            done=_("It stays up; your reason is on record."),
            form=forms.KeepUpForm,
            run=lambda version, data, by, at: endings.refuse_ending(
                version.posting, reason=data["reason"], by=by, at=at
            ),
            of_posting=True,
            tone="back",
        ),
        StepDoor(
            name="end-display",
            action="ask_to_end",
            label=_("Propose to end its display early"),
            explains=_("For what need not be up any longer. An approver decides; until then it stays up."),
            done=_("Proposed. It stays up until an approver agrees."),
            form=forms.EndForm,
            run=lambda version, data, by, at: endings.ask_to_end(version.posting, reason=data["reason"], by=by, at=at),
            of_posting=True,
        ),
        StepDoor(
            name="return",
            action="return",
            label=_("Return"),
            explains=_("It goes back to the secretary with your reason, to be changed and proposed again."),
            done=_("Returned with your reason."),
            form=forms.ReasonForm,
            run=lambda version, data, by, at: postings.send_back(version, **_seen(data, "reason"), by=by, at=at),
            kind=StepKind.RETURNED,
            tone="back",
        ),
        StepDoor(
            name="discard",
            action="discard",
            label=_("Discard"),
            explains=_("The draft is given up; it stays on record. What is owed stays owed."),
            done=_("Discarded."),
            form=forms.StepForm,
            run=lambda version, data, by, at: drafts.discard(version, **_seen(data), by=by, at=at),
            kind=StepKind.DISCARDED,
            tone="back",
        ),
        StepDoor(
            name="withdraw",
            action="withdraw",
            label=_("Withdraw"),
            explains=_("Its content goes at once; that it was withdrawn, when and why, stays public for ever."),
            done=_("Withdrawn. If it had met an obligation, that is open again."),
            form=forms.WithdrawForm,
            run=lambda version, data, by, at: corrections.withdraw(
                version.posting, reason=data["reason"], note=data["note"], by=by, at=at
            ),
            of_posting=True,
            tone="back",
        ),
    ]
}


def open_to(actor: Actor, version: Version) -> list[StepDoor]:
    """The steps this person may take with the version now, the foremost first."""
    return [door for door in DOORS.values() if door.open_to(actor, version)]
