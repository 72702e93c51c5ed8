"""One entry of a published table: its cells, gathered over one or more rows, become the fields of an item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ..choices import DisclosureType, ExemptionReason, Openness, Scope
from .attributes import exemption_reason, kinds_at_level, openness_of, scope_of, usual_scope
from .channels import read_channels
from .columns import Role
from .report import LENGTHS, ParsedItem
from .time_limits import GOVERNMENT_PROMPT_DAYS, PROMPT_DAYS, read_time_limit

Say = Callable[[str, str], None]
"""Notes a guess about the entry: column, sentence."""

_DISPLAY_UNITS = {"年": 365, "个月": 30, "月": 30, "天": 1, "日": 1, "周": 7}


@dataclass
class Entry:
    """The cells of one entry by what they say; ticks as the set of ticked roles; levels by their words."""

    item: ParsedItem
    texts: dict[Role, str] = field(default_factory=dict)
    ticks: set[Role] = field(default_factory=set)
    levels: list[str] = field(default_factory=list)
    guidance: list[str] = field(default_factory=list)
    has_details: bool = False

    def add(self, role: Role, text: str) -> None:
        """More text for a cell that runs over several rows; the same text is not written twice."""
        old = self.texts.get(role, "")
        if text and text not in old:
            self.texts[role] = f"{old}\n{text}" if old else text


@dataclass(frozen=True)
class Table:
    """What holds for a whole table."""

    disclosure_type: str
    columns: dict[Role, str]
    """Header words by role, for those columns there are."""
    has_levels: bool
    default_time: str = ""
    default_channels: str = ""

    def label(self, role: Role) -> str:
        return self.columns.get(role, "")


def interpret(entry: Entry, table: Table, say: Say) -> None:
    """Fill in the item's fields; everything that is not plainly in the cells is said."""
    item = entry.item
    item.disclosure_type = table.disclosure_type
    item.content_elements = "\n".join(text for role in (Role.CONTENT, Role.ELEMENTS) if (text := entry.texts.get(role)))
    if not item.content_elements and table.label(Role.CONTENT):
        say(table.label(Role.CONTENT), _("The content elements are empty; fill them in."))
    item.legal_basis = entry.texts.get(Role.BASIS, "")
    item.guidance = "\n".join(entry.guidance)
    item.responsible_department = _cut(entry, Role.BODY, "responsible_department", table, say)
    _set_openness(entry, table, say)
    _set_scope(entry, table, say)
    if item.openness != Openness.WITHHELD or entry.texts.get(Role.TIME):
        _set_time(entry, table, say)
    _set_channels(entry, table, say)
    _set_levels(entry, table, say)
    if len(item.title) > LENGTHS["title"]:
        item.content_elements = "\n".join(filter(None, [item.title, item.content_elements]))
        item.title = item.title[: LENGTHS["title"] - 1] + "…"
        say("", _("The title is too long; it was shortened, and stands in full in the content elements."))
    for text in (item.title, item.content_elements, item.legal_basis, item.guidance):
        if text.startswith("="):
            say("", _("A text begins with “=”; it was kept as text and not calculated."))


def _cut(entry: Entry, role: Role, field_name: str, table: Table, say: Say) -> str:
    text = entry.texts.get(role, "").replace("\n", " ")
    if len(text) <= LENGTHS[field_name]:
        return text
    entry.item.guidance = "\n".join(filter(None, [entry.item.guidance, f"{table.label(role)}：{text}"]))
    say(table.label(role), _("The text is too long; it was shortened, and stands in full in the guidance."))
    return text[: LENGTHS[field_name] - 1] + "…"


def _set_openness(entry: Entry, table: Table, say: Say) -> None:
    item = entry.item
    attribute = entry.texts.get(Role.ATTRIBUTE, "")
    if attribute:
        item.openness = openness_of(attribute) or Openness.PROACTIVE
        if not openness_of(attribute):
            say(
                table.label(Role.ATTRIBUTE),
                _("“%(text)s” was not understood; read as proactive.") % {"text": attribute[:60]},
            )
    elif {Role.PROACTIVE, Role.APPLICATION} <= entry.ticks:
        say(table.label(Role.PROACTIVE), _("Ticked both as proactive and on application; read as proactive."))
    elif Role.APPLICATION in entry.ticks:
        item.openness = Openness.ON_APPLICATION
    elif table.label(Role.PROACTIVE) and Role.PROACTIVE not in entry.ticks:
        say(table.label(Role.PROACTIVE), _("The manner of disclosure is not ticked; read as proactive."))
    item.partial = "部分" in entry.texts.get(Role.MANNER, "") or "部分公开" in attribute
    if "适度公开" in item.content_elements + item.title:
        item.partial = True
        say("", _("“To a fitting degree” was read as disclosed in part."))
    reason = entry.texts.get(Role.REASON, "")
    item.exemption_reason = exemption_reason(reason)
    if (reason and not item.exemption_reason) or (item.openness == Openness.WITHHELD and not item.exemption_reason):
        item.exemption_reason = ExemptionReason.NOT_SUITABLE_NOW
        message = _("The ground “%(text)s” is none of those known; read as not suitable for the time being.")
        say(table.label(Role.REASON), message % {"text": reason[:60]})


