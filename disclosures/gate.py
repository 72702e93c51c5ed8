"""What the pages show of the privacy gate: each find in plain words, where it stands, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from .choices import LIVE_FIND_STATES, LOOKED_AT, FindKind, FindState, HiddenWay, ReadingProblem
from .models import Attachment, PrivacyFind, Version

_PARTS: dict[str, Any] = {
    "title": pgettext_lazy("place of a find", "title"),
    "note": pgettext_lazy("place of a find", "note on the correction"),
    "link": pgettext_lazy("place of a find", "target of a link"),
    "file_name": pgettext_lazy("place of a find", "name of the file"),
    "file": pgettext_lazy("place of a find", "the whole file"),
    "header_footer": pgettext_lazy("place of a find", "header or footer"),
    "comment": pgettext_lazy("place of a find", "comment"),
    "footnote": pgettext_lazy("place of a find", "footnote"),
    "properties": pgettext_lazy("place of a find", "properties of the file"),
    "embedded": pgettext_lazy("place of a find", "embedded file"),
    "sheet_name": pgettext_lazy("place of a find", "name of a sheet"),
}
_HINTS: dict[str, Any] = {
    FindKind.HIDDEN: gettext_lazy("A reader can make it visible. Delete it in the file, and attach the file anew."),
    FindKind.PHOTO: gettext_lazy("The system cannot read pictures. Look whether a number, a card or a paper is in it."),
    FindKind.SCAN: gettext_lazy(
        "These pages are pictures, which the system cannot read. Look through them page by page."
    ),
    FindKind.UNREADABLE: gettext_lazy("The system cannot look into it. Look through it yourself, or save it anew."),
    FindKind.MANY: gettext_lazy("Mask them in the file and attach it anew; in the text, mask all at once."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A find as the page shows it."""

    find: PrivacyFind
    where: str
    what: str
    hint: str
    can_mask: bool

    @property
    def is_photo(self) -> bool:
        return self.find.kind == FindKind.PHOTO

    @property
    def is_looked_at(self) -> bool:
        """Whether a person must say to have looked through it."""
        return self.find.kind in LOOKED_AT and not self.is_photo

    @property
    def can_pass(self) -> bool:
        return self.find.kind != FindKind.MANY


@dataclass(slots=True)
class Source:
    """The text, or one file, with its finds."""

    attachment: Attachment | None
    finds: list[Shown] = field(default_factory=list)

    @property
    def open(self) -> list[Shown]:
        return [shown for shown in self.finds if shown.find.is_open]

    @property
    def waiting(self) -> list[Shown]:
        return [shown for shown in self.finds if shown.find.needs_second_look]

    @property
    def passable(self) -> list[Shown]:
        """Open finds that can be passed with one reason."""
        return [shown for shown in self.open if shown.can_pass and not shown.is_photo and not shown.is_looked_at]


@dataclass(frozen=True, slots=True)
class Gate:
    """Everything found in a version that still stands there."""

    sources: list[Source]

    @property
    def open(self) -> list[Shown]:
        return [shown for source in self.sources for shown in source.open]

    @property
    def personal(self) -> list[Shown]:
        """Open finds that are more than a picture or a page to be looked at."""
        return [shown for shown in self.open if shown.find.kind not in LOOKED_AT]

    @property
    def waiting(self) -> list[Shown]:
        return [shown for source in self.sources for shown in source.waiting]

    @property
    def passed(self) -> list[Shown]:
        return [s for source in self.sources for s in source.finds if s.find.state == FindState.PASSED]

    @property
    def maskable(self) -> list[Shown]:
        return [shown for shown in self.open if shown.can_mask]


def gate_of(version: Version) -> Gate:
    """The finds of a version by source, the text first."""
    finds = PrivacyFind.objects.filter(version=version, state__in=LIVE_FIND_STATES)
    sources: dict[int, Source] = {}
    for find in finds.select_related("attachment", "decided_by", "confirmed_by").order_by("attachment", "pk"):
        source = sources.setdefault(find.attachment_id or 0, Source(find.attachment))
        source.finds.append(_shown(find))
    return Gate([sources[key] for key in sorted(sources)])


def _shown(find: PrivacyFind) -> Shown:
    kind = FindKind(find.kind)
    in_text = find.attachment_id is None or find.place.get("part") == "file_name"
    can_mask = in_text and (kind.is_value or kind == FindKind.MANY)
    return Shown(find, _where(find.place), _what(kind, find.masked), str(_HINTS.get(kind, "")), can_mask)


def _what(kind: FindKind, masked: str) -> str:
    """The masked value, or what else is to be said of it."""
    if kind == FindKind.HIDDEN and masked in HiddenWay.values:
        return str(HiddenWay(masked).label)
    if kind == FindKind.UNREADABLE and masked in ReadingProblem.values:
        return str(ReadingProblem(masked).label)
    if kind == FindKind.SCAN:
        return _("pages %(pages)s") % {"pages": masked} if masked else ""
    if kind == FindKind.PHOTO:
        return _("%(count)s pictures in the file") % {"count": masked} if masked else ""
    if kind == FindKind.MANY:
        return _("%(count)s more") % {"count": masked}
    return masked


def _where(place: dict[str, Any]) -> str:
    """Where it stands, as a person would look for it."""
    part, sheet = place.get("part", ""), place.get("sheet", "")
    words = [str(_PARTS[part])] if part in _PARTS else []
    if sheet:
        words.append(_("sheet “%(sheet)s”") % {"sheet": sheet[:20]})
    if sheet and place.get("row"):
        words.append(f"{_letters(place.get('column', 0))}{place['row']}")
    elif place.get("row"):
        table = {"table": place.get("table", 1), "row": place["row"], "column": place.get("column", 0)}
        words.append(_("table %(table)d, row %(row)d, column %(column)d") % table)
    elif place.get("page"):
        words.append(_("page %(page)d") % {"page": place["page"]})
    elif place.get("paragraph") and part == "text":
        words.append(_("paragraph %(number)d") % {"number": place["paragraph"]})
    return " ".join(words)


def _letters(column: int) -> str:
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
