"""Everything personal in the pieces of a text or of a file, with the words around it, masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .addresses import MASK, Cell, addresses_in_lines, addresses_in_table, house
from .numbers import Number, find_numbers
from .pieces import Found, Kind, Piece, Place

AROUND = 30
"""Characters shown before and after a find."""
_HEADING_ROWS = 4
_LONGEST_HEADING = 14


def scan(pieces: Sequence[Piece]) -> list[Found]:
    """What is found, in the order of the text. Hidden content is a find of its own kind as well, once for each way."""
    labels = _labels(pieces)
    homes = _homes(pieces)
    found: list[Found] = []
    for index, piece in enumerate(pieces):
        numbers = find_numbers(piece.text, label=labels.get(_column(piece.place), ""), bridges=_bridges(piece))
        found += [_number(piece, index, numbers, at) for at in range(len(numbers))]
        if index in homes:
            found.append(_address(piece, index, numbers))
    return found + list(_hidden(pieces))


def mask_number(number: Number) -> str:
    """The first and the last characters of a number, by which it is known again."""
    value = number.value
    first = {Kind.CITIZEN_ID: 3, Kind.MOBILE: 3}.get(number.kind, 4)
    return value[:first] + "*" * (len(value) - first - 4) + value[-4:]


def mask_text(text: str) -> str:
    """The text with every number of a person masked."""
    return _masked(text, find_numbers(text, bridges=True))


def _masked(text: str, numbers: Iterable[Number]) -> str:
    parts, done = [], 0
    for number in numbers:
        parts += [text[done : number.start], mask_number(number)]
        done = number.end
    return "".join([*parts, text[done:]])


def _bridges(piece: Piece) -> bool:
    return piece.place.is_cell or piece.is_lines


def _column(place: Place) -> tuple[int, str, int]:
    return place.table, place.sheet, place.column


def _labels(pieces: Sequence[Piece]) -> dict[tuple[int, str, int], str]:
    """What each column is headed with."""
    labels: dict[tuple[int, str, int], str] = {}
    for piece in pieces:
        if piece.place.is_cell and piece.place.row <= _HEADING_ROWS and len(piece.text) <= _LONGEST_HEADING:
            key = _column(piece.place)
            labels[key] = f"{labels.get(key, '')} {piece.text.strip()}".strip()
    return labels


def _homes(pieces: Sequence[Piece]) -> set[int]:
    """The indices of the pieces that say where a person of a list lives."""
    tables: dict[tuple[int, str], list[Cell]] = {}
    lines: list[int] = []
    for index, piece in enumerate(pieces):
        if piece.place.is_cell:
            cell = Cell(piece.place.row, piece.place.column, piece.text, index)
            tables.setdefault((piece.place.table, piece.place.sheet), []).append(cell)
        elif len(piece.text) <= 200:
            lines.append(index)
    in_tables = (index for cells in tables.values() for index in addresses_in_table(cells))
    in_lines = (lines[number] for number in addresses_in_lines([pieces[index].text for index in lines]))
    return {*in_tables, *in_lines}


def _number(piece: Piece, index: int, numbers: list[Number], at: int) -> Found:
    number = numbers[at]
    before, after = _around(piece.text, number, numbers[max(0, at - _NEAR) : at], numbers[at + 1 : at + 1 + _NEAR])
    masked = mask_number(number)
    return Found(Kind(number.kind), number.value, masked, piece.place, number.start, number.end, before, after, index)


_NEAR = 12
_WINDOW = 120


def _around(text: str, number: Number, earlier: list[Number], later: list[Number]) -> tuple[str, str]:
    """The words before and after, what else is personal in them masked."""
    first, last = max(0, number.start - _WINDOW), number.end + _WINDOW
    before = _masked(text[first : number.start], _moved(earlier, first, number.start))
    after = _masked(text[number.end : last], _moved(later, number.end, last))
    return " ".join(before.split())[-AROUND:], " ".join(after.split())[:AROUND]


def _moved(numbers: list[Number], first: int, last: int) -> Iterable[Number]:
    """The numbers between two positions of a text, as they stand in that part of it."""
    return (
        Number(one.kind, max(0, one.start - first), min(one.end, last) - first, one.value)
        for one in numbers
        if one.end > first and one.start < last
    )


_KEPT = 10


def _address(piece: Piece, index: int, numbers: list[Number]) -> Found:
    """As far as its village, road or estate: `金星村***`."""
    start, end = house(piece.text) or (0, len(piece.text))
    first = start
    while first > 0 and start - first < _KEPT and piece.text[first - 1].isalpha():
        first -= 1
    before, after = _around(piece.text, Number(Kind.ADDRESS, first, end, ""), numbers, numbers)
    value = "".join(piece.text[first:end].split())
    return Found(Kind.ADDRESS, value, piece.text[first:start] + MASK, piece.place, first, end, before, after, index)


def _hidden(pieces: Sequence[Piece]) -> Iterable[Found]:
    """One find for each way in which something hides, and each sheet."""
    ways: dict[tuple[str, str], list[Piece]] = {}
    for piece in pieces:
        if piece.hidden and piece.text.strip():
            ways.setdefault((piece.hidden, piece.place.sheet), []).append(piece)
    for (way, _sheet), hidden in ways.items():
        text = " ".join(piece.text for piece in hidden[:20])
        shown = " ".join(mask_text(text[:300]).split())[: 2 * AROUND]
        value = f"{way}:" + "\n".join(piece.text for piece in hidden)
        yield Found(Kind.HIDDEN, value, way, hidden[0].place, after=shown)
