"""The register from a file: look first, then all or nothing."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from organisations import actions, importing
from organisations.models import Organisation
from organisations.spreadsheets import SpreadsheetError
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db

HEADER = "组织代码,组织名称,类别,上级组织代码,成立日期\n"
VILLAGES = HEADER + "JX,金星村党总支,village,MQ,1958-07-01\nMQ,马桥镇党委,乡镇党委,,\nYJ,友建村党总支,village,MQ,\n"


def plan_of(text, name="register.csv"):
    return importing.read(io.BytesIO(text.encode() if isinstance(text, str) else text), name=name)


def carry_out(text):
    importing.carry_out(plan_of(text))


def test_superiors_may_stand_below_their_own_in_the_file():
    carry_out(VILLAGES)
    town = Organisation.objects.get(code="MQ")
    assert list(Organisation.objects.subtree(town).values_list("code", flat=True)) == ["MQ", "JX", "YJ"]
    assert Organisation.objects.get(code="JX").established_on == date(1958, 7, 1)
    assert actions.problems() == []


def test_the_same_file_twice_changes_nothing():
    carry_out(VILLAGES)
    assert plan_of(VILLAGES).counts() == {"create": 0, "update": 0, "unchanged": 3, "error": 0}


def test_a_dry_run_counts_and_writes_nothing(tmp_path, capsys):
    OrganisationFactory(code="MQ", name="马桥镇", kind="town_committee")
    file = tmp_path / "register.csv"
    file.write_text(VILLAGES)
    call_command("import_organisations", str(file), "--dry-run")
    assert Organisation.objects.count() == 1
    assert "新增2个，更新1个，无变化0个，有错误0行" in capsys.readouterr().out
    assert plan_of(VILLAGES).counts() == {"create": 2, "update": 1, "unchanged": 0, "error": 0}


def test_another_superior_moves_the_organisation_with_all_below():
    carry_out(VILLAGES)
    carry_out(HEADER + "JX-1,第一支部,branch,JX,\nPJ,浦江镇党委,town_committee,,\n")
    carry_out(HEADER + "JX,金星村党总支,village,PJ,1958-07-01\n")
    moved = Organisation.objects.get(code="JX-1")
    assert [above.code for above in Organisation.objects.ancestors(moved)] == ["PJ", "JX"]
    assert actions.problems() == []


def test_a_file_without_the_superior_column_moves_nobody():
    carry_out(VILLAGES)
    carry_out("code,name,kind\nJX,金星村党委,village\n")
    jinxing = Organisation.objects.get(code="JX")
    assert (jinxing.name, jinxing.parent.code) == ("金星村党委", "MQ")


@pytest.mark.parametrize(
    ("lines", "row", "word"),
    [
        ("JX,,village,,\n", 2, "组织名称"),
        (",金星村,village,,\n", 2, "组织代码"),
        ("JX,金星村,hamlet,,\n", 2, "hamlet"),
        ("JX,金星村,,,\n", 2, "类别"),
        ("JX,金星村,village,NOWHERE,\n", 2, "NOWHERE"),
        ("JX,金星村,village,,1899-12-31\n", 2, "1899"),
        ("JX,金星村,village,,9999-01-01\n", 2, "9999"),
        ("JX,金星村,village,,昨天\n", 2, "昨天"),
        ("金星,金星村,village,,\n", 2, "组织代码"),
        ("JX,金星村,village,,\nJX,又一个金星村,village,,\n", 3, "JX"),
        ("A,甲,village,B,\nB,乙,village,A,\n", 2, "A"),
        ("A,甲,village,A,\n", 2, "A"),
        (f"JX,{'长' * 121},village,,\n", 2, "120"),
    ],
)
def test_what_is_wrong_is_said_with_its_row_and_nothing_is_written(lines, row, word):
    plan = plan_of(HEADER + lines)
    assert (plan.problems[0].row, word in plan.problems[0].message) == (row, True)
    with pytest.raises(ValueError, match="problems"):
        importing.carry_out(plan)
    assert not Organisation.objects.exists()


def test_a_cycle_made_together_with_the_register_is_found():
    carry_out(VILLAGES)
    plan = plan_of(HEADER + "MQ,马桥镇党委,town_committee,JX,\n")
    assert [problem.row for problem in plan.problems] == [2]


def test_one_bad_row_stops_all(tmp_path, capsys):
    file = tmp_path / "register.csv"
    file.write_text(VILLAGES + "X Y,坏代码,village,,\n")
    with pytest.raises(CommandError):
        call_command("import_organisations", str(file))
    assert not Organisation.objects.exists()
    assert "5" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["代码\nJX\n", "甲,乙\n1,2\n", "a\n"])
def test_a_file_without_our_header_is_told_what_it_lacks(text):
    assert "组织名称" in plan_of(text).problems[0].message


def test_an_empty_file_and_a_missing_one_are_said_in_words(tmp_path):
    (tmp_path / "empty.csv").write_text("")
    for file in ("empty.csv", "missing.csv"):
        with pytest.raises(CommandError):
            call_command("import_organisations", str(tmp_path / file))


def test_unknown_columns_are_named_and_left_out():
    assert plan_of("code,name,kind,颜色\nJX,金星村,village,红\n").unknown_columns == ["颜色"]


def test_a_workbook_is_read_like_a_text_table():
    book = Workbook()
    for line in VILLAGES.splitlines():
        book.active.append(line.split(","))
    buffer = io.BytesIO()
    book.save(buffer)
    importing.carry_out(plan_of(buffer.getvalue(), name="register.xlsx"))
    assert Organisation.objects.count() == 3


def test_gb18030_is_read_as_well():
    carry_out(VILLAGES.encode("gb18030"))
    assert Organisation.objects.get(code="JX").name == "金星村党总支"


def test_a_character_no_database_stores_is_told_with_its_place():
    with pytest.raises(SpreadsheetError, match="第2行第2列"):
        plan_of(HEADER + "JX,金\x00星村,village,,\n")


def test_a_thousand_organisations_are_written_in_few_statements(django_assert_max_num_queries):
    lines = "".join(f"V{n},第{n}村,village,MQ,\n" for n in range(1000))
    with django_assert_max_num_queries(30):
        carry_out(HEADER + "MQ,马桥镇,town_committee,,\n" + lines)
    assert Organisation.objects.count() == 1001
