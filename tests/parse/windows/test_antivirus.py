"""The products against malware on Windows, by what it says of them."""

from dataclasses import replace
from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows import antivirus
from igaudit.parse.windows.steps import Meta, Steps
from tests.parse.windows.said import key, ok, service

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


def machine(*services: dict[str, str], about: Meta = SERVER, **steps: Any) -> dict[str, object]:
    usual = {
        "services": ok([service("eventlog"), *services]),
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


def test_a_product_of_which_security_center_alone_is_left_does_not_count_as_running() -> None:
    centre = ok([{"displayName": "Sophos Anti-Virus", "productState": 266240}])
    assert isinstance(machine(about=CLIENT, centre=centre)["running"], Unread)
    listed = key({"x": key(DisplayName="Sophos Anti-Virus")})
    assert machine(about=CLIENT, centre=centre, programs=listed)["running"] == ["sophos"]
    assert machine(service("savservice"), about=CLIENT, centre=centre)["running"] == ["sophos"]


def test_services_that_are_hidden_from_the_account_are_unknown() -> None:
    about = replace(SERVER, admin=False)
    assert isinstance(machine(about=about)["running"], Unread)
    assert isinstance(machine(services=ok([]))["running"], Unread)


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


def test_a_program_whose_name_is_no_text_hides_no_other() -> None:
    listed = key({"odd": key(DisplayName=1), "x": key(DisplayName="Sophos Anti-Virus")})
    assert machine(service("WinDefend"), programs=listed)["running"] == ["defender"]
    denied = key({"odd": {"state": "denied"}})
    assert isinstance(machine(service("WinDefend"), programs=denied)["running"], Unread)


def test_kaspersky_on_servers_has_a_service_of_its_own() -> None:
    assert machine(service("KAVFS"))["running"] == ["kaspersky"]
