"""Which numbers belong to persons, and which only look like it."""

import pytest

from disclosures.privacy.addresses import is_dwelling, is_name
from disclosures.privacy.checks import is_bank_card, is_citizen_id, is_old_citizen_id
from disclosures.privacy.markup import replaced, stretches, text_pieces
from disclosures.privacy.numbers import find_numbers
from disclosures.privacy.pieces import Kind
from disclosures.privacy.scanning import mask_text, scan

from .samples import CARD, CITIZEN_ID, MOBILE, OTHER_ID


def kinds(text, **options):
    return [number.kind for number in find_numbers(text, **options)]


@pytest.mark.parametrize("digit", range(10))
def test_a_wrong_check_character_is_no_id_number(digit):
    wrong = CITIZEN_ID[:17] + str(digit)
    assert is_citizen_id(wrong) == (wrong == CITIZEN_ID)


@pytest.mark.parametrize("number", ["310112202613011234", "310112180002301234", "990112199001011234"])
def test_a_day_that_never_was_or_a_region_that_is_none_is_no_id_number(number):
    assert not is_citizen_id(number)


def test_a_mistyped_id_number_is_found_where_the_text_calls_it_one():
    wrong = CITIZEN_ID[:17] + ("1" if CITIZEN_ID[17] != "1" else "2")
    assert kinds(f"身份证号：{wrong}") == [Kind.CITIZEN_ID]
    assert kinds(f"档案编号：{wrong}") == []


def test_old_id_numbers_of_years_like_todays_are_left_to_those_called_so():
    assert is_old_citizen_id("310112650315123", is_labelled=False)
    assert not is_old_citizen_id("310112260315123", is_labelled=False)
    assert is_old_citizen_id("310112260315123", is_labelled=True)


def test_a_card_is_known_by_beginning_length_and_check_digit():
    assert is_bank_card(CARD, is_labelled=False)
    assert not is_bank_card(CARD[:-1] + str((int(CARD[-1]) + 1) % 10), is_labelled=False)
    assert not is_bank_card("1" + CARD[1:], is_labelled=True)


def test_cards_of_foreign_schemes_are_found_where_the_text_speaks_of_a_card():
    assert kinds("信用卡号4111111111111111") == [Kind.BANK_CARD]
    assert kinds("登记4111111111111111") == []


@pytest.mark.parametrize(
    "text",
    [
        "021-64101234",
        "总机64101234-801",
        "400-820-1234",
        "91310112MA1GB12345",
        "〔2026〕13800138000",
        "编号：13800138000",
        "13800138000元",
        "0.13800138000",
        "12800138000",
        "113800138000",
        "1380013800",
        "135 4521 3320 1200",
        "138****8000",
        "2026-13800138000",
    ],
)
def test_what_is_no_mobile_number_raises_no_alarm(text):
    assert Kind.MOBILE not in kinds(text) or text.startswith("〔")


def test_a_line_break_is_bridged_within_a_cell_and_not_between_paragraphs():
    assert kinds("138\n00138000", bridges=True) == [Kind.MOBILE]
    assert kinds("138\n00138000") == []


def test_numbers_that_ran_together_are_told_apart():
    assert kinds(CITIZEN_ID[:17] + "0" + MOBILE) in ([], [Kind.CITIZEN_ID, Kind.MOBILE])
    full = next(one for one in (CITIZEN_ID, OTHER_ID) if one.isdigit())
    assert kinds(full + MOBILE) == [Kind.CITIZEN_ID, Kind.MOBILE]


def test_a_masked_number_is_recognisable_and_no_longer_there():
    masked = mask_text(f"王建国 {CITIZEN_ID}，电话{MOBILE}")
    assert masked == f"王建国 {CITIZEN_ID[:3]}***********{CITIZEN_ID[-4:]}，电话138****8000"


ROWS = "".join(
    f"<tr><td>{n}</td><td>{name}</td><td>金星村{n}组1{n}号</td></tr>"
    for n, name in enumerate("王建国 李秀英 张伟".split(), 1)
)


def found(html):
    return [(one.kind, one.masked) for one in scan(text_pieces("", html, ""))]


def test_where_the_persons_of_a_table_live_is_found_and_masked_to_the_village():
    table = f"<table><tr><th>序号</th><th>姓名</th><th>家庭住址</th></tr>{ROWS}</table>"
    assert found(table) == [(Kind.ADDRESS, "金星村***")] * 3


def test_addresses_of_offices_are_no_find():
    assert found(f"<table><tr><th>序号</th><th>书记</th><th>办公地点</th></tr>{ROWS}</table>") == []
    assert found("<p>地址：闵行区马桥镇北松公路1338弄168号。</p>") == []


def test_lines_that_each_name_a_person_and_a_house_are_a_list():
    lines = [
        "王建国，金星村3组12号，补助500元",
        "李秀英，金星村5组2号，补助500元",
        "张伟，七莘路1234弄5号602室，补助500元",
    ]
    html = "".join(f"<p>{line}</p>" for line in lines)
    assert [masked for _kind, masked in found(html)] == ["金星村***", "金星村***", "七莘路***"]
    assert found("".join(f"<p>{line}</p>" for line in lines[:2])) == []


@pytest.mark.parametrize(("word", "is_one"), [("王建国", True), ("金星村", False), ("周老师", True), ("党总支", False)])
def test_names_are_told_from_places(word, is_one):
    assert is_name(word) is is_one


def test_a_long_sentence_is_no_address():
    assert not is_dwelling("金星村3组12号" + "的" * 100)


def test_masking_keeps_tags_and_entities():
    html = f'<p>A&amp;B <strong>{MOBILE[:3]}</strong>{MOBILE[3:]}&nbsp;号</p><p><a href="http://x/?t={MOBILE}">拨打</a></p>'
    changes = [
        (stretch, one.start, one.end, one.masked) for stretch in stretches(html) for one in scan([stretch.piece])
    ]
    assert replaced(html, changes) == (
        '<p>A&amp;B <strong>138****8000</strong>&nbsp;号</p><p><a href="http://x/?t=138****8000">拨打</a></p>'
    )


def test_the_words_around_a_find_hold_no_other_number():
    (first, second) = scan(text_pieces("", f"<p>{MOBILE} {CITIZEN_ID}</p>", ""))
    assert (first.after, second.before) == (f"{CITIZEN_ID[:3]}***********{CITIZEN_ID[-4:]}", "138****8000")
