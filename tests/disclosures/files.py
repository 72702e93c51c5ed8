"""Files as people hand them in, whole and hostile, made when they are needed."""

import io
import zipfile
from datetime import UTC, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image, PngImagePlugin

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def raw_name(name: str, content: bytes = PDF) -> SimpleUploadedFile:
    """An upload whose name Django has not touched."""
    made = SimpleUploadedFile("x", content)
    made._name = name
    return made


def picture(picture_format: str = "PNG", size: tuple[int, int] = (8, 6), mode: str = "RGB", **options: object) -> bytes:
    held = io.BytesIO()
    Image.new(mode, size, None).save(held, picture_format, **options)
    return held.getvalue()


def photo_with_traces(orientation: int = 6) -> bytes:
    """A picture from a telephone: place, camera, a comment, lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "CAMERA-OF-MR-ZHANG"
    exif.get_ifd(0x8825)[2] = (31.0, 1.0, 2.0)
    return picture("JPEG", (40, 20), exif=exif, comment=b"SECRET-COMMENT")


def drawing_with_traces() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "MR-ZHANG")
    return picture("PNG", pnginfo=notes)


def sheet() -> bytes:
    held = io.BytesIO()
    book = Workbook()
    book.active["A1"] = "收入"
    book.save(held)
    return held.getvalue()


_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def document(*parts: tuple[str, str | bytes], types: str = _TYPES, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A .docx with further parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", packed) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("word/document.xml", "<w:document xmlns:w='w'/>")
        for name, content in parts:
            archive.writestr(name, content)
    return held.getvalue()


def relation(kind: str, target: str) -> tuple[str, str]:
    """A part of a .docx that points elsewhere."""
    link = f'<Relationship Id="r" Type="http://x/{kind}" Target="{target}" TargetMode="External"/>'
    return "word/_rels/settings.xml.rels", f"<Relationships>{link}</Relationships>"
