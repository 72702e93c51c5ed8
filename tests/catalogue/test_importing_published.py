"""Every real published table becomes sensible items; every row is accounted for, and every guess is told."""

import re

import pytest

from catalogue.choices import DayType, DueRule, Openness, Period, Scope, TimeLimitClass
from catalogue.importing import LIMITS, Fate, ImportFailed, parse
from organisations.spreadsheets import read_grid
from tests.catalogue.published import (
    FOLDER,
    INDEX,
    MERGED_DOWN,
    NAMES,
    by_title,
    guessed_at,
    items_of,
    leaves_of,
    read,
    read_rows,
    rows_of,
    workbook_of,
)

TREES = {
    "chongqing_banan_huimin_culture_2025": (1, 4),
    "dongfang_village_branch_party_affairs": (4, 15),
    "dongguan_chashan_basic_catalogue": (3, 10),
    "dongguan_zhangmutou_agri_subsidy": (1, 3),
    "fengtun_town_documents": (3, 3),
    "gongliu_public_housing": (0, 2),
    "jilin_soudengzhan_village_reference_list": (2, 25),
    "mianyang_state_enterprise_matters": (3, 5),
    "nanping_hospital_party_affairs": (0, 6),
    "quanzhou_luojiang_household_register": (3, 6),
    "shanghai_jiading_household_register": (8, 12),
    "village_affairs_quarterly_day20": (0, 8),
    "xingguo_work_safety_township": (1, 5),
    "yongan_dongpo_neighbourhood_affairs": (2, 3),
    "zaozhuang_gaoxin_work_safety": (1, 2),
    "zhanjiang_xiashan_youyi_culture": (2, 5),
}
"""Groups and leaves that a person counts in each table."""

BECAME_CODES = {"shanghai_jiading_household_register": (5, 6, 7, 9), "village_affairs_quarterly_day20": (6,)}
"""Columns whose words an item keeps as codes alone: openness, ground, how long it stays up, level."""


def bare(text: str) -> str:
    """Without spaces, line breaks and semicolons, which titles lose."""
    return re.sub(r"[\s；;]", "", text)


def test_all_sixteen_tables_are_here():
    assert set(TREES) == set(NAMES) and len(NAMES) == 16


@pytest.mark.parametrize("name", NAMES)
class TestEveryTable:
    def test_it_has_the_groups_and_entries_a_person_counts(self, name):
        parsed = read(name)
        leaves = leaves_of(parsed)
        assert (len(parsed.items) - len(leaves), len(leaves)) == TREES[name]

    def test_every_row_meets_exactly_one_fate(self, name):
        parsed = read(name)
        assert [row.row for row in parsed.rows] == list(range(1, len(rows_of(name)) + 1))

    def test_every_row_is_an_item_or_joined_to_one_or_told_of(self, name):
        parsed = read(name)
        codes = {item.code for item in parsed.items}
        told = {guess.row for guess in parsed.guesses}
        for row in parsed.rows:
            if row.fate in {Fate.ITEM, Fate.HEADING, Fate.CONTINUATION}:
                assert row.code in codes
            elif row.fate in {Fate.NOTE, Fate.SKIPPED}:
                assert row.row in told
            else:
                assert row.fate in {Fate.TITLE, Fate.HEADER, Fate.EMPTY}

    def test_title_header_and_data_rows_are_those_the_index_counts(self, name):
        parsed, info = read(name), INDEX[f"{name}.csv"]
        data = sum(parsed.count(fate) for fate in (Fate.ITEM, Fate.HEADING, Fate.CONTINUATION))
        assert parsed.count(Fate.TITLE) == int(info["title_rows"])
        assert parsed.count(Fate.HEADER) == int(info["header_rows"])
        assert data == int(info["data_rows"])

    def test_the_sort_of_affairs_is_recognised(self, name):
        kinds = {item.disclosure_type for item in read(name).items}
        assert kinds == {INDEX[f"{name}.csv"]["disclosure_type"]}

    def test_no_published_text_is_lost(self, name):
        """Every cell of a data row is found again word for word in an item, save those that became codes."""
        parsed, info = read(name), INDEX[f"{name}.csv"]
        kept = bare("".join(str(value) for item in parsed.items for value in item.contents().values()))
        first = int(info["title_rows"]) + int(info["header_rows"])
        for cells in rows_of(name)[first:]:
            for column, cell in enumerate(cells):
                words = bare(cell).lstrip("0123456789.()（）一二、")
                if column not in BECAME_CODES.get(name, ()) and words not in {"", "√", "\\"}:
                    assert words in kept, cell

    def test_every_leaf_says_to_whom_and_what_is_open_says_by_when_or_is_told_of(self, name):
        parsed = read(name)
        no_limits = any("时限" in guess.message or "time limit" in guess.message for guess in parsed.guesses)
        for leaf in leaves_of(parsed):
            assert leaf.scope in Scope.values
            if leaf.openness != Openness.WITHHELD:
                assert leaf.due_rule in DueRule.values or no_limits

    def test_reading_it_twice_gives_the_same(self, name):
        assert items_of(read(name)) == items_of(read(name))

    def test_its_workbook_with_merged_cells_gives_the_same_items(self, name, tmp_path):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(workbook_of(name))
        parsed = parse(read_grid(path, limits=LIMITS))
        assert items_of(parsed) == items_of(read(name))
        assert [(row.row, row.fate, row.code) for row in parsed.rows] == [
            (row.row, row.fate, row.code) for row in read(name).rows
        ]

    def test_a_workbook_leaves_less_to_guess(self, name, tmp_path):
        """Where the workbook says that cells are merged, nothing is said about blanks."""
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(workbook_of(name))
        guesses = parse(read_grid(path, limits=LIMITS)).guesses
        assert len(guesses) <= len(read(name).guesses)
        if name in MERGED_DOWN:
            assert len(guesses) < len(read(name).guesses)


