"""Logs hold ids, and what slips in besides is masked."""

import logging
import re

_START = r"(?<!\d)(?<!\d\.)"  # neither in the middle of a number nor behind a decimal point

_MASKS = [
    (re.compile(_START + r"\d{17}[\dXx](?![\dXx])"), "[citizen id]"),
    (re.compile(_START + r"\d{16,19}(?!\d)"), "[card]"),
    (re.compile(_START + r"(?:86)?1[3-9]\d{9}(?!\d)"), "[mobile]"),
]


def mask(text: str) -> str:
    """The text with mobile numbers, citizen ID numbers and bank card numbers replaced by what they are."""
    for pattern, name in _MASKS:
        text = pattern.sub(name, text)
    return text


class MaskPersonalData(logging.Filter):
    """Masks a record's message and its traceback, whatever formats it afterwards."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = mask(record.exc_text)
        return True
