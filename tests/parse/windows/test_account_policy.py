"""The policy for passwords and locks, and what secedit exports."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import account_policy, security_policy
from igaudit.parse.windows.steps import NotRead, Steps
from tests.parse.windows.said import DENIED, asked, ok

POLICY = {
    "MinPasswordLength": 14,
    "MaxPasswordAge": 31_536_000,
    "MinPasswordAge": 86_400,
    "PasswordHistoryLength": 24,
    "MaxBadPasswordsAllowed": 10,
    "AutoUnlockInterval": 900,
    "LockoutObservationInterval": 600,
}


def policy(**changed: Any) -> dict[str, Any]:
    return account_policy.policy(asked(policy=ok({**POLICY, **changed})))


def days(seconds: Any) -> Any:
    steps = asked(policy=ok({**POLICY, "MaxPasswordAge": seconds}))
    return account_policy.password_age(steps)["password_max_days"]


def exported(text: str, encoding: str = "utf-16", status: int = 0) -> Steps:
    return asked(policy=ok({"status": status, "inf": base64.b64encode(text.encode(encoding)).decode()}))


def security(access: str = "", rights: str = "") -> dict[str, Any]:
    text = f"[System Access]\r\n{access}\r\n[Privilege Rights]\r\n{rights}\r\n[Version]\r\nRevision=1\r\n"
    return security_policy.settings(exported(text))


def test_what_is_asked_of_passwords() -> None:
    facts = policy()
    assert (facts["min_length"], facts["remembered"], facts["tries"]) == (14, 24, 10)
    assert (facts["unlock_seconds"], facts["window_seconds"]) == (900, 600)


@pytest.mark.parametrize("forever", [-1, 0xFFFFFFFF])
def test_a_lock_without_end_is_opened_by_an_administrator(forever: int) -> None:
    assert policy(AutoUnlockInterval=forever)["unlock_seconds"] == 0


def test_where_nothing_locks_an_account_the_times_mean_nothing() -> None:
    facts = policy(MaxBadPasswordsAllowed=0)
    assert (facts["tries"], facts["unlock_seconds"], facts["window_seconds"]) == (None, None, None)


@pytest.mark.parametrize("odd", [None, "14", True, -2, 0xFFFFFFFF])
def test_an_odd_length_is_untold(odd: object) -> None:
    assert policy(MinPasswordLength=odd)["min_length"].reason is Reason.UNPARSABLE


@pytest.mark.parametrize("odd", [0, -5, None])
def test_a_lock_of_no_length_is_untold_rather_than_endless(odd: object) -> None:
    assert isinstance(policy(AutoUnlockInterval=odd)["unlock_seconds"], Unread)


@pytest.mark.parametrize(
    ("seconds", "expected"), [(31_536_000, 365), (31_535_999, 364), (-1, None), (0xFFFFFFFF, None)]
)
def test_when_passwords_must_be_changed(seconds: int, expected: int | None) -> None:
    assert days(seconds) == expected


def test_an_age_of_nothing_is_untold() -> None:
    assert isinstance(days(0), Unread)


def test_without_rights_nothing_is_known() -> None:
    with pytest.raises(NotRead):
        account_policy.policy(asked(policy=DENIED))


@pytest.mark.parametrize("value", ["0", "1"])
def test_what_only_secedit_shows(value: str) -> None:
    facts = security(f"PasswordComplexity = {value}\r\nClearTextPassword = {value}")
    assert facts["complexity"] is facts["reversible"] is (value == "1")


def test_a_setting_that_this_windows_does_not_know() -> None:
    facts = security("PasswordComplexity = 1")
    assert facts["locks_administrator"] is None
    assert isinstance(facts["reversible"], Unread)


def test_the_lock_of_the_built_in_administrator() -> None:
    assert security("AllowAdministratorLockout = 1")["locks_administrator"] is True


def test_rights_by_sid_and_by_name() -> None:
    facts = security('NewGuestName = "Gast"', "SeDebugPrivilege = *S-1-5-32-544,svc\r\nSeTcbPrivilege =")
    assert facts["user_rights"] == [
        {
            "grant": "SeDebugPrivilege: S-1-5-32-544",
            "right": "SeDebugPrivilege",
            "account": "S-1-5-32-544",
            "group": "named",
        },
        {"grant": "SeDebugPrivilege: svc", "right": "SeDebugPrivilege", "account": "svc", "group": "named"},
    ]


@pytest.mark.parametrize("guest", ["Gast", "GAST", "SRV-1\\Gast", "*S-1-5-32-546", "*S-1-5-7"])
def test_the_guest_is_known_by_its_own_name(guest: str) -> None:
    facts = security('NewGuestName = "Gast"', f"SeNetworkLogonRight = {guest}")
    assert facts["user_rights"][0]["group"] == "nobody-known"


def test_a_name_may_be_the_guest_where_the_guest_is_not_named() -> None:
    assert "group" not in security(rights="SeNetworkLogonRight = anna")["user_rights"][0]


def test_the_export_may_come_in_utf_8_too() -> None:
    text = "[System Access]\nPasswordComplexity = 1\n[Privilege Rights]\n"
    assert security_policy.settings(exported(text, "utf-8"))["complexity"] is True


def test_an_export_without_rights_is_no_empty_list_of_them() -> None:
    facts = security_policy.settings(exported("[System Access]\nPasswordComplexity = 1\n"))
    assert isinstance(facts["user_rights"], Unread)


@pytest.mark.parametrize("said", [{"status": 1}, {"status": 1, "inf": "AAAA"}, {"status": 0}])
def test_secedit_that_failed_exported_nothing(said: dict[str, Any]) -> None:
    with pytest.raises(NotRead):
        security_policy.settings(asked(policy=ok(said)))


@given(st.text())
def test_any_export_gives_facts(text: str) -> None:
    raw = text.encode("utf-16", "surrogatepass")
    steps = asked(policy=ok({"status": 0, "inf": base64.b64encode(raw).decode()}))
    assert set(security_policy.settings(steps)) == {
        "complexity",
        "reversible",
        "locks_administrator",
        "user_rights",
    }
