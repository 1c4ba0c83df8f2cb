"""Microsoft Defender and the other products against malware, by what Windows says of them."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows import antivirus, defender, exclusions, smartscreen
from igaudit.parse.windows.steps import Meta, Steps

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


def ok(data: Any) -> dict[str, Any]:
    return {"state": "ok", "data": data}


def service(name: str, state: str = "Running", mode: str = "Auto") -> dict[str, str]:
    return {"Name": name, "State": state, "StartMode": mode}


def key(**values: Any) -> dict[str, Any]:
    kinds = {int: "DWord", str: "String"}
    return ok({"values": {n: {"kind": kinds[type(v)], "data": v} for n, v in values.items()}, "subkeys": {}})


def machine(*services: dict[str, str], about: Meta = SERVER, **steps: Any) -> dict[str, object]:
    usual = {
        "services": ok(list(services)),
        "centre": NONE,
        "defender": ok([STATUS]),
        "preference": ok([{"SignatureUpdateInterval": 4}]),
        "onboarding": {"state": "absent"},
        "automatic_updates": {"state": "absent"},
        "programs": key(),
        "programs_32": key(),
    }
    return antivirus.products(Steps(about, {**usual, **steps}))


def test_defender_protects_where_its_service_runs_and_it_says_so() -> None:
    facts = machine(service("WinDefend"))
    assert (facts["running"], facts["real_time"]) == (["defender"], ["defender"])
    assert facts["definitions"] == [{"product": "defender", "updated": "2026-10-12", "automatic": True}]


@pytest.mark.parametrize(
    "change", [{"AMRunningMode": "Passive Mode"}, {"AntivirusEnabled": False}, {"AMServiceEnabled": False}]
)
def test_a_passive_defender_alone_does_not_run(change: dict[str, object]) -> None:
    facts = machine(service("WinDefend"), defender=ok([{**STATUS, **change}]))
    assert facts["products"] == [{"name": "defender", "running": False}]
    assert facts["running"] == facts["real_time"] == []


def test_a_stopped_defender_is_not_asked() -> None:
    facts = machine(
        service("WinDefend", "Stopped"), defender={"state": "error", "why": {"message": "0x800106ba"}}
    )
    assert facts["products"] == [{"name": "defender", "running": False}]


def test_a_defender_that_runs_and_gives_no_answer_is_unknown() -> None:
    facts = machine(service("WinDefend"), defender={"state": "error", "why": {"message": "0x800106ba"}})
    assert isinstance(facts["running"], Unread)
    assert isinstance(facts["real_time"], Unread)


def test_defender_gives_way_to_another_product() -> None:
    facts = machine(
        service("WinDefend"),
        service("CSFalconService"),
        defender=ok([{**STATUS, "AMRunningMode": "Passive Mode"}]),
    )
    assert facts["products"] == [{"name": "crowdstrike", "running": True}]
    assert facts["edr"] == ["crowdstrike"]


def test_a_product_whose_service_stands_still_is_seen() -> None:
    facts = machine(service("WinDefend"), service("ekrn", "Stopped"))
    assert {"name": "eset", "running": False} in facts["products"]  # type: ignore[operator]


def test_a_program_without_its_service_is_installed_and_does_not_run() -> None:
    listed = ok({"values": {}, "subkeys": {"S": key(DisplayName="Sophos Endpoint Agent")}})
    facts = machine(service("WinDefend"), programs_32=listed)
    assert {"name": "sophos", "running": False} in facts["products"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("state", "on", "current"),
    [
        (397568, True, True),
        (397584, True, False),
        (393472, False, True),
        (331776, True, True),
        (266240, True, True),
    ],
)
def test_security_center_says_on_and_current_in_one_number(state: int, on: bool, current: bool) -> None:
    rows = ok([{"displayName": "Windows Defender", "productState": state}])
    assert antivirus.centre(Steps(CLIENT, {"centre": rows}))["products"] == [
        {"name": "Windows Defender", "product": "defender", "on": on, "current": current}
    ]


def test_an_unknown_product_of_security_center_counts_as_other() -> None:
    centre = ok([{"displayName": "Защита 3", "productState": 397568}])
    facts = machine(about=CLIENT, centre=centre)
    assert (facts["running"], facts["real_time"], facts["definitions"]) == (
        ["other"],
        ["other"],
        [{"product": "other"}],
    )


def test_a_client_whose_security_center_is_silent_may_have_more_products() -> None:
    facts = machine(service("WinDefend"), about=CLIENT)
    assert facts["running"] == ["defender"]
    assert isinstance(facts["incomplete"]["running"], Unread)  # type: ignore[index]
    assert isinstance(antivirus.centre(Steps(CLIENT, {"centre": NONE}))["products"], Unread)


def test_a_server_has_no_security_center() -> None:
    assert "incomplete" not in machine(service("WinDefend"))
    with pytest.raises(Absent):
        antivirus.centre(Steps(SERVER, {"centre": NONE}))


def test_a_product_that_nobody_asks_does_not_say_whether_it_scans_on_access() -> None:
    gap = machine(service("ds_agent"))["real_time"]
    assert isinstance(gap, Unread)
    assert gap.reason == Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("preference", "updates", "policy", "automatic"),
    [
        ({"SignatureUpdateInterval": 0, "SignatureScheduleDay": 8}, "Manual", {"state": "absent"}, True),
        ({"SignatureUpdateInterval": 0, "SignatureScheduleDay": 8}, "Disabled", {"state": "absent"}, False),
        ({"SignatureUpdateInterval": 0, "SignatureScheduleDay": 8}, "Manual", key(NoAutoUpdate=1), False),
        ({"SignatureUpdateInterval": 0, "SignatureScheduleDay": 0}, "Disabled", {"state": "absent"}, True),
        ({"SignatureUpdateInterval": 1, "SignatureScheduleDay": 8}, "Disabled", {"state": "absent"}, True),
        ({"CheckForSignaturesBeforeRunningScan": True}, "Disabled", {"state": "absent"}, True),
    ],
)
def test_definitions_come_by_themselves(
    preference: object, updates: str, policy: object, automatic: bool
) -> None:
    facts = machine(
        service("WinDefend"),
        service("wuauserv", "Stopped", updates),
        preference=ok([preference]),
        automatic_updates=policy,
    )
    assert facts["definitions"][0]["automatic"] is automatic  # type: ignore[index]


@pytest.mark.parametrize(
    ("sense", "onboarded", "edr"), [("Running", 1, ["defender"]), ("Stopped", 1, []), ("Running", 0, [])]
)
def test_defender_for_endpoint_is_onboarded_and_runs(sense: str, onboarded: int, edr: list[str]) -> None:
    facts = machine(service("WinDefend"), service("Sense", sense), onboarding=key(OnboardingState=onboarded))
    assert facts["edr"] == edr


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


@pytest.mark.parametrize(
    ("kind", "value", "reach"),
    [
        ("path", "C:\\", "drive"),
        ("path", "d:", "drive"),
        ("path", "C:/*", "drive"),
        ("path", "C:\\*.exe", "drive"),
        ("path", "*", "drive"),
        ("path", "C:\\Users", "users"),
        ("path", "C:\\Users\\*\\Downloads\\", "users"),
        ("path", "%APPDATA%", "users"),
        ("path", "C:\\Windows\\Temp\\*", "temp"),
        ("path", "%TEMP%", "temp"),
        ("path", "C:\\Windows\\System32", "windows"),
        ("path", "C:\\ProgramData", "programs"),
        ("path", "C:\\Program Files (x86)\\", "programs"),
        ("path", "C:\\Program Files\\Supplier\\Data", "narrow"),
        ("path", "D:\\SQL\\*.mdf", "narrow"),
        ("path", "C:\\pagefile.sys", "narrow"),
        ("extension", ".ps1", "programs"),
        ("extension", "EXE", "programs"),
        ("extension", "mdf", "narrow"),
        ("process", "C:\\Windows\\System32\\cmd.exe", "launcher"),
        ("process", "C:\\Program Files\\Supplier\\db.exe", "narrow"),
        ("process", "C:\\Windows\\System32\\*", "windows"),
    ],
)
def test_how_much_an_exclusion_leaves_out(kind: str, value: str, reach: str) -> None:
    assert exclusions.reach(kind, value) == reach


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


def test_real_time_needs_both_of_its_parts() -> None:
    facts = machine(service("WinDefend"), defender=ok([{**STATUS, "RealTimeProtectionEnabled": False}]))
    assert (facts["running"], facts["real_time"]) == (["defender"], [])


def test_a_defender_of_an_old_platform_does_not_tell_its_mode() -> None:
    assert machine(service("WinDefend"), defender=ok([{**STATUS, "AMRunningMode": None}]))["running"] == [
        "defender"
    ]


def test_one_product_that_looks_is_enough() -> None:
    assert machine(service("ds_agent"), service("CSFalconService"))["real_time"] == ["crowdstrike"]


def test_a_product_that_security_center_calls_on_while_its_service_stands_does_not_run() -> None:
    centre = ok([{"displayName": "ESET Security", "productState": 397568}])
    facts = machine(service("ekrn", "Stopped"), about=CLIENT, centre=centre)
    assert facts["products"] == [{"name": "eset", "running": False}]


def threats(admin: bool, rows: Any) -> object:
    about = Meta(build=20348, product="ServerNT", admin=admin)
    steps = {"services": ok([service("WinDefend")]), "status": ok([{}]), "detections": rows, "names": ok([])}
    return defender.threats(Steps(about, steps))["threats"]


def test_what_defender_found_is_shown_to_administrators_alone() -> None:
    assert threats(True, ok([])) == []
    assert isinstance(threats(False, ok([])), Unread)
    found = threats(True, ok([{"DetectionID": "{1}", "ThreatID": 7, "ActionSuccess": None}]))
    assert found == [{"detection": "threat 7 ({1})", "name": "threat 7"}]


NOTHING = {"state": "absent"}


@pytest.mark.parametrize(
    ("policy", "managed", "said"),
    [
        (NOTHING, NOTHING, "not-enforced"),
        (key(EnableSmartScreen=0, ShellSmartScreenLevel="Block"), NOTHING, "off"),
        (key(EnableSmartScreen=1), NOTHING, "warn"),
        (key(EnableSmartScreen=1, ShellSmartScreenLevel="Warn"), NOTHING, "warn"),
        (key(EnableSmartScreen=1, ShellSmartScreenLevel="Block"), NOTHING, "block"),
        (key(ShellSmartScreenLevel="Block"), NOTHING, "not-enforced"),
        (NOTHING, key(EnableSmartScreenInShell=1, PreventOverrideForFilesInShell=1), "block"),
        (NOTHING, key(EnableSmartScreenInShell=1, PreventOverrideForFilesInShell=0), "warn"),
        (NOTHING, key(EnableSmartScreenInShell=0, PreventOverrideForFilesInShell=1), "off"),
        (NOTHING, key(PreventOverrideForFilesInShell=1), "not-enforced"),
        (key(EnableSmartScreen=0), key(EnableSmartScreenInShell=1), "off"),
    ],
)
def test_smartscreen_by_policy_and_by_management(policy: Any, managed: Any, said: str) -> None:
    steps = Steps(SERVER, {"policy": policy, "managed": managed})
    assert smartscreen.policy(steps)["smartscreen"] == said


def test_a_policy_that_was_denied_is_unknown() -> None:
    steps = Steps(SERVER, {"policy": {"state": "denied"}, "managed": NOTHING})
    assert isinstance(smartscreen.policy(steps)["smartscreen"], Unread)
