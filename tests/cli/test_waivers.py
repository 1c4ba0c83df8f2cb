"""The verbs for waivers and attestations, on files that people keep."""

import json
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from igaudit.load.waivers import load_attestations, load_waivers

TODAY = datetime.now(UTC).date()
CHECK = "patching.updates-in-time"
SAID = ("--reason", "=cmd|' /C calc'!A0", "--risk", "known holes: all", "--approver", "J. Doe, SIRO")


def day(ahead: int) -> str:
    return (TODAY + timedelta(ahead)).isoformat()


def igaudit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "igaudit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, input="")


def add(folder: Path, *more: str, check: str = CHECK, until: str = "") -> subprocess.CompletedProcess[str]:
    start = ("waiver", "add", "w.yaml", "--check", check, "--target", "db*", "--until", until or day(30))
    return igaudit(folder, *start, *SAID, *more)


def test_a_waiver_is_added_to_what_stands_there(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    assert add(tmp_path).returncode == 0
    path.write_text("# kept by the ISMS forum\n" + path.read_text())
    path.chmod(0o640)
    assert add(tmp_path, "--item", "openssl", "--ticket", "CHG1", "--waives-unknown").returncode == 0
    assert path.read_text().startswith("# kept by the ISMS forum\nwaivers:\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    first, second = load_waivers(path)
    assert (first.check, first.target, first.reason, first.item) == (CHECK, "db*", SAID[1], "")
    assert (second.item, second.ticket, second.waives_unknown) == ("openssl", "CHG1", True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["w.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        "waivers: []\n",
        "waivers:\n- {check: a.b, target: x, reason: r, risk: r,\n   approver: a, until: '2026-01-01'}",
    ],
)
def test_the_form_of_the_file_is_taken_up(tmp_path: Path, text: str) -> None:
    (tmp_path / "w.yaml").write_text(text)
    assert add(tmp_path).returncode == 0
    assert load_waivers(tmp_path / "w.yaml")[-1].check == CHECK


@pytest.mark.parametrize(
    ("until", "check", "says"),
    [
        (day(-1), CHECK, "that day is over"),
        (day(366), CHECK, "at most 365 days ahead"),
        ("soon", CHECK, "write a day as YYYY-MM-DD"),
        ("", "patching.updates-in-tme", f"did you mean `{CHECK}`?"),
    ],
)
def test_what_cannot_hold_is_refused_and_nothing_written(
    tmp_path: Path, until: str, check: str, says: str
) -> None:
    done = add(tmp_path, check=check, until=until)
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_of_another_form_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text("waivers: {a: b}\n")
    done = add(tmp_path)
    assert done.returncode == 2
    assert "nothing was written" in done.stderr
    assert (tmp_path / "w.yaml").read_text() == "waivers: {a: b}\n"


@pytest.mark.parametrize(
    ("ahead", "state"), [(0, "ending"), (30, "ending"), (31, "in force"), (-1, "expired")]
)
def test_the_list_says_how_each_stands(tmp_path: Path, ahead: int, state: str) -> None:
    assert add(tmp_path, until=day(100)).returncode == 0
    as_of = (TODAY + timedelta(100 - ahead)).isoformat()
    listed = igaudit(tmp_path, "waiver", "list", "w.yaml", "--as-of", as_of).stdout
    assert f" {state} " in listed


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of this machine with a check that fails, and a waiver that is used and one that is not."""
    folder = tmp_path_factory.mktemp("run")
    igaudit(folder, "scan", "local", "--policy", "patching", "--policy", "logging", "--out", "plain")
    results = json.loads((folder / "plain/assessment.json").read_text())["results"]
    failed = next(row["check"] for row in results if row["outcome"] == "fail")
    passed = next(row["check"] for row in results if row["outcome"] in ("pass", "not-applicable"))
    for check in (failed, passed):
        start = ("waiver", "add", "w.yaml", "--check", check, "--target", "*", "--until", day(10))
        assert igaudit(folder, *start, *SAID).returncode == 0
    done = igaudit(folder, "evaluate", "plain", "--waivers", "w.yaml", "--format", "json=again.json")
    assert done.returncode in (0, 3, 4), done.stderr
    return folder


def test_a_run_says_what_each_waiver_accepts(run: Path) -> None:
    rows = json.loads((run / "again.json").read_text())["waivers"]
    assert [(row["state"], row["results"], row["targets"]) for row in rows] == [
        ("ending", 1, 1),
        ("unused", 0, 0),
    ]
    listed = igaudit(run, "waiver", "list", "w.yaml", "--run", "plain").stdout
    assert " ending " in listed and " unused " in listed


def test_the_register_is_a_report(run: Path) -> None:
    arguments = ("evaluate", "plain", "--waivers", "w.yaml", "--report", "waiver-register")
    for form in ("text", "md", "html"):
        said = igaudit(run, *arguments, "--format", form).stdout
        assert "Register of waivers" in said
        assert "1 ending, 1 unused" in said


def test_check_names_what_is_wrong_by_line(run: Path, tmp_path: Path) -> None:
    text = (run / "w.yaml").read_text()
    (tmp_path / "w.yaml").write_text(
        text.replace("target: '*'", "target: nowhere", 1) + text.partition("\n")[2]
    )
    done = igaudit(tmp_path, "waiver", "check", "w.yaml", "--run", str(run / "plain"))
    assert done.returncode == 0
    assert "warning: w.yaml:2: no target of the run matches nowhere" in done.stderr
    assert "the same check, target and item stand above" in done.stderr
    later = (TODAY + timedelta(11)).isoformat()
    assert "it expired on" in igaudit(tmp_path, "waiver", "check", "w.yaml", "--as-of", later).stderr
    (tmp_path / "w.yaml").write_text(text.replace("- check: ", "- check: x", 1))
    wrong = igaudit(tmp_path, "waiver", "check", "w.yaml")
    assert wrong.returncode == 2
    assert "w.yaml:2: no check `x" in wrong.stderr


def test_a_statement_is_put_down_in_the_words_of_the_check(tmp_path: Path) -> None:
    arguments = ("attest", "a.yaml", "--check", "governance.board-direction", "--by", "J. Doe")
    refused = igaudit(tmp_path, *arguments)
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    assert not list(tmp_path.iterdir())
    done = igaudit(tmp_path, *arguments, "--yes")
    assert done.returncode == 0, done.stderr
    (word,) = load_attestations(tmp_path / "a.yaml")
    assert word.statement in done.stdout
    assert (word.by, word.date, word.target) == ("J. Doe", TODAY.isoformat(), "*")


def test_nobody_attests_what_facts_tell(tmp_path: Path) -> None:
    done = igaudit(tmp_path, "attest", "a.yaml", "--check", CHECK, "--by", "J. Doe", "--yes")
    assert (done.returncode, "told from facts" in done.stderr) == (2, True)


def test_nobody_is_no_signatory(tmp_path: Path) -> None:
    done = igaudit(
        tmp_path, "attest", "a.yaml", "--check", "governance.board-direction", "--by", " ", "--yes"
    )
    assert (done.returncode, done.stdout) == (2, "")
