"""The text of a PDF, page by page, with its comments and form fields."""

from __future__ import annotations

from typing import IO, Any

import pypdf
from pypdf.generic import DictionaryObject, IndirectObject

from ..pieces import Hidden, Place
from .results import MOST_PAGES, Enough, Reading

_LEAST_TEXT = 12
"""Characters on a page with a picture below which the page is taken for a scan."""
_MOST_MARKS = 500


def read_pdf(file: IO[bytes], reading: Reading) -> None:
    """Raises PyPdfError and much else for what is no whole PDF, Enough."""
    document = pypdf.PdfReader(file, strict=False)
    if document.is_encrypted and not document.decrypt(""):
        reading.problem = "password"
        return
    for value in (document.metadata or {}).values():
        reading.add(str(value), Place("properties"))
    for number, page in enumerate(document.pages, 1):
        if number > MOST_PAGES:
            raise Enough
        text = page.extract_text()
        reading.add(text, Place("page", page=number), is_lines=True)
        _read_marks(page, number, reading)
        has_picture = _has_picture(page)
        reading.pictures += has_picture
        if has_picture and len("".join(text.split())) < _LEAST_TEXT:
            reading.picture_pages.append(number)


def _read_marks(page: pypdf.PageObject, number: int, reading: Reading) -> None:
    """Comments, and what was filled into forms."""
    marks = _resolved(page.get("/Annots")) or []
    for mark in list(marks)[:_MOST_MARKS]:
        mark = _resolved(mark)
        if not isinstance(mark, DictionaryObject):
            continue
        way = Hidden.FORM if mark.get("/Subtype") == "/Widget" else Hidden.COMMENT
        for key in ("/Contents", "/V", "/TU"):
            value = _resolved(mark.get(key))
            if isinstance(value, str):
                reading.add(value, Place("comment", page=number), hidden=way if key != "/TU" else "")
        link = _resolved(mark.get("/A"))
        if isinstance(link, DictionaryObject) and isinstance(_resolved(link.get("/URI")), str):
            reading.add(str(_resolved(link.get("/URI"))), Place("link", page=number))


def _has_picture(page: pypdf.PageObject) -> bool:
    resources = _resolved(page.get("/Resources"))
    objects = _resolved(resources.get("/XObject")) if isinstance(resources, DictionaryObject) else None
    if not isinstance(objects, DictionaryObject):
        return False
    drawn = (_resolved(one) for one in list(objects.values())[:50])
    return any(isinstance(one, DictionaryObject) and one.get("/Subtype") in {"/Image", "/Form"} for one in drawn)


def _resolved(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value
