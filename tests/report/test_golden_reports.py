"""Each format, word for word. IGAUDIT_REWRITE_GOLDEN=1 writes the files anew: read the difference."""

import os
from pathlib import Path

import pytest

from igaudit.report import FORMATS, render
from tests.report.report_samples import accepted, definition, ordinary, single

GOLDEN = Path(__file__).parent / "golden"
SUFFIXES = {"text": "txt", "junit": "xml"}  # of those whose files are not called after them


def check(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("IGAUDIT_REWRITE_GOLDEN"):
        path.write_bytes(text.encode("utf-8"))
    assert path.exists(), "made with IGAUDIT_REWRITE_GOLDEN=1"
    assert text == path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("format", FORMATS)
def test_a_run_with_everything(format: str) -> None:
    check(f"everything.{SUFFIXES.get(format, format)}", render(ordinary(), definition(), format))


@pytest.mark.parametrize("format", ["text", "md", "html"])
@pytest.mark.parametrize("name", ["board", "dspt-evidence", "waiver-register"])
def test_the_other_reports(name: str, format: str) -> None:
    check(f"{name}.{SUFFIXES.get(format, format)}", render(accepted(), definition(name), format))


def test_a_run_of_one_target() -> None:
    check("single.txt", render(single(), definition(), "text", width=80))
