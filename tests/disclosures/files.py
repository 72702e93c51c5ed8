"""Files as people hand them in, whole and hostile, made when they are needed."""

import io
import zipfile
from datetime import UTC, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image, PngImagePlugin

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def pdf(*pages: str, comment: str = "", picture: bool = False) -> bytes:
    """A PDF with lines of plain letters on each page; a page may be empty, or show a picture."""
    objects: dict[int, str] = {1: "<</Type/Catalog/Pages 2 0 R>>"}
    kids = " ".join(f"{5 + 3 * number} 0 R" for number in range(len(pages)))
    objects[2] = f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]/MediaBox[0 0 595 842]>>"
    objects[3] = _stream("0", "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8")
    objects[4] = f"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents({comment})>>"
    shown = "/XObject<</Im 3 0 R>>" if picture else ""
    resources = f"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>{shown}>>"
    for number, text in enumerate(pages):
        first, lines = 5 + 3 * number, " T* ".join(f"({line}) Tj" for line in text.split("\n"))
        marks = "/Annots[4 0 R]" if comment else ""
        objects[first] = f"<</Type/Page/Parent 2 0 R/Contents {first + 1} 0 R{marks}/Resources {resources}>>"
        objects[first + 1] = _stream(f"BT /F 12 Tf 14 TL 50 700 Td {lines} ET" if text else "q Q")
        objects[first + 2] = "null"
    made, places = "%PDF-1.4\n", []
    for number in sorted(objects):
        places.append(len(made))
        made += f"{number} 0 obj{objects[number]}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    made += f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer<</Root 1 0 R/Size {count}>>\n"
    return f"{made}startxref\n{made.rindex('xref')}\n%%EOF\n".encode("ascii")


def _stream(content: str, also: str = "") -> str:
    return f"<</Length {len(content)}{also}>>stream\n{content}\nendstream "


PDF = pdf("Notice of the branch")


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
        if "word/document.xml" not in dict(parts):
            archive.writestr("word/document.xml", "<w:document xmlns:w='w'/>")
        for name, content in parts:
            archive.writestr(name, content)
    return held.getvalue()


def relation(kind: str, target: str) -> tuple[str, str]:
    """A part of a .docx that points elsewhere."""
    link = f'<Relationship Id="r" Type="http://x/{kind}" Target="{target}" TargetMode="External"/>'
    return "word/_rels/settings.xml.rels", f"<Relationships>{link}</Relationships>"
