"""A power as it is used: opened, taken from step to step, and ended. Each stage that must be disclosed is an event.

Doors ask `can(actor, "disclose", organisation)` first. Each action changes the matter only as the person saw it
(`seen`, its revision); of two at once the second is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.choices import Openness
from catalogue.models import Item, PowerLink, PowerStep
from organisations.models import User

from ..choices import DecisionKind, MatterState, Outcome, PostingStatus, StageKind
from ..models import Matter, MatterStage, Obligation, ObligationDecision
from ..owing import owed_entries
from .boards import touch_boards
from .obligations import OF_EVENTS, record_event
from .refusals import Incomplete, MovedOn, Refused

WORDS = 300
"""The longest reason that is kept."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A stage that was reached, and what is owed because of it; None where the step need not be disclosed."""

    stage: MatterStage
    obligation: Obligation | None


@transaction.atomic
def open_matter(power: PowerLink, *, title: str, began_on: date, by: User, at: datetime) -> Matter:
    """Begins a matter; the next number of its power. Raises Incomplete without a title, Refused for a day to come."""
    title = title.strip()
    if not title:
        raise Incomplete(_("Say what the matter is, as it will be named in public."))
    if began_on > timezone.localdate(at):
        raise Refused(_("It has not begun yet. Open it on the day it begins."))
    power = PowerLink.objects.select_for_update(of=("self",)).get(pk=power.pk)
    if power.matters.filter(title=title).exists():
        raise Refused(_("There is a matter of that title already. Add what tells the two apart, such as the year."))
    last = power.matters.aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            matter = Matter.objects.create(
                power=power, number=last + 1, title=title, began_on=began_on, opened_by=by, opened_at=at
            )
    except IntegrityError:
        raise MovedOn(_("Somebody else opened a matter at the same moment. Look at the list, and try again.")) from None
    touch_boards([power.organisation_id], at)
    return matter


@transaction.atomic
def reach(
    matter: Matter, step: PowerStep, *, on: date, seen: int, skipped_because: str = "", by: User, at: datetime
) -> Reached:
    """Takes the matter to a step. Steps passed over on the way are skipped, which needs a reason.

    Where the step must be disclosed, it is owed from now on, by a due date of its own. Raises MovedOn, Incomplete
    without the reason, Refused.
    """
    _change(matter, seen)
    reason = skipped_because.strip()[:WORDS]
    passed_over = _before(matter, step)
    if passed_over and not reason:
        names = "、".join(passed.title for passed in passed_over)
        raise Incomplete(_("These steps would be skipped: %(steps)s. Say why.") % {"steps": names})
    _refuse_wrong_day(matter, on, at)
    for passed in passed_over:  # one by one, in order: the database counts them
        _record(matter, passed, kind=StageKind.SKIPPED, on=on, reason=reason, by=by, at=at)
    obligation = _owe(matter, step, on=on, by=by, at=at) if step.disclosed else None
    event = obligation.event if obligation else None
    stage = _record(matter, step, kind=StageKind.REACHED, on=on, event=event, by=by, at=at)
    touch_boards([matter.power.organisation_id], at)
    return Reached(stage, obligation)


def _change(matter: Matter, seen: int, **changes: Any) -> None:
    """Counts a change to a matter that is under way and still as it was seen. Raises MovedOn."""
    unchanged = Matter.objects.filter(pk=matter.pk, state=MatterState.RUNNING, revision=seen)
    if unchanged.update(revision=F("revision") + 1, **changes) != 1:
        raise MovedOn(_("Somebody else has changed this matter meanwhile, so nothing was done. Look at it again."))
    matter.refresh_from_db()


def standing(matter: Matter) -> list[MatterStage]:
    """The stages that count, in the order of the steps: those not taken back."""
    return list(matter.stages.filter(taken_back_at=None).select_related("step").order_by("step__ordinal"))


def _before(matter: Matter, step: PowerStep) -> list[PowerStep]:
    """The steps before this one without a stage. Raises Refused for a step of another power, or one passed already."""
    if step.power_id != matter.power_id:
        raise Refused(_("This step belongs to another power. Choose one of this matter's."))
    done = {stage.step_id: stage for stage in standing(matter)}
    if step.pk in done or any(stage.step.ordinal > step.ordinal for stage in done.values()):
        raise Refused(_("The matter is past this step already. Choose a later one."))
    steps = matter.power.steps.filter(ordinal__lt=step.ordinal).order_by("ordinal")
    return [passed for passed in steps if passed.pk not in done]


def _refuse_wrong_day(matter: Matter, on: date, at: datetime) -> None:
    """A stage comes after what was before it, and not in the future."""
    days = [stage.on for stage in standing(matter)]
    earliest = max([matter.began_on, *days])
    if on < earliest:
        raise Refused(
            _("The stage before was reached on %(day)s. Choose that day or a later one.")
            % {"day": date_format(earliest)}
        )
    if on > timezone.localdate(at):
        raise Refused(_("This day has not come yet. Record the stage on the day it is reached."))


