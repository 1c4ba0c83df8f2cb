"""What records prove, what they only bound, and what they leave open."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.conform import misfit
from igaudit.parse import Unparsable, backups

CONTENT = Content.of()
SCHEMA = load_collector(CONTENT.roots[0] / "collectors/backups/collector.yaml", CONTENT).facts.fields
NIGHT = "[Sun 2026-11-22 02:03:11 UTC]"
DONE = f"ignore_errors=no ; stop_time={NIGHT} ; code=exited ; status=0"
LATE, EARLY = "2026-11-22T02:03:11Z", "2026-11-22T01:00:00Z"


def state(*lines: str) -> Any:
    return backups.state("\n".join(["now 2026-11-22T09:00:00Z", "zone +0000", *lines]) + "\n")


def service(
    *runs: str, result: str = "success", name: str = "b.service", active: str = "inactive"
) -> list[str]:
    keys = [f"Id={name}", f"Result={result}", f"ActiveState={active}"]
    keys.append("ExecMainExitTimestamp=Sun 2026-11-22 02:03:11 UTC")
    return [f"unit {line}" for line in (*keys, *(f"run {run}" for run in runs))] + ["unit"]


def job(*runs: str, result: str = "success", script: str = "", active: str = "inactive") -> Any:
    scripts = [f"script b.service {script}"] if script else []
    (record,) = state(*service(*runs, result=result, active=active), *scripts)["jobs"] or [None]
    return record


PROOF = {"succeeded": True, "last_run": LATE, "last_success": LATE}


@pytest.mark.parametrize(
    ("run", "program"),
    [
        (f"restic backup ; {DONE}", "restic"),
        (f"borg create ; {DONE}", "borg"),
        (f"borgmatic ; {DONE}", "borgmatic"),
        (f"borgmatic create prune ; {DONE}", "borgmatic"),
        (f"rsnapshot ; {DONE}", "rsnapshot"),
        (f"kopia snapshot create ; {DONE}", "kopia"),
        ("restic backup ; ignore_errors=no ; stop_time=[n/a] ; code=(null) ; status=0", "restic"),
    ],
)
def test_a_run_that_proves_a_backup(run: str, program: str) -> None:
    assert job(run) == {"job": f"{program} b.service", "program": program, **PROOF}


@pytest.mark.parametrize(
    "run",
    [
        f"sh restic backup forget ; {DONE}",
        f"restic backup ; ignore_errors=yes ; stop_time={NIGHT} ; code=exited ; status=0",
        f"duplicity ; {DONE}",
    ],
)
def test_a_run_that_may_hide_a_failure_proves_nothing(run: str) -> None:
    found = job(run)
    assert (found["succeeded"], found["last_run"], "last_success" in found) == (True, LATE, False)


def test_a_script_is_no_proof_but_its_failure_counts() -> None:
    assert job(f" ; {DONE}", script="borg") == {
        "job": "borg b.service",
        "program": "borg",
        "succeeded": True,
        "last_run": LATE,
    }
    failed = f" ; ignore_errors=no ; stop_time={NIGHT} ; code=exited ; status=2"
    assert job(failed, script="borg", result="exit-code")["succeeded"] is False


def test_a_failed_run() -> None:
    run = f"restic backup ; ignore_errors=no ; stop_time={NIGHT} ; code=exited ; status=3"
    found = job(run, result="exit-code")
    assert found == {"job": "restic b.service", "program": "restic", "succeeded": False, "last_run": LATE}


def test_a_backup_that_ended_well_before_a_later_command_failed() -> None:
    after = f"restic forget ; ignore_errors=no ; stop_time={NIGHT} ; code=exited ; status=1"
    assert job(f"restic backup ; {DONE}", after, result="exit-code") == {
        "job": "restic b.service",
        "program": "restic",
        "succeeded": False,
        "last_run": LATE,
        "last_success": LATE,
    }


@pytest.mark.parametrize(
    "run",
    [
        "restic forget",
        "restic check",
        "pgbackrest",
        "restic forget backup",
        "restic backup --dry-run",
        "borgmatic list",
    ],
)
def test_services_of_another_kind_are_no_backups(run: str) -> None:
    assert job(f"{run} ; {DONE}") is None


@pytest.mark.parametrize("run", ["restic check backup", "restic forget check", "restic backup"])
def test_a_word_among_others_is_no_verification(run: str) -> None:
    assert state(*service(f"{run} ; {DONE}"))["last_check"].reason == "unsupported"


def test_a_run_that_goes_on_has_no_result_yet() -> None:
    assert job(f"restic backup ; {DONE}", active="activating") == {
        "job": "restic b.service",
        "program": "restic",
    }


def test_the_newest_success_of_all() -> None:
    found = state(
        "program duplicity", "duplicity a 20261122T010000Z.manifest", "duplicity b 20261121T010000Z.manifest"
    )
    assert (found["last_known_success"], found["last_success"], found["last_run"]) == (EARLY, EARLY, EARLY)


def test_a_silent_program_may_have_a_newer_one() -> None:
    found = state("program duplicity", "program veeam", "duplicity a 20261122T010000Z.manifest")
    assert found["last_known_success"] == EARLY
    assert (found["last_success"].reason, found["last_run"].reason) == ("unsupported", "unsupported")


def test_a_run_bounds_what_a_program_may_have_done() -> None:
    lines = ["program duplicity", "program borg", "duplicity a 20261122T010000Z.manifest"]
    old = state(*lines, "borg ab files 1795000000")
    assert (old["last_success"], old["last_run"]) == (EARLY, EARLY)
    new = state(*lines, "borg ab files 1795345200")
    assert (new["last_success"].reason, new["last_run"]) == ("unsupported", "2026-11-22T11:00:00Z")
    assert new["last_known_success"] == EARLY


def test_without_a_program_nothing_is_said_about_times() -> None:
    found = state("snapshots zfs")
    assert (found["programs"], found["snapshots"]) == ([], ["zfs"])
    assert {found[name].reason for name in ("last_success", "last_run", "last_known_success")} == {
        "unsupported"
    }


@pytest.mark.parametrize(
    ("number", "encrypted"),
    [*((number, True) for number in "01345"), ("2", False), ("6", False), ("7", False), ("8", None)],
)
def test_the_keys_of_borg(number: str, encrypted: bool | None) -> None:
    (target,) = state("program borg", "borg ab location - /srv/r", f"borg ab key-type {number}")["targets"]
    assert target.get("encrypted") is encrypted


@pytest.mark.parametrize(
    ("line", "remote"),
    [
        ("place restic /srv/r", False),
        ("place restic local:/srv/r", False),
        ("place restic sftp:host:/r", True),
        ("place restic s3:https://s3.example/b", True),
        ("place borg vault:repo", True),
        ("place restic repo", None),
    ],
)
def test_where_a_place_is(line: str, remote: bool | None) -> None:
    (target,) = state(line)["targets"]
    assert target.get("remote") is remote


@pytest.mark.parametrize(
    ("share", "remote"),
    [
        ("nfs4 /mnt/nas", True),
        ("cifs /mnt", True),
        ("fuse.sshfs /mnt/nas/r", True),
        ("nfs /mnt/na", False),
        ("autofs /mnt", None),
        ("fuse.mergerfs /mnt/nas", None),
    ],
)
def test_a_path_may_lead_to_another_machine(share: str, remote: bool | None) -> None:
    (target,) = state("place restic /mnt/nas/r", f"share {share}")["targets"]
    assert target.get("remote") is remote


def test_places_are_counted_once() -> None:
    found = state("program restic", "place restic /srv/r", "place restic /srv/r", "place restic sftp:host:/r")
    assert (found["places"], found["remote_places"]) == (2, 1)


def test_a_program_without_a_place_may_have_one_elsewhere() -> None:
    found = state("program restic", "program veeam", "place restic /srv/r")
    assert (found["places"].reason, found["remote_places"].reason) == ("unsupported", "unsupported")
    assert found["incomplete"]["targets"].reason == "unsupported"


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        (["borg a append-only 1"], True),
        (["borg a append-only 0"], False),
        (["borg a append-only 0", "borg b append-only 1"], True),
    ],
)
def test_whether_a_place_only_grows(lines: list[str], known: bool) -> None:
    assert state("program borg", *lines)["append_only"] is known


def test_a_place_of_another_machine_does_not_say_whether_it_only_grows() -> None:
    found = state("program borg", "borg a append-only 0", "borg b location - ssh://h/r")
    assert found["append_only"].reason == "unsupported"


@pytest.mark.parametrize(
    ("line", "record"),
    [
        ("end: completed successfully ", {"last_success": "2026-11-22T01:00:00Z", "succeeded": True}),
        ("end: aborted with exception ", {"last_run": "2026-11-22T01:00:00Z", "succeeded": False}),
        ("begin", {}),
    ],
)
def test_the_log_of_pgbackrest(line: str, record: dict[str, Any]) -> None:
    log = f"pgbackrest-log main-backup.log 2026-11-22 02:00:00.123 P00   INFO: backup command {line}"
    text = f"now 2026-11-22T09:00:00Z\nzone +0100\n{log}\n"
    found: Any = backups.state(text)
    assert found["jobs"] == [{"job": "pgbackrest main", "program": "pgbackrest", **record}]


def test_settings_that_came_with_a_package_name_no_place() -> None:
    lines = ["place rsnapshot /var/cache/rsnapshot/", "pgbackrest section global", "pgbackrest repo1-path /b"]
    assert state(*lines)["targets"] == []
    used = state(*lines, "pgbackrest section main", "cron rsnapshot /etc/cron.d/rsnapshot")
    assert [target["target"] for target in used["targets"]] == [
        "rsnapshot /var/cache/rsnapshot/",
        "pgbackrest /b",
    ]


def test_verification() -> None:
    at = "2026-11-20 02:00:00.1 P00   INFO: verify command end: completed successfully"
    found = state(f"pgbackrest-log main-verify.log {at}", "borg ab checked 1795000000")
    assert found["last_check"] == "2026-11-20T02:00:00Z"
    assert state(*service(f"restic check ; {DONE}"))["last_check"] == LATE
    assert state(*service(f"restic check ; {DONE}", result="x"))["last_check"] == LATE
    assert state(*service(f"restic backup ; {DONE}"))["last_check"].reason == "unsupported"


def test_barman_counts_what_is_done() -> None:
    rows = ["barman db DONE 2026-11-22 02:00:00+01:00", "barman db FAILED 2026-11-22 04:00:00+01:00"]
    assert state(*rows, "barman db DONE 2026-11-22 05:00:00")["last_known_success"] == EARLY


def test_the_time_of_the_machine_is_needed() -> None:
    with pytest.raises(Unparsable):
        backups.state("program borg\n")


WORDS = [
    "program",
    "snapshots",
    "unit",
    "unit run",
    "unit Id=",
    "script",
    "place",
    "borg",
    "duplicity",
    "kopia",
]
WORDS += ["pgbackrest", "pgbackrest-log a-backup.log", "barman", "rsnapshot-log", "zone", "borg a files"]
LINES = st.builds(" ".join, st.tuples(st.sampled_from(WORDS), st.text(max_size=40)))


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_whatever_a_target_says_gives_facts_of_their_type_or_none(text: str) -> None:
    with contextlib.suppress(Unparsable):
        for name, value in backups.state(f"now 2026-11-22T09:00:00Z\n{text}").items():
            if not hasattr(value, "reason") and name != "incomplete":
                assert not misfit(value, SCHEMA[name], name)
