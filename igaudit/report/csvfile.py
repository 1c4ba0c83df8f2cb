"""The results as CSV, one row for each check and target, for spreadsheets and scripts."""

import csv
import io

from igaudit.report.request import Request
from igaudit.report.sheets import Value, results_sheet

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@")


def render(request: Request) -> str:
    """RFC 4180, UTF-8, with a row of headings; the report's definition changes nothing.

    A text that a spreadsheet would take for a formula gets an apostrophe before it, which it shows.
    """
    sheet = results_sheet(request.assessment)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([heading for heading, _ in sheet.columns])
    writer.writerows([_cell(value) for value in row] for row in sheet.rows)
    return out.getvalue()


def _cell(value: Value) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
