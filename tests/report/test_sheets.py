"""Spreadsheets: CSV and XLSX, in which nothing that a target says can act."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from igaudit.model.result import Mismatch, Outcome, Result, WaiverRow, WaiverState
from igaudit.report import render, render_binary
from tests.report.report_samples import EVERYTHING_HOSTILE, KEX, definition, hostile, ordinary

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x")',
]


def read_csv(assessment: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(assessment, definition(), "csv"))))  # type: ignore[arg-type]


def workbook(assessment: object):  # type: ignore[no-untyped-def]
    return load_workbook(io.BytesIO(render_binary(assessment, definition(), "xlsx")))  # type: ignore[arg-type]


def test_every_result_is_a_row() -> None:
    rows = read_csv(ordinary())
    assert [(row["Target"], row["Check"]) for row in rows] == [
        (r.target, r.check) for r in ordinary().results
    ]
    assert {"fail", "waived", "unknown", "pass"} <= {row["Outcome"] for row in rows}


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_begins_like_a_formula(formula: str) -> None:
    result = Result(formula, KEX, Outcome.FAIL, mismatches=(Mismatch(formula, "", "e", "f"),))
    assessment = replace(ordinary(), results=(result,))
    for row in read_csv(assessment):
        assert not [cell for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    cells = [cell for row in workbook(assessment)["Results"].iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)


def test_hostile_text_is_written_out() -> None:
    text = render(hostile(EVERYTHING_HOSTILE), definition(), "csv")
    assert "\x1b" not in text and "\u202e" not in text
    assert workbook(hostile(EVERYTHING_HOSTILE)).sheetnames[0] == "Summary"


def test_the_workbook_has_filters_frozen_headings_and_real_dates() -> None:
    waiver = WaiverRow(
        KEX, "*", "", "r", "k", "a", "t", "2027-03-31", WaiverState.ENDING, results=2, targets=1, broad=""
    )
    book = workbook(replace(ordinary(), waivers=(waiver,)))
    assert book.sheetnames == ["Summary", "Requirements", "Results", "Targets", "Waivers"]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref
    until = book["Waivers"]["E2"]
    assert (until.value, until.is_date) == (datetime(2027, 3, 31), True)
    assert book["Waivers"]["F2"].value == 2
    summary = dict(book["Summary"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert summary["Judged as of"].date() == date.fromisoformat(ordinary().run.as_of)
    assert book["Results"].max_row == len(ordinary().results) + 1


def test_the_same_assessment_gives_the_same_workbook() -> None:
    assert render_binary(ordinary(), definition(), "xlsx") == render_binary(ordinary(), definition(), "xlsx")


def test_what_a_sheet_cannot_hold_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("igaudit.report.xlsx._MOST_ROWS", 4)
    book = workbook(ordinary())
    pages = [name for name in book.sheetnames if name.startswith("Results")]
    assert len(pages) > 1
    assert sum(book[name].max_row - 1 for name in pages) == len(ordinary().results)
