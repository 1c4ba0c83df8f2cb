"""`igaudit register`: what registers there are, and what a file says when it is read as one."""

import json
import subprocess
import sys
from pathlib import Path

from tests.register_files import file

HEADINGS = (
    "serial_number media_type reason approved_on method performed_by performed_on verified_by certificate_ref"
)
DISPOSALS = ",".join(HEADINGS.split()) + "\n"
ROW = "S1,hdd,disposal,2026-10-01,shred,a,2026-10-02,b,C1\n"


def igaudit(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "igaudit", "register", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_registers_are_listed() -> None:
    said = igaudit("list").stdout
    assert "disposals: The register of media" in said and "sshd" not in said


def test_a_register_shows_where_it_goes_and_what_its_columns_are_called() -> None:
    said = igaudit("show", "disposals").stdout
    assert "  sources:\n    disposals:\n      - {file: disposals.csv}" in said
    assert "* serial_number (string):" in said
    assert "hdd, hard disk, hard drive" in said


def test_its_json_schema_is_json() -> None:
    schema = json.loads(igaudit("show", "disposals", "--json-schema").stdout)
    assert "serial_number" in schema["items"]["required"]


def test_logs_are_shown_and_not_tried_out(tmp_path: Path) -> None:
    shown = igaudit("show", "gateway_sign_ins")
    assert (
        shown.returncode == 0
        and "gateway_sign_ins:\n      - {file:" in shown.stdout
        and "Reads " in shown.stdout
    )
    done = igaudit("check", "gateway_sign_ins", str(file(tmp_path, "x")))
    assert done.returncode == 2 and "is no table of rows" in done.stderr


def test_an_unknown_register_is_pointed_out() -> None:
    done = igaudit("show", "disposal")
    assert done.returncode == 2 and "no register `disposal` (did you mean `disposals`?)" in done.stderr


def test_a_file_without_fault(tmp_path: Path) -> None:
    done = igaudit("check", "disposals", str(file(tmp_path, DISPOSALS + ROW, "d.csv")))
    assert done.returncode == 0
    assert "d.csv: rows: 1 (CSV, UTF-8, separated by commas), as of 2026-11-20" in done.stdout
    assert "serial_number is `serial_number`" in done.stdout


def test_every_fault_of_a_file_is_said_and_nothing_reaches_the_terminal(tmp_path: Path) -> None:
    text = DISPOSALS + ROW.replace("shred", "\x1b[31mmelt") + "S2,hdd\n"
    done = igaudit("check", "disposals", str(file(tmp_path, text, "d.csv")))
    assert done.returncode == 3
    assert "d.csv:2: method: `[ESC][31mmelt` is none of" in done.stdout
    assert "d.csv:3: 2 cells, and the heading has 9" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_missing_column_is_said_with_its_other_headings(tmp_path: Path) -> None:
    text = (DISPOSALS + ROW).replace("verified_by", "nobody")
    done = igaudit("check", "disposals", str(file(tmp_path, text, "d.csv")))
    assert done.returncode == 3 and "missing: d.csv: verified_by (Checked by," in done.stdout


def test_options_stand_for_the_entry_of_the_organisation_file(tmp_path: Path) -> None:
    text = (DISPOSALS + ROW).replace("verified_by", "nobody").replace("2026-10-01", "01/10/2026")
    path = str(file(tmp_path, text, "d.csv"))
    done = igaudit("check", "disposals", path, "-o", "column.verified_by=Nobody", "-o", "day_first=true")
    assert done.returncode == 0, done.stdout
    assert igaudit("check", "disposals", path, "-o", "colour=red").returncode == 2


def test_a_file_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    done = igaudit("check", "disposals", str(file(tmp_path, b"", "d.csv")))
    assert done.returncode == 2 and "d.csv: the file is empty" in done.stderr
