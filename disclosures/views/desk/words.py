"""The editor's own words, in the language of the page."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

WORDS = [
    gettext_noop("Heading 3"),
    gettext_noop("Heading 4"),
    gettext_noop("heading 3"),
    gettext_noop("heading 4"),
    gettext_noop("unordered list"),
    gettext_noop("ordered list"),
    gettext_noop("List properties"),
    gettext_noop("List type"),
    gettext_noop("Start at"),
    gettext_noop("Bullets"),
    gettext_noop("Decimal numbers"),
    gettext_noop("Lowercase letters"),
    gettext_noop("Uppercase letters"),
    gettext_noop("Lowercase Roman numerals"),
    gettext_noop("Uppercase Roman numerals"),
    gettext_noop("blockquote"),
    gettext_noop("bold"),
    gettext_noop("italic"),
    gettext_noop("insert link"),
    gettext_noop("remove link"),
    gettext_noop("Edit Link"),
    gettext_noop("URL"),
    gettext_noop("Title"),
    gettext_noop("Update"),
    gettext_noop("Cancel"),
    gettext_noop("Insert"),
    gettext_noop("Insert table"),
    gettext_noop("Insert Table"),
    gettext_noop("Rows"),
    gettext_noop("Columns"),
    gettext_noop("Include header row"),
    gettext_noop("Table Properties"),
    gettext_noop("Yes"),
    gettext_noop("No"),
    gettext_noop("Add column"),
    gettext_noop("Delete column"),
    gettext_noop("Add row"),
    gettext_noop("Delete row"),
    gettext_noop("Merge cells"),
    gettext_noop("Split cell"),
    gettext_noop("Toggle header cell"),
    gettext_noop("Delete table"),
    gettext_noop("undo"),
    gettext_noop("redo"),
    gettext_noop("paragraph"),
    gettext_noop("Paragraph"),
]
"""Titles of its buttons and dialogues, as the editor has them in English."""


@require_safe
@login_required
def editor_words(request: HttpRequest) -> HttpResponse:
    """A script that gives the editor `gettext`, before the editor itself is loaded."""
    words = json.dumps({word: gettext(word) for word in WORDS}, ensure_ascii=False)
    script = f"window.gettext = (words => word => words[word] ?? word)({words});"
    return HttpResponse(script, content_type="application/javascript; charset=utf-8")