class TestLevels:
    def test_numbers_stuck_to_titles_are_taken_off(self):
        parsed = read("chongqing_banan_huimin_culture_2025")
        assert [item.title for item in parsed.items][:2] == ["公共服务", "主要文艺演出活动查询服务"]

    def test_a_missing_second_level_makes_the_first_the_entry(self):
        assert all(item.parent_code == "01" for item in leaves_of(read("chongqing_banan_huimin_culture_2025")))

    def test_a_backslash_means_no_second_level(self):
        item = by_title(read("dongguan_chashan_basic_catalogue"), "政府信息公开指南")
        assert item.parent is None and not item.children and item.responsible_department == "党政综合办"

    def test_three_levels_of_grouping_make_three_levels(self):
        item = by_title(read("yongan_dongpo_neighbourhood_affairs"), "社区及居民委员会概况")
        assert item.code == "010101" and item.parent and item.parent.title == "机构信息"

    def test_an_empty_first_level_is_told(self):
        parsed = read("gongliu_public_housing")
        assert [item.code for item in parsed.roots] == ["01", "02"]
        assert guessed_at(parsed, 4) and guessed_at(parsed, 5)

    def test_a_time_class_may_be_the_grouping(self):
        parsed = read("dongfang_village_branch_party_affairs")
        classes = [group.children[0].time_limit_class for group in parsed.roots]
        assert classes == [
            TimeLimitClass.PERMANENT, TimeLimitClass.PERIODIC, TimeLimitClass.STAGED, TimeLimitClass.PROMPT,
        ]  # fmt: skip

    def test_a_scope_may_be_the_grouping(self):
        parsed = read("mianyang_state_enterprise_matters")
        assert parsed.roots[0].title == "向社会公开事项"
        assert {leaf.scope for leaf in leaves_of(parsed)} == {Scope.SOCIETY}

    def test_one_matter_with_many_documents_becomes_a_tree_of_stages(self):
        parsed = read("shanghai_jiading_household_register")
        assert [stage.title for stage in parsed.roots[0].children] == [
            "法律法规和规范性文件", "受理", "审核", "审批", "办事指南", "便民服务", "信访接待",
        ]  # fmt: skip

    def test_a_list_without_a_matter_column_takes_its_heads_as_titles(self):
        parsed = read("nanping_hospital_party_affairs")
        assert parsed.roots[0].title == "党组织基本情况"
        assert parsed.roots[0].content_elements.startswith("各级党组织领导机构")

    def test_trailing_semicolons_are_stripped_and_numbering_that_restarts_does_not_matter(self):
        parsed = read("jilin_soudengzhan_village_reference_list")
        assert [root.title for root in parsed.roots] == ["制度类", "事务类"]
        assert parsed.roots[1].children[0].code == "0201"
        assert not any(item.title.endswith("；") for item in parsed.items)


