"""The ZIP of a volume: everything in it can be opened, and checked, years later without the portal."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.cells import harmless

from .contents import Contents, FiledAttachment
from .pages import Maker

SUMS = "SHA256SUMS.txt"
_CHUNK = 1 << 20
_PACKED_ALREADY = (".zip", ".docx", ".xlsx", ".pptx", ".pdf", ".jpg", ".jpeg", ".png", ".mp4")


@dataclass
class Packing:
    """A ZIP being written, with the checksum of every file in it."""

    archive: zipfile.ZipFile
    at: datetime
    sums: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, data: bytes) -> None:
        self.stream(name, [data])

    def stream(self, name: str, chunks: Iterable[bytes]) -> str:
        """Adds a file by and by; gives its checksum."""
        digest = hashlib.sha256()
        with self.archive.open(self._entry(name), "w", force_zip64=True) as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        self.sums[name] = digest.hexdigest()
        return self.sums[name]

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, timezone.localtime(self.at).timetuple()[:6])
        entry.compress_type = zipfile.ZIP_STORED if name.lower().endswith(_PACKED_ALREADY) else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        return entry


def opened(file: BinaryIO, at: datetime) -> Packing:
    return Packing(zipfile.ZipFile(file, "w", allowZip64=True), at)


def add_attachments(packing: Packing, contents: Contents, report: Callable[[int, int], object]) -> list[str]:
    """Copies every attachment, checking it on the way; what is missing or was altered is told, not passed over."""
    remarks, files = [], contents.attachments
    for done, file in enumerate(files, start=1):
        remark = _add(packing, file)
        if remark:
            remarks.append(remark)
        report(done, len(files))
    return remarks


def _add(packing: Packing, file: FiledAttachment) -> str:
    path = Path(settings.MEDIA_ROOT, file.path)
    try:
        with path.open("rb") as source:
            found = packing.stream(file.place, iter(lambda: source.read(_CHUNK), b""))
    except FileNotFoundError:
        return _("“%(name)s” is missing on the server and could not be filed. Tell the operator.") % {
            "name": file.place
        }
    if found != file.sha256:
        return _("“%(name)s” is not what was published: its checksum differs. Tell the operator.") % {
            "name": file.place
        }
    return ""


def add_index(packing: Packing, contents: Contents) -> None:
    """The index as a table that Excel and WPS open with a double click."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [
            _("No."),
            _("Number"),
            _("Author"),
            _("Title of the matter"),
            _("Date of publication"),
            _("Remark"),
            _("Attachments"),
        ]
    )
    for piece in contents.pieces:
        files = "；".join(file.place for file in piece.attachments)
        writer.writerow(
            [piece.order, *map(harmless, (piece.number, piece.author, piece.title, piece.day, piece.remark, files))]
        )
    packing.add("index.csv", b"\xef\xbb\xbf" + out.getvalue().encode())


def close(packing: Packing, contents: Contents, maker: Maker, *, pdfs: list[str]) -> None:
    """Adds the explanations and, last of all, the checksums of everything else."""
    context = {"contents": contents, "maker": maker, "pdfs": pdfs, "sums": SUMS}
    words = render_to_string("archive/readme.txt", context).replace("\r\n", "\n").replace("\n", "\r\n")
    packing.add("README.txt", b"\xef\xbb\xbf" + words.encode())
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(packing.sums.items()))
    packing.archive.writestr(packing._entry(SUMS), lines.encode())
    packing.archive.close()
