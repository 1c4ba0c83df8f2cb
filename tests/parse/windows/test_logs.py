"""What Windows records, how far back, and who signed in from where."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.windows import audit_policy, event_logs, sign_ins, w32time
from igaudit.parse.windows.steps import Meta, Steps

META = Meta(build=20348, product="ServerNT", admin=True, utc="2026-10-12T09:00:00Z", oemcp=850, host="SRV")
ABSENT = {"state": "absent"}
EMPTY = {"state": "empty"}
DENIED = {"state": "denied", "why": {"message": "Attempted to perform an unauthorized operation."}}


def ok(data: Any) -> dict[str, Any]:
    return {"state": "ok", "data": data}


def program(text: str, status: int = 0, encoding: str = "cp850") -> dict[str, Any]:
    return ok({"status": status, "out": base64.b64encode(text.encode(encoding)).decode(), "err": ""})


def key(subkeys: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    kinds = {int: "DWord", str: "String"}
    told = {name: {"kind": kinds[type(value)], "data": value} for name, value in values.items()}
    return ok({"values": told, "subkeys": subkeys or {}})


def auditpol(text: str = "Success and Failure", number: str = "", logon: str = "") -> dict[str, Any]:
    """Its answer with one setting for all subcategories, or another for `logon`."""
    lines = [
        "",
        "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting",
    ]
    for guid, name in audit_policy.SUBCATEGORIES.items():
        said = logon if logon and name == "logon" else text
        lines.append(f"SRV,System,{name},{{{guid}-69AE-11D9-BED3-505054503030}},{said},{number}")
    return program("\r\n".join(lines) + "\r\n")


def policy(
    answer: dict[str, Any], lsa: dict[str, Any] = ABSENT, line: dict[str, Any] = ABSENT
) -> dict[str, Any]:
    return audit_policy.policy(Steps(META, {"policy": answer, "lsa": lsa, "command_line": line}))


@pytest.mark.parametrize(
    ("text", "success", "failure"),
    [
        ("Success and Failure", True, True),
        ("Success", True, False),
        ("Failure", False, True),
        ("No Auditing", False, False),
        ("Erfolg und Fehler", True, True),
        ("Erfolg", True, False),
        ("Fehler", False, True),
        ("Keine Überwachung", False, False),
        ("Succès et échec", True, True),
        ("Échec", False, True),
        ("Pas d'audit", False, False),
    ],
)
def test_settings_in_three_languages(text: str, success: bool, failure: bool) -> None:
    facts = policy(auditpol(text))
    assert (len(facts["success"]) == 11, len(facts["failure"]) == 11) == (success, failure)


@pytest.mark.parametrize(
    ("number", "success", "failure"), [("0", 0, 0), ("1", 11, 0), ("2", 0, 11), ("3", 11, 11)]
)
def test_the_number_of_newer_editions_needs_no_language(number: str, success: int, failure: int) -> None:
    facts = policy(auditpol("Exito", f",{number}"))
    assert (len(facts["success"]), len(facts["failure"])) == (success, failure)


def test_an_unknown_number_leaves_it_to_the_words() -> None:
    assert len(policy(auditpol("Success", ",4"))["success"]) == 11


def test_a_setting_in_a_language_that_is_not_known_is_unknown() -> None:
    gap = policy(auditpol("Succeso"))["success"]
    assert isinstance(gap, Unread)
    assert gap.reason == Reason.UNPARSABLE


def test_a_missing_subcategory_is_not_one_that_is_off() -> None:
    cut = program("SRV,System,Logon,{0CCE9215-69AE-11D9-BED3-505054503030},Success,\r\n")
    assert isinstance(policy(cut)["success"], Unread)


def test_auditpol_without_its_privilege_is_denied() -> None:
    gap = policy(program("", 1314))["failure"]
    assert isinstance(gap, Unread)
    assert gap.reason == Reason.DENIED


@pytest.mark.parametrize(("lsa", "rule"), [(ABSENT, "not-set"), (key(), "not-set")])
def test_what_is_not_set_is_said_to_be_so(lsa: dict[str, Any], rule: str) -> None:
    facts = policy(auditpol(), lsa)
    assert (facts["subcategories_rule"], facts["command_line"]) == (rule, False)


def test_two_settings_of_the_registry() -> None:
    facts = policy(
        auditpol(), key(SCENoApplyLegacyAuditPolicy=0), key(ProcessCreationIncludeCmdLine_Enabled=1)
    )
    assert (facts["subcategories_rule"], facts["command_line"]) == ("off", True)
    assert policy(auditpol(), key(SCENoApplyLegacyAuditPolicy=1))["subcategories_rule"] == "on"


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


def test_a_young_machine_has_no_older_record() -> None:
    steps = logs(
        version=key(InstallDate=1789895000), oldest_system=ok([{"TimeCreated": "2026-09-20T09:00:00Z"}])
    )
    assert event_logs.cleared(Steps(META, steps)) == {"cleared": []}


def service(name: str, state: str = "Running") -> dict[str, str]:
    return {"Name": name, "State": state, "StartMode": "Auto"}


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
    facts = event_logs.forwarding(Steps(META, {"services": ok(services), "subscriptions": subscriptions}))
    assert (facts["forwarders"], facts["sign_ins_forwarded"]) == (forwarders, bool(forwarders))


def test_what_tells_more_than_the_logs() -> None:
    services = ok([service("Sysmon64"), service("Sense", "Stopped"), service("CSFalconService")])
    facts = event_logs.forwarding(Steps(META, {"services": services, "subscriptions": ABSENT}))
    assert facts["telemetry"] == ["sysmon", "crowdstrike"]


STATUS = """Leap Indicator: 0(no warning)
Stratum: 4 (secondary reference - syncd by (S)NTP)
Precision: -23 (119.209ns per tick)
Root Delay: 0.0168694s
Root Dispersion: 0.0100002s
ReferenceId: 0x0A010203 (source IP:  10.1.2.3)
Last Successful Sync Time: 10/12/2026 8:51:31 AM
Source: dc.example
Poll Interval: 10 (1024s)