class TestContinuations:
    def test_a_numbered_row_without_a_title_is_joined_to_the_entry_above(self):
        parsed = read("yongan_dongpo_neighbourhood_affairs")
        item = by_title(parsed, "班子成员及各委员会")
        assert "居委会领导姓名" in item.content_elements and "人员变更信息" in item.content_elements
        assert item.carriers_text == "■ 居委会\n■ 公示栏" and item.carriers == "board"
        assert parsed.rows[5].fate == Fate.CONTINUATION and parsed.rows[5].code == item.code
        assert guessed_at(parsed, 6)

    def test_cells_merged_over_the_whole_table_reach_every_row_and_are_told(self):
        parsed = read("zhanjiang_xiashan_youyi_culture")
        assert {leaf.time_limit_text for leaf in leaves_of(parsed)} == {"永久公开"}
        assert {leaf.responsible_department for leaf in leaves_of(parsed)} == {"友谊街道文化站"}
        assert "公开时限" in guessed_at(parsed, 6) and "公开依据" in guessed_at(parsed, 7)

    def test_two_titles_in_one_cell_are_told(self):
        parsed = read("zhanjiang_xiashan_youyi_culture")
        assert parsed.items[-1].title == "举办各类展览、讲座信息；辅导和培训基层文化骨干"
        assert guessed_at(parsed, 8)

    def test_withheld_documents_take_no_channel_and_no_limit_from_above(self):
        item = by_title(read("shanghai_jiading_household_register"), "《补充调查通知书》")
        assert (item.openness, item.exemption_reason) == (Openness.WITHHELD, "personal_privacy")
        assert (item.due_rule, item.carriers_text, item.time_limit_text) == ("", "", "")
        assert item.responsible_department == "上海市公安局嘉定分局"


class TestOpennessAndScope:
    def test_grounds_become_codes_and_parts_are_marked(self):
        parsed = read("shanghai_jiading_household_register")
        assert by_title(parsed, "户口事项审批表").exemption_reason == "internal_affairs"
        receipt = by_title(parsed, "《户口类审批受理回执单》")
        assert receipt.partial and receipt.exemption_reason == "personal_privacy"
        assert "公开途径" in by_title(parsed, "户口事项审批表").guidance

    def test_a_tick_on_application_is_read(self):
        assert {leaf.openness for leaf in leaves_of(read("gongliu_public_housing"))} == {Openness.ON_APPLICATION}

    def test_society_and_specific_persons_both_ticked_is_told(self):
        parsed = read("xingguo_work_safety_township")
        assert by_title(parsed, "重要会议").scope == Scope.SOCIETY
        assert guessed_at(parsed, 8)

    def test_to_a_fitting_degree_is_in_part(self):
        parsed = read("nanping_hospital_party_affairs")
        assert [item.partial for item in parsed.roots] == [False] * 5 + [True]
        assert guessed_at(parsed, 8)

    def test_ticked_levels_become_kinds_of_organisation(self):
        assert by_title(read("gongliu_public_housing"), "公租房承租资格确认").applies_to == ";district_committee;"
        assert {leaf.applies_to for leaf in leaves_of(read("village_affairs_quarterly_day20"))} == {";village;"}
        assert {leaf.applies_to for leaf in leaves_of(read("yongan_dongpo_neighbourhood_affairs"))} == {
            ";neighbourhood;"
        }


