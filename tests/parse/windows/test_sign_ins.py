"""Sign-ins to Windows from other machines, summed up on the spot."""

from dataclasses import replace
from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.windows import sign_ins
from igaudit.parse.windows.steps import Meta, Steps
from tests.parse.windows.said import DENIED, auditpol, ok

META = Meta(build=20348, product="ServerNT", admin=True, utc="2026-10-12T09:00:00Z", oemcp=850, host="SRV")


def row(
    user: str = "a", domain: str = "D", kind: str = "3", source: str = "10.1.1.1", **more: Any
) -> dict[str, Any]:
    part = [user, domain, kind, source, more.pop("computer", "PC"), "", "", more.pop("program", "-")]
    part.append(more.pop("sid", "S-1-5-21-1-2-3-1104"))
    return {"key": part, "count": 1, "first": "2026-10-01T00:00:00Z", "last": "2026-10-02T00:00:00Z", **more}


def seen(
    *rows: dict[str, Any], audit: Any = None, oldest: str | None = "2026-01-01T00:00:00Z", **more: Any
) -> Any:
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


@pytest.mark.parametrize(("kind", "method"), [("8", "network, password in clear text"), ("3", "network")])
def test_whom_the_ssh_server_signs_in_is_no_program_of_the_machine(kind: str, method: str) -> None:
    sshd = "C:\\Windows\\System32\\OpenSSH\\sshd.exe"
    facts = seen(row(kind=kind, source="-", computer="SRV", program=sshd))
    assert who(facts) == [("D\\a", None, method)]


def test_an_account_that_is_called_like_a_computer_is_not_left_out() -> None:
    assert who(seen(row("admin$", kind="10"))) == [("D\\admin$", "10.1.1.1", "remote desktop")]
    assert who(seen(row("admin$", "srv"))) == [("srv\\admin$", "10.1.1.1", "network")]


def test_sessions_of_nobody_that_windows_opens_to_itself_are_left_out() -> None:
    assert who(seen(row(source="-", computer="-", sid="S-1-5-7"))) == []
    assert len(who(seen(row(source="-", computer="PC", sid="S-1-5-7")))) == 1
    assert len(who(seen(row(computer="-", sid="S-1-5-7")))) == 1
    assert len(who(seen(row(source="LOCAL", computer="-", sid="S-1-5-7")))) == 1


def test_a_remote_desktop_without_the_domain_is_one_too() -> None:
    assert who(seen(row(kind="12"))) == [("D\\a", "10.1.1.1", "remote desktop")]


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
        ({"audit": auditpol(logon="Failure")}, "2026-10-12T09:00:00Z"),
    ],
)
def test_where_the_record_begins(more: dict[str, Any], since: str) -> None:
    facts = seen(row(), **more)
    assert facts["covers_since"] == facts["remote"][0]["at"] == since


def test_more_sign_ins_than_are_counted_leave_the_record_as_long_as_it_is() -> None:
    facts = seen(row(), capped=True)
    assert facts["remote"][0]["at"] == "2026-10-01T00:00:00Z"
    assert (facts["covers_since"], facts["covered_days"]) == ("2026-07-12T09:00:00Z", 92)


def test_a_log_without_any_sign_in_covers_nothing() -> None:
    facts = seen(oldest=None)
    assert (facts["covered_days"], facts["remote"][0]["at"]) == (0, "2026-10-12T09:00:00Z")


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


def test_tries_against_a_domain_controller_may_be_more_than_are_counted() -> None:
    sets = {name: {"state": "empty", "rows": [], "capped": False} for name in ("signed_in", "failed")}
    data = {"days": 92, "oldest": "2026-01-01T00:00:00Z", "sets": sets}
    steps = {"sign_ins": ok(data), "audit": auditpol()}
    facts: Any = sign_ins.remote(Steps(replace(META, product="LanmanNT"), steps))
    assert facts["incomplete"]["failed"].reason == Reason.INCOMPLETE_RECORD
    assert "failed" not in sign_ins.remote(Steps(META, steps))["incomplete"]  # type: ignore[operator]
