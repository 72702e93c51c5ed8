"""What HTML a posting may hold, however it came in."""

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from disclosures import richtext


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<p onclick='alert(1)'>甲</p>",
        "<a href='javascript:alert(1)'>甲</a>",
        "<a href='JaVaScRiPt&#58;alert(1)'>甲</a>",
        "<a href='data:text/html;base64,PHNjcmlwdD4='>甲</a>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><p>甲",
        "<math><mi xlink:href='javascript:alert(1)'>甲</mi></math>",
        "<iframe src='https://example.org'></iframe>",
        "<style>body{display:none}</style>",
        "<p style='position:fixed'>甲</p>",
        "<form action='https://example.org'><input name=q></form>",
        "<base href='https://example.org'>",
        "<meta http-equiv=refresh content='0;url=https://example.org'>",
        "<h1 onmouseover=alert(1)>甲</h1>",
        "<h1/onmouseover=alert(1)>甲</h1>",
        "<<script>script>alert(1)<</script>/script>",
        "<table background='javascript:alert(1)'><tr><td>甲",
        "<p id=site-nav class=messages>甲</p>",
        "<object data=x></object><embed src=x>",
    ],
)
def test_nothing_that_acts_or_disguises_survives(hostile):
    cleaned = richtext.clean(hostile).lower()
    for banned in [
        *("<script", "<img", "<svg", "<math", "<iframe", "<style", "<form", "<input", "<base", "<meta", "<object"),
        *(
            "onclick",
            "onerror",
            "onload",
            "onmouseover=",
            "javascript:",
            "data:",
            "style=",
            "class=",
            "id=",
            "background",
        ),
    ]:
        assert banned not in cleaned.replace("&lt;", ""), cleaned


def test_a_table_keeps_its_merged_cells():
    head = '<thead><tr><th colspan="2">项目</th></tr></thead>'
    table = f'<table>{head}<tbody><tr><td rowspan="3">甲</td></tr></tbody></table>'
    assert richtext.clean(table) == table


@pytest.mark.parametrize(("value", "kept"), [("50", True), ("51", False), ("0", False), ("-1", False), ("１", False)])
def test_a_cell_spans_no_more_than_a_page_can_show(value, kept):
    cleaned = richtext.clean(f'<table><tbody><tr><td colspan="{value}">甲</td></tr></tbody></table>')
    assert (f'colspan="{value}"' in cleaned) is kept


def test_links_lead_out_without_telling_from_where():
    assert richtext.clean('<p><a href="https://example.org/a" target="_blank">甲</a></p>') == (
        '<p><a href="https://example.org/a" rel="noopener noreferrer nofollow">甲</a></p>'
    )


def test_headings_fit_under_the_title_of_the_page():
    assert (
        richtext.clean("<h1>一</h1><H2>二</H2><h3>三</h3><h6>六</h6>") == "<h3>一</h3><h3>二</h3><h3>三</h3><h5>六</h5>"
    )


@pytest.mark.parametrize("empty", ["", "<p></p>", "<p>&nbsp;</p><p><br></p>", "<script>x</script>", "\x00"])
def test_a_text_without_words_is_empty(empty):
    assert richtext.clean(empty) == ""


@given(st.text(alphabet="<>/abph13\"'= &;#x甲\x00\ud800", max_size=60) | st.text(max_size=60))
def test_cleaning_twice_changes_nothing_more(text):
    once = richtext.clean(text.encode("utf-8", "replace").decode())
    assert richtext.clean(once) == once


@pytest.mark.parametrize(
    "bomb",
    [
        "<blockquote>" * 101 + "甲",
        "<BLOCKQUOTE>" * 15_000 + "甲",
        "<x><y></x>" * 101 + "甲",
        "<b><i></b>" * 101 + "甲",
        "<b></c>" * 101 + "甲",
        "<br>" * 60_001 + "甲",
    ],
)
def test_a_text_nested_beyond_measure_is_kept_as_plain_words(bomb):
    """The parser takes a time that grows with the square of the depth: 20 seconds for 60,000 elements."""
    assert richtext.clean(bomb) == "<p>甲</p>"


@pytest.mark.parametrize("oddity", ["<" * 200_000, "<b" * 100_000, "<a1></a1>" * 20_000, "</b>" * 20_000])
def test_an_endless_text_is_no_trouble(oddity):
    assert "<b" not in richtext.clean(oddity)


def test_an_ordinary_depth_of_nesting_is_kept():
    nested = "<blockquote>" * 20 + "<p>甲</p>" + "</blockquote>" * 20
    assert richtext.clean(nested) == nested


def test_plain_words_have_a_line_for_each_paragraph_and_row():
    table = "<table><tbody><tr><td>甲</td><td>乙</td></tr></tbody></table>"
    html = f"<h3>一、收入</h3><p>共 <strong>3</strong> 笔&amp;1 项</p>{table}"
    assert richtext.words(html) == "一、收入\n共 3 笔&1 项\n甲 乙"


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("", []),
        ("收缴标准；收缴金额", ["收缴标准", "收缴金额"]),
        ("1.会议时间;2.会议议题\n3、会议决议", ["会议时间", "会议议题", "会议决议"]),
        ("（一）收入\r\n（二）支出；", ["收入", "支出"]),
        ("●数量\n●2026年计划", ["数量", "2026年计划"]),
    ],
)
def test_content_elements_come_one_by_one_without_their_numbers(text, elements):
    assert richtext.content_elements(text) == elements


def test_the_skeleton_has_a_heading_for_each_element_and_survives_cleaning():
    skeleton = richtext.skeleton("收入<合计>；支出")
    assert skeleton == "<h3>收入&lt;合计&gt;</h3><p></p><h3>支出</h3><p></p>"
    assert richtext.clean(skeleton) == skeleton


def test_the_filter_cleans_what_was_written_past_the_forms():
    page = Template("{% load richtext %}{{ body|rich }}|{{ body|plain }}")
    assert page.render(Context({"body": "<p onclick=x>甲<script>乙</script></p>"})) == "<p>甲</p>|甲"
