"""What is read from files, what hides in them, and what is left to a person."""

import io
import subprocess
import sys

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from disclosures.privacy import files
from disclosures.privacy.documents.__main__ import read
from disclosures.privacy.files import scan_file
from disclosures.privacy.pieces import Hidden, Kind
from tests.disclosures.files import document, pdf, picture

from .samples import CARD, CITIZEN_ID, MOBILE

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
}


@pytest.fixture
def scanned(settings, tmp_path):
    """Puts a file where attachments lie and says what is found in it."""
    settings.MEDIA_ROOT = tmp_path

    def run(content, kind, name="附件"):
        (tmp_path / "x").write_bytes(content)
        found = scan_file("x", name=name, content_type=TYPES[kind], sha256="0" * 64)
        return [(one.kind, one.masked, one.place.as_dict()) for one in found]

    return run


def part(body, tag="document"):
    return f'<w:{tag} xmlns:w="{W}"><w:body>{body}</w:body></w:{tag}>'


def run(text, also=""):
    return f"<w:r>{also}<w:t>{text}</w:t></w:r>"


def word(body="", **others):
    """A .docx; `others` are further parts by name."""
    return document(("word/document.xml", part(body)), *((f"word/{n}.xml", part(b)) for n, b in others.items()))


def book(*, comment=False, hide=False, fold=False, value=MOBILE):
    held, made = io.BytesIO(), Workbook()
    sheet = made.active
    sheet.title = "收支"
    sheet["A1"] = "合计"
    other = made.create_sheet("名单")
    other["B12"] = value
    if comment:
        sheet["A1"].comment = Comment("问王建国", "x")
    if hide:
        other.sheet_state = "veryHidden"
    if fold:
        other.column_dimensions["B"].hidden = True
    made.save(held)
    return held.getvalue()


def test_a_number_in_a_pdf_is_found_with_its_page_even_across_lines(scanned):
    found = scanned(pdf("Notice", f"tel {MOBILE[:5]}\n{MOBILE[5:]}"), "pdf")
    assert found == [(Kind.MOBILE, "138****8000", {"part": "page", "page": 2})]


def test_comments_in_a_pdf_are_hidden_content_and_looked_through(scanned):
    found = scanned(pdf("Notice", comment=f"ask {MOBILE}"), "pdf")
    assert {kind for kind, _masked, _place in found} == {Kind.MOBILE, Kind.HIDDEN}


def test_a_scanned_page_is_left_to_a_person(scanned):
    assert scanned(pdf("Notice of the branch", "", picture=True), "pdf")[-1][:2] == (Kind.SCAN, "2")


def test_what_cannot_be_read_is_a_find_and_no_error(scanned):
    assert scanned(b"%PDF-1.4 broken %%EOF", "pdf") == [(Kind.UNREADABLE, "damaged", {"part": "file"})]
    assert scanned(document(("word/comments.xml", "<no")), "docx")[0][:2] == (Kind.UNREADABLE, "damaged")
    assert scanned(b"", "xlsx")[0][:2] == (Kind.UNREADABLE, "damaged")


def test_a_document_type_declaration_is_refused(scanned):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><w:document xmlns:w="w"><w:p/></w:document>'
    assert scanned(document(("word/footnotes.xml", bomb)), "docx")[0][:2] == (Kind.UNREADABLE, "damaged")


def test_a_file_that_takes_too_long_is_left_to_a_person(scanned, monkeypatch):
    monkeypatch.setattr(files, "TIMEOUT", 0.001)
    assert scanned(pdf("Notice"), "pdf") == [(Kind.UNREADABLE, "slow", {"part": "file"})]


def test_a_picture_is_to_be_looked_at_and_its_name_is_looked_through(scanned):
    found = scanned(picture(), "png", name=f"{MOBILE}.png")
    assert [kind for kind, _masked, _place in found] == [Kind.MOBILE, Kind.PHOTO]


def test_a_number_split_over_runs_of_a_word_document_is_one_number(scanned):
    found = scanned(word(f"<w:p>{run(CITIZEN_ID[:7])}{run(CITIZEN_ID[7:])}</w:p>"), "docx")
    assert found == [
        (Kind.CITIZEN_ID, f"{CITIZEN_ID[:3]}***********{CITIZEN_ID[-4:]}", {"part": "text", "paragraph": 1})
    ]