def _owe(matter: Matter, step: PowerStep, *, on: date, by: User, at: datetime) -> Obligation:
    """What must be disclosed because of the stage: an event on an item that the organisation owes. Raises Refused."""
    before = matter.stages.filter(step=step).count()
    recorded = record_event(
        organisation=matter.power.organisation,
        item=item_of(step, matter.power, on=on),
        title=matter.title,
        stage=_("%(stage)s (recorded anew, no. %(n)d)") % {"stage": step.title, "n": before} if before else step.title,
        occurred_on=on,
        by=by,
        at=at,
    )
    if not recorded.is_new:
        raise Refused(
            _("An event of that title, stage and day was recorded before. Give the matter a title that differs.")
        )
    return recorded.obligation


def item_of(step: PowerStep, power: PowerLink, *, on: date) -> Item:
    """The catalogue item under which a step is disclosed on a day. Raises Refused if the organisation owes none."""
    code = step.item_code or power.item_code
    owed = owed_entries(power.organisation, on=on).filter(code=code, time_limit_class__in=OF_EVENTS)
    found = owed.filter(openness=Openness.PROACTIVE).exclude(due_rule="").select_related("catalogue").first()
    if found is None:
        raise Refused(
            _(
                "On %(day)s, %(organisation)s owed no prompt or staged item “%(code)s”, under which the step "
                "“%(step)s” is disclosed. Ask whoever keeps the catalogue and the list of powers."
            )
            % {"day": date_format(on), "organisation": power.organisation, "code": code, "step": step.title}
        )
    return found


def _record(matter: Matter, step: PowerStep, *, by: User, at: datetime, **what: Any) -> MatterStage:
    return MatterStage.objects.create(matter=matter, step=step, recorded_by=by, recorded_at=at, **what)


@transaction.atomic
def take_back(matter: Matter, *, seen: int, reason: str, by: User, at: datetime) -> MatterStage:
    """Takes the last stage back, which was recorded by mistake, as long as nothing was published for it.

    What was owed because of it is released, on record; once that is overdue, only a superior can release it. Raises
    Incomplete without a reason, Refused, MovedOn.
    """
    if not (reason := reason.strip()[:WORDS]):
        raise Incomplete(_("Say why the stage is taken back: it is kept with it."))
    _change(matter, seen)
    stages = standing(matter)
    if not stages:
        raise Refused(_("No stage was reached yet, so there is nothing to take back."))
    stage = stages[-1]
    if stage.event_id is not None:
        _release(stage, reason, by=by, at=at)
    MatterStage.objects.filter(pk=stage.pk).update(taken_back_at=at, taken_back_by=by, taken_back_because=reason)
    touch_boards([matter.power.organisation_id], at)
    stage.refresh_from_db()
    return stage


def _release(stage: MatterStage, reason: str, *, by: User, at: datetime) -> None:
    """Nothing is owed any more because of the stage. Raises Refused if it was published, is in work, or is late."""
    obligation = Obligation.objects.get(event=stage.event_id)
    live = obligation.postings.exclude(status=PostingStatus.DISCARDED)
    if live.exclude(status=PostingStatus.DRAFT).exists():
        raise Refused(_("The stage was published, so it stands. Correct or withdraw what was published instead."))
    if live.exists():
        raise Refused(_("A posting is being written for this stage. Discard that first."))
    if obligation.outcome == Outcome.WAIVED:
        return
    in_time = Obligation.objects.open().filter(pk=obligation.pk, due_on__gte=timezone.localdate(at))
    if in_time.update(outcome=Outcome.WAIVED, fulfilled_on=timezone.localdate(at)) != 1:
        raise Refused(_("It is overdue by now. Ask the superior organisation to waive it; then take the stage back."))
    ObligationDecision.objects.create(
        obligation=obligation,
        kind=DecisionKind.WAIVER,
        reason=_("The stage was recorded by mistake and taken back: %(reason)s") % {"reason": reason},
        decided_by=by,
        decided_at=at,
    )


@transaction.atomic
def finish(matter: Matter, *, seen: int, by: User, at: datetime) -> Matter:
    """Ends a matter that has gone through all its steps. What is still owed stays owed. Raises Refused, MovedOn."""
    today = timezone.localdate(at)
    _change(matter, seen, state=MatterState.FINISHED, ended_on=today, ended_by=by)
    left = matter.power.steps.exclude(stages__in=standing(matter)).order_by("ordinal").first()
    if left is not None:
        raise Refused(
            _("The step “%(step)s” is still to come. Record it, or abandon the matter.") % {"step": left.title}
        )
    touch_boards([matter.power.organisation_id], at)
    return matter


@transaction.atomic
def abandon(matter: Matter, *, seen: int, reason: str, by: User, at: datetime) -> Matter:
    """Ends a matter before its last step, for a reason that is told; what is owed stays owed.

    Raises Incomplete without the reason, MovedOn.
    """
    if not (reason := reason.strip()[:WORDS]):
        raise Incomplete(_("Say why the matter is abandoned: the public is told."))
    today = timezone.localdate(at)
    _change(matter, seen, state=MatterState.ABANDONED, ended_on=today, ended_by=by, ended_because=reason)
    touch_boards([matter.power.organisation_id], at)
    return matter