class TestTimeLimitsInPlace:
    def test_a_fixed_day_of_the_first_month_of_the_quarter(self):
        item = read("village_affairs_quarterly_day20").items[0]
        assert (item.period, item.due_rule, item.fixed_month, item.fixed_day) == (
            Period.QUARTERLY, DueRule.FIXED_DAY, 1, 20,
        )  # fmt: skip

    def test_a_rule_with_its_exception_takes_the_rule_and_tells_the_exception(self):
        parsed = read("village_affairs_quarterly_day20")
        assert parsed.items[3].period == Period.QUARTERLY
        assert "每月公布一次" in guessed_at(parsed, 5)

    def test_a_week_ahead_is_seven_calendar_days_before_the_event(self):
        item = by_title(read("xingguo_work_safety_township"), "重要会议")
        assert (item.due_rule, item.due_days, item.day_type) == (DueRule.BEFORE_EVENT, 7, DayType.CALENDAR)

    def test_in_time_takes_the_twenty_working_days_of_the_regulation_in_government_matters(self):
        parsed = read("dongguan_zhangmutou_agri_subsidy")
        assert (parsed.items[2].due_days, parsed.items[2].day_type) == (20, DayType.WORKING)
        assert guessed_at(parsed, 5) and "从其规定" in guessed_at(parsed, 4)


# Quirks the sixteen tables do not show, built by hand ------------------------------------------------

HEADER = ["序号", "公开事项", "公开内容", "公开时限", "公开渠道"]


def test_notes_below_and_lines_above_are_kept_with_the_edition():
    parsed = read_rows(
        [
            ["某镇政务公开目录"],
            ["公开时限：自信息形成之日起20个工作日内。"],
            ["序号", "公开事项", "公开内容"],
            ["1", "规范性文件", "全文"],
            ["注：本目录由镇党政办负责解释。"],
        ]
    )
    assert [row.fate for row in parsed.rows] == [Fate.TITLE, Fate.NOTE, Fate.HEADER, Fate.ITEM, Fate.NOTE]
    assert "由镇党政办负责解释" in parsed.basis
    item = parsed.items[0]
    assert (item.due_rule, item.due_days) == (DueRule.AFTER_EVENT, 20)


def test_headings_between_rows_become_groups():
    parsed = read_rows(
        [
            HEADER,
            ["（一）组织建设"],
            ["1", "党员名册", "人数", "长期公开", "公示栏"],
            ["（二）廉政建设"],
            ["1", "述责述廉", "报告", "每年", "会议"],
        ]
    )
    assert [(item.code, item.title) for item in parsed.items] == [
        ("01", "组织建设"), ("0101", "党员名册"), ("02", "廉政建设"), ("0201", "述责述廉"),
    ]  # fmt: skip
    assert parsed.count(Fate.HEADING) == 2


def test_a_header_repeated_by_a_page_break_is_passed_over_and_told():
    parsed = read_rows([HEADER, ["1", "甲事项", "a", "及时", "网站"], HEADER, ["2", "乙事项", "b", "及时", "网站"]])
    assert [row.fate for row in parsed.rows] == [Fate.HEADER, Fate.ITEM, Fate.HEADER, Fate.ITEM]
    assert guessed_at(parsed, 3)


def test_a_title_cut_by_a_page_is_put_together():
    parsed = read_rows([HEADER, ["1", "党费收缴（含补交", "a", "每月", "公示栏"], ["", "情况）", "", "", ""]])
    assert [item.title for item in parsed.items] == ["党费收缴（含补交情况）"]
    assert parsed.rows[2].fate == Fate.CONTINUATION


def test_content_cut_by_a_page_continues_the_entry_above():
    parsed = read_rows([HEADER, ["1", "党费收缴", "应缴、实缴、", "每月", "公示栏"], ["", "", "结存", "", ""]])
    assert parsed.items[0].content_elements == "应缴、实缴、\n结存"


def test_ditto_marks_repeat_the_cell_above():
    parsed = read_rows([HEADER, ["1", "甲事项", "a", "10个工作日内", "网站"], ["2", "乙事项", "b", "同上", "〃"]])
    assert (parsed.items[1].due_days, parsed.items[1].carriers) == (10, "website")


def test_empty_rows_are_counted_as_empty():
    parsed = read_rows([HEADER, ["", "", "", "", ""], ["1", "甲事项", "a", "及时", "网站"]])
    assert parsed.rows[1].fate == Fate.EMPTY


