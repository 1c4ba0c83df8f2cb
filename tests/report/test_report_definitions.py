"""`reports/*.yaml` as content."""

from pathlib import Path

import pytest

from igaudit.content import Content
from igaudit.errors import ContentError
from igaudit.load.reports import load_reports
from igaudit.load.schema import validator
from igaudit.model.report import Part
from igaudit.report import FORMATS

GOOD = """\
report: own
title: Our own
for: Us
sections:
  - {shows: totals, title: All of it, only_in: [text]}
"""


def load(folder: Path, text: str, name: str = "own.yaml") -> object:
    (folder / "reports").mkdir()
    (folder / "reports" / name).write_text(text, "utf-8")
    return load_reports(Content((folder,)))["own"]


def test_the_shipped_reports_load_with_their_templates() -> None:
    reports = load_reports(Content.of())
    assert {"report.html", "report.css"} <= set(reports["technical"].assets)
    assert reports["technical"].file == "reports/technical.yaml"


def test_a_site_can_add_a_report(tmp_path: Path) -> None:
    own = load(tmp_path, GOOD)
    assert own.sections[0].shows == Part.TOTALS  # type: ignore[attr-defined]


def test_a_site_can_replace_the_style_sheet(tmp_path: Path) -> None:
    (tmp_path / "reports" / "html").mkdir(parents=True)
    (tmp_path / "reports" / "html" / "report.css").write_text("p {}", "utf-8")
    reports = load_reports(Content.of(tmp_path))
    assert reports["technical"].assets["report.css"] == "p {}"
    assert "<!DOCTYPE html>" in reports["technical"].assets["report.html"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("totals", "total"), r"own.yaml:5: `total` is none of .* \(did you mean `totals`\?\)"),
        (GOOD.replace("title: Our own\n", ""), "`title` is missing"),
        (GOOD.replace("report: own", "report: other"), "own.yaml:1: the file is called own.yaml"),
        (GOOD.replace("[text]", "[txt]"), "`txt` is none of"),
        (GOOD + "  - {shows: totals, title: Again}\n", "own.yaml:6: `totals` is shown a second time"),
        (GOOD + "extra: 1\n", "unknown key `extra`"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ContentError, match=message):
        load(tmp_path, text)


def test_the_schema_knows_the_parts_and_formats_that_there_are() -> None:
    section = validator("report").schema["$defs"]["section"]["properties"]
    assert section["shows"]["enum"] == [part.value for part in Part]
    assert set(section["only_in"]["items"]["enum"]) < set(FORMATS)
