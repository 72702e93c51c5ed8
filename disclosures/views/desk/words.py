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


SAID = {
    "typing": gettext_noop("Typing, not saved yet…"),
    "saved": gettext_noop("Saved by itself"),
    "unsaved": gettext_noop("Not saved yet, because something is wrong or missing: "),
    "offline": gettext_noop("No connection. Your words are kept in this browser; saving is tried again by itself."),
    "notSent": gettext_noop(
        "No connection, so nothing was sent. Your words are kept in this browser: press the button again later."
    ),
    "out": gettext_noop("You are signed out. Your words are kept in this browser."),
    "outLong": gettext_noop(
        "Your sign-in has expired. Your words are kept in this browser. Sign in again in a new tab, then come back"
        " here: they are saved by themselves."
    ),
    "signIn": gettext_noop("Sign in in a new tab"),
    "takeMine": gettext_noop("Keep mine"),
    "takeTheirs": gettext_noop("Take theirs"),
    "mineBelow": gettext_noop("Theirs stands in the form now. What you wrote, to copy from:"),
    "restored": gettext_noop("Brought back what was not saved at"),
    "copyHere": gettext_noop(
        "The draft was changed elsewhere meanwhile. This browser still keeps what you had not saved at"
    ),
    "takeCopy": gettext_noop("Put it into the form"),
    "dropCopy": gettext_noop("Throw it away"),
    "fileOffline": gettext_noop("No connection; the file was not sent."),
    "fileOut": gettext_noop("The file was not taken: sign in again in a new tab, then try again."),
    "again": gettext_noop("Try again"),
}
"""What the desk's scripts say."""


@require_safe
@login_required
def editor_words(request: HttpRequest) -> HttpResponse:
    """A script that gives the editor `gettext`, and the desk's own scripts what they say, before they are loaded."""
    words = json.dumps({word: gettext(word) for word in WORDS}, ensure_ascii=False)
    said = json.dumps({name: gettext(message) for name, message in SAID.items()}, ensure_ascii=False)
    script = f"window.gettext = (words => word => words[word] || word)({words});\nwindow.deskWords = {said};\n"
    return HttpResponse(script, content_type="application/javascript; charset=utf-8")
