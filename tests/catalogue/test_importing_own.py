"""Our own CSV: exact, complete in its problems, and the catalogues that come with the portal."""

import csv
from pathlib import Path

import pytest

import catalogue
from catalogue.importing import LIMITS, Fate, ImportFailed, parse
from catalogue.importing.report import LENGTHS
from catalogue.models import Item
from organisations.spreadsheets import read_grid
from tests.catalogue.published import leaves_of, read_rows

DATA = Path(catalogue.__file__).parent / "data"
HEADER = ["code", "parent_code", "level", "title", "scope", "time_limit_class", "period", "due_days"]
GROUP = ["M1", "", "1", "组织建设", "", "", "", ""]
LEAF = ["M101", "M1", "2", "党费收缴", "unit", "periodic", "quarterly", "10"]


def built_in(name):
    return parse(read_grid(DATA / f"{name}.csv", limits=LIMITS))


def problems(rows):
    with pytest.raises(ImportFailed) as failure:
        read_rows(rows)
    return [(problem.row, problem.column) for problem in failure.value.problems]


def with_columns(**columns):
    """The two rows with further columns filled in for the leaf."""
    return [[*HEADER, *columns], [*GROUP, *[""] * len(columns)], [*LEAF, *columns.values()]]


class TestBuiltInCatalogues:
    def test_qingpu_has_9_first_37_second_and_147_third_level_entries(self):
        parsed = built_in("qingpu_district")
        depth = {item.code: len(item.code) // 2 - 1 for item in parsed.items}
        assert [list(depth.values()).count(level) for level in (1, 2, 3)] == [9, 37, 147]
        assert len(leaves_of(parsed)) == 147

    def test_xuhui_has_8_categories_and_45_entries(self):
        parsed = built_in("xuhui_district")
        assert (len(parsed.roots), len(leaves_of(parsed))) == (8, 45)

    def test_the_grass_roots_have_7_and_x_with_35_and_26_entries(self):
        parsed = built_in("grassroots_7_plus_x")
        assert [len(root.children) for root in parsed.roots] == [5, 4, 7, 4, 5, 5, 5, 26]
        assert {leaf.kind for leaf in parsed.roots[-1].children} == {"extra"}
        assert {leaf.kind for root in parsed.roots[:-1] for leaf in root.children} == {"mandatory"}

    @pytest.mark.parametrize("name", ["qingpu_district", "xuhui_district", "grassroots_7_plus_x"])
    def test_nothing_in_them_had_to_be_guessed_and_every_row_is_an_item(self, name):
        parsed = built_in(name)
        with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            codes = [row["code"] for row in csv.DictReader(file)]
        assert parsed.guesses == []
        assert [row.code for row in parsed.rows if row.fate == Fate.ITEM] == codes
        assert parsed.rows[0].fate == Fate.HEADER and len(parsed.rows) == len(codes) + 1

    def test_every_field_of_a_row_arrives(self):
        item = next(item for item in built_in("grassroots_7_plus_x").items if item.code == "M602")
        assert (item.parent_code, item.title, item.scope, item.period, item.due_days, item.due_rule, item.carriers) == (
            "M6", "群众诉求办理与反馈", "society", "monthly", 5, "after_period", "meeting;board;website",
        )  # fmt: skip


class TestDueRules:
    @pytest.mark.parametrize(
        ("kind", "period", "days", "rule"),
        [
            ("permanent", "", "", "standing"),
            ("periodic", "monthly", "5", "after_period"),
            ("staged", "", "5", "after_event"),
            ("prompt", "", "5", "after_event"),
        ],
    )
    def test_the_rule_follows_from_the_class(self, kind, period, days, rule):
        parsed = read_rows([HEADER, GROUP, ["M101", "M1", "2", "事项", "unit", kind, period, days]])
        assert parsed.items[1].due_rule == rule

    def test_further_columns_override_it(self):
        parsed = read_rows(
            with_columns(
                due_rule="fixed_day", fixed_month="1", fixed_day="20", day_type="calendar", notice_days="5",
                display_days="365", openness="on_application", applies_to="village;neighbourhood", guidance="先内后外",
                implements="xuhui_district:XH0101",
            )
        )  # fmt: skip
        item = parsed.items[1]
        assert (item.due_rule, item.fixed_month, item.fixed_day, item.day_type) == ("fixed_day", 1, 20, "calendar")
        assert (item.notice_days, item.display_days, item.openness) == (5, 365, "on_application")
        assert (item.applies_to, item.guidance) == (";village;neighbourhood;", "先内后外")
        assert (item.implements, item.implements_as) == (("xuhui_district", "XH0101"), "narrower")

    def test_a_fixed_day_of_a_periodic_entry_needs_no_rule_named(self):
        assert read_rows(with_columns(fixed_day="20")).items[1].due_rule == "fixed_day"


class TestProblems:
    @pytest.mark.parametrize(
        ("columns", "column"),
        [
            ({"kind": "sometimes"}, "kind"),
            ({"due_rule": "whenever"}, "due_rule"),
            ({"fixed_day": "32"}, "fixed_day"),
            ({"fixed_day": "20", "fixed_month": "4"}, "fixed_month"),
            ({"notice_days": "0"}, "notice_days"),
            ({"display_days": "-1"}, "display_days"),
            ({"carriers": "website;pigeon"}, "carriers"),
            ({"applies_to": "kingdom"}, "applies_to"),
            ({"openness": "withheld"}, "exemption_reason"),
            ({"implements": "XH0101"}, "implements"),
            ({"responsible_department": "部" * 121}, "responsible_department"),
        ],
    )
    def test_a_bad_word_or_number_is_named_with_its_row_and_column(self, columns, column):
        assert problems(with_columns(**columns)) == [(3, column)]

    @pytest.mark.parametrize(
        ("leaf", "column"),
        [
            (["", "M1", "2", "事项", "", "", "", ""], "code"),
            (["M1 01", "M1", "2", "事项", "", "", "", ""], "code"),
            (["M" * 41, "M1", "2", "事项", "", "", "", ""], "code"),
            (["M1", "", "1", "事项", "", "", "", ""], "code"),
            (["M101", "M1", "2", "", "", "", "", ""], "title"),
            (["M101", "M1", "2", "长" * 301, "", "", "", ""], "title"),
            (["M101", "M9", "2", "事项", "", "", "", ""], "parent_code"),
            (["M101", "M101", "2", "事项", "", "", "", ""], "parent_code"),
            (["M101", "M1", "2", "事项", "unit", "periodic", "", "5"], "period"),
            (["M101", "M1", "2", "事项", "unit", "prompt", "", ""], "due_days"),
            (["M101", "M1", "2", "事项", "unit", "prompt", "", "five"], "due_days"),
            (["M101", "M1", "2", "事项", "unit", "prompt", "", "99999999999999999999"], "due_days"),
            (["M101", "M1", "2", "事项", "everybody", "", "", ""], "scope"),
        ],
    )
    def test_a_bad_row_is_named_with_its_column(self, leaf, column):
        assert (3, column) in problems([HEADER, GROUP, leaf])

    def test_all_problems_are_told_at_once_in_the_order_of_rows(self):
        rows = [HEADER, ["", "", "1", "无编码", "", "", "", ""], ["A", "Z", "1", "", "", "", "", ""]]
        assert problems(rows) == [(2, "code"), (3, "title"), (3, "parent_code")]

    def test_a_circle_of_parents_is_told_once(self):
        rows = [HEADER, GROUP, ["A", "C", "", "甲", "", "", "", ""], ["B", "A", "", "乙", "", "", "", ""],
                ["C", "B", "", "丙", "", "", "", ""], ["D", "C", "", "丁", "", "", "", ""]]  # fmt: skip
        assert problems(rows) == [(3, "parent_code")]

    def test_a_tree_too_deep_is_told(self):
        chain = [[f"L{n}", f"L{n - 1}" if n else "", "", "层", "", "", "", ""] for n in range(12)]
        assert problems([HEADER, *chain]) == [(10, "parent_code")]

    def test_a_long_circle_takes_no_longer_than_a_long_list(self):
        ring = [[f"R{n}", f"R{(n + 1) % 15_000}", "", "环", "", "", "", ""] for n in range(15_000)]
        assert problems([HEADER, *ring]) == [(2, "parent_code")]

    @pytest.mark.parametrize("missing", ["code", "parent_code", "title"])
    def test_a_missing_column_is_named(self, missing):
        index = HEADER.index(missing)
        cut = [[cell for column, cell in enumerate(row) if column != index] for row in (HEADER, GROUP, LEAF)]
        assert problems(cut) == [(1, missing)]

    def test_a_column_that_stands_there_twice_is_named(self):
        assert problems([[*HEADER, "scope"], [*GROUP, ""], [*LEAF, "society"]]) == [(1, "scope")]

    def test_a_header_alone_is_no_catalogue(self):
        assert problems([HEADER]) == [(1, "")]


class TestWarnings:
    def test_unknown_columns_wrong_levels_and_missing_limits_are_told(self):
        parsed = read_rows([[*HEADER, "colour"], [*GROUP, ""], ["M101", "M1", "3", "事项", "", "", "", "", "red"]])
        assert {(guess.row, guess.column) for guess in parsed.guesses} == {
            (1, "colour"), (3, "level"), (3, "scope"), (3, "time_limit_class"),
        }  # fmt: skip

    def test_a_parent_may_stand_below_its_children(self):
        parsed = read_rows([HEADER, LEAF, GROUP])
        assert [item.code for item in parsed.items] == ["M1", "M101"]

    def test_empty_rows_are_counted_and_a_formula_stays_text(self):
        parsed = read_rows([HEADER, GROUP, [""] * 8, ["M101", "M1", "2", "=1+1", *LEAF[4:]]])
        assert parsed.rows[2].fate == Fate.EMPTY
        assert parsed.items[1].title == "=1+1" and parsed.guesses[0].row == 4


def test_lengths_are_those_of_the_model():
    assert {name: Item._meta.get_field(name).max_length for name in LENGTHS} == LENGTHS
