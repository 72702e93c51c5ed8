"""A version beside the one it follows, as a reviewer compares them: title, date, scope, carriers, files.

The text is compared in `differences.py`. What it follows is the version it corrects, or what was disclosed of the
same item for the last period (`previous.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalogue.choices import Scope

from .models import Attachment, Version
from .tables import carriers


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact before and now."""

    label: str
    before: str
    now: str

    @property
    def differs(self) -> bool:
        return self.before != self.now


@dataclass(frozen=True, slots=True)
class Files:
    """The files by name: those that stayed, those that came, those that went."""

    same: list[str]
    added: list[str]
    gone: list[str]

    @property
    def differ(self) -> bool:
        return bool(self.added or self.gone)


def facts(before: Version, now: Version) -> list[Fact]:
    """Title, date, scope and carriers of both."""
    return [
        Fact(_("Title"), before.title, now.title),
        Fact(_("Date of the matter"), before.stated_on.isoformat(), now.stated_on.isoformat()),
        Fact(_("Scope"), _scope(before), _scope(now)),
        Fact(_("Carriers"), carriers(before.posting.carriers), carriers(now.posting.carriers)),
    ]


def _scope(version: Version) -> str:
    return str(Scope(version.posting.scope).label)


def files(before: Version, now: Version) -> Files:
    """The files of both, told apart by their content: one under another name is the same file."""
    old, new = _by_content(before), _by_content(now)
    return Files(
        same=[file.name for key, file in new.items() if key in old],
        added=[file.name for key, file in new.items() if key not in old],
        gone=[file.name for key, file in old.items() if key not in new],
    )


def _by_content(version: Version) -> dict[str, Attachment]:
    return {file.sha256: file for file in version.attachments.all()}
