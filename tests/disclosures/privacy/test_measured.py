"""How much the privacy gate finds, and how often it raises a false alarm, measured on the labelled set."""

import json
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosures.privacy.markup import stretches, text_pieces
from disclosures.privacy.numbers import find_numbers
from disclosures.privacy.scanning import mask_text, scan

from . import composing
from .composing import HERE


def lines(name):
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


POSITIVES = lines("positives.jsonl")
CLEAN = lines("clean.jsonl")


def found_in(html):
    return scan([stretch.piece for stretch in stretches(html)])


@pytest.mark.parametrize(("name", "made"), [("positives.jsonl", composing.positives), ("clean.jsonl", composing.clean)])
def test_the_labelled_set_is_what_its_composer_makes(name, made):
    assert lines(name) == list(made())


def test_the_labelled_set_is_large_enough_to_be_trusted():
    assert sum(len(row["expected"]) for row in POSITIVES) >= 1_500
    assert len(CLEAN) >= 300


@pytest.mark.parametrize("kind", ["citizen_id", "bank_card", "mobile"])
def test_ninety_nine_of_a_hundred_valid_numbers_are_found(kind):
    missed, wanted = Counter(), 0
    for row in POSITIVES:
        found = Counter((str(one.kind), one.value) for one in found_in(row["html"]))
        expected = Counter((which, value) for which, value in row["expected"] if which == kind)
        wanted += expected.total()
        missed[row["form"]] += (expected - found).total()
    assert wanted >= 300
    assert missed.total() <= 0.01 * wanted, +missed


def test_nothing_else_is_found_beside_the_numbers_that_are_there():
    surplus = Counter()
    for row in POSITIVES:
        found = Counter((str(one.kind), one.value) for one in found_in(row["html"]))
        surplus[row["form"]] += (found - Counter(map(tuple, row["expected"]))).total()
    assert surplus.total() <= 0.01 * len(POSITIVES), +surplus


def test_fewer_than_one_clean_document_in_fifty_raises_an_alarm():
    alarms = [
        (row["html"][:120], [(one.kind, one.masked) for one in found])
        for row in CLEAN
        if (found := found_in(row["html"]))
    ]
    assert len(alarms) < len(CLEAN) / 50, alarms


@given(st.text())
def test_any_text_is_searched_without_an_error(text):
    for number in find_numbers(text, bridges=True):
        assert 0 <= number.start < number.end <= len(text)
    mask_text(text)


@given(st.text(alphabet='<>"=/&;amp#tdr 1380-\n\u200b张村组'))
def test_any_markup_is_searched_without_an_error(html):
    scan(text_pieces("", html, ""))


DIGITS = st.text(alphabet="0123456789 -.\n\u200bXx１３号组", max_size=200)


@settings(max_examples=200)
@given(DIGITS)
def test_what_was_masked_is_not_found_again(text):
    masked = mask_text(text)
    again = {number.value for number in find_numbers(masked, bridges=True)}
    assert not again & {number.value for number in find_numbers(text, bridges=True)}


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "1-",
        "138 ",
        "1\u200b",
        "310112199001011234 ",
        "13812345678,",
        "62",
        "<",
        "&",
        '<a href="1">',
        "张三，金星村3组\n",
    ],
)
def test_ten_times_the_text_takes_no_more_than_some_ten_times_as_long(unit):
    def seconds(length):
        html = (unit * length)[:length]
        begun = time.process_time()
        scan(text_pieces("", html, ""))
        return time.process_time() - begun

    seconds(1_000)
    short, long = seconds(20_000), seconds(200_000)
    assert long < 25 * short + 0.5
