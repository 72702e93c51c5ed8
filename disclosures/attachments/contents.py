"""Looking into a file: whether it is what its ending says, whole, and harmless to open.

Nothing here trusts the file. Archives are measured before they are unpacked, and unpacked once as a stream;
pictures are measured before they are decoded.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO
from xml.parsers import expat

import puremagic
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from .errors import AttachmentRefused

_CHUNK = 1 << 16
MOST_ENTRIES = 3_000
MOST_UNPACKED = 200_000_000
MOST_RATIO = 250
"""Unpacked over packed size, for one part of an Office file of a megabyte or more."""
LONG_EDGE = 2000
"""Pixels to which a larger picture is made smaller: small print on a photographed board can still be read."""
MOST_RELATIONS = 2_000_000
"""Bytes of a part that is parsed."""


@dataclass(frozen=True)
class Kind:
    """A kind of file that is let in. `redraw`, if any, writes what is kept in its place."""

    content_type: str
    check: Callable[[IO[bytes]], None]
    redraw: Callable[[IO[bytes], IO[bytes]], None] | None = None


_HEIC = {b"ftyp" + brand for brand in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")}


def heic_refused(name: str) -> AttachmentRefused:
    """The refusal of the picture format of newer phones, with the way out."""
    return AttachmentRefused(
        _(
            "%(name)s is in the format HEIC, which many computers cannot open. On the phone choose “most compatible”"
            " in the camera's settings and take it again, or send a screenshot of the picture."
        )
        % {"name": name}
    )


def identify(file: IO[bytes], kind: Kind, name: str) -> None:
    """Raises AttachmentRefused unless the content's own marks say that it is of this kind."""
    file.seek(0)
    head = file.read(8192)
    try:
        found = {match.mime_type for match in puremagic.magic_string(head, filename=None)}
    except (puremagic.PureError, ValueError):
        found = set()
    if head[4:12] in _HEIC:
        raise heic_refused(name)
    if kind.content_type not in found:
        raise AttachmentRefused(
            _("%(name)s is not what its ending says. Open it, save it anew in the right format and upload that.")
            % {"name": name}
        )


def _damaged() -> AttachmentRefused:
    return AttachmentRefused(
        _("The file is damaged or was not sent completely. Check that it opens, then upload it again.")
    )


def _refused_for(what: str) -> AttachmentRefused:
    return AttachmentRefused(
        _("The file contains %(what)s, which may do harm when opened. Save it as PDF and upload that.") % {"what": what}
    )


# PDF

_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFile)(?![A-Za-z])")


def check_pdf(file: IO[bytes]) -> None:
    """A whole PDF that starts no program and carries no other file, as far as its open parts show."""
    file.seek(0)
    if file.read(5) != b"%PDF-":
        raise _damaged()
    size = file.seek(0, 2)
    file.seek(max(0, size - 2048))
    if b"%%EOF" not in file.read():
        raise _damaged()
    file.seek(0)
    tail = b""
    for chunk in _chunks(file):
        if _ACTIVE_PDF.search(tail + chunk):
            raise _refused_for(_("a program or an embedded file"))
        tail = chunk[-20:]


# Office files


