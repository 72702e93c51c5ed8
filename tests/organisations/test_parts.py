"""Parts of long lists: what is filled in is escaped, unless it is a part itself."""

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from organisations.parts import Part, joined

BADGE = "components/part_badge.html"
badge = Part(BADGE)


@given(st.dictionaries(st.sampled_from(["tone", "label"]), st.text(), min_size=2, max_size=2))
def test_a_part_is_filled_as_djangos_engine_would(values):
    assert badge.fill(values) == render_to_string(BADGE, values).strip()


def test_what_visitors_may_have_written_cannot_leave_its_place():
    filled = badge.fill({"tone": '"><script>', "label": "<b>&'\""})
    assert "<script>" not in filled and "<b>" not in filled
    assert filled.count('"') == 2


def test_a_percent_sign_in_markup_or_value_is_itself():
    assert "100%s" in badge.fill({"tone": "good", "label": "100%s"})


def test_parts_go_into_parts_unchanged():
    inner = badge.fill({"tone": "good", "label": "a"})
    assert inner in badge.fill({"tone": "good", "label": inner})
    assert joined([inner, "<i>"]) == inner + "&lt;i&gt;"


def test_each_row_is_filled_in_turn():
    rows = [{"tone": "good", "label": n} for n in range(3)]
    assert badge.each(rows) == "\n".join(badge.fill(row) for row in rows)
    assert badge.each([]) == ""


def test_a_missing_value_is_an_error_and_not_an_empty_place():
    with pytest.raises(KeyError):
        badge.fill({"tone": "good"})


def test_a_template_with_tags_or_filters_is_no_part(tmp_path, settings):
    (tmp_path / "bad.html").write_text("{{ label|safe }}", encoding="utf-8")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    with pytest.raises(ValueError, match=r"bad\.html"):
        Part("bad.html").fill({"label": mark_safe("x")})


def test_every_part_of_ours_can_be_filled():
    from pathlib import Path

    from django.conf import settings

    names = [path.name for path in Path(settings.BASE_DIR, "templates", "components").glob("part_*.html")]
    assert names
    for name in names:
        assert Part(f"components/{name}")._compiled
