"""Tables that people hand in: good ones are read as they look, bad ones end in a sentence, hostile ones cost little."""

import io
import resource
import struct
import time
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from organisations.spreadsheets import Grid, Limits, Merge, SpreadsheetError, read_grid

ROWS = [["编码", "名称"], ["JX", "金星村党总支"]]
TEXT = "编码,名称\r\nJX,金星村党总支\r\n"

NO_WORKBOOKS = {
    "text": b"just text",
    "HTML": b"<html><table></table></html>",
    "PDF": b"%PDF-1.7",
    "broken ZIP": b"PK\x03\x04broken",
    "broken OLE": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 4000,
}


def read(content: bytes, name: str = "table.csv", **limits: int) -> Grid:
    return read_grid(io.BytesIO(content), name=name, limits=Limits(**limits))


def refusal(content: bytes, name: str = "table.xlsx", **limits: int) -> str:
    with pytest.raises(SpreadsheetError) as refused:
        read(content, name, **limits)
    return str(refused.value)


def workbook(*rows: list[object], merge: tuple[str, ...] = (), sheets: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for merged in merge:
        sheet.merge_cells(merged)
    for title in sheets:
        book.create_sheet(title).append(["另一张表"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_sheet(xml: str) -> bytes:
    """A workbook whose sheet is exactly this XML."""
    source, content = io.BytesIO(workbook(["a"])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info, xml if info.filename == "xl/worksheets/sheet1.xml" else old.read(info))
    return content.getvalue()


def sheet_xml(data: str) -> str:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{namespace}"><sheetData>{data}</sheetData></worksheet>'


class TestText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
    def test_the_encodings_that_excel_and_wps_write_are_made_out(self, encoding: str) -> None:
        assert read(TEXT.encode(encoding)).rows == ROWS

    def test_the_encoding_is_told(self) -> None:
        assert read(TEXT.encode("gb18030")).encoding == "gb18030"

    @pytest.mark.parametrize("separator", [",", "\t", ";"])
    def test_commas_tabs_and_semicolons_separate(self, separator: str) -> None:
        assert read(TEXT.replace(",", separator).encode()).rows == ROWS

    def test_cells_over_several_lines_are_one_row(self) -> None:
        assert read(b'a,"x\r\ny"\r\nb,c').rows == [["a", "x\ny"], ["b", "c"]]

    def test_rows_keep_their_numbers_and_get_one_length(self) -> None:
        assert read(b"a\n\nb,c\n,,\n").rows == [["a", ""], ["", ""], ["b", "c"]]

    def test_formulas_stay_text(self) -> None:
        assert read(b"=1+1,@x\n").rows == [["=1+1", "@x"]]

    @pytest.mark.parametrize(
        "content",
        [b"\xff\xfe\x00", b"\x81\xff\xff\xfe" * 50, b"\x00\x01\x02\x03" * 200],
        ids=["half a character", "no Chinese", "control characters"],
    )
    def test_what_is_no_text_is_refused(self, content: bytes) -> None:
        assert refusal(content, "table.csv")

    @pytest.mark.parametrize(
        "content",
        [b"", b"\xef\xbb\xbf", b"\n\n\n", b",,,\n,,,\n", b'""'],
        ids=["nothing", "a mark", "lines", "commas", "quotes"],
    )
    def test_an_empty_file_is_refused(self, content: bytes) -> None:
        assert refusal(content, "table.csv")

    def test_a_nul_is_named_with_its_place(self) -> None:
        assert "2" in refusal(b"a,b\nc,d\0\n", "table.csv")

    def test_other_control_characters_become_spaces(self) -> None:
        assert read(b"a\x0bb\x1fc,d\n").rows == [["a b c", "d"]]

    def test_an_overlong_cell_is_named_with_its_place(self) -> None:
        assert read(b"a" * 100, cell_chars=100)
        assert "100" in refusal(b"a" * 101, "table.csv", cell_chars=100)

    def test_a_cell_beyond_what_csv_takes_is_refused(self) -> None:
        assert refusal(b'"' + b"a" * 200_000 + b'"', "table.csv")

    def test_an_unclosed_quote_is_no_crash(self) -> None:
        assert read(b'a,"b\nc').rows == [["a", "b\nc"]]

    def test_a_path_is_read_and_a_missing_one_is_told(self, tmp_path) -> None:
        path = tmp_path / "register.csv"
        path.write_text(TEXT, encoding="utf-8")
        assert read_grid(path).rows == ROWS and read_grid(str(path)).name == "register.csv"
        with pytest.raises(SpreadsheetError):
            read_grid(tmp_path / "nowhere.csv")
        with pytest.raises(SpreadsheetError):
            read_grid(tmp_path)


class TestWorkbooks:
    def test_numbers_and_dates_are_read_as_they_look(self) -> None:
        row = [20, 20.0, 1.5, date(2026, 1, 31), datetime(2026, 1, 31, 9, 30), True, "字"]  # noqa: DTZ001
        assert read(workbook(row), "t.xlsx").rows == [
            ["20", "20", "1.5", "2026-01-31", "2026-01-31 09:30", "TRUE", "字"]
        ]

    def test_merged_cells_are_filled_and_told(self) -> None:
        grid = read(workbook(["a", None, "c"], [None, None, "d"], merge=("A1:B2",)), "t.xlsx")
        assert grid.rows == [["a", "a", "c"], ["a", "a", "d"]]
        assert grid.merged == [Merge(0, 0, 1, 1)]

    def test_rows_keep_the_numbers_they_have_in_the_sheet(self) -> None:
        assert read(workbook([], [], ["x", "y"]), "t.xlsx").rows == [["", ""], ["", ""], ["x", "y"]]

    def test_the_first_sheet_with_anything_is_read_and_the_others_are_named(self) -> None:
        grid = read(workbook(sheets=("二", "三")), "t.xlsx")
        assert (grid.sheet, grid.rows, grid.unread_sheets) == ("二", [["另一张表"]], ["三"])

    def test_a_hidden_sheet_is_not_read(self) -> None:
        book = Workbook()
        book.active.append(["hidden"])
        book.active.sheet_state = "hidden"
        book.create_sheet("shown").append(["shown"])
        content = io.BytesIO()
        book.save(content)
        assert read(content.getvalue(), "t.xlsx").rows == [["shown"]]

    def test_a_formula_without_a_stored_result_is_kept_as_text(self) -> None:
        assert read(workbook(["a", "=1+1"]), "t.xlsx").rows == [["a", "=1+1"]]

    def test_a_formula_with_a_stored_result_shows_the_result(self) -> None:
        content = with_sheet(sheet_xml('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>'))
        assert read(content, "t.xlsx").rows == [["2"]]

    def test_an_empty_workbook_is_refused(self) -> None:
        assert refusal(workbook())

    @pytest.mark.parametrize("name", ["t.xlsx", "t.xls"])
    @pytest.mark.parametrize("content", NO_WORKBOOKS.values(), ids=NO_WORKBOOKS.keys())
    def test_what_is_no_workbook_is_refused_whatever_its_name(self, content: bytes, name: str) -> None:
        assert refusal(content, name)

    @pytest.mark.parametrize("name", ["t.csv", "t.xls", "t.pdf", "t.xlsm", "t"])
    def test_a_workbook_under_a_wrong_name_is_refused(self, name: str) -> None:
        assert refusal(workbook(["a"]), name)

    def test_another_archive_is_refused(self) -> None:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("readme.txt", "hello")
        assert refusal(content.getvalue())

    def test_a_truncated_workbook_is_refused(self) -> None:
        whole = workbook(*[[f"cell {n}"] for n in range(500)])
        for share in (0.3, 0.6, 0.9, 0.99):
            assert refusal(whole[: int(len(whole) * share)])

    def test_flipped_bytes_end_in_a_sentence_or_a_table(self) -> None:
        whole = bytearray(workbook(*[[f"cell {n}", n] for n in range(50)]))
        for place in range(30, len(whole), 97):
            damaged = bytes(whole[:place]) + bytes([whole[place] ^ 0xFF]) + bytes(whole[place + 1 :])
            try:
                read(damaged, "t.xlsx")
            except SpreadsheetError as error:
                assert str(error)


class TestHostility:
    def test_a_zip_bomb_is_refused_by_its_directory(self) -> None:
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 200_000_000)
        assert len(bomb.getvalue()) < 250_000
        started, before = time.process_time(), peak_memory()
        assert refusal(bomb.getvalue())
        assert time.process_time() - started < 2 and peak_memory() - before < 50_000_000

    def test_an_archive_that_lies_about_its_size_is_refused(self) -> None:
        """The directory says 100 bytes; the part holds 50 MB."""
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            archive.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
        data = bytearray(content.getvalue())
        for offset in (22, 24):  # the size, in the local header and in the directory
            mark = b"PK\x03\x04" if offset == 22 else b"PK\x01\x02"
            place = data.index(mark, data.index(mark) + 1)
            data[place + offset : place + offset + 4] = struct.pack("<I", 100)
        before = peak_memory()
        assert refusal(bytes(data))
        assert peak_memory() - before < 50_000_000

    def test_too_many_parts_are_refused(self) -> None:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for number in range(1_200):
                archive.writestr(f"part{number}.xml", "")
        assert refusal(content.getvalue())

    def test_two_cells_in_opposite_corners_do_not_fill_the_memory(self) -> None:
        """A reader would make room for 17 thousand million cells."""
        cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        before = peak_memory()
        assert refusal(with_sheet(sheet_xml(cells)))
        wide = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'
        assert refusal(with_sheet(sheet_xml(wide)))
        assert peak_memory() - before < 50_000_000

    @pytest.mark.parametrize("reference", ["A0", "1A", "AAAA1", "A99999999", "", "A1:B2", "金1"], ids=repr)
    def test_a_cell_address_that_is_none_is_refused(self, reference: str) -> None:
        assert refusal(with_sheet(sheet_xml(f'<row r="1"><c r="{reference}"><v>1</v></c></row>')))

    def test_entities_are_refused(self) -> None:
        laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        assert refusal(with_sheet(sheet_xml("<row/>").replace("<worksheet", laughs + "<worksheet")))

    def test_a_merged_range_over_everything_is_cut_to_the_cells_there_are(self) -> None:
        cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>'
        everything = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        content = with_sheet(sheet_xml(cells).replace("</sheetData>", "</sheetData>" + everything))
        assert read(content, "t.xlsx").rows == [["1", "1"], ["1", "1"]]

    def test_a_million_rows_are_refused_soon_and_cheaply(self) -> None:
        rows = b"".join(b"%d,x\n" % number for number in range(1_000_000))
        started, before = time.process_time(), peak_memory()
        assert "20000" in refusal(rows, "table.csv", rows=20_000)
        assert time.process_time() - started < 5 and peak_memory() - before < 150_000_000

    def test_a_million_rows_of_a_workbook_are_refused_soon_and_cheaply(self) -> None:
        row = '<row r="{0}"><c r="A{0}"><v>1</v></c></row>'
        content = with_sheet(sheet_xml("".join(row.format(number) for number in range(1, 1_000_001))))
        started, before = time.process_time(), peak_memory()
        assert "20000" in refusal(content, rows=20_000)
        assert time.process_time() - started < 5 and peak_memory() - before < 150_000_000

    def test_rows_without_addresses_are_counted_too(self) -> None:
        content = with_sheet(sheet_xml("<row><c><v>1</v></c></row>" * 300))
        assert refusal(content, rows=200)

    def test_every_limit_holds_on_both_sides(self) -> None:
        assert len(read(b"a\n" * 10, rows=10).rows) == 10
        assert refusal(b"a\n" * 11, "t.csv", rows=10)
        assert len(read(b"a,a,a", columns=3).rows[0]) == 3
        assert refusal(b"a,a,a,a", "t.csv", columns=3)
        assert read(b"a,a\na,a", cells=4)
        assert refusal(b"a,a\na,a,a", "t.csv", cells=4)
        assert read(b"a" * 50, file_bytes=50)
        assert refusal(b"a" * 51, "t.csv", file_bytes=50)


def peak_memory() -> int:
    """The most memory this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