def check_office(file: IO[bytes], *, main_part: str) -> None:
    """A whole .docx or .xlsx without macros, controls, embedded programs or templates fetched from elsewhere."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            _check_directory(infos)
            names = {info.filename for info in infos}
            if not {"[Content_Types].xml", main_part} <= names:
                raise AttachmentRefused(
                    _("The file is an archive but not an Office document. Save it as .docx, .xlsx or PDF.")
                )
            if b"macroEnabled" in _part(archive, "[Content_Types].xml"):
                raise _refused_for(_("macros"))
            for name in names:
                if name.endswith(".rels"):
                    _check_relations(_part(archive, name))
            for info in infos:
                with archive.open(info) as part:
                    for _chunk in _chunks(part):
                        pass
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, UnicodeError):
        raise _damaged() from None


def _check_directory(infos: list[zipfile.ZipInfo]) -> None:
    """What the archive says of itself, before anything is unpacked."""
    bomb = any(i.file_size > 1_000_000 and i.file_size > MOST_RATIO * max(i.compress_size, 1) for i in infos)
    if bomb or len(infos) > MOST_ENTRIES or sum(i.file_size for i in infos) > MOST_UNPACKED:
        raise AttachmentRefused(
            _("The file would unpack to far more than a document needs. Save it as PDF and upload that.")
        )
    names = [info.filename for info in infos]
    if len({name.lower() for name in names}) != len(names):
        raise _damaged()
    for info in infos:
        name = info.filename.lower()
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or "\x00" in name:
            raise _damaged()
        if info.flag_bits & 0x1:
            raise AttachmentRefused(_("The file is protected by a password. Save it without one and upload it again."))
        if name.endswith("vbaproject.bin"):
            raise _refused_for(_("macros"))
        if "/activex/" in name or ("/embeddings/" in name and not name.endswith((".xlsx", ".docx", "/"))):
            raise _refused_for(_("an embedded object"))


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MOST_RELATIONS:
        raise _damaged()
    return archive.read(name)


_FETCHED = re.compile(r"/(?:attachedTemplate|oleObject|frame|subDocument)$")
_ELSEWHERE = re.compile(r"(?:https?:|ftp:|\\\\|//|file:/{2,}[^/]*[^/:]/)", re.IGNORECASE)


def _check_relations(xml: bytes) -> None:
    """Refuses what Word would fetch from another machine when the document is opened. Links to click are no harm."""

    def start(_tag: str, relation: dict[str, str]) -> None:
        fetched = relation.get("TargetMode") == "External" and _FETCHED.search(relation.get("Type", ""))
        if fetched and _ELSEWHERE.match(relation.get("Target", "")):
            raise _refused_for(_("content fetched from another machine"))

    def refuse(*_arguments: object) -> None:
        raise _damaged()

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError:
        raise _damaged() from None


# Pictures


def check_picture(file: IO[bytes], *, picture_format: str) -> None:
    """A picture of the format with no more pixels than ATTACHMENT_PIXELS. Its dots are looked at when it is redrawn."""
    with _opened(file, picture_format) as picture:
        if picture.width * picture.height > settings.ATTACHMENT_PIXELS:
            raise AttachmentRefused(
                _("The picture has more than %(limit)d million pixels. Make it smaller and upload it again.")
                % {"limit": settings.ATTACHMENT_PIXELS // 1_000_000}
            )


def redraw_picture(file: IO[bytes], into: IO[bytes], *, picture_format: str) -> None:
    """Draws the picture anew: the right way up, no longer than `LONG_EDGE`, without place, camera, comments, profiles
    or further frames."""
    try:
        with _opened(file, picture_format) as picture:
            picture.draft(None, (2 * LONG_EDGE, 2 * LONG_EDGE))
            turned = ImageOps.exif_transpose(picture)
            modes = {"L", "RGB"} if picture_format == "JPEG" else {"L", "LA", "RGB", "RGBA"}
            if turned.mode not in modes or "transparency" in turned.info:
                with_alpha = picture_format == "PNG" and (turned.has_transparency_data)
                turned = turned.convert("RGBA" if with_alpha else "RGB")
            turned.load()
            turned.thumbnail((LONG_EDGE, LONG_EDGE), Image.Resampling.LANCZOS)
            turned.info = {}
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        if isinstance(error, AttachmentRefused):
            raise
        raise _damaged() from None
    options = {"quality": 88, "optimize": True} if picture_format == "JPEG" else {"optimize": False}
    turned.save(into, picture_format, exif=b"", icc_profile=None, **options)


def _opened(file: IO[bytes], picture_format: str) -> Image.Image:
    file.seek(0)
    try:
        return Image.open(file, formats=[picture_format])
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise _damaged() from None


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(file.read, _CHUNK), b"")


def _office(content_type: str, main_part: str) -> Kind:
    return Kind(
        f"application/vnd.openxmlformats-officedocument.{content_type}", partial(check_office, main_part=main_part)
    )


def _picture(content_type: str, picture_format: str) -> Kind:
    return Kind(
        content_type,
        partial(check_picture, picture_format=picture_format),
        partial(redraw_picture, picture_format=picture_format),
    )


KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", check_pdf),
    "docx": _office("wordprocessingml.document", "word/document.xml"),
    "xlsx": _office("spreadsheetml.sheet", "xl/workbook.xml"),
    "jpg": _picture("image/jpeg", "JPEG"),
    "jpeg": _picture("image/jpeg", "JPEG"),
    "png": _picture("image/png", "PNG"),
}
"""By ending. The older .doc and .xls are left out: what hides in them cannot be seen."""
