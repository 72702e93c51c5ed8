"""Words ready to be chosen and edited, where somebody is asked for an opinion, grounds or a reason."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from organisations.models import Organisation
from organisations.tree import ancestor_paths

from .choices import PhrasePurpose
from .models import Phrase

MOST_OFFERED = 12


def offered(purpose: PhrasePurpose, organisation: Organisation) -> list[Phrase]:
    """The phrases for everybody, for the organisation, and for those above it. One query."""
    paths = [*ancestor_paths(organisation.path), organisation.path]
    here = Q(organisation=None) | Q(organisation__path__in=paths)
    return list(Phrase.objects.filter(here, purpose=purpose, active=True)[:MOST_OFFERED])


def taken(written: str, chosen: Phrase, phrases: Sequence[Phrase]) -> str:
    """What stands in the field once a phrase is chosen: in place of another phrase, after what somebody wrote."""
    written = written.strip()
    if not written or written in {phrase.text for phrase in phrases}:
        return chosen.text
    return written if chosen.text in written else f"{written}{chosen.text}"
