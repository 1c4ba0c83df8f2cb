"""The program as a person runs it: exit statuses, messages, files; never a traceback."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from igaudit.load import load_content
from igaudit.load.schema import validator

LIBRARY = load_content()
CHECK = "--check=patching.operating-system-supported"


def igaudit(folder: Path, *arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "igaudit", *arguments]
    environment = {**os.environ, "NO_COLOR": "1", **(more.pop("env", None) or {})}  # type: ignore[dict-item]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the run of a scan of this machine in `run`, and its reports."""
    folder = tmp_path_factory.mktemp("scan")
    formats = [f"--format={name}=report.{name}" for name in ("json", "junit", "md", "html")]
    done = igaudit(folder, "scan", "local", "--out", "run", "--format=text", *formats)
    assert done.returncode in (0, 3, 4), done.stderr
    (folder / "report.text").write_text(done.stdout)
    return folder


def test_a_scan_writes_every_report_that_was_asked_for(scanned: Path) -> None:
    assert all(
        (scanned / f"report.{name}").stat().st_size for name in ("json", "junit", "md", "html", "text")
    )


def test_the_stored_assessment_is_what_its_schema_says(scanned: Path) -> None:
    data = json.loads((scanned / "run" / "assessment.json").read_text())
    validator("assessment").validate(data)
    assert {result["check"] for result in data["results"]} == {check["id"] for check in data["checks"]}
    for path in (scanned / "run" / "snapshots").iterdir():
        validator("snapshot").validate(json.loads(path.read_text()))


def test_a_run_that_was_moved_is_judged_the_same_byte_for_byte(scanned: Path, tmp_path: Path) -> None:
    shutil.copytree(scanned / "run", tmp_path / "elsewhere")
    done = igaudit(tmp_path, "evaluate", "elsewhere", "--format", "json")
    assert done.stdout == (scanned / "run" / "assessment.json").read_text()
    assert done.stderr == ""


def test_a_replay_of_the_evidence_gives_the_same_results(scanned: Path, tmp_path: Path) -> None:
    igaudit(tmp_path, "scan", f"replay:{scanned / 'run'}", "--out", "again", "--format=json=a.json")
    again, first = (
        json.loads((place / "assessment.json").read_text()) for place in (tmp_path / "again", scanned / "run")
    )
    assert again["results"] == first["results"]
    assert again["requirements"] == first["requirements"]


def test_a_stored_report_can_be_written_again(scanned: Path) -> None:
    done = igaudit(scanned, "report", "run", "--format", "md")
    assert done.stdout == (scanned / "report.md").read_text()


def test_a_stored_run_is_judged_by_other_policies_with_what_it_has(tmp_path: Path) -> None:
    igaudit(tmp_path, "scan", "local", "--check", "patching.restart-in-time", "--out", "run")
    again = igaudit(tmp_path, "evaluate", "run", "--policy", "logging", "--format", "json")
    results = json.loads(again.stdout)["results"]
    assert {row["policy"] for row in results} == {"logging"}
    assert {row["outcome"] for row in results} <= {"unknown", "not-applicable"}
    assert again.returncode == 4


def test_content_that_was_not_asked_for_this_time_is_not_called_gone(tmp_path: Path) -> None:
    toolkits = ("--toolkit", "dspt-caf", "--toolkit", "cyber-essentials")
    igaudit(tmp_path, "scan", "local", CHECK, *toolkits, "--out", "run")
    fewer = igaudit(tmp_path, "evaluate", "run", "--toolkit", "dspt-caf", "--format", "json")
    assert fewer.stderr == ""
    other = igaudit(tmp_path, "evaluate", "run", "--toolkit", "caf", "--format", "json")
    assert other.stderr == "igaudit: policies/toolkits/caf.yaml was not used when the run was stored\n"


def test_content_that_the_run_had_and_is_there_no_more_is_called_gone(tmp_path: Path) -> None:
    first = igaudit(tmp_path, *own_check(tmp_path, 'expect: {os.version_id: "1"}'), "--out=run")
    assert first.returncode in (3, 4), first.stderr
    again = igaudit(tmp_path, "evaluate", "run", "--policy", "logging", "--format", "json")
    assert "igaudit: policies/own.yaml is gone since the run was stored\n" in again.stderr


