"""A workbook as a secretary fills it in, for tests."""

import io
from collections.abc import Callable
from datetime import datetime

import openpyxl
from django.utils import timezone

from disclosures import attachments, errands
from disclosures.bulk import columns, work
from disclosures.choices import ErrandState
from disclosures.models import Errand
from organisations.models import Organisation, User

Fill = Callable[[dict[str, object]], None]


def template(organisations: list[Organisation], at: datetime, period: str = "") -> bytes:
    file = io.BytesIO()
    work.write_template(file, organisations, period, timezone.localdate(at))
    return file.getvalue()


def rows_of(data: bytes) -> list[dict[str, str]]:
    """The rows below the head, by the columns' names."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    lines = [[str(cell or "") for cell in line] for line in sheet.iter_rows(min_row=3, values_only=True)]
    names = {str(column.header): name for name, column in columns.BY_NAME.items()}
    return [dict(zip([names[header] for header in lines[0]], line, strict=True)) for line in lines[1:]]


def filled(data: bytes, **by_item: dict[str, object]) -> bytes:
    """The workbook with cells filled in: by the code of the item, or `every` for every row."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    places = {
        next(name for name, column in columns.BY_NAME.items() if column.header == cell.value): cell.column
        for cell in sheet[3]
    }
    for row in range(4, sheet.max_row + 1):
        code = str(sheet.cell(row, places["item"]).value).split()[0]
        for name, value in (by_item.get(code) or by_item.get("every") or {}).items():
            sheet.cell(row, places[name]).value = value  # type: ignore[assignment]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def handed_in(data: bytes, by: User, at: datetime, name: str = "填报表.xlsx") -> Errand:
    """The check of the workbook, done."""
    kept = attachments.store_made(lambda file: file.write(data), folder=errands.FOLDER, at=at)
    return done(errands.ask(work.CHECK, by=by, at=at, source=kept, source_name=name), at)


def brought_in(data: bytes, by: User, at: datetime) -> Errand:
    """Checked, confirmed and done; the check must have been in order."""
    checked = handed_in(data, by, at)
    assert checked.outcome.get("in_order"), checked.outcome
    return done(work.confirm(checked, by=by, at=at), at)


def done(errand: Errand, at: datetime) -> Errand:
    errands.run_waiting(at)
    errand.refresh_from_db()
    assert errand.state in {ErrandState.DONE, ErrandState.FAILED}
    return errand