def _set_scope(entry: Entry, table: Table, say: Say) -> None:
    item, words = entry.item, entry.texts.get(Role.AUDIENCE, "")
    if words:
        item.scope = scope_of(words)
    elif Role.SOCIETY in entry.ticks:
        item.scope = Scope.SOCIETY
        if Role.SPECIFIC in entry.ticks:
            say(table.label(Role.SPECIFIC), _("Ticked for society and for specific persons; read as society."))
    elif Role.SPECIFIC in entry.ticks:
        item.scope = Scope.SPECIFIC
    if item.scope:
        return
    item.scope = usual_scope(table.disclosure_type)
    label = table.label(Role.AUDIENCE) or table.label(Role.SOCIETY) or table.label(Role.SPECIFIC)
    if label:
        message = _("To whom is not said or not understood; read as “%(scope)s”.")
        say(label, message % {"scope": Scope(item.scope).label})


def _set_time(entry: Entry, table: Table, say: Say) -> None:
    item, label = entry.item, table.label(Role.TIME)
    words = entry.texts.get(Role.TIME, "") or table.default_time
    if not words:
        if label:
            say(label, _("The time limit is empty; fill it in."))
        return
    government = table.disclosure_type == DisclosureType.GOVERNMENT
    limit = read_time_limit(words, prompt_days=GOVERNMENT_PROMPT_DAYS if government else PROMPT_DAYS)
    for guess in limit.guesses:
        say(label, guess)
    item.time_limit_text = words.replace("\n", " ")
    if len(item.time_limit_text) > LENGTHS["time_limit_text"]:
        entry.texts[Role.TIME] = words
        item.time_limit_text = _cut(entry, Role.TIME, "time_limit_text", table, say)
    item.time_limit_class, item.period, item.due_rule = limit.time_limit_class, limit.period, limit.due_rule
    item.due_days, item.day_type = limit.due_days, limit.day_type
    item.fixed_month, item.fixed_day, item.notice_days = limit.fixed_month, limit.fixed_day, limit.notice_days
    _set_display(entry, table, say)


def _set_display(entry: Entry, table: Table, say: Say) -> None:
    """How long it stays up: a number of days, or until it is replaced."""
    words = entry.texts.get(Role.DISPLAY, "")
    number = "".join(c for c in words if c.isdigit())[:5]
    unit = next((unit for unit in _DISPLAY_UNITS if unit in words), "")
    if number and unit and int(number):
        entry.item.display_days = min(int(number) * _DISPLAY_UNITS[unit], 36_500)
    elif words and not any(word in words for word in ("长期", "永久", "动态", "更新")):
        say(table.label(Role.DISPLAY), _("How long it stays up was not understood: “%(text)s”.") % {"text": words[:60]})


def _set_channels(entry: Entry, table: Table, say: Say) -> None:
    item = entry.item
    item.carriers_text = entry.texts.get(Role.CHANNEL, "") or table.default_channels
    if not item.carriers_text:
        if table.label(Role.CHANNEL) and item.openness != Openness.WITHHELD:
            say(table.label(Role.CHANNEL), _("The channels are empty; fill in the carriers."))
        return
    channels = read_channels(item.carriers_text)
    item.carriers = channels.joined
    for guess in channels.guesses:
        say(table.label(Role.CHANNEL), guess)


def _set_levels(entry: Entry, table: Table, say: Say) -> None:
    """Levels become kinds of organisation; an entry with none ticked applies to every kind."""
    kinds = [kind for level in entry.levels for kind in kinds_at_level(level)]
    if kinds:
        entry.item.applies_to = f";{';'.join(dict.fromkeys(kinds))};"
    elif entry.levels or table.has_levels:
        say(table.label(Role.LEVEL), _("At which level is not said or not understood; it applies to every kind."))
