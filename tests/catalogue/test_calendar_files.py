"""Tables of days as people hand them in, good and bad."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.calendar_files import CalendarFileError, DayRow, read_days
from catalogue.calendars import BUNDLED
from catalogue.choices import DayKind
from catalogue.models import CalendarDay, CalendarYear

HEADER = "date,kind,name,source\n"
NEW_YEAR = DayRow(date(2027, 1, 1), DayKind.HOLIDAY, "元旦", "通知")


def read(text, encoding="utf-8"):
    return read_days(io.BytesIO(text.encode(encoding) if isinstance(text, str) else text), name="2027.csv")


def problems(text):
    with pytest.raises(CalendarFileError) as caught:
        read(text)
    return caught.value.errors


class TestGoodTables:
    def test_the_bundled_table(self):
        days = read_days(BUNDLED)
        assert len(days) == 108
        assert days[0] == DayRow(date(2024, 1, 1), DayKind.HOLIDAY, "元旦", "国办发明电〔2023〕7号")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_any_encoding_a_spreadsheet_writes(self, encoding):
        assert read(HEADER + "2027-01-01,holiday,元旦,通知\n", encoding) == [NEW_YEAR]

    @pytest.mark.parametrize("text", ["2027-01-01", "2027/1/1", "2027.1.1", "2027年1月1日", " 2027-1-01 "])
    def test_any_usual_way_to_write_a_date(self, text):
        assert read(HEADER + f"{text},holiday,元旦,通知\n") == [NEW_YEAR]

    def test_chinese_header_and_kinds_in_another_order(self):
        text = "名称,日期,类型\n元旦,2027-01-01,放假\n元旦调休上班,2027-01-09,上班\n"
        assert [(row.date, row.kind, row.source) for row in read(text)] == [
            (date(2027, 1, 1), DayKind.HOLIDAY, ""),
            (date(2027, 1, 9), DayKind.WORKDAY, ""),
        ]

    def test_empty_rows_and_further_columns_do_no_harm(self):
        assert read("date,kind,name,source,备注\n,,,,\n2027-01-01,holiday,元旦,通知,三天\n\n") == [NEW_YEAR]

    def test_a_workbook_with_real_dates(self):
        book = openpyxl.Workbook()
        book.active.append(["date", "kind", "name", "source"])
        book.active.append([date(2027, 1, 1), "holiday", "元旦", "通知"])
        file = io.BytesIO()
        book.save(file)
        assert read_days(file, name="2027.xlsx") == [NEW_YEAR]


class TestBadTables:
    @pytest.mark.parametrize(
        ("row", "says"),
        [
            ("2027-02-30,holiday,元旦,", "“2027-02-30”不是有效日期"),
            ("2027-1-,holiday,元旦,", "“2027-1-”不是有效日期"),
            (",holiday,元旦,", "“”不是有效日期"),
            ("46023,holiday,元旦,", "“46023”不是有效日期"),
            ("1899-12-31,holiday,元旦,", "不在1900年至2200年之间"),
            ("9999-01-01,holiday,元旦,", "不在1900年至2200年之间"),
            ("0000-01-01,holiday,元旦,", "不是有效日期"),
            ("２０２７-01-01,holiday,元旦,", "不是有效日期"),
            ("2027-01-01,festival,元旦,", "“festival”不是有效类型"),
            ("2027-01-01,,元旦,", "“”不是有效类型"),
            ("2027-01-01,holiday,,", "名称为空"),
            ("2027-01-04,workday,元旦调休上班,", "2027-01-04不是周六或周日"),
            (f"2027-01-01,holiday,{'长' * 61},", "超过60个字符"),
            (f"2027-01-01,holiday,元旦,{'长' * 121}", "超过120个字符"),
        ],
    )
    def test_a_wrong_row_is_named_by_its_number_and_says_what_to_do(self, row, says):
        (problem,) = problems(HEADER + "2027-02-06,holiday,春节,\n" + row)
        assert problem.startswith("第3行：")
        assert says in problem
        assert "请" in problem or "只有周末" in problem

    def test_texts_as_long_as_they_may_be(self):
        assert read(HEADER + f"2027-01-01,holiday,{'长' * 60},{'长' * 120}")

    def test_every_wrong_row_is_named(self):
        found = problems(HEADER + "2027-13-01,holiday,元旦,\n2027-01-02,holiday,元旦,\n2027-01-03,off,,\n")
        assert [problem[:4] for problem in found] == ["第2行：", "第4行：", "第4行："]

    def test_the_same_day_twice(self):
        (problem,) = problems(HEADER + "2027-01-01,holiday,元旦,\n\n2027/1/1,holiday,元旦,\n")
        assert problem == "第4行：2027-01-01与第2行重复，请只保留一行。"

    @pytest.mark.parametrize("text", ["2027-01-01,holiday,元旦,\n", "date,name\n2027-01-01,元旦\n", "甲,乙\n丙,丁\n"])
    def test_a_missing_header(self, text):
        (problem,) = problems(text)
        assert problem.startswith("第1行应为表头")

    @pytest.mark.parametrize("text", ["", "\n\n", HEADER, b"\x00\x01\x02", b"\xff\xfe\x00", b"PK\x03\x04junk"])
    def test_what_is_no_table_of_days(self, text):
        assert problems(text)

    def test_too_many_rows(self):
        days = (date.fromordinal(date(1990, 1, 1).toordinal() + n) for n in range(6000))
        (problem,) = problems(HEADER + "".join(f"{day},holiday,假,\n" for day in days))
        assert "5" in problem

    def test_a_long_list_of_errors_is_cut_when_told_but_kept_in_full(self):
        with pytest.raises(CalendarFileError, match="另有5行存在错误") as caught:
            read(HEADER + "x,holiday,元旦,\n" * 25)
        assert len(caught.value.errors) == 25

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.one_of(
            st.binary(max_size=200), st.text(max_size=200).map(lambda text: (HEADER + text).encode("utf-8", "replace"))
        )
    )
    def test_whatever_is_handed_in_is_read_or_refused_in_words(self, content):
        try:
            assert read(content)
        except CalendarFileError as error:
            assert str(error)


@pytest.mark.django_db
class TestTheCommand:
    def run(self, capsys, *arguments):
        call_command("load_calendar", *map(str, arguments))
        return capsys.readouterr()

    def test_without_a_file_it_loads_the_bundled_days_once(self, capsys):
        assert "新增108天" in self.run(capsys).out
        assert "新增0天，更改0天，不变108天" in self.run(capsys).out
        assert CalendarYear.objects.count() == 3

    def test_a_dry_run_says_so_and_writes_nothing(self, capsys):
        said = self.run(capsys, "--dry-run").out
        assert "以下年份现为已公布：2024 2025 2026" in said
        assert "试运行" in said
        assert not CalendarDay.objects.exists()

    def test_it_asks_for_years_that_are_missing(self, capsys, monkeypatch):
        monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 21))
        assert "尚无2027年放假安排" in self.run(capsys).err

    def test_replacing_is_offered_before_it_is_done(self, capsys, tmp_path):
        CalendarDay.objects.create(date=date(2027, 2, 8), kind="holiday", name="春节")
        table = tmp_path / "2027.csv"
        table.write_text(HEADER + "2027-01-01,holiday,元旦,通知\n", encoding="utf-8")
        assert "2027-02-08" in self.run(capsys, table).out
        assert CalendarDay.objects.count() == 2
        assert "删除1天" in self.run(capsys, table, "--replace").out
        assert CalendarDay.objects.count() == 1

    def test_one_bad_row_and_nothing_is_loaded(self, capsys, tmp_path):
        table = tmp_path / "2027.csv"
        table.write_text(HEADER + "2027-01-01,holiday,元旦,\n2027-01-0", encoding="utf-8")
        with pytest.raises(CommandError, match="未导入任何数据") as caught:
            self.run(capsys, table)
        assert "第3行" in str(caught.value)
        assert not CalendarDay.objects.exists()

    def test_a_file_that_is_not_there(self, capsys, tmp_path):
        with pytest.raises(CommandError, match="无法打开"):
            self.run(capsys, tmp_path / "missing.csv")

    @pytest.mark.parametrize("cut", range(12, 66))
    def test_an_upload_that_stopped_half_way_is_never_misread(self, capsys, tmp_path, cut):
        """Wherever it was cut, even inside a character, it is refused, or what is loaded is what was written."""
        content = (HEADER + "2027-01-01,holiday,元旦,通知\n2027-01-02,holiday,元旦,通知\n").encode()
        table = tmp_path / "2027.csv"
        table.write_bytes(content[: len(HEADER) + cut])
        try:
            self.run(capsys, table)
        except CommandError:
            assert not CalendarDay.objects.exists()
        else:
            assert {day.name for day in CalendarDay.objects.all()} <= {"元旦", "元"}
