"""Which errands there are: a name, the function that does it, and who may look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from organisations.access import Actor

from ..attachments import MadeFile
from ..models import Errand

if TYPE_CHECKING:
    from .progress import Progress


class ErrandFailed(Exception):
    """The errand did nothing; the message says to the person who asked for it why, and what to do."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How an errand ended: what to say, the file to fetch, and what its pages need to know later."""

    message: str
    file: MadeFile | None = None
    file_name: str = ""
    outcome: dict[str, Any] = field(default_factory=dict)


Run = Callable[[Errand, "Progress"], Finished]
Allows = Callable[[Actor, Errand], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of errand. `allows` is asked besides that it is one's own: whether the person still may have it.

    `next_page` gives the address of the page on which to go on, once it is done; empty for none.
    """

    name: str
    label: Any
    run: Run
    allows: Allows
    next_page: Callable[[Errand], str]


_kinds: dict[str, Kind] = {}


def _nowhere(errand: Errand) -> str:
    return ""


def register(name: str, *, label: Any, run: Run, allows: Allows, next_page: Callable[[Errand], str] = _nowhere) -> None:
    """Says who does errands of the kind. Raises ValueError if another function does already."""
    kind = Kind(name, label, run, allows, next_page)
    if _kinds.setdefault(name, kind) != kind:
        raise ValueError(f"Errands of kind {name} are done by another function already.")


def kind_of(errand: Errand) -> Kind | None:
    """None for a kind that a release had and this one has no more."""
    return _kinds.get(errand.kind)
