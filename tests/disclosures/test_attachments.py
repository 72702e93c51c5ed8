"""Files of postings: what is let in, under which name, and that nothing half-written stays."""

import errno
import hashlib
import io
import os
import shutil
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from disclosures import attachments
from disclosures.attachments import AttachmentRefused, as_response, safe_name, store
from disclosures.attachments.names import extension_of
from disclosures.models import Attachment

from .files import (
    AT,
    PDF,
    document,
    drawing_with_traces,
    photo_with_traces,
    picture,
    raw_name,
    relation,
    sheet,
    upload,
)


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    settings.ATTACHMENT_FREE_SPACE = 0
    return tmp_path


def left_behind(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("会议纪要.pdf", PDF, "application/pdf"),
        ("通知.DOCX", document(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("收支表.xlsx", sheet(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("照片.png", picture(), "image/png"),
        ("照片.jpg", picture("JPEG"), "image/jpeg"),
        ("照片.jpeg", picture("JPEG"), "image/jpeg"),
    ],
)
def test_the_five_kinds_are_let_in_under_a_random_name_without_ending(media, name, content, content_type):
    stored = store(upload(name, content), at=AT)
    on_disk = media / stored.path
    assert stored.content_type == content_type
    assert (on_disk.parent, on_disk.suffix, len(on_disk.name)) == (media / "attachments" / "2026" / "11", "", 32)
    assert (stored.size, stored.sha256) == (on_disk.stat().st_size, hashlib.sha256(on_disk.read_bytes()).hexdigest())
    assert on_disk.stat().st_mode & 0o077 == 0
    assert left_behind(media) == [on_disk]


HTML = b"<html><script>alert(1)</script></html>"
MACROS = '<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
DOCTYPE = "<!DOCTYPE x [<!ENTITY a 'b'>]><Relationships>&a;</Relationships>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", HTML),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.exe", b"MZ\x90\x00"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a.zip", document()),
        ("a.docm", document()),
        ("a", PDF),
        ("a.pdf.html", HTML),
        # not what the ending says
        ("a.pdf", HTML),
        ("a.png", HTML),
        ("a.png", picture("JPEG")),
        ("a.jpg", picture("GIF")),
        ("a.pdf", picture()),
        ("a.docx", PDF),
        ("a.docx", sheet()),
        ("a.xlsx", document()),
        ("a.pdf", b"GIF89a" + PDF),
        # harmful though well-formed
        ("a.pdf", PDF.replace(b"/Type", b"/S/JavaScript/JS(app.alert(1))/Type")),
        ("a.pdf", PDF.replace(b"/Type", b"/S/Launch/Type")),
        ("a.docx", document(("word/vbaProject.bin", b"x"))),
        ("a.docx", document(("word/VBAProject.BIN", b"x"))),
        ("a.docx", document(types=MACROS)),
        ("a.docx", document(("word/embeddings/oleObject1.bin", b"x"))),
        ("a.docx", document(("word/activeX/activeX1.xml", b"x"))),
        ("a.docx", document(relation("attachedTemplate", "https://example.org/t.dotm"))),
        ("a.docx", document(relation("attachedTemplate", r"\\server\share\t.dotm"))),
        ("a.docx", document(relation("oleObject", "file://server/share/x.doc"))),
        ("a.docx", document(("word/_rels/document.xml.rels", DOCTYPE))),
        ("a.docx", document(("../outside.xml", b"x"))),
        ("a.docx", document(("/etc/passwd", b"x"))),
        ("a.docx", document(("Word/Document.xml", b"x"))),
        # bombs
        ("a.docx", document(("word/media/a.bmp", b"\x00" * 30_000_000))),
        ("a.docx", document(*[(f"word/{n}.xml", b"") for n in range(3_001)])),
        # nothing, or not all of it
        ("a.pdf", b""),
        ("a.pdf", PDF[:-8]),
        ("a.png", picture(size=(64, 64))[:-30]),
        ("a.png", picture()[:20]),
        ("a.jpg", picture("JPEG", (200, 200))[:700]),
        ("a.docx", document()[:-40]),
        ("a.xlsx", sheet()[:3000]),
        ("a.docx", b"PK\x03\x04" + b"\x00" * 100),
    ],
)
def test_everything_else_is_refused_and_leaves_nothing_on_disk(media, name, content):
    with pytest.raises(AttachmentRefused) as refusal:
        store(SimpleUploadedFile(name, content), at=AT)
    assert str(refusal.value).strip()
    assert left_behind(media) == []


