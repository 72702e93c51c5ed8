"""The finds in an attachment: its name, its text, what hides in it, and what only a person can look at."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from .documents.results import Reading
from .pieces import Found, Kind, Piece, Place
from .scanning import scan

logger = logging.getLogger(__name__)

TIMEOUT = 30
"""Seconds that a file may take to be read, its process's start included."""
_READ = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}


def scan_file(path: str, *, name: str, content_type: str, sha256: str) -> list[Found]:
    """Everything found in a stored file (`path` within MEDIA_ROOT). Never raises for what is in the file."""
    pieces = [Piece(name, Place("file_name"))]
    if content_type.startswith("image/"):
        return [*scan(pieces), Found(Kind.PHOTO, sha256, "", Place("file"))]
    reading = _read(Path(settings.MEDIA_ROOT, path), _READ[content_type])
    return [*scan(pieces), *scan(reading.pieces), *_to_look_at(reading, sha256)]


def _to_look_at(reading: Reading, sha256: str) -> Iterator[Found]:
    """What no program can read."""
    if reading.problem:
        yield Found(Kind.UNREADABLE, f"{reading.problem}:{sha256}", reading.problem, Place("file"))
        return
    if reading.picture_pages or not reading.pieces:
        pages = "、".join(str(page) for page in reading.picture_pages[:20])
        first = reading.picture_pages[0] if reading.picture_pages else 0
        yield Found(Kind.SCAN, f"scan:{sha256}", pages, Place("page", page=first))
    elif reading.pictures:
        yield Found(Kind.PHOTO, f"pictures:{sha256}", str(reading.pictures), Place("file"))


def _read(path: Path, extension: str) -> Reading:
    command = [sys.executable, "-m", "disclosures.privacy.documents", extension]
    try:
        with path.open("rb") as file:
            done = subprocess.run(  # noqa: S603 - no word of the command comes from outside
                command, stdin=file, capture_output=True, timeout=TIMEOUT, check=True, cwd=settings.BASE_DIR
            )
        return Reading.from_json(done.stdout.decode("ascii"))
    except FileNotFoundError:
        return Reading(problem="damaged")
    except (subprocess.SubprocessError, OSError, ValueError):
        logger.warning("An attachment could not be read for the privacy gate in time or in memory.")
        return Reading(problem="slow")
