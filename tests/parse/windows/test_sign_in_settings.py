"""What guards a session, and who signs in without being asked."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.sign_in_settings import settings
from tests.parse.windows.said import ABSENT, DENIED, asked, key, ok


def found(system: Any = ABSENT, winlogon: Any = ABSENT, winlogon_32: Any = ABSENT) -> dict[str, Any]:
    return settings(asked(system=system, winlogon=winlogon, winlogon_32=winlogon_32))


@pytest.mark.parametrize(("said", "seconds"), [({"InactivityTimeoutSecs": 900}, 900), ({}, None)])
def test_the_idle_lock(said: dict[str, int], seconds: int | None) -> None:
    assert found(system=key(**said))["inactivity_seconds"] == seconds


def test_a_limit_of_nothing_is_none() -> None:
    assert found(system=key(InactivityTimeoutSecs=0))["inactivity_seconds"] is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ({"CachedLogonsCount": "4"}, 4),
        ({"CachedLogonsCount": " 0 "}, 0),
        ({"CachedLogonsCount": "99"}, 50),
        ({"CachedLogonsCount": "0000000000030"}, 30),
        ({"CachedLogonsCount": "9" * 5000}, 50),
        ({"CachedLogonsCount": ""}, 10),
        ({}, 10),
    ],
)
def test_kept_sign_ins(said: dict[str, str], number: int) -> None:
    assert found(winlogon=key(**said))["cached_sign_ins"] == number


@pytest.mark.parametrize(
    ("text", "automatic"),
    [("1", True), ("0", False), ("00", False), ("", False), ("2", True), ("0000000001", True)],
)
def test_automatic_sign_in(text: str, automatic: bool) -> None:
    assert found(winlogon=key(AutoAdminLogon=text))["automatic_sign_in"] is automatic


def test_nothing_set_signs_nobody_in() -> None:
    assert found(winlogon=key())["automatic_sign_in"] is False


def test_a_stored_password_shows_by_its_name_alone() -> None:
    there = ok({"values": {}, "names": ["DefaultPassword"], "subkeys": {}})
    assert found(winlogon=there)["stored_password"] is True
    assert found(winlogon=key(), winlogon_32=there)["stored_password"] is True
    assert found(winlogon=there, winlogon_32=DENIED)["stored_password"] is True
    assert isinstance(found(winlogon=key(), winlogon_32=DENIED)["stored_password"], Unread)
    assert found(winlogon=key())["stored_password"] is False


@pytest.mark.parametrize("odd", ["yes", "²", "-1", 1])
def test_what_is_no_number_as_text_is_untold(odd: Any) -> None:
    facts = found(winlogon=key(AutoAdminLogon=odd, CachedLogonsCount=odd))
    assert isinstance(facts["automatic_sign_in"], Unread)
    assert isinstance(facts["cached_sign_ins"], Unread)


@pytest.mark.parametrize("fact", ["cached_sign_ins", "automatic_sign_in", "stored_password"])
def test_a_key_that_every_windows_has_cannot_be_missing(fact: str) -> None:
    assert found(winlogon=ABSENT)[fact].reason is Reason.FAILED


def test_a_denied_key_says_nothing() -> None:
    facts = found(system=DENIED, winlogon=DENIED)
    assert all(isinstance(value, Unread) for value in facts.values())
