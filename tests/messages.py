"""Reads what has to be translated, and what was, without gettext: a bare machine checks the translations too."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.template import engines
from django.template.base import Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode


class Message(NamedTuple):
    """What identifies a message: its context and its text in the singular."""

    context: str
    text: str


@dataclass
class Entry:
    """A message with its translation, as it stands in a .po file."""

    fields: dict[str, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def message(self) -> Message:
        return Message(self.fields.get("msgctxt", ""), self.fields["msgid"])

    @property
    def translations(self) -> list[str]:
        return [text for name, text in self.fields.items() if name.startswith("msgstr")]

    def compiled(self) -> dict[str | tuple[str, int], str]:
        """The entry as the standard library's gettext keeps it once it is compiled."""
        key = "\x04".join(part for part in self.message if part)
        if "msgid_plural" not in self.fields:
            return {key: self.fields["msgstr"]}
        return {(key, number): text for number, text in enumerate(self.translations)}


_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(\".*\")")


def read_po(path: Path) -> list[Entry]:
    """The living entries of a .po file, the header left out."""
    entries, entry, last, fuzzy = [], Entry(), "", False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#,"):
            fuzzy = "fuzzy" in line
        elif match := _KEYWORD.match(line):
            last, text = match.groups()
            if last == "msgctxt" or (last == "msgid" and set(entry.fields) != {"msgctxt"}):
                entry = Entry(fuzzy=fuzzy)
                entries.append(entry)
                fuzzy = False
            entry.fields[last] = ast.literal_eval(text)
        elif line.startswith('"'):
            entry.fields[last] += ast.literal_eval(line)
    return [entry for entry in entries if entry.message.text]


_ARGUMENTS = {
    "_": ["text"],
    "gettext": ["text"],
    "gettext_lazy": ["text"],
    "gettext_noop": ["text"],
    "ngettext": ["text"],
    "ngettext_lazy": ["text"],
    "pgettext": ["context", "text"],
    "pgettext_lazy": ["context", "text"],
    "npgettext": ["context", "text"],
    "npgettext_lazy": ["context", "text"],
}


def messages_in_code(path: Path) -> Iterator[Message]:
    """What a Python file asks gettext for, as far as it is written out there."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        given = [value.value for value in node.args if isinstance(value, ast.Constant)]
        if name in _ARGUMENTS and len(given) >= len(_ARGUMENTS[name]):
            found = dict(zip(_ARGUMENTS[name], given, strict=False))
            yield Message(found.get("context", ""), found["text"])


def messages_in_template(path: Path) -> Iterator[Message]:
    """What a template asks gettext for. Raises TemplateSyntaxError for a template that does not compile."""
    source = path.read_text(encoding="utf-8")
    template = Template(source, engine=engines["django"].engine)
    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        text = getattr(node.filter_expression.var, "literal", None)
        if isinstance(text, str):
            yield Message(_constant(node.message_context), text.replace("%", "%%"))
    for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        text, _variables = node.render_token_list(node.singular)
        yield Message(_constant(node.message_context), text)
    for text in re.findall(r'_\("([^"]+)"\)', source):
        yield Message("", text.replace("%", "%%"))


def _constant(expression: object) -> str:
    """The text of a constant `context "…"`; empty where there is none."""
    return getattr(getattr(expression, "var", None), "literal", None) or ""