def test_an_archive_that_lies_about_its_size_is_refused(media):
    content = bytearray(document(("word/media/a.bmp", b"\x00" * 5_000_000)))
    central = content.rindex(b"PK\x01\x02")
    content[central + 24 : central + 28] = (1000).to_bytes(4, "little")
    with pytest.raises(AttachmentRefused):
        store(upload("a.docx", bytes(content)), at=AT)
    assert left_behind(media) == []


def test_an_archive_protected_by_a_password_is_refused(media):
    content = bytearray(document())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(mark)
        content[at + offset] |= 1
    with pytest.raises(AttachmentRefused, match="密码"):
        store(upload("a.docx", bytes(content)), at=AT)


@pytest.mark.parametrize(
    "part",
    [
        relation("hyperlink", "https://example.org/"),
        relation("attachedTemplate", "file:///C:/Users/x/Templates/Normal.dotm"),
        ("word/embeddings/chart1.xlsx", sheet()),
        ("word/printerSettings/printerSettings1.bin", b"x"),
    ],
)
def test_what_ordinary_documents_contain_is_no_reason_to_refuse_them(part):
    assert store(upload("a.docx", document(part)), at=AT).size


@pytest.mark.parametrize(("excess", "taken"), [(0, True), (1, False)])
def test_a_file_may_be_as_large_as_the_limit_and_no_larger(settings, media, excess, taken):
    settings.ATTACHMENT_BYTES = 5_000
    content = PDF.replace(b"trailer", b"%" + b" " * (5_000 - len(PDF) - 2 + excess) + b"\ntrailer")
    assert len(content) == 5_000 + excess
    if taken:
        assert store(upload("a.pdf", content), at=AT).size == 5_000
    else:
        with pytest.raises(AttachmentRefused, match=r"4\.9"):
            store(upload("a.pdf", content), at=AT)
        assert left_behind(media) == []


def test_the_length_that_arrives_counts_not_the_one_that_was_announced(settings, media):
    settings.ATTACHMENT_BYTES = 1_000
    liar = upload("a.pdf", PDF * 100)
    liar.size = 10
    with pytest.raises(AttachmentRefused):
        store(liar, at=AT)
    assert left_behind(media) == []


@pytest.mark.parametrize(("pixels", "taken"), [(48, True), (47, False)])
def test_a_picture_may_have_as_many_pixels_as_the_limit(settings, media, pixels, taken):
    settings.ATTACHMENT_PIXELS = pixels
    if taken:
        store(upload("a.png", picture(size=(8, 6))), at=AT)
    else:
        with pytest.raises(AttachmentRefused):
            store(upload("a.png", picture(size=(8, 6))), at=AT)
        assert left_behind(media) == []


def test_a_photograph_keeps_nothing_but_the_picture_and_stands_upright(media):
    stored = store(upload("a.jpg", photo_with_traces()), at=AT)
    kept = (media / stored.path).read_bytes()
    with Image.open(io.BytesIO(kept)) as shown:
        assert shown.size == (20, 40)
        assert not shown.getexif()
    for trace in (b"CAMERA", b"SECRET-COMMENT", b"Exif"):
        assert trace not in kept


def test_a_drawing_keeps_no_notes(media):
    stored = store(upload("a.png", drawing_with_traces()), at=AT)
    assert b"ZHANG" not in (media / stored.path).read_bytes()


def test_what_hides_behind_a_picture_is_gone(media):
    stored = store(upload("a.png", picture() + HTML), at=AT)
    assert b"script" not in (media / stored.path).read_bytes()


@pytest.mark.parametrize(
    ("mode", "picture_format", "kept"),
    [
        ("RGBA", "PNG", "RGBA"),
        ("LA", "PNG", "LA"),
        ("P", "PNG", "RGB"),
        ("1", "PNG", "RGB"),
        ("I;16", "PNG", "RGB"),
        ("CMYK", "JPEG", "RGB"),
        ("L", "JPEG", "L"),
    ],
)
def test_pictures_of_every_colour_mode_can_be_redrawn(media, mode, picture_format, kept):
    stored = store(upload(f"a.{picture_format.lower()}", picture(picture_format, mode=mode)), at=AT)
    with Image.open(media / stored.path) as shown:
        assert shown.mode == kept


