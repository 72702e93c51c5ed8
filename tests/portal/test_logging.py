"""No log line tells who somebody is."""

import io
import logging

import pytest

from portal.logging import MaskPersonalData, mask


@pytest.mark.parametrize(
    "written, logged",
    [
        ("call 13800138000 today", "call [mobile] today"),
        ("call +8613800138000", "call +[mobile]"),
        ("id 11010519491231002X.", "id [citizen id]."),
        ("No.6222021234567890", "No.[card]"),
        ("id 110105194912310021", "id [citizen id]"),
        ("card 6222021234567890", "card [card]"),
        ("card 6222021234567890123", "card [card]"),
    ],
)
def test_personal_numbers_are_masked(written, logged):
    assert mask(written) == logged


@pytest.mark.parametrize(
    "text",
    [
        "obligation 12345678",
        "0.05139741800027492s",
        "2.13800138000",
        "12800138000",
        "138001380001",
        "20261121",
        "1" * 15,
        "1" * 20,
    ],
)
def test_ids_and_dates_stay_readable(text):
    assert mask(text) == text


@pytest.fixture
def log():
    logger, stream = logging.getLogger("tests.masking"), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(MaskPersonalData())
    logger.addHandler(handler)
    yield logger, stream
    logger.removeHandler(handler)


def test_arguments_of_a_message_are_masked(log):
    logger, stream = log
    logger.warning("petition %s from %s", 17, "13800138000")
    assert stream.getvalue() == "petition 17 from [mobile]\n"


def test_a_traceback_is_masked(log):
    logger, stream = log
    try:
        raise ValueError("no such card 6222021234567890")
    except ValueError:
        logger.exception("failed")
    assert "no such card [card]" in stream.getvalue()
    assert "6222021234567890" not in stream.getvalue()
