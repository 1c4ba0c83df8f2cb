"""Backups of a Windows machine, by the records that programs left on it."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows import backups
from igaudit.parse.windows.steps import Meta, Steps

META = Meta(build=20348, product="ServerNT", admin=True, utc="2026-10-12T09:00:00Z")
ABSENT = {"state": "absent"}
DENIED = {"state": "denied", "why": {"message": "Access denied"}}
SUMMARY = {
    "LastBackupTime": "2026-10-11T20:00:00Z",
    "LastBackupResultHR": 0,
    "LastSuccessfulBackupTime": "2026-10-11T20:00:00Z",
    "LastSuccessfulBackupTargetPath": "\\\\nas\\backup",
    "NumberOfVersions": 3,
}


def ok(data: Any) -> dict[str, Any]:
    return {"state": "ok", "data": data}


def events(*times: str) -> dict[str, Any]:
    return ok({"rows": [{"id": 190, "at": at, "fields": []} for at in times], "capped": False})


def wbadmin(text: str, status: int = 0) -> dict[str, Any]:
    return ok({"status": status, "out": base64.b64encode(text.encode()).decode(), "err": ""})


def state(meta: Meta = META, **more: Any) -> Any:
    usual = {
        "summary": ABSENT,
        "versions": wbadmin("ERROR - No backup was found.", -2),
        "veeam_done": ABSENT,
        "veeam_failed": ABSENT,
        "shadows": ok([]),
        "services": ok([{"Name": "eventlog", "State": "Running", "StartMode": "Auto"}]),
        "programs": ok({"values": {}, "subkeys": {}}),
        "programs_32": ABSENT,
    }
    return backups.state(Steps(meta, {**usual, **more}))


def test_windows_server_backup_tells_when_it_last_ended_well_and_where_to() -> None:
    facts = state(summary=ok([SUMMARY]))
    assert facts["programs"] == ["windows-server-backup"]
    assert facts["last_success"] == facts["last_run"] == "2026-10-11T20:00:00Z"
    assert (facts["places"], facts["remote_places"], facts["append_only"]) == (1, 1, False)
    assert facts["jobs"][0]["succeeded"] is True


def test_a_backup_that_failed_since_is_told_apart() -> None:
    failed = {
        **SUMMARY,
        "LastBackupResultHR": -2139619214,
        "LastSuccessfulBackupTime": "2026-10-02T20:00:00Z",
    }
    facts = state(summary=ok([failed]))
    assert facts["jobs"][0]["succeeded"] is False
    assert facts["last_known_success"] == "2026-10-02T20:00:00Z"
    assert isinstance(facts["last_success"], Unread)
    assert facts["last_run"] == "2026-10-11T20:00:00Z"


@pytest.mark.parametrize(("path", "remote"), [("\\\\nas\\b", 1), ("E:", 0), ("\\\\?\\Volume{1}\\", 0)])
def test_a_disc_of_the_machine_is_no_other_machine(path: str, remote: int) -> None:
    assert state(summary=ok([{**SUMMARY, "LastSuccessfulBackupTargetPath": path}]))["remote_places"] == remote


@pytest.mark.parametrize("never", [None, "0001-01-01T00:00:00Z"])
def test_a_feature_that_never_ran_is_no_backup(never: str | None) -> None:
    row = {
        **dict.fromkeys(SUMMARY),
        "LastBackupTime": never,
        "LastSuccessfulBackupTime": never,
        "NumberOfVersions": 0,
    }
    with pytest.raises(Absent):
        state(summary=ok([row]))


def test_wbadmin_that_refuses_to_answer_is_not_one_that_knows_no_backup() -> None:
    reader = replace(META, admin=False)
    veeam = {"Name": "VeeamEndpointBackupSvc", "State": "Running", "StartMode": "Auto"}
    facts = state(reader, versions=wbadmin("ERROR - Access is denied.", -3), services=ok([veeam]))
    assert facts["jobs"].reason == Reason.DENIED


def test_of_wbadmin_only_the_names_of_versions_are_read() -> None:
    text = "Идентификатор версии: 10/05/2026-09:00\nВремя: 05.10.2026 12:00\nВерсия: 10/04/2026-09:00"
    facts = state(versions=wbadmin(text))
    assert facts["programs"] == ["windows-image-backup"]
    assert facts["last_success"] == "2026-10-05T09:00:00Z"


@pytest.mark.parametrize(
    ("done", "failed", "succeeded", "last_run"),
    [
        (events("2026-10-11T22:00:00Z"), {"state": "empty"}, True, "2026-10-11T22:00:00Z"),
        (events("2026-10-11T22:00:00Z"), events("2026-10-12T01:00:00Z"), False, "2026-10-12T01:00:00Z"),
        ({"state": "empty"}, events("2026-10-12T01:00:00Z"), False, "2026-10-12T01:00:00Z"),
    ],
)
def test_events_of_veeams_agent(done: Any, failed: Any, succeeded: bool, last_run: str) -> None:
    facts = state(veeam_done=done, veeam_failed=failed)
    assert (facts["jobs"][0]["succeeded"], facts["last_run"]) == (succeeded, last_run)


def test_a_program_whose_records_lie_elsewhere_leaves_the_newest_open() -> None:
    service = {"Name": "Rubrik Backup Service", "State": "Running", "StartMode": "Auto"}
    facts = state(summary=ok([SUMMARY]), services=ok([service]))
    assert facts["programs"] == ["windows-server-backup", "rubrik"]
    assert facts["last_known_success"] == "2026-10-11T20:00:00Z"
    assert isinstance(facts["last_run"], Unread)


def test_shadow_copies_are_snapshots_and_no_backup() -> None:
    facts = state(shadows=ok([{"InstallDate": "2026-10-12T06:00:00Z"}]))
    assert (facts["snapshots"], facts["programs"]) == (["shadow-copies"], [])
    assert isinstance(facts["last_known_success"], Unread)


def test_nothing_at_all_is_absent() -> None:
    with pytest.raises(Absent):
        state()


@pytest.mark.parametrize("step", ["summary", "versions", "shadows", "services", "programs", "veeam_done"])
def test_what_was_denied_is_not_nothing(step: str) -> None:
    facts = state(**{step: DENIED})
    assert all(isinstance(value, Unread) for value in facts.values())


def test_a_summary_without_a_result_leaves_the_outcome_open() -> None:
    assert "succeeded" not in state(summary=ok([{**SUMMARY, "LastBackupResultHR": None}]))["jobs"][0]


def test_a_backup_with_versions_and_no_time_is_there() -> None:
    row = {**dict.fromkeys(SUMMARY), "NumberOfVersions": 3, "LastBackupResultHR": 0}
    facts = state(summary=ok([row]))
    assert facts["jobs"] == [{"job": "windows-server-backup", "program": "windows-server-backup"}]
    assert isinstance(facts["last_success"], Unread)
    assert facts["targets"] == []
