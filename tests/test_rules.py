"""docs/rules.md says where each rule is carried; what it names must be there."""

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parents[1]
RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (R\d+) \|(.*)\|$", RULES, re.MULTILINE)
CHAPTERS = re.findall(r"^## .*\(R(\d+)–R(\d+)\)$", RULES, re.MULTILINE)
CONSTRAINTS = {constraint.name for model in apps.get_models() for constraint in model._meta.constraints}


def carriers(row):
    """The names in code spans of a rule's last column."""
    return re.findall(r"`([^`]+)`", row.split("|")[-1])


@pytest.mark.parametrize(("number", "row"), ROWS)
def test_a_rule_is_carried_by_what_it_names(number, row):
    assert carriers(row), "a rule that nothing carries is a wish"
    for name in carriers(row):
        if ": " in name:
            path, word = name.split(": ")
            assert re.search(rf"\b{re.escape(word)}\b", (ROOT / path).read_text(encoding="utf-8")), name
        else:
            assert name in CONSTRAINTS


def test_numbers_are_used_once_in_the_range_of_their_chapter():
    numbers = [int(number[1:]) for number, _row in ROWS]
    assert len(numbers) == len(set(numbers)) > 20
    assert numbers == sorted(numbers)
    assert all(any(int(first) <= number <= int(last) for first, last in CHAPTERS) for number in numbers)


def test_code_names_only_rules_that_exist():
    known = {number for number, _row in ROWS}
    for path in ROOT.glob("catalogue/**/*.py"):
        named = set(re.findall(r"\bR\d{1,3}\b", path.read_text(encoding="utf-8")))
        assert named <= known, path
