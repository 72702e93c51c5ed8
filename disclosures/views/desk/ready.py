"""Ready-made words in the form of a step: chosen by a button, without losing what was filled in."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from ...choices import PhrasePurpose
from ...forms.postings import StepForm
from ...models import Phrase, Version
from ...phrases import offered, taken
from .steps import DOORS

_FIELDS = {
    "review": ("grounds", PhrasePurpose.REVIEW),
    "approve": ("opinion", PhrasePurpose.APPROVAL),
    "approve-afterwards": ("opinion", PhrasePurpose.APPROVAL),
    "return": ("reason", PhrasePurpose.RETURN),
}
"""Which field of which step takes which phrases."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The phrases offered; and, if one was chosen, the form with it in its place."""

    phrases: list[Phrase]
    form: StepForm | None = None


def words(request: HttpRequest, step: str, version: Version) -> Ready:
    """What is offered for the step, and what was chosen. Choosing decides nothing."""
    if step not in _FIELDS:
        return Ready([])
    name, purpose = _FIELDS[step]
    phrases = offered(purpose, version.posting.organisation)
    chosen = next((phrase for phrase in phrases if str(phrase.pk) == request.POST.get("words")), None)
    if "words" not in request.POST:
        return Ready(phrases)
    initial = request.POST.dict()
    if chosen is not None:
        initial[name] = taken(initial.get(name, ""), chosen, phrases)
    return Ready(phrases, DOORS[step].form(version=version, initial=initial))
