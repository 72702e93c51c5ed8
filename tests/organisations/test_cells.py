"""Cells handed out: nothing somebody typed is calculated."""

import pytest

from organisations.cells import harmless


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "\t=1", "\r=1", "\0=1", " =1", "\u3000=1"]
)
def test_what_a_spreadsheet_would_calculate_becomes_text(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "金星村", "2026-11-21", "a=1", "JX-2026-000001"])
def test_everything_else_stays_as_it_is(text):
    assert harmless(text) == text