def test_a_palette_picture_keeps_its_transparent_colour(media):
    stored = store(upload("a.png", picture(mode="P", transparency=0)), at=AT)
    with Image.open(media / stored.path) as shown:
        assert shown.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("call", ["write", "fsync", "rename", "folder"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_or_broken_disk_leaves_nothing_and_says_so(media, monkeypatch, call, number):
    def fail(*_arguments, **_options):
        raise OSError(number, os.strerror(number))

    if call == "write":
        monkeypatch.setattr(SimpleUploadedFile, "chunks", fail)
    elif call == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    elif call == "rename":
        monkeypatch.setattr(Path, "rename", fail)
    else:
        monkeypatch.setattr(attachments.storage, "_sync_folder", fail)
    with pytest.raises(AttachmentRefused, match="没有保存" if number != errno.EIO else "未能保存"):
        store(upload("a.pdf", PDF), at=AT)
    assert left_behind(media) == []


def test_a_disk_that_fills_while_a_picture_is_redrawn_leaves_nothing(media, monkeypatch):
    def fail(*_arguments, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", fail)
    with pytest.raises(AttachmentRefused, match="没有保存"):
        store(upload("a.png", PNG), at=AT)
    assert left_behind(media) == []


PNG = picture()


def test_an_upload_that_stops_half_way_leaves_nothing(media):
    broken = upload("a.pdf", PDF)

    def half(chunk_size=None):
        yield PDF[:10]
        raise ConnectionResetError

    broken.chunks = half
    with pytest.raises(AttachmentRefused):
        store(broken, at=AT)
    assert left_behind(media) == []


@pytest.mark.parametrize(("missing", "taken"), [(0, True), (1, False)])
def test_a_file_is_refused_before_the_disk_is_full(settings, media, monkeypatch, missing, taken):
    settings.ATTACHMENT_FREE_SPACE = 1_000
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(0, 0, 1_000 + len(PDF) - missing))
    if taken:
        store(upload("a.pdf", PDF), at=AT)
    else:
        with pytest.raises(AttachmentRefused, match="存储空间"):
            store(upload("a.pdf", PDF), at=AT)
        assert left_behind(media) == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("党费收缴表.pdf", "党费收缴表.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\文件\\表.pdf", "表.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ("a\x00\r\nb.pdf", "ab.pdf"),
        ('a:b*c?"<>|d.pdf', "a_b_c_____d.pdf"),
        ("  . .pdf", "附件.pdf"),
        (".pdf", "附件.pdf"),
        ("con.pdf", "_con.pdf"),
        ("COM1.txt.pdf", "_COM1.txt.pdf"),
        ("a \u200b\u3000 b.PDF", "a b.pdf"),
        ("e\u0301.pdf", "\u00e9.pdf"),
        ("长" * 200 + ".pdf", "长" * 96 + ".pdf"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert store(raw_name(name), at=AT).name == safe


def test_a_second_file_of_one_name_is_told_apart():
    assert safe_name("表.pdf", "pdf", taken={"表.pdf", "表 (2).pdf"}) == "表 (3).pdf"
    assert len(safe_name("长" * 200, "pdf", taken={"长" * 96 + ".pdf"})) == 100


@given(st.text(max_size=300), st.sampled_from(["pdf", "docx"]))
def test_any_name_becomes_a_safe_one(name, extension):
    safe = safe_name(name, extension)
    assert 1 < len(safe) <= 100
    assert safe.endswith(f".{extension}")
    assert not set(safe) & set('/\\:*?"<>|\x00\r\n\u202e')
    assert safe_name(safe, extension) == safe
    assert extension_of(safe) == extension


def attachment(media: Path, name: str, content: bytes) -> Attachment:
    stored = store(upload(name, content), at=AT)
    return Attachment(file=stored.path, name=stored.name, content_type=stored.content_type, size=stored.size)


def test_a_document_is_saved_never_shown_by_the_browser(media):
    response = as_response(attachment(media, "会议纪要.pdf", PDF))
    assert b"".join(response) == PDF
    assert response["Content-Disposition"] == ("attachment; filename*=utf-8''%E4%BC%9A%E8%AE%AE%E7%BA%AA%E8%A6%81.pdf")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Type"] == "application/pdf"


def test_a_picture_that_was_redrawn_is_shown_in_place(media):
    response = as_response(attachment(media, "a.png", picture()))
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Type"] == "image/png"


def test_a_file_gone_from_the_disk_is_told_as_such(media):
    lost = attachment(media, "a.pdf", PDF)
    attachments.remove(lost.file.name)
    attachments.remove(lost.file.name)
    with pytest.raises(FileNotFoundError):
        as_response(lost)


def test_the_pictures_made_for_these_tests_hold_what_they_are_said_to_hold():
    assert b"CAMERA-OF-MR-ZHANG" in photo_with_traces()
    assert b"SECRET-COMMENT" in photo_with_traces()
    assert b"MR-ZHANG" in drawing_with_traces()
    assert zipfile.is_zipfile(io.BytesIO(document()))
