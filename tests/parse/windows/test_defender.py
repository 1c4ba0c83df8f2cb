"""Microsoft Defender Antivirus: what it does, how it is set, what it found."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows import defender
from igaudit.parse.windows.steps import Meta, Steps
from tests.parse.windows.said import ok, service

SERVER = Meta(build=20348, product="ServerNT", admin=True, utc="2026-10-12T09:00:00Z")
CLIENT = Meta(build=26100, product="WinNT", admin=True, utc="2026-10-12T09:00:00Z")
STATUS = {
    "AMRunningMode": "Normal",
    "AMServiceEnabled": True,
    "AntivirusEnabled": True,
    "RealTimeProtectionEnabled": True,
    "OnAccessProtectionEnabled": True,
    "AntivirusSignatureLastUpdated": "2026-10-12T03:00:00Z",
}
NONE = {"state": "absent", "why": {"message": "Invalid namespace"}}


def asked(**steps: Any) -> Steps:
    usual = {
        "services": ok([service("WinDefend")]),
        "status": ok([STATUS]),
        "onboarding": {"state": "absent"},
    }
    return Steps(SERVER, {**usual, **steps})


def test_defender_is_absent_only_without_service_and_cmdlets() -> None:
    gone = {"state": "absent", "why": {"message": "not recognized"}}
    with pytest.raises(Absent):
        defender.status(asked(services=ok([]), status=gone))
    for services in (ok([service("WinDefend", "Stopped")]), {"state": "denied"}):
        facts = defender.status(asked(services=services, status=gone))
        assert isinstance(facts["off"], Unread)


@pytest.mark.parametrize(
    ("row", "last"),
    [
        ({"QuickScanEndTime": "2026-10-11T11:00:00Z", "FullScanAge": 4294967295}, "2026-10-11"),
        ({"QuickScanAge": 3, "FullScanEndTime": "2026-10-01T11:00:00Z"}, "2026-10-09"),
        ({"QuickScanAge": 65535, "FullScanAge": 4294967295}, None),
    ],
)
def test_the_last_scan_is_a_day(row: dict[str, object], last: str | None) -> None:
    assert defender.status(asked(status=ok([row])))["last_scan"] == last


def test_a_scan_of_unknown_age_is_unknown() -> None:
    assert isinstance(defender.status(asked(status=ok([{"FullScanAge": 1}])))["last_scan"], Unread)


def settings(admin: bool = True, **row: object) -> dict[str, object]:
    about = Meta(build=20348, product="ServerNT", admin=admin)
    steps = {"services": ok([service("WinDefend")]), "status": ok([{}]), "preference": ok([row])}
    return defender.settings(Steps(about, steps))


@pytest.mark.parametrize(
    ("admin", "path"),
    [(True, "N/A: Must be an administrator to view exclusions"), (False, None), (False, "C:\\Data")],
)
def test_exclusions_that_defender_hides_are_not_an_empty_list(admin: bool, path: str | None) -> None:
    gap = settings(admin, ExclusionPath=path, ExclusionExtension=None, ExclusionProcess=None)["exclusions"]
    assert isinstance(gap, Unread)
    assert gap.reason == Reason.DENIED


def test_rules_come_as_two_lists() -> None:
    ids = ["C1DB55AB-C21A-4637-BB3F-A12568109D35", "b", "c", "d", "e"]
    facts = settings(AttackSurfaceReductionRules_Ids=ids, AttackSurfaceReductionRules_Actions=[1, 2, 6, 0, 5])
    actions = {rule["rule"]: rule["action"] for rule in facts["rules"]}  # type: ignore[attr-defined]
    assert actions["c1db55ab-c21a-4637-bb3f-a12568109d35"] == "block"
    assert [actions[name] for name in "bcde"] == ["audit", "warn", "off", "off"]


def test_wanted_rules_that_are_not_set_are_off() -> None:
    rules: Any = settings()["rules"]
    assert len(rules) == 16
    assert all(rule["wanted"] and rule["action"] == "off" for rule in rules)


def test_rules_without_their_actions_are_unknown() -> None:
    facts = settings(AttackSurfaceReductionRules_Ids=["a", "b"], AttackSurfaceReductionRules_Actions=1)
    assert isinstance(facts["rules"], Unread)


def test_settings_are_told_as_numbers_or_by_name() -> None:
    assert (
        settings(MAPSReporting="Advanced", PUAProtection=2, EnableNetworkProtection="Enabled")["cloud"] == 2
    )
    assert settings(EnableControlledFolderAccess=3)["protected_folders"] == "off"
    assert isinstance(settings()["cloud"], Unread)


@pytest.mark.parametrize(
    ("product", "build", "server", "older", "works"),
    [
        ("WinNT", 26100, False, False, 1),
        ("ServerNT", 20348, True, False, 1),
        ("ServerNT", 20348, False, True, 0),
        ("LanmanNT", 14393, True, False, 0),
        ("LanmanNT", 14393, True, True, 1),
    ],
)
def test_network_protection_on_servers(
    product: str, build: int, server: bool, older: bool, works: int
) -> None:
    row = {"AllowNetworkProtectionOnWinServer": server, "AllowNetworkProtectionDownLevel": older}
    steps = Steps(
        Meta(build=build, product=product), {"preference": ok([{"EnableNetworkProtection": 1, **row}])}
    )
    assert defender.settings(steps)["network_protection"] == works


def test_network_protection_of_a_server_that_does_not_tell_is_unknown() -> None:
    assert isinstance(settings(EnableNetworkProtection=1)["network_protection"], Unread)


@pytest.mark.parametrize(
    ("services", "row", "active"),
    [
        ([service("WinDefend")], STATUS, True),
        ([service("WinDefend")], {**STATUS, "AMRunningMode": None}, True),
        ([service("WinDefend")], {**STATUS, "AMRunningMode": None, "AntivirusEnabled": False}, False),
        ([service("WinDefend")], {**STATUS, "AMRunningMode": "EDR Block Mode"}, False),
        ([service("WinDefend", "Stopped")], STATUS, False),
        ([], STATUS, False),
    ],
)
def test_defender_is_active_where_it_protects(services: Any, row: Any, active: bool) -> None:
    assert defender.status(asked(services=ok(services), status=ok([row])))["active"] is active


def test_a_defender_that_gives_no_answer_may_be_active() -> None:
    failed = {"state": "error", "why": {"message": "0x800106ba"}}
    assert isinstance(defender.status(asked(status=failed))["active"], Unread)


SHIELDS = {**STATUS, "BehaviorMonitorEnabled": True, "IoavProtectionEnabled": True}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("AMServiceEnabled", "service"),
        ("AntivirusEnabled", "antivirus"),
        ("RealTimeProtectionEnabled", "real-time"),
        ("OnAccessProtectionEnabled", "on-access"),
        ("BehaviorMonitorEnabled", "behaviour"),
        ("IoavProtectionEnabled", "downloads"),
    ],
)
def test_parts_that_do_not_work_are_named(name: str, word: str) -> None:
    assert defender.status(asked(status=ok([{**SHIELDS, name: False}])))["off"] == [word]
    assert isinstance(defender.status(asked(status=ok([{**SHIELDS, name: None}])))["off"], Unread)


@pytest.mark.parametrize(
    ("fact", "name", "values"),
    [
        ("cloud", "MAPSReporting", {"Disabled": 0, "Basic": 1, "Advanced": 2, 2: 2, "1": 1}),
        (
            "samples",
            "SubmitSamplesConsent",
            {"AlwaysPrompt": 0, "SendSafeSamples": 1, "NeverSend": 2, "SendAllSamples": 3},
        ),
        (
            "cloud_block_level",
            "CloudBlockLevel",
            {"Default": 0, "Moderate": 1, "High": 2, "HighPlus": 4, "ZeroTolerance": 6},
        ),
        ("unwanted_programs", "PUAProtection", {"Disabled": 0, "Enabled": 1, "AuditMode": 2}),
    ],
)
def test_the_values_of_settings(fact: str, name: str, values: dict[object, int]) -> None:
    for said, number in values.items():
        assert settings(**{name: said})[fact] == number


@pytest.mark.parametrize(
    ("said", "word"), [(0, "off"), (1, "block"), (2, "audit"), (3, "off"), (4, "off"), ("AuditMode", "audit")]
)
def test_protected_folders(said: object, word: str) -> None:
    assert settings(EnableControlledFolderAccess=said)["protected_folders"] == word


@pytest.mark.parametrize("said", [5, True, "?", None, [1]])
def test_a_setting_that_makes_no_sense_is_unknown(said: object) -> None:
    assert isinstance(settings(EnableControlledFolderAccess=said)["protected_folders"], Unread)


def test_exclusions_that_could_not_be_told_are_unknown() -> None:
    row = {"ExclusionPath": None, "ExclusionPath!": "provider failed", "ExclusionExtension": None}
    assert isinstance(settings(**row, ExclusionProcess=None)["exclusions"], Unread)


def test_network_protection_that_is_off_needs_no_server_to_allow_it() -> None:
    assert settings(EnableNetworkProtection=0)["network_protection"] == 0


def threats(admin: bool, rows: Any) -> object:
    about = Meta(build=20348, product="ServerNT", admin=admin)
    steps = {"services": ok([service("WinDefend")]), "status": ok([{}]), "detections": rows, "names": ok([])}
    return defender.threats(Steps(about, steps))["threats"]


def test_what_defender_found_is_shown_to_administrators_alone() -> None:
    assert threats(True, ok([])) == []
    assert isinstance(threats(False, ok([])), Unread)
    found = threats(True, ok([{"DetectionID": "{1}", "ThreatID": 7, "ActionSuccess": None}]))
    assert found == [{"detection": "threat 7 ({1})", "name": "threat 7"}]


@pytest.mark.parametrize(
    ("success", "status", "resolved"),
    [
        (True, 3, True),
        (True, 6, True),
        (True, 5, False),
        (True, 102, False),
        (False, 3, False),
        (True, 1, None),
        (True, None, None),
    ],
)
def test_a_threat_that_somebody_let_stay_is_not_dealt_with(
    success: bool, status: int | None, resolved: bool | None
) -> None:
    row = {"DetectionID": "{1}", "ThreatID": 7, "ActionSuccess": success, "ThreatStatusID": status}
    (found,) = threats(True, ok([row]))  # type: ignore[misc]
    assert found.get("resolved") is resolved


def test_a_defender_that_the_account_may_not_look_at_is_not_one_that_stands_still() -> None:
    reader = Meta(build=20348, product="ServerNT")
    facts = defender.status(Steps(reader, {"services": ok([]), "status": ok([{}])}))
    assert isinstance(facts["active"], Unread)