def test_a_day_before_the_scan_is_warned_of(scanned: Path) -> None:
    done = igaudit(scanned, "evaluate", "run", "--as-of", "2020-01-01", "--format", "json")
    assert "--as-of 2020-01-01 lies before the day of the scan" in done.stderr


def test_collect_then_evaluate_is_a_scan_in_two_steps(tmp_path: Path) -> None:
    assert igaudit(tmp_path, "collect", "local", CHECK, "--out", "run").returncode == 0
    assert not (tmp_path / "run" / "assessment.json").exists()
    done = igaudit(tmp_path, "evaluate", "run", "--format", "json")
    assert [row["check"] for row in json.loads(done.stdout)["results"]] == [
        "patching.operating-system-supported"
    ]


def test_plan_contacts_nothing_and_names_every_probe(tmp_path: Path) -> None:
    said = igaudit(tmp_path, "plan").stdout
    plan = [
        p.id
        for c in LIBRARY.collectors.values()
        for p in c.for_platform("linux")
        if p.id.split(".")[0] in ("os", "sshd")
    ]
    assert all(probe in said for probe in plan)
    script = igaudit(tmp_path, "plan", "--script", "local").stdout
    assert subprocess.run(["sh", "-n"], input=script, text=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("platform", "reason"),
    [("linux", "patching.update-source-alive"), ("windows", "checks of other platforms")],
)
def test_plan_names_only_checks_that_can_apply(tmp_path: Path, platform: str, reason: str) -> None:
    """`updates` is seen on both, and the fact that this check reads of it on Linux alone."""
    said = igaudit(tmp_path, "plan", "--platform", platform, "--check", "patching.update-source-alive").stdout
    assert re.search(rf"^updates: .*\n  for {re.escape(reason)}$", said, re.M)


def test_a_group_that_is_meant_is_named_where_it_was_taken_for_a_target(tmp_path: Path) -> None:
    done = igaudit(tmp_path, "facts", "sshd", "--connect-timeout", "1")
    assert "igaudit: sshd is a fact group too: igaudit facts --group sshd" in done.stderr


def test_explain_says_where_a_value_comes_from(tmp_path: Path) -> None:
    said = igaudit(tmp_path, "plan", "--explain").stdout
    assert "patching.fix_within = 14 days" in said
    assert "from the default in policies/patching.yaml" in said


def test_facts_are_json_that_the_schema_knows(tmp_path: Path) -> None:
    done = igaudit(tmp_path, "facts", "local", "--group", "os")
    data = json.loads(done.stdout)
    validator("snapshot").validate(data)
    assert list(data["groups"]) == ["os"]


def test_facts_without_a_target_say_what_there_is(tmp_path: Path) -> None:
    said = igaudit(tmp_path, "facts").stdout
    assert re.search(r"^  os\.kernel \(version\): The release of the running kernel", said, re.M)


@pytest.mark.parametrize("verb", ["lint", "test", "list"])
def test_policy_verbs_are_content_with_what_ships(tmp_path: Path, verb: str) -> None:
    done = igaudit(tmp_path, "policy", verb)
    assert (done.returncode, done.stderr) == (0, "")


def test_policy_show_says_where_the_rule_comes_from(tmp_path: Path) -> None:
    said = igaudit(tmp_path, "policy", "show", "patching.operating-system-supported").stdout
    assert "Cyber Essentials" in said
    assert "dspt-caf-2026-27 B4.d" in said


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_of_its_shell(tmp_path: Path, shell: str) -> None:
    script = igaudit(tmp_path, "completion", shell).stdout
    assert "_IGAUDIT_COMPLETE" in script
    if shutil.which(shell):
        assert subprocess.run([shell, "-n"], input=script, text=True, check=False).returncode == 0


