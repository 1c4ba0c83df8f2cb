"""`igaudit history` on stored runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def igaudit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "igaudit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, the first in the history from the scan on."""
    folder = tmp_path_factory.mktemp("runs")
    first = igaudit(
        folder, "scan", "local", "--policy", "patching", "--history", "igaudit-runs/history.sqlite"
    )
    assert "history" not in first.stderr
    igaudit(folder, "scan", "local", "--policy", "patching", "--out", "igaudit-runs/second")
    return folder


def test_a_scan_is_remembered_and_others_are_added(folder: Path) -> None:
    assert len(json.loads(igaudit(folder, "history", "list", "--format", "json").stdout)) == 1
    added = igaudit(folder, "history", "add", "igaudit-runs/second")
    assert added.stdout == "igaudit-runs/second: taken in\n"
    assert "is there already" in igaudit(folder, "history", "add", "igaudit-runs/second").stdout


def test_rebuild_takes_in_every_run_and_names_what_it_cannot_read(folder: Path) -> None:
    broken = folder / "igaudit-runs" / "broken"
    broken.mkdir(exist_ok=True)
    (broken / "manifest.json").write_text("{")
    done = igaudit(folder, "history", "rebuild")
    assert (done.returncode, done.stdout) == (0, "2 of 3 runs taken in\n")
    assert "left out: igaudit-runs/broken/manifest.json" in done.stderr


def test_effectiveness_says_how_much_was_evidenced(folder: Path) -> None:
    igaudit(folder, "history", "rebuild")
    arguments = ("history", "effectiveness", "--from", "2026-01-01", "--to", "2030-01-01", "--format", "json")
    rows = json.loads(igaudit(folder, *arguments).stdout)
    assert rows
    assert all(row["not_evidenced_seconds"] > 100 * 86400 for row in rows)
    assert "Not evidenced" in igaudit(folder, *arguments[:-2]).stdout


def test_a_check_that_no_run_has_is_said(folder: Path) -> None:
    period = ("--from", "2026-01-01", "--to", "2030-01-01")
    done = igaudit(folder, "history", "effectiveness", *period, "--check", "a.b", "--target", "local")
    assert done.returncode == 2
    assert done.stderr == "igaudit: no run of the history has a result of a.b on local\n"


def test_requirements_are_told_where_they_changed(folder: Path) -> None:
    igaudit(folder, "history", "rebuild")
    assert "Standing" in igaudit(folder, "history", "requirements", "cyber-essentials").stdout
    assert igaudit(folder, "history", "requirements", "none").returncode == 2


def test_a_history_that_cannot_be_written_leaves_the_run_whole(tmp_path: Path) -> None:
    (tmp_path / "h").write_text("hello " * 100)
    done = igaudit(tmp_path, "scan", "local", "--policy", "patching", "--out", "run", "--history", "h")
    assert done.returncode == 2
    assert "the run is whole; to try again: igaudit history add run" in done.stderr
    assert igaudit(tmp_path, "evaluate", "run").returncode in (0, 3, 4)