Phase Offset: -0.0200869s
ClockRate: 0.0156249s
"""


def clock(text: str = STATUS, status: int = 0, *services: dict[str, str]) -> dict[str, object]:
    steps = {"services": ok(list(services) or [service("W32Time")]), "status": program(text, status)}
    return w32time.status(Steps(META, steps))


def test_the_clock_follows_a_source() -> None:
    facts = clock()
    assert (facts["daemon"], facts["synchronised"], facts["offset_seconds"]) == ("W32Time", True, 0.0200869)


@pytest.mark.parametrize(
    ("old", "new"),
    [("0(no warning)", "3(not synchronized)"), ("0x0A010203", "0x00000000"), ("0x0A010203", "0x4C4F434C")],
)
def test_a_clock_that_follows_nothing(old: str, new: str) -> None:
    facts = clock(STATUS.replace(old, new))
    assert facts["synchronised"] is False
    assert isinstance(facts["offset_seconds"], Unread)


def test_a_stopped_time_service_follows_nothing() -> None:
    assert clock("", -2147023834, service("W32Time", "Stopped"))["synchronised"] is False


@pytest.mark.parametrize("text", ["", "Access is denied. (0x80070005)", STATUS.partition("\n")[2]])
def test_an_answer_that_is_not_understood_is_unknown(text: str) -> None:
    assert isinstance(clock(text)["synchronised"], Unread)


def test_another_time_program_is_not_asked() -> None:
    facts = clock("", 1, service("W32Time", "Stopped"), service("NTP"))
    assert facts["daemon"] == "ntpd"
    assert isinstance(facts["synchronised"], Unread)


@pytest.mark.parametrize(
    ("said", "skew"),
    [
        ("2026-10-12T09:00:00Z", 0),
        ("2026-10-12T09:00:20Z", 0),
        ("2026-10-12T08:59:57Z", 3),
        ("2026-10-12T09:05:20Z", 300),
    ],
)
def test_the_clock_is_held_against_ours(said: str, skew: int) -> None:
    about = replace(META, utc=said, asked_at="2026-10-12T09:00:00Z", answered_at="2026-10-12T09:00:20Z")
    assert w32time.status(Steps(about, {}))["skew_seconds"] == skew


def test_the_clock_is_told_as_the_machine_says_it() -> None:
    assert w32time.status(Steps(META, {}))["clock"] == "2026-10-12T09:00:00Z"
    assert isinstance(w32time.status(Steps(replace(META, utc="?"), {}))["clock"], Unread)


def test_a_clock_that_was_not_told_is_held_against_nothing() -> None:
    assert isinstance(w32time.status(Steps(META, {}))["skew_seconds"], Unread)


def row(
    user: str = "a", domain: str = "D", kind: str = "3", source: str = "10.1.1.1", **more: Any
) -> dict[str, Any]:
    part = [user, domain, kind, source, more.pop("computer", "PC"), "", ""]
    return {"key": part, "count": 1, "first": "2026-10-01T00:00:00Z", "last": "2026-10-02T00:00:00Z", **more}


def seen(*rows: dict[str, Any], audit: Any = None, oldest: str = "2026-01-01T00:00:00Z", **more: Any) -> Any:
    told = {"state": "ok", "rows": list(rows), "keys": len(rows), "capped": False, **more}
    sets = {"signed_in": told, "failed": {"state": "empty", "rows": [], "keys": 0, "capped": False}}
    data = {"days": 92, "oldest": oldest, "sets": sets}
    return sign_ins.remote(Steps(META, {"sign_ins": ok(data), "audit": audit or auditpol()}))


def who(facts: Any) -> list[tuple[str, str | None, str]]:
    return [(one["user"], one.get("address"), one["method"]) for one in facts["remote"][1:]]


def test_sign_ins_by_account_address_and_kind() -> None:
    facts = seen(
        row(), row(kind="10", source="::ffff:192.0.2.1"), row("b", "-", "8", "fe80::1%4"), row(kind="2")
    )
    assert who(facts) == [
        ("D\\a", "10.1.1.1", "network"),
        ("D\\a", "192.0.2.1", "remote desktop"),
        ("b", "fe80::1", "network, password in clear text"),
    ]
    assert facts["covered_days"] == 92


def test_computers_and_the_machine_itself_are_left_out() -> None:
    assert who(seen(row("PC$"), row(source="-", computer="SRV"))) == []
    assert who(seen(row(source="-", computer="-"))) == [("D\\a", None, "network")]
    assert who(seen(row(computer="SRV"))) == [("D\\a", "10.1.1.1", "network")]


def test_a_sign_in_without_an_address_names_the_computer() -> None:
    assert seen(row(source="-"))["remote"][1]["sign_in"] == "D\\a from PC by network"


@pytest.mark.parametrize(("state", "reason"), [("denied", Reason.DENIED), ("error", Reason.FAILED)])
def test_sign_ins_that_were_not_read_are_unknown(state: str, reason: Reason) -> None:
    facts = seen(state=state)
    assert {facts[name].reason for name in ("remote", "covers_since", "covered_days")} == {reason}


@pytest.mark.parametrize(
    "broken", [{"key": ["a"]}, {"key": "a"}, {"count": "1"}, {"count": True}, {"last": "x"}]
)
def test_sums_that_make_no_sense_are_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(Unparsable):
        seen({**row(), **broken})


def test_rows_that_differ_in_the_computer_alone_are_one_sign_in() -> None:
    later = row(computer="other", first="2026-09-01T00:00:00Z", last="2026-10-03T00:00:00Z", count=4)
    (one,) = seen(row(), later)["remote"][1:]
    assert (one["count"], one["first"], one["at"]) == (5, "2026-09-01T00:00:00Z", "2026-10-03T00:00:00Z")


@pytest.mark.parametrize(
    ("more", "since"),
    [
        ({}, "2026-07-12T09:00:00Z"),
        ({"oldest": "2026-09-30T00:00:00Z"}, "2026-09-30T00:00:00Z"),
        ({"capped": True}, "2026-10-01T00:00:00Z"),
        ({"audit": auditpol(logon="Failure")}, "2026-10-12T09:00:00Z"),
    ],
)
def test_where_the_record_begins(more: dict[str, Any], since: str) -> None:
    facts = seen(row(), **more)
    assert facts["covers_since"] == facts["remote"][0]["at"] == since


def test_more_pairs_than_were_told_are_a_gap() -> None:
    assert seen(row(), keys=1001)["incomplete"]["remote"].reason == Reason.TOO_LARGE


def test_an_audit_policy_that_is_not_understood_is_a_gap() -> None:
    facts = seen(row(), audit=auditpol("Succeso"))
    assert isinstance(facts["incomplete"]["remote"], Unread)
    assert isinstance(facts["covered_days"], Unread)
    assert len(facts["remote"]) == 2


def test_failures_that_are_not_recorded_are_unknown() -> None:
    assert isinstance(seen(audit=auditpol("Success"))["failed"], Unread)


def test_a_security_log_that_was_denied_is_unknown() -> None:
    facts = sign_ins.remote(Steps(META, {"sign_ins": DENIED, "audit": auditpol()}))
    assert all(isinstance(value, Unread) for value in facts.values())