def test_completion_offers_the_verbs(tmp_path: Path) -> None:
    program = Path(sys.executable).parent / "igaudit"
    environment = {
        **os.environ,
        "_IGAUDIT_COMPLETE": "bash_complete",
        "COMP_WORDS": "igaudit s",
        "COMP_CWORD": "1",
    }
    said = subprocess.run(
        [program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert "scan" in said.stdout


BAD = {
    "no target": (["scan"], "no target"),
    "a target with a space": (["scan", "a b"], "a name holds"),
    "a target with a quote": (["scan", "a'b"], "a name holds"),
    "a target with a leading dash": (["scan", "--", "-oProxyCommand=x"], "a name holds"),
    "two targets alike": (["scan", "local", "local"], "named more than once: local"),
    "an unknown profile": (
        ["scan", "local", "--profile", "sever"],
        "no profile `sever` (did you mean `server`?)",
    ),
    "an unknown toolkit": (
        ["scan", "local", "--toolkit", "dspt-caff"],
        "no toolkit `dspt-caff` (did you mean `dspt-caf`?)",
    ),
    "an unknown check": (["scan", "local", "--check", "patching.nothing"], "no check `patching.nothing`"),
    "an unknown policy": (
        ["scan", "local", "--policy", "patchin"],
        "no policy `patchin` (did you mean `patching`?)",
    ),
    "an unknown format": (["scan", "local", "--format", "htm"], "no format `htm` (did you mean `html`?)"),
    "an unknown report": (
        ["scan", "local", "--report", "techncal"],
        "no report `techncal` (did you mean `technical`?)",
    ),
    "two formats on the screen": (["scan", "local", "--format", "md", "--format", "json"], "only one format"),
    "a format into no folder": (["scan", "local", "--format", "md=no/such/a.md"], "there is no folder"),
    "a format into a folder": (["scan", "local", "--format", "md=."], "is a folder"),
    "a run into a full folder": (["scan", "local", "--out", "."], "not empty"),
    "no such day": (["scan", "local", "--as-of", "2026-02-30"], "write a day as YYYY-MM-DD"),
    "no such content": (["scan", "local", "--content", "nowhere"], "there is no such folder"),
    "one file for two formats": (["scan", "local", "--format=md=x", "--format=json=./x"], "the same file"),
    "a report where no file can be": (["scan", "local", "--format=json=/proc/x"], "cannot be written"),
    "no such waivers": (["scan", "local", "--waivers", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
    "no such inventory": (["scan", "-i", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
    "no such run": (["evaluate", "nowhere"], "there is no such run folder"),
    "no such evidence": (["scan", "replay:nowhere"], "nowhere: cannot be read"),
    "no such option": (["scan", "local", "--nonsense"], "No such option"),
    "no such verb": (["skan"], "No such command"),
    "no such fact group": (["facts", "--group", "oss"], "no fact group `oss` (did you mean `os`?)"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_a_clear_message_and_status_2(tmp_path: Path, name: str) -> None:
    arguments, message = BAD[name]
    (tmp_path / "something").write_text("")
    done = igaudit(tmp_path, *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert message in done.stderr
    assert not (tmp_path / "igaudit-runs").exists() or name == "no such evidence"


def test_what_cannot_be_written_is_found_before_the_scan(tmp_path: Path) -> None:
    done = igaudit(tmp_path, "scan", "local", "--out", "/proc/nothing/run")
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be written" in done.stderr
    assert "answered" not in done.stderr


def test_all_errors_of_a_policy_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    text = (LIBRARY.content.roots[-1] / "policies" / "patching.yaml").read_text()
    (tmp_path / "policies" / "patching.yaml").write_text(text.replace("\n    severity:", "\n    severiti:"))
    done = igaudit(tmp_path, "scan", "local", "--content", ".")
    lines = [line for line in done.stderr.splitlines() if "severiti" in line]
    assert done.returncode == 2
    assert len(lines) == text.count("    severity:")
    assert all(line.startswith("igaudit: policies/patching.yaml:") for line in lines)


def test_a_truncated_snapshot_is_named(scanned: Path, tmp_path: Path) -> None:
    shutil.copytree(scanned / "run", tmp_path / "run")
    path = tmp_path / "run" / "snapshots" / "local.json"
    path.write_bytes(path.read_bytes()[:500])
    done = igaudit(tmp_path, "evaluate", "run")
    assert done.returncode == 2
    assert "snapshots/local.json: altered or cut short (500 bytes)" in done.stderr


def test_an_unreachable_target_is_one_row_and_status_4(tmp_path: Path) -> None:
    arguments = [
        "scan",
        "ssh://127.0.0.1:1",
        CHECK,
        "--connect-timeout",
        "3",
        "--out",
        "run",
        "--format=json",
    ]
    done = igaudit(tmp_path, *arguments)
    data = json.loads(done.stdout)
    assert done.returncode == 4
    assert [target["status"] for target in data["targets"]] == ["unreachable"]
    assert data["results"] == []


def test_a_waived_failure_leaves_the_status_clean(scanned: Path, tmp_path: Path) -> None:
    data = json.loads((scanned / "run" / "assessment.json").read_text())
    failed = {row["check"] for row in data["results"] if row["outcome"] == "fail"}
    assert failed, "this machine passes everything: choose another to run the tests on"
    check = min(failed)
    waiver = {"check": check, "target": "*", "reason": "r", "risk": "k", "approver": "SIRO"}
    waiver["until"] = data["run"]["as_of"]
    (tmp_path / "w.yaml").write_text(json.dumps({"waivers": [waiver]}))
    done = igaudit(
        tmp_path, "scan", f"replay:{scanned / 'run'}", f"--check={check}", "--waivers", "w.yaml", "--out=o"
    )
    assert done.returncode == 0, done.stderr
    again = igaudit(tmp_path, "evaluate", "o", "--format", "json")
    (row,) = json.loads(again.stdout)["results"]
    assert (row["outcome"], row["waiver"]["approver"]) == ("fail", "SIRO")


def test_fail_on_sets_the_least_severity_that_counts(scanned: Path, tmp_path: Path) -> None:
    data = json.loads((scanned / "run" / "assessment.json").read_text())
    mild = sorted(
        r["check"] for r in data["results"] if r["outcome"] == "fail" and r["severity"] in ("low", "medium")
    )
    arguments = ["scan", f"replay:{scanned / 'run'}", f"--check={mild[0]}"]
    assert igaudit(tmp_path, *arguments, "--out=a").returncode == 3
    assert igaudit(tmp_path, *arguments, "--out=b", "--fail-on=high").returncode == 0


def test_version_and_help_import_nothing_heavy() -> None:
    heavy = {"paramiko", "winrm", "jsonschema", "jinja2", "sqlalchemy", "yaml"}
    for argument in ("--version", "--help"):
        program = (
            f"import sys\nsys.argv = ['igaudit', '{argument}']\nfrom igaudit.cli import main\n"
            "try: main()\nexcept SystemExit: pass\n"
            f"print(sorted(set(sys.modules) & {heavy!r}), file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stderr.strip() == "[]"


def test_a_reader_who_leaves_ends_it_quietly(tmp_path: Path) -> None:
    command = f"{sys.executable} -m igaudit policy list | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def test_an_output_that_nobody_reads_is_neither_a_bug_nor_clean() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "igaudit", "policy", "list"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_verb_with_a_slip_is_answered_with_the_one_that_is_near() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "igaudit", "scn", "local"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "No such command 'scn' (did you mean `scan`?)." in done.stderr


def own_check(folder: Path, body: str) -> list[str]:
    """The arguments for a scan by a check of one's own."""
    (folder / "own" / "policies").mkdir(parents=True)
    head = "policy: own\ntitle: t\nowner: o\nsource: {document: d, edition: e}\nchecks:\n"
    text = f"{head}  - {{id: own.one, title: t, severity: low, remedy: r, {body}}}\n"
    (folder / "own" / "policies" / "own.yaml").write_text(text)
    return ["scan", "local", "--content=own", "--check=own.one"]


def test_a_misspelt_fact_is_found_before_the_scan(tmp_path: Path) -> None:
    done = igaudit(tmp_path, *own_check(tmp_path, "expect: {os.hostnam: a}"))
    assert done.returncode == 2
    assert "own.yaml:6: one: no fact `os.hostnam` (did you mean `os.hostname`?)" in done.stderr
    assert "answered" not in done.stderr


def test_where_no_check_applies_the_status_is_not_clean(tmp_path: Path) -> None:
    body = "applies_to: {role: [nothing-has-it]}, expect: {os.id: a}"
    done = igaudit(tmp_path, *own_check(tmp_path, body), "--format=json")
    assert done.returncode == 4
    assert "No check applied to any target: nothing was judged." in json.loads(done.stdout)["notices"]


def test_a_check_that_the_profile_leaves_out_is_named(tmp_path: Path) -> None:
    arguments = own_check(tmp_path, "expect: {os.id: a}")[:-1]
    (tmp_path / "own" / "policies" / "profiles").mkdir()
    (tmp_path / "own" / "policies" / "profiles" / "mine.yaml").write_text(
        "profile: mine\ntitle: t\npolicies: [own]\nleave_out: [{check: own.one, reason: Not here}]\n"
    )
    done = igaudit(tmp_path, *arguments, "--profile=mine", "--format=json")
    assert "The profile mine leaves out own.one: Not here" in json.loads(done.stdout)["notices"]


def test_two_runs_of_one_target_are_not_laid_over_each_other(scanned: Path, tmp_path: Path) -> None:
    shutil.copytree(scanned / "run", tmp_path / "other")
    done = igaudit(tmp_path, "scan", f"replay:{scanned / 'run'}", "replay:other", "--out=o")
    assert done.returncode == 2
    assert "other: the target local is in this run already" in done.stderr


def test_a_report_into_a_device_leaves_the_device(scanned: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/dev/null")
    done = igaudit(tmp_path, "scan", f"replay:{scanned / 'run'}", CHECK, "--format=json=link", "--out=o")
    assert done.returncode in (0, 3, 4), done.stderr
    assert (tmp_path / "link").is_symlink()


def test_an_assessment_that_is_cut_short_is_named(scanned: Path, tmp_path: Path) -> None:
    shutil.copytree(scanned / "run", tmp_path / "run")
    half = (tmp_path / "run" / "assessment.json").read_bytes()[:500]
    (tmp_path / "run" / "assessment.json").write_bytes(half)
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    for file in manifest["files"]:
        if file["path"] == "assessment.json":
            file["sha256"] = hashlib.sha256(half).hexdigest()
    (tmp_path / "run" / "manifest.json").write_text(json.dumps(manifest))
    done = igaudit(tmp_path, "report", "run")
    assert done.returncode == 2
    assert "assessment.json:" in done.stderr


def test_an_interrupted_scan_ends_at_once_and_says_what_it_kept(scanned: Path, tmp_path: Path) -> None:
    shutil.copytree(scanned / "run" / "evidence", tmp_path / "old" / "evidence")
    file = tmp_path / "old" / "evidence" / "local.txt"
    file.write_bytes(file.read_bytes().replace(b'"target": "local"', b'"target": "older"', 1))
    arguments = own_check(tmp_path, "expect: {slow.says: a}")
    probe = tmp_path / "own" / "collectors" / "slow"
    probe.mkdir(parents=True)
    (probe / "p.sh").write_text("sleep 20\n")
    (probe / "collector.yaml").write_text(SLOW)
    command = [sys.executable, "-m", "igaudit", *arguments, "replay:old", "--out=o"]
    # What a shell starts in the background, these tests perhaps, ignores interrupts, and so would the scan.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, preexec_fn=heed) as scan:
        assert scan.stderr is not None
        first = scan.stderr.readline()
        scan.send_signal(signal.SIGINT)
        _, said = scan.communicate(timeout=15)
    assert (first, scan.returncode) == ("[1/2] older: answered\n", 130)
    assert "what 1 of the targets gave is kept in o; to judge it: igaudit scan replay:o" in said
    assert igaudit(tmp_path, "scan", "replay:o", CHECK, "--out=p").returncode in (0, 3, 4)


SLOW = """
collector: slow
title: t
why: w
kinds: [machine]
probes:
  linux:
    - id: p
      script: p.sh
      reads: r
      privilege: none
      cost: c
      parser: os.release
      gives: [says]
      timeout: 20
facts:
  says: {type: string, says: s}
"""
