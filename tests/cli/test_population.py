"""`igaudit population` on exports as others write them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook


def igaudit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "igaudit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of this machine, and lists of a directory and a CMDB that name it and others."""
    folder = tmp_path_factory.mktemp("population")
    igaudit(folder, "scan", "local", "--policy", "patching", "--out", "run")
    snapshot = json.loads((folder / "run/snapshots/local.json").read_text())
    mine = snapshot["groups"]["os"]["facts"]["hostname"]
    text = (
        f'"Name","DNSHostName","ObjectSID"\r\n"{mine.upper()}","{mine}.trust.example","S-1-5-21-1-2-3-1"\r\n'
    )
    (folder / "ad.csv").write_text(
        text + '"GONE","gone.trust.example","S-1-5-21-1-2-3-1002"\r\n', "utf-8-sig"
    )
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ("Asset list",),
        ("Hostname", "Serial Number"),
        (mine, "S1"),
        ("=cmd|x", "S2"),
        ("mri1", "S3"),
    ):
        sheet.append(line)
    sheet["A4"].data_type = "s"
    book.save(folder / "cmdb.xlsx")
    (folder / "out.csv").write_text("Computer name;Reason\nmri1;Vendor forbids it\n")
    return folder


def test_what_is_listed_and_was_not_audited_is_named(folder: Path) -> None:
    done = igaudit(folder, "population", "run", "ad.csv", "cmdb.xlsx", "--exclude", "out.csv")
    assert done.returncode == 4, done.stderr
    assert "1 of 3 machines in scope were audited (33.3%)." in done.stdout
    assert "Vendor forbids it" in done.stdout


def test_formulas_are_texts(folder: Path) -> None:
    said = igaudit(folder, "population", "run", "cmdb.xlsx", "--format", "csv").stdout
    assert "'=cmd|x" in said and "\n=cmd" not in said


def test_json_has_the_figures(folder: Path) -> None:
    found = json.loads(igaudit(folder, "population", "run", "ad.csv", "--format", "json").stdout)
    assert (found["audited"], found["in_scope"], found["listed"]) == (1, 2, 2)


def test_everything_audited_is_0(folder: Path) -> None:
    text = (folder / "ad.csv").read_text("utf-8-sig").splitlines()
    (folder / "one.csv").write_text("\n".join(text[:2]))
    assert igaudit(folder, "population", "run", "one.csv").returncode == 0


@pytest.mark.parametrize(("heading", "more"), [("Name", ""), ("Name;Description", ";x"), ("Machine", "")])
def test_a_list_of_names_alone_is_enough(folder: Path, tmp_path: Path, heading: str, more: str) -> None:
    (tmp_path / "names.csv").write_text(f"{heading}\nWEB1{more}\nVM{more}\nWEB9{more}\n")
    done = igaudit(folder, "population", "run", str(tmp_path / "names.csv"), "--format", "json")
    assert json.loads(done.stdout)["listed"] == 3, done.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "no heading"),
        ("a,b\n1,2\n", "call them so in the file's heading"),
        ("Wards\nweb1\nvm\nweb2\n", "no heading"),  # `VM` is a heading, where it stands first.
        ("Name,Serial\n", "lists no machine"),
        ("Name,Comment\n,x\n", "name no machine"),
    ],
)
def test_a_list_that_cannot_be_used_is_said(folder: Path, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "x.csv").write_text(text)
    done = igaudit(folder, "population", "run", str(tmp_path / "x.csv"))
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr
