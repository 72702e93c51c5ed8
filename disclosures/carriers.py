"""What each carrier asks for as evidence, and how evidence is told to the public: in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.choices import Carrier

from .models import CarrierEvidence, Posting


@dataclass(frozen=True, slots=True)
class Asks:
    """What is asked for one carrier: the labels of the day and of the words beside it, and what must be there."""

    day: Any
    words: Any
    reference: bool = False
    photo: bool = False


_ASKS = {
    Carrier.MEETING: Asks(gettext_lazy("Day of the meeting"), gettext_lazy("Name of the meeting")),
    Carrier.BULLETIN: Asks(gettext_lazy("Day of issue"), gettext_lazy("Number of the issue"), reference=True),
    Carrier.DOCUMENT: Asks(gettext_lazy("Day of the document"), gettext_lazy("Number of the document"), reference=True),
    Carrier.BOARD: Asks(gettext_lazy("Day it was put up"), gettext_lazy("Place of the board"), photo=True),
    Carrier.WEBSITE: Asks(gettext_lazy("Day it went online"), gettext_lazy("Address of the page"), reference=True),
}


def asks_for(carrier: Carrier) -> Asks:
    """What evidence of the carrier consists of."""
    return _ASKS[carrier]


def ticked(posting: Posting) -> list[Carrier]:
    """The carriers of a posting; where none were ticked, those of its catalogue item."""
    values = (posting.carriers or posting.item.carriers).split(";")
    return [carrier for carrier in Carrier if carrier.value in values]


def standing(posting: Posting) -> list[CarrierEvidence]:
    """The evidence of a posting that was not taken back, in the order it was given."""
    return list(posting.evidence.filter(taken_back_at=None).select_related("given_by").order_by("pk"))


def told(posting: Posting, *, with_words: bool) -> list[dict[str, Any]]:
    """Carriers and their evidence in words, for the public record; one row for each carrier that has any.

    Whoever may not read the content is told the days alone: the name of a meeting or document may say too much.
    """
    found = standing(posting)
    rows = []
    for carrier in Carrier:
        sentences = [_sentence(one, with_words) for one in found if one.carrier == carrier]
        if sentences:
            rows.append({"label": carrier.label, "value": "\n".join(sentences)})
    return rows


def _sentence(one: CarrierEvidence, with_words: bool) -> str:
    day = one.carried_on.isoformat()
    words = _("%(day)s, %(words)s") % {"day": day, "words": one.reference} if one.reference and with_words else day
    if not one.sha256:
        return words
    return _("%(words)s (photo kept)") % {"words": words}
