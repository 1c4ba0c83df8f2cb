"""`igaudit diff` on stored runs."""

import json
import subprocess
import sys
from pathlib import Path


def igaudit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "igaudit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_run_and_the_same_without_a_policy(tmp_path: Path) -> None:
    igaudit(tmp_path, "scan", "local", "--policy", "patching", "--policy", "logging", "--out", "a")
    igaudit(tmp_path, "scan", "replay:a", "--policy", "logging", "--out", "b")
    same = igaudit(tmp_path, "diff", "a", "a")
    assert (same.returncode, "No check came out otherwise." in same.stdout) == (0, True)
    less = igaudit(tmp_path, "diff", "a", "b")
    assert less.returncode == 4
    assert "no longer asked" in less.stdout
    more = json.loads(igaudit(tmp_path, "diff", "b", "a", "--format", "json").stdout)
    assert {row["change"] for row in more["results"]} == {"fails now"}
    assert igaudit(tmp_path, "diff", "b", "a").returncode == 3


def test_what_is_no_run_is_said(tmp_path: Path) -> None:
    done = igaudit(tmp_path, "diff", "a", "b")
    assert (done.returncode, "there is no such run folder" in done.stderr) == (2, True)
