"""Windows' event logs: sizes, ages, who emptied them, what sends them away."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import event_logs
from igaudit.parse.windows.steps import Meta, Steps
from tests.parse.windows.said import ABSENT, DENIED, EMPTY, key, ok, service

META = Meta(build=20348, product="ServerNT", admin=True, utc="2026-10-12T09:00:00Z", oemcp=850, host="SRV")


def log(size: int = 20480, mode: str = "Circular", on: bool = True) -> dict[str, Any]:
    return ok([{"LogName": "x", "MaximumSizeInBytes": size * 1024, "LogMode": mode, "IsEnabled": on}])


def logs(**more: Any) -> dict[str, Any]:
    usual = {
        "security": log(196608),
        "application": log(),
        "system": log(),
        "oldest_security": ok([{"TimeCreated": "2026-09-20T10:00:00Z"}]),
        "oldest_system": ok([{"TimeCreated": "2026-05-20T10:00:00Z"}]),
        "version": key(InstallDate=1700000000),
        "setup": key(),
        "cleared_security": EMPTY,
        "cleared_system": EMPTY,
    }
    return {**usual, **more}


def test_sizes_and_ages_of_logs() -> None:
    facts = event_logs.sizes(Steps(META, logs(system=log(mode="Retain"), application=log(on=False))))
    assert facts["security_log_kb"] == 196608
    assert facts["logs_that_stop"] == ["application", "system"]
    assert (facts["oldest_entry"], facts["first_start"]) == ("2026-09-20", "2023-11-14")


@pytest.mark.parametrize(
    "row",
    [
        {"MaximumSizeInBytes": 1024, "LogMode": "?", "IsEnabled": True},
        {"MaximumSizeInBytes": 1, "LogMode": "Circular"},
    ],
)
def test_a_log_whose_mode_is_not_told_is_unknown(row: dict[str, Any]) -> None:
    assert isinstance(event_logs.sizes(Steps(META, logs(system=ok([row]))))["logs_that_stop"], Unread)


def test_an_upgrade_does_not_make_windows_younger() -> None:
    older = key(InstallDate=1600000000)
    setup = key({"Source OS (Updated on 1/2/2024 10:00:00)": older, "Upgrade": {"state": "denied"}})
    assert event_logs.sizes(Steps(META, logs(setup=setup)))["first_start"] == "2020-09-13"


def test_an_empty_security_log_has_no_oldest_entry() -> None:
    assert event_logs.sizes(Steps(META, logs(oldest_security=EMPTY)))["oldest_entry"] is None


def test_a_log_that_was_denied_is_unknown() -> None:
    facts = event_logs.sizes(Steps(META, logs(security=DENIED, oldest_security=DENIED)))
    assert all(
        isinstance(facts[name], Unread) for name in ("security_log_kb", "oldest_entry", "logs_that_stop")
    )


def events(*rows: tuple[int, str, list[str]]) -> dict[str, Any]:
    return ok({"rows": [{"id": n, "at": at, "fields": fields} for n, at, fields in rows], "capped": False})


LONG = {"oldest_security": ok([{"TimeCreated": "2026-09-11T08:59:59Z"}])}


def test_emptied_logs_with_who_did_it() -> None:
    steps = logs(
        cleared_security=events((1102, "2026-10-02T08:00:00Z", ["a.smith"])),
        cleared_system=events((104, "2026-10-03T08:00:00Z", ["b", "Application"])),
        **LONG,
    )
    facts = event_logs.cleared(Steps(META, steps))
    assert facts == {
        "cleared": [
            {
                "cleared": "Security at 2026-10-02T08:00:00Z",
                "log": "Security",
                "at": "2026-10-02T08:00:00Z",
                "by": "a.smith",
            },
            {
                "cleared": "Application at 2026-10-03T08:00:00Z",
                "log": "Application",
                "at": "2026-10-03T08:00:00Z",
                "by": "b",
            },
        ]
    }


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"oldest_security": EMPTY},
        {**LONG, "oldest_system": ok([{"TimeCreated": "2026-10-10T00:00:00Z"}])},
        {**LONG, "oldest_system": DENIED},
    ],
)
def test_a_log_that_begins_too_late_may_have_been_emptied_unseen(change: dict[str, Any]) -> None:
    facts: Any = event_logs.cleared(Steps(META, logs(**change)))
    assert isinstance(facts["incomplete"]["cleared"], Unread)


def test_more_emptied_logs_than_were_told_are_a_gap() -> None:
    steps = logs(cleared_system=ok({"rows": [], "capped": True}), **LONG)
    facts: Any = event_logs.cleared(Steps(META, steps))
    assert facts["incomplete"]["cleared"].reason == Reason.TOO_LARGE


def test_a_young_machine_has_no_older_record() -> None:
    steps = logs(
        version=key(InstallDate=1789895000), oldest_system=ok([{"TimeCreated": "2026-09-20T09:00:00Z"}])
    )
    assert event_logs.cleared(Steps(META, steps)) == {"cleared": []}


WEF = key(**{"1": "Server=http://wec.example:5985/wsman/SubscriptionManager/WEC,Refresh=60"})


@pytest.mark.parametrize(
    ("services", "subscriptions", "forwarders"),
    [
        ([service("WinRM")], WEF, ["windows-event-forwarding"]),
        ([service("WinRM", "Stopped")], WEF, []),
        ([service("WinRM")], ABSENT, []),
        ([service("WinRM")], key(**{"1": ""}), []),
        ([service("SplunkForwarder")], ABSENT, ["splunk"]),
        ([service("nxlog", "Stopped")], ABSENT, []),
    ],
)
def test_what_sends_logs_away(services: Any, subscriptions: Any, forwarders: list[str]) -> None:
    facts = event_logs.forwarding(
        Steps(META, {"services": ok(services), "subscriptions": subscriptions, "processes": ok([])})
    )
    assert (facts["forwarders"], facts["sign_ins_forwarded"]) == (forwarders, bool(forwarders))


def test_what_tells_more_than_the_logs() -> None:
    services = ok([service("Sysmon64"), service("Sense", "Stopped"), service("CSFalconService")])
    facts = event_logs.forwarding(
        Steps(META, {"services": services, "subscriptions": ABSENT, "processes": ok([])})
    )
    assert facts["telemetry"] == ["sysmon", "crowdstrike"]


def forwarding(processes: Any, *services: dict[str, str]) -> Any:
    steps = {
        "services": ok([service("eventlog"), *services]),
        "subscriptions": ABSENT,
        "processes": processes,
    }
    return event_logs.forwarding(Steps(META, steps))["forwarders"]


def test_the_agent_of_azure_is_a_program_or_a_service() -> None:
    running = ok([{"ProcessId": 4, "Name": "System"}, {"ProcessId": 8, "Name": "MonAgentCore.exe"}])
    assert forwarding(running) == forwarding(ok([]), service("AzureMonitorAgent")) == ["azure-monitor-agent"]
    assert forwarding(ok([])) == []
    assert isinstance(forwarding(DENIED), Unread)


def test_operations_manager_sends_no_sign_ins_away() -> None:
    assert forwarding(ok([]), service("HealthService")) == []


def test_a_day_of_installation_that_lies_ahead_is_no_first_start() -> None:
    facts = event_logs.sizes(Steps(META, logs(version=key(InstallDate=4000000000))))
    assert isinstance(facts["first_start"], Unread)
