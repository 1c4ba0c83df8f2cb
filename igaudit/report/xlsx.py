"""The assessment as a workbook: summary, requirements, results, targets and waivers."""

import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from igaudit.report.request import Request
from igaudit.report.sheets import Sheet, Value, moment_of, sheets

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

# What one sheet holds, its heading included (Excel's specifications and limits).
_MOST_ROWS = 1_048_576


def render(request: Request) -> bytes:
    """An XLSX workbook: filters, frozen headings, dates that are dates; texts are texts and never formulas.

    The same assessment gives the same bytes. More results than a sheet holds go on in `Results 2`.
    """
    from xlsxwriter.workbook import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    run = request.assessment.run
    created = moment_of(run.finished)
    known = created if isinstance(created, datetime) else datetime(2000, 1, 1)
    book.set_properties({"title": "igaudit", "created": known})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        date: book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top", "align": "left"}),
    }
    for sheet in sheets(request.assessment):
        _write(book, sheet, formats)
    book.close()
    return out.getvalue()


def _write(book: "Workbook", sheet: Sheet, formats: dict[Any, Any]) -> None:
    page, number, at = _page(book, sheet, 1, formats), 1, 0
    for row in sheet.rows:
        at += 1
        if at == _MOST_ROWS:
            _finish(page, sheet, at - 1)
            number, at = number + 1, 1
            page = _page(book, sheet, number, formats)
        for column, value in enumerate(row):
            _cell(page, at, column, value, formats)
    _finish(page, sheet, at)


def _page(book: "Workbook", sheet: Sheet, number: int, formats: dict[Any, Any]) -> "Worksheet":
    page = book.add_worksheet(sheet.name if number == 1 else f"{sheet.name} {number}")
    page.freeze_panes(1, 0)
    for column, (heading, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(0, column, heading, formats["head"])
    return page


def _finish(page: "Worksheet", sheet: Sheet, last: int) -> None:
    page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _cell(page: "Worksheet", row: int, column: int, value: Value, formats: dict[Any, Any]) -> None:
    if isinstance(value, date):
        page.write_datetime(row, column, value, formats[type(value)])
    elif isinstance(value, int):
        page.write_number(row, column, value, formats["text"])
    elif value:
        page.write_string(row, column, str(value), formats["text"])