def test_rows_that_make_no_sense_are_told_one_by_one():
    parsed = read_rows(
        [
            HEADER,
            ["", "", "没有标题", "及时", ""],
            ["7", "", "", "", ""],
            ["1", "甲事项", "a", "及时", "网站"],
            ["2", "；", "b", "", ""],
        ]
    )
    assert [row.fate for row in parsed.rows] == [Fate.HEADER, Fate.SKIPPED, Fate.SKIPPED, Fate.ITEM, Fate.SKIPPED]
    assert all(guessed_at(parsed, row) for row in (2, 3, 5))


def test_unknown_columns_are_kept_in_the_guidance_and_told():
    parsed = read_rows([[*HEADER, "五公开"], ["1", "甲事项", "a", "及时", "网站", "决策公开"]])
    assert parsed.items[0].guidance == "五公开：决策公开"
    assert guessed_at(parsed, 2)


def test_columns_in_any_order_with_headers_broken_by_lines_and_in_either_width():
    parsed = read_rows(
        [["公开\n时限", "责任　部门", "公开内容（要素）", "事项名称"], ["每季度", "组织委员", "数额", "党费收缴"]]
    )
    item = parsed.items[0]
    assert (item.title, item.content_elements, item.responsible_department, item.period) == (
        "党费收缴", "数额", "组织委员", Period.QUARTERLY,
    )  # fmt: skip


def test_a_group_with_details_of_its_own_is_told():
    parsed = read_rows(
        [
            ["序号", "公开事项", "", "公开内容", "公开时限"],
            ["", "一级事项", "二级事项", "", ""],
            ["1", "财务", "", "总账", "每月"],
            ["2", "", "村级支出", "明细", "每月"],
        ]
    )
    assert [row.fate for row in parsed.rows][2:] == [Fate.HEADING, Fate.ITEM]
    assert guessed_at(parsed, 3)


def test_the_same_title_twice_under_one_heading_is_told():
    parsed = read_rows([HEADER, ["1", "甲事项", "a", "及时", "网站"], ["2", "甲事项", "b", "及时", "网站"]])
    assert len(parsed.items) == 2 and guessed_at(parsed, 3)


def test_overlong_texts_are_shortened_and_kept_in_full_elsewhere():
    long_title, long_body = "很长的事项名称" * 60, "责任单位名称" * 40
    parsed = read_rows([[*HEADER, "责任单位"], ["1", long_title, "要点", "及时", "网站", long_body]])
    item = parsed.items[0]
    assert len(item.title) == 300 and item.content_elements.startswith(long_title)
    assert len(item.responsible_department) == 120 and long_body in item.guidance
    assert guessed_at(parsed, 2)


def test_more_than_ninety_nine_siblings_get_longer_codes():
    rows = [[str(n), f"第{n}项公开事项内容", "x", "及时", "网站"] for n in range(1, 121)]
    parsed = read_rows([HEADER, *rows])
    assert [parsed.items[0].code, parsed.items[119].code] == ["001", "120"]


def test_a_formula_in_a_cell_is_text_and_is_told():
    parsed = read_rows([HEADER, ["1", '=HYPERLINK("http://x")', "a", "及时", "网站"]])
    assert parsed.items[0].title.startswith("=HYPERLINK") and "=" in guessed_at(parsed, 2)


@pytest.mark.parametrize(
    "rows",
    [
        [["甲", "乙", "丙"], ["1", "2", "3"]],
        [["序号", "备注"], ["1", "x"]],
        [["公开事项"], ["甲"]],
        [HEADER],
        [["某目录"], HEADER, ["", "", ""]],
    ],
    ids=["no header", "no matter column", "one column", "header alone", "nothing below"],
)
def test_a_table_without_header_or_entries_is_refused_with_a_sentence(rows):
    with pytest.raises(ImportFailed) as failure:
        read_rows(rows)
    assert len(str(failure.value)) > 10


def test_an_old_workbook_with_merged_cells_is_read_like_a_new_one():
    parsed = parse(read_grid(FOLDER.parent / "merged.xls", limits=LIMITS))
    assert parsed.title == "某村党务公开目录"
    assert [(item.code, item.title, item.due_rule) for item in parsed.items] == [
        ("01", "组织建设", ""), ("0101", "党员名册", "standing"), ("0102", "党费收缴", "after_period"),
    ]  # fmt: skip