def test_a_number_broken_within_a_cell_is_found_with_row_and_column(scanned):
    cell = f"<w:tc><w:p>{run(CARD[:8])}</w:p><w:p>{run(CARD[8:])}</w:p></w:tc>"
    table = f"<w:tbl><w:tr><w:tc><w:p>{run('x')}</w:p></w:tc>{cell}</w:tr></w:tbl>"
    ((kind, _masked, place),) = scanned(word(table), "docx")
    assert (kind, place) == (Kind.BANK_CARD, {"part": "text", "table": 1, "row": 1, "column": 2})


@pytest.mark.parametrize("name", ["header1", "footer2", "footnotes", "endnotes"])
def test_every_part_of_a_word_document_is_looked_through(scanned, name):
    assert scanned(word(**{name: f"<w:p>{run(MOBILE)}</w:p>"}), "docx")[0][0] == Kind.MOBILE


@pytest.mark.parametrize(
    ("body", "way"),
    [
        (f"<w:p><w:del>{run(MOBILE).replace('w:t>', 'w:delText>')}</w:del></w:p>", Hidden.CHANGE),
        (f"<w:p><w:ins>{run(MOBILE)}</w:ins></w:p>", Hidden.CHANGE),
        (f"<w:p>{run(MOBILE, '<w:rPr><w:vanish/></w:rPr>')}</w:p>", Hidden.TEXT),
    ],
)
def test_tracked_changes_and_hidden_text_are_finds_of_their_own(scanned, body, way):
    found = scanned(word(body), "docx")
    assert {(kind, masked) for kind, masked, _place in found} == {(Kind.MOBILE, "138****8000"), (Kind.HIDDEN, way)}


def test_comments_of_a_word_document_are_a_find_of_their_own(scanned):
    found = scanned(word(comments=f"<w:p>{run('问一下王建国')}</w:p>"), "docx")
    assert [(kind, masked) for kind, masked, _place in found] == [(Kind.HIDDEN, Hidden.COMMENT)]


def test_a_link_that_dials_is_a_number(scanned):
    link = f'<Relationships><Relationship Id="r" Type="t" Target="tel:{MOBILE}" TargetMode="External"/></Relationships>'
    assert scanned(document(("word/_rels/document.xml.rels", link)), "docx")[0][0] == Kind.MOBILE


def test_pictures_within_a_document_are_to_be_looked_at(scanned):
    text = ("word/document.xml", part(f"<w:p>{run('现场照片')}</w:p>"))
    assert scanned(document(text, ("word/media/a.png", picture())), "docx") == [(Kind.PHOTO, "1", {"part": "file"})]


def test_a_number_in_a_sheet_is_found_with_its_cell(scanned):
    ((kind, _masked, place),) = scanned(book(), "xlsx")
    assert (kind, place["sheet"], place["row"], place["column"]) == (Kind.MOBILE, "名单", 12, 2)


def test_a_number_kept_as_a_figure_is_found(scanned):
    assert scanned(book(value=13800138000), "xlsx")[0][0] == Kind.MOBILE
    assert scanned(book(value=1.3800138e10), "xlsx")[0][0] == Kind.MOBILE


@pytest.mark.parametrize(
    ("options", "way"),
    [({"comment": True}, Hidden.COMMENT), ({"hide": True}, Hidden.SHEET), ({"fold": True}, Hidden.CELLS)],
)
def test_comments_hidden_sheets_and_hidden_columns_are_finds_of_their_own(scanned, options, way):
    assert (Kind.HIDDEN, way) in [(kind, masked) for kind, masked, _place in scanned(book(**options), "xlsx")]


def test_a_workbook_within_a_document_is_looked_through(scanned):
    found = scanned(document(("word/embeddings/a.xlsx", book())), "docx")
    assert {kind for kind, _masked, _place in found} == {Kind.MOBILE, Kind.HIDDEN}


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx"])
def test_nothing_a_file_holds_makes_the_reader_fail(kind):
    for content in (b"", b"PK\x03\x04", b"%PDF-1.7\n%%EOF", b"\x00" * 5_000, pdf("a")[:200], book()[:500]):
        assert read(io.BytesIO(content), kind).problem == "damaged"


def test_the_reader_needs_no_settings_and_no_database():
    command = "import disclosures.privacy.documents.__main__, sys; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True, env={})
    assert done.stdout == "False\n"
