"""Reads one file and writes what is in it to standard output: `python -m disclosures.privacy.documents docx < FILE`.

A process of its own, so that a file made to eat time or memory stops this process and nothing else.
"""

from __future__ import annotations

import io
import logging
import resource
import sys
import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from .excel import read_excel
from .office import read_surroundings
from .results import Enough, Reading
from .word import read_word

MEMORY = 1_200_000_000
SECONDS = 20
_DEEPEST = 2


def read(file: IO[bytes], extension: str) -> Reading:
    """The pieces of the file; what went wrong is in `problem`, nothing is raised."""
    reading = Reading()
    try:
        if extension == "pdf":
            from .pdf import read_pdf

            read_pdf(file, reading)
        else:
            _read_office(file, extension, reading, depth=1)
    except Enough:
        reading.problem = "long"
    except MemoryError:
        reading.problem = "slow"
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, EOFError):
        reading.problem = "damaged"
    except Exception:  # a PDF can be broken in more ways than its reader has names for
        reading.problem = "damaged"
    return reading


def _read_office(file: IO[bytes], extension: str, reading: Reading, *, depth: int) -> None:
    def inner(content: bytes, kind: str) -> None:
        if depth < _DEEPEST:
            _read_office(io.BytesIO(content), kind, reading, depth=depth + 1)

    with zipfile.ZipFile(file) as archive:
        if extension == "docx":
            read_word(archive, reading)
        else:
            read_excel(archive, reading)
        read_surroundings(archive, reading, inner)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 2))
    logging.disable(logging.CRITICAL)
    reading = read(io.BytesIO(sys.stdin.buffer.read()), sys.argv[1])
    sys.stdout.write(reading.as_json())


if __name__ == "__main__":
    main()
