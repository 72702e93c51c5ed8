"""The real published tables, as tests need them: the files, and the workbooks they were before somebody copied them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from openpyxl import Workbook

from catalogue.importing import LIMITS, Parsed, ParsedItem, parse
from organisations.spreadsheets import read_grid

FOLDER = Path(__file__).resolve().parent.parent / "data" / "real_catalogues"
INDEX = {row["file"]: row for row in csv.DictReader((FOLDER / "index.csv").open(encoding="utf-8-sig", newline=""))}
NAMES = sorted(name.removesuffix(".csv") for name in INDEX)

MERGED_DOWN: dict[str, list[int]] = {
    "chongqing_banan_huimin_culture_2025": [1],
    "dongfang_village_branch_party_affairs": [0],
    "dongguan_chashan_basic_catalogue": [1, 4],
    "dongguan_zhangmutou_agri_subsidy": [1],
    "jilin_soudengzhan_village_reference_list": [0],
    "mianyang_state_enterprise_matters": [1, 2],
    "quanzhou_luojiang_household_register": [1],
    "shanghai_jiading_household_register": [1, 2, 4, 10, 11],
    "xingguo_work_safety_township": [1, 7],
    "yongan_dongpo_neighbourhood_affairs": [1, 2, 3],
    "zaozhuang_gaoxin_work_safety": [1],
    "zhanjiang_xiashan_youyi_culture": [1, 2, 5, 6, 7, 8, 9],
}
"""Columns, counted from 0, whose blanks were merged cells on the page: by the notes beside each file."""


def rows_of(name: str) -> list[list[str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def read(name: str) -> Parsed:
    """The file as it is imported."""
    return parse(read_grid(FOLDER / f"{name}.csv", limits=LIMITS))


def read_rows(rows: list[list[str]]) -> Parsed:
    """Rows as a CSV, imported."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return parse(read_grid(io.BytesIO(text.getvalue().encode()), name="table.csv", limits=LIMITS))


def items_of(parsed: Parsed) -> list[tuple[str, str, dict[str, object]]]:
    """Code, code above and everything an item says."""
    return [(item.code, item.parent_code, item.contents()) for item in parsed.items]


def leaves_of(parsed: Parsed) -> list[ParsedItem]:
    return [item for item in parsed.items if not item.children]


def by_title(parsed: Parsed, title: str) -> ParsedItem:
    return next(item for item in parsed.items if item.title == title)


def guessed_at(parsed: Parsed, row: int) -> str:
    """Everything said about a row, joined."""
    return " | ".join(guess.message for guess in parsed.guesses if guess.row == row)


def workbook_of(name: str) -> bytes:
    """The table as the workbook it was: the title over the whole width, headers and columns merged."""
    rows, info = rows_of(name), INDEX[f"{name}.csv"]
    width = max(map(len, rows))
    titles, headers = int(info["title_rows"]), int(info["header_rows"])
    first = titles + headers
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append([cell or None for cell in row])
    for row in range(titles):
        sheet.merge_cells(start_row=row + 1, end_row=row + 1, start_column=1, end_column=width)
    _merge_headers(sheet, rows, titles, headers, width)
    for column in MERGED_DOWN.get(name, []):
        for start, end in runs([row[column] for row in rows[first:]]):
            if end > start:
                sheet.merge_cells(
                    start_row=first + start + 1, end_row=first + end + 1, start_column=column + 1, end_column=column + 1
                )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _merge_headers(sheet, rows: list[list[str]], titles: int, headers: int, width: int) -> None:
    """Upper header cells run over the blanks on their right, and down where nothing stands below."""
    top = rows[titles]
    below = rows[titles + 1] if headers == 2 else [""] * width
    for start, end in runs(top):
        if end > start:
            sheet.merge_cells(start_row=titles + 1, end_row=titles + 1, start_column=start + 1, end_column=end + 1)
        elif headers == 2 and not below[start]:
            sheet.merge_cells(start_row=titles + 1, end_row=titles + 2, start_column=start + 1, end_column=start + 1)


def runs(cells: list[str]) -> list[tuple[int, int]]:
    """First and last index of every filled cell with the blanks behind it."""
    starts = [index for index, cell in enumerate(cells) if cell]
    return [(start, after - 1) for start, after in zip(starts, [*starts[1:], len(cells)], strict=True)]
