"""The buttons of an obligation, as a table: who sees which, what it asks, what it does and what it says then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalogue.choices import TimeLimitClass
from organisations.access import Actor, can
from organisations.models import User

from ...actions import obligations, requests
from ...choices import DecisionKind, PostingStatus, RequestState
from ...forms import obligations as forms
from ...models import Obligation, ReleaseRequest

Run = Callable[[Obligation, dict[str, Any], User, datetime], Any]


@dataclass(frozen=True, slots=True)
class DecisionDoor:
    """One button of an open obligation. `right` is what `access.can` is asked about the organisation."""

    name: str
    right: str
    label: Any
    explains: Any
    done: Any
    form: type[forms.ReasonForm]
    run: Run
    fits: Callable[[Obligation, date], bool] = lambda _obligation, _on: True

    def open_to(self, actor: Actor, obligation: Obligation, *, on: date) -> bool:
        """Whether this person may decide or ask so about this obligation, as it stands."""
        is_open = obligation.fulfilled_on is None
        return is_open and can(actor, self.right, obligation.organisation) and self.fits(obligation, on)


def _may_be_nil(obligation: Obligation, on: date) -> bool:
    """Periodic, begun, and nobody is writing about it."""
    periodic = obligation.item.time_limit_class == TimeLimitClass.PERIODIC and obligation.opens_on <= on
    return periodic and not obligation.postings.filter(status=PostingStatus.DRAFT).exists()


def _not_asked(kind: DecisionKind) -> Callable[[Obligation, date], bool]:
    """There is somebody above, and the same is not asked for already."""

    def fits(obligation: Obligation, on: date) -> bool:
        above = obligation.organisation.parent_id is not None
        return (
            above
            and not ReleaseRequest.objects.filter(obligation=obligation, kind=kind, state=RequestState.OPEN).exists()
        )

    return fits


DECISIONS = {
    door.name: door
    for door in [
        DecisionDoor(
            name="nil",
            right="disclose",
            label=_("Nil return"),
            explains=_(
                "There was nothing to disclose of this item in this period. The board says so in public, with your "
                "reason kept in the record. This cannot be taken back."
            ),
            done=_("The nil return was made."),
            form=forms.NilReturnForm,
            run=lambda row, data, by, at: obligations.nil_return(row, reason=data["reason"], by=by, at=at),
            fits=_may_be_nil,
        ),
        DecisionDoor(
            name="ask-extension",
            right="disclose",
            label=_("Ask for an extension"),
            explains=_("The superior decides. Until then the present due date stands, and the days go on counting."),
            done=_("Asked. The superior has been told; you will be told the decision."),
            form=forms.AskExtensionForm,
            run=lambda row, data, by, at: requests.ask(
                row,
                kind=DecisionKind.EXTENSION,
                reason=data["reason"],
                new_due_on=data["new_due_on"],
                by=by,
                at=at,
            ),
            fits=_not_asked(DecisionKind.EXTENSION),
        ),
        DecisionDoor(
            name="ask-waiver",
            right="disclose",
            label=_("Ask to be let off"),
            explains=_("The superior decides. Until then it is due as before, and the days go on counting."),
            done=_("Asked. The superior has been told; you will be told the decision."),
            form=forms.WaiverForm,
            run=lambda row, data, by, at: requests.ask(
                row, kind=DecisionKind.WAIVER, reason=data["reason"], by=by, at=at
            ),
            fits=_not_asked(DecisionKind.WAIVER),
        ),
        DecisionDoor(
            name="extend",
            right="release_from_duty",
            label=_("Extend"),
            explains=_("The organisation is given until a later day. Old and new due date stay on record."),
            done=_("The due date was extended."),
            form=forms.ExtensionForm,
            run=lambda row, data, by, at: obligations.extend(
                row, new_due_on=data["new_due_on"], reason=data["reason"], by=by, at=at
            ),
        ),
        DecisionDoor(
            name="waive",
            right="release_from_duty",
            label=_("Waive"),
            explains=_("The organisation need not disclose this. This cannot be taken back."),
            done=_("The obligation was waived."),
            form=forms.WaiverForm,
            run=lambda row, data, by, at: obligations.waive(row, reason=data["reason"], by=by, at=at),
        ),
    ]
}


def open_to(actor: Actor, obligation: Obligation, *, on: date) -> list[DecisionDoor]:
    """The buttons of this person for the obligation, as it stands."""
    return [door for door in DECISIONS.values() if door.open_to(actor, obligation, on=on)]
