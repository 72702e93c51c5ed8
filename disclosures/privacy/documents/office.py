"""Office files: a ZIP of XML, its parts read one by one as streams. Measured when it came in (`attachments`)."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from typing import Protocol
from xml.parsers import expat

from ..pieces import Hidden, Place
from .results import Reading

MOST_PART = 60_000_000
"""Bytes of one part that are parsed."""


class Handler(Protocol):
    """Follows the elements of a part. Names come without their namespace."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, words: str) -> None: ...


def parse(archive: zipfile.ZipFile, name: str, handler: Handler) -> None:
    """Raises ExpatError for what is no XML or declares a document type, BadZipFile, KeyError."""

    def refuse(*_arguments: object) -> None:
        raise expat.ExpatError("A document type is declared.")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: handler.start(
        _local(tag), {_local(key): value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda tag: handler.end(_local(tag))
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    if archive.getinfo(name).file_size > MOST_PART:
        raise zipfile.BadZipFile("A part is too large.")
    with archive.open(name) as part:
        parser.ParseFile(part)


def _local(name: str) -> str:
    return name.rpartition(" ")[2].rpartition(":")[2]


class _Targets:
    """Where links lead to: `tel:` and `mailto:` carry numbers."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if attributes.get("TargetMode") == "External":
            self.reading.add(attributes.get("Target", ""), Place("link"))

    def end(self, name: str) -> None:
        """Links have no text."""

    def text(self, words: str) -> None:
        """Links have no text."""


class _Words:
    """All text of a part, an element a piece: the properties of a document."""

    def __init__(self, reading: Reading, place: Place) -> None:
        self.reading, self.place, self.held = reading, place, ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.held = ""

    def end(self, name: str) -> None:
        self.reading.add(self.held, self.place)
        self.held = ""

    def text(self, words: str) -> None:
        self.held += words


def read_surroundings(archive: zipfile.ZipFile, reading: Reading, inner: Callable[[bytes, str], None]) -> None:
    """What every Office file has beside its text: links, properties, pictures, and whole files embedded in it."""
    for name in archive.namelist():
        lower = name.lower()
        if lower.endswith(".rels"):
            parse(archive, name, _Targets(reading))
        elif lower.startswith("docprops/") and lower.endswith(".xml"):
            parse(archive, name, _Words(reading, Place("properties")))
        elif "/media/" in lower and not lower.endswith((".wmf", ".emf", "/")):
            reading.pictures += 1
        elif "/embeddings/" in lower and lower.endswith((".xlsx", ".docx")):
            reading.add(name.rpartition("/")[2], Place("embedded"), hidden=Hidden.EMBEDDED)
            inner(archive.read(name), lower.rpartition(".")[2])
