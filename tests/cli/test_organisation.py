"""An organisation from the command line: its profile, files nobody asked for, evidence that was altered."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RESTORES = "System,Tested on,Result\nPathology,2026-11-01,success\n"
TRUST = (
    "organisation: trust\nsources:\n  restore_tests: [{file: restores.csv}]\n  assets: [{file: assets.csv}]\n"
)


def igaudit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "igaudit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an organisation that was scanned."""
    folder = tmp_path_factory.mktemp("trust")
    (folder / "restores.csv").write_text(RESTORES)
    (folder / "assets.csv").write_text("Serial number,Name,Owner\nX1,db1,IT\n")
    (folder / "trust.yaml").write_text(TRUST)
    done = igaudit(folder, "scan", "organisation:trust.yaml", "--format", "json=a.json", "--out", "run")
    assert done.returncode in (3, 4), done.stderr
    return folder


def test_an_organisation_is_judged_by_its_own_profile(scanned: Path) -> None:
    assessment = json.loads((scanned / "a.json").read_text())
    assert assessment["run"]["profile"] == "organisation"
    checks = {result["check"]: result["outcome"] for result in assessment["results"]}
    assert checks["assets.list-readable"] != "not-applicable"
    assert checks["continuity.restored-within-a-year"] != "not-applicable"


def test_a_replay_keeps_the_profile_of_its_run(scanned: Path, tmp_path: Path) -> None:
    done = igaudit(tmp_path, "scan", f"replay:{scanned / 'run'}", "--format", "json=b.json", "--out", "again")
    assert done.returncode in (3, 4), done.stderr
    first, second = (json.loads(path.read_text()) for path in (scanned / "a.json", tmp_path / "b.json"))
    assert second["run"]["profile"] == "organisation"
    assert [r["outcome"] for r in first["results"]] == [r["outcome"] for r in second["results"]]


def test_files_that_no_check_asks_for_are_named(scanned: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "run")
    done = igaudit(scanned, "scan", "organisation:trust.yaml", "--policy", "continuity", "--out", out)
    assert "trust: not opened: assets: no check of this run reads them" in done.stderr


@pytest.mark.parametrize("verb", ["evaluate", "scan"])
def test_evidence_that_was_altered_is_noticed(scanned: Path, tmp_path: Path, verb: str) -> None:
    subprocess.run(["cp", "-r", scanned / "run", tmp_path / "run"], check=True)
    file = tmp_path / "run" / "evidence" / "trust.txt"
    file.write_bytes(file.read_bytes().replace(b"Pathology", b"Radiology"))
    target = ["run"] if verb == "evaluate" else ["replay:run", "--out", "new"]
    done = igaudit(tmp_path, verb, *target)
    assert done.returncode == 2 and "evidence/trust.txt: altered" in done.stderr
    file.unlink()
    done = igaudit(tmp_path, verb, *target)
    assert done.returncode == 2 and "evidence/trust.txt" in done.stderr


def test_a_register_is_tried_out_as_the_organisation_file_says(scanned: Path) -> None:
    (scanned / "odd.csv").write_text("Was,Wann,Wie\nPathology,2026-11-01,gut\n")
    columns, values = "{system: Was, tested_on: Wann, result: Wie}", "{result: {gut: success}}"
    entry = f"{{file: odd.csv, columns: {columns}, values: {values}}}"
    (scanned / "own.yaml").write_text(f"organisation: t\nsources: {{restore_tests: [{entry}]}}\n")
    assert igaudit(scanned, "register", "check", "restore_tests", "odd.csv").returncode == 2
    done = igaudit(scanned, "register", "check", "restore_tests", "odd.csv", "--organisation", "own.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    done = igaudit(
        scanned, "register", "check", "restore_tests", "restores.csv", "--organisation", "own.yaml"
    )
    assert done.returncode == 2 and "does not name restores.csv" in done.stderr


def test_what_is_no_table_is_shown_as_it_is_named(scanned: Path) -> None:
    assert "  mail_domains: …" in igaudit(scanned, "register", "show", "mail_domains").stdout
    assert (
        "{file: conditional_access.json}" in igaudit(scanned, "register", "show", "conditional_access").stdout
    )


def test_a_policy_is_shown_with_its_statements(scanned: Path) -> None:
    done = igaudit(scanned, "policy", "show", "governance")
    assert done.returncode == 0 and done.stdout.count("Signed by:") == 42


def test_coverage_names_the_toolkits_and_what_it_means(scanned: Path) -> None:
    assert "ig-toolkit-14.1" in igaudit(scanned, "policy", "coverage").stdout
    said = igaudit(scanned, "policy", "coverage", "--toolkit", "dspt-caf-2026-27").stdout
    assert "B4.d  Vulnerability management: evidenced" in said
    assert "A1.a  Board direction: by attestation" in said
    assert "49 requirements: " in said and "for the assessor to say" in said
    done = igaudit(scanned, "policy", "coverage", "--toolkit", "dspt")
    assert done.returncode == 2 and "there are: " in done.stderr


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--sudo", "the profile clinical never becomes root"),
        ("--network=listening", "the profile clinical allows named at most"),
        ("--temporary-files", "the profile clinical never writes on a target"),
    ],
)
def test_a_profile_rules_out_what_would_harm_its_targets(tmp_path: Path, option: str, says: str) -> None:
    done = igaudit(tmp_path, "scan", "local", "--profile", "clinical", option)
    assert done.returncode == 2 and says in done.stderr
    assert not list((tmp_path / "igaudit-runs").glob("*/evidence/*"))


def test_the_clinical_profile_searches_nothing_and_reads_no_log() -> None:
    from igaudit import api

    plan = api.make_plan(api.load_content(), api.Wanted(profile="clinical"))
    asked = {collector.name for collector in plan.collectors}
    assert not asked & {"files", "certificates", "sign_ins"}
