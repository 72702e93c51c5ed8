"""Whether digits are a citizen ID number, a bank card or a mobile number; by check digit and known beginnings."""

from __future__ import annotations

import calendar

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
_FOREIGNERS = "9"
"""Permanent residence cards of foreigners: the province stands behind the 9."""


def check_character(digits: str) -> str:
    """The last character of a citizen ID number (GB 11643) for its first seventeen."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def is_citizen_id(number: str) -> bool:
    """Eighteen characters: region, a day of birth, check character."""
    return has_id_form(number) and check_character(number[:17]) == number[17]


def has_id_form(number: str) -> bool:
    """Region and day of birth of an ID number of eighteen, whatever its check character."""
    if len(number) != 18 or number[6:8] not in {"18", "19", "20"}:
        return False
    return _is_region(number) and _is_day(int(number[6:10]), number[10:12], number[12:14])


def is_old_citizen_id(number: str, *, is_labelled: bool) -> bool:
    """Fifteen digits as given out until 1999: region and a day of birth without its century.

    Unless the text says that it is one, the years that look like those of today's file numbers are left out.
    """
    if len(number) != 15 or not _is_region(number) or number[0] == _FOREIGNERS:
        return False
    year = int(number[6:8])
    return (is_labelled or year >= 30) and number[12:] != "000" and _is_day(1900 + year, number[8:10], number[10:12])


def _is_region(number: str) -> bool:
    province = number[1:3] if number[0] == _FOREIGNERS else number[:2]
    return province in _PROVINCES and (number[0] == _FOREIGNERS or number[2:4] != "00" or number[4:6] == "00")


def _is_day(year: int, month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= calendar.monthrange(year, int(month))[1]


def is_mobile(digits: str) -> bool:
    return len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789"


_CHINESE_CARDS: tuple[tuple[str, frozenset[int]], ...] = (
    ("62", frozenset({16, 17, 18, 19})),
    ("9558", frozenset({19})),
    ("9559", frozenset({19})),
    ("436742", frozenset({19})),
    ("456351", frozenset({19})),
    ("601382", frozenset({19})),
    ("601428", frozenset({17})),
    ("405512", frozenset({17})),
    ("690755", frozenset({16, 18})),
)
_FOREIGN_CARDS = ("4", "51", "52", "53", "54", "55", "35")


def is_bank_card(digits: str, *, is_labelled: bool) -> bool:
    """A card by its beginning, its length and its check digit (Luhn).

    Beginnings of the international schemes are also those of half the regions' file numbers: they count only where
    the text speaks of a card or the digits are written in fours.
    """
    if not 16 <= len(digits) <= 19:
        return False
    known = any(digits.startswith(start) and len(digits) in lengths for start, lengths in _CHINESE_CARDS)
    if not known and not (is_labelled and len(digits) == 16 and digits.startswith(_FOREIGN_CARDS)):
        return False
    return passes_luhn(digits)


def passes_luhn(digits: str) -> bool:
    """The check digit of cards (ISO/IEC 7812)."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[::-2]) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0
