"""The results as CSV, one row for each check and target, for spreadsheets and scripts."""

import csv
import io
from collections.abc import Iterable

from igaudit.report.book import open_book
from igaudit.report.request import Request
from igaudit.report.sheets import Value, results_sheet

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@")


def render(request: Request) -> str:
    """The results as CSV; the report's definition changes nothing."""
    sheet = results_sheet(open_book(request.assessment, linked=False))
    return csv_text([heading for heading, _ in sheet.columns], sheet.rows)


def csv_text(header: Iterable[str], rows: Iterable[Iterable[Value]]) -> str:
    """RFC 4180, with a row of headings.

    A text that a spreadsheet would take for a formula gets an apostrophe before it, which it shows.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: Value) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
