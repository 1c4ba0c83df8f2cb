"""User Account Control."""

from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse.windows.uac import settings
from tests.parse.windows.said import DENIED, asked, key


def found(**values: int) -> dict[str, Any]:
    return settings(asked(system=key(**values)))


def test_what_windows_does_where_nothing_is_set() -> None:
    facts = found()
    assert facts.pop("installers_detected").detail.startswith("EnableInstallerDetection")
    assert facts == {
        "on": True,
        "administrators_asked": "consent-for-other-programs",
        "users_asked": "password",
        "builtin_administrator_asked": False,
        "ui_access_from_safe_folders": True,
        "remote_rights_filtered": True,
    }


@pytest.mark.parametrize(
    ("name", "fact", "value"),
    [
        ("EnableLUA", "on", False),
        ("FilterAdministratorToken", "builtin_administrator_asked", False),
        ("EnableInstallerDetection", "installers_detected", False),
        ("EnableSecureUIAPaths", "ui_access_from_safe_folders", False),
        ("LocalAccountTokenFilterPolicy", "remote_rights_filtered", True),
    ],
)
def test_each_switch_both_ways(name: str, fact: str, value: bool) -> None:
    assert found(**{name: 0})[fact] is value
    assert found(**{name: 1})[fact] is not value


def test_nothing_is_filtered_where_it_is_off() -> None:
    assert found(EnableLUA=0, LocalAccountTokenFilterPolicy=0)["remote_rights_filtered"] is False


def test_nobody_is_asked_anything_where_it_is_off() -> None:
    strict = {
        "ConsentPromptBehaviorAdmin": 2,
        "FilterAdministratorToken": 1,
        "EnableInstallerDetection": 1,
        "EnableSecureUIAPaths": 1,
    }
    facts = found(EnableLUA=0, **strict)
    assert facts["administrators_asked"] == "not-asked"
    names = ("builtin_administrator_asked", "installers_detected", "ui_access_from_safe_folders")
    assert [facts[name] for name in names] == [False, False, False]
    assert isinstance(found(EnableLUA=3, **strict)["administrators_asked"], Unread)


@pytest.mark.parametrize("value", [1, 2])
def test_a_secure_desktop_that_is_switched_off_and_demanded_is_not_known(value: int) -> None:
    asked_for = {"ConsentPromptBehaviorAdmin": value}
    assert isinstance(found(**asked_for, PromptOnSecureDesktop=0)["administrators_asked"], Unread)
    assert found(**asked_for, PromptOnSecureDesktop=1)["administrators_asked"].endswith("-on-secure-desktop")
    assert found(ConsentPromptBehaviorAdmin=4, PromptOnSecureDesktop=0)["administrators_asked"] == "consent"


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (0, "not-asked"),
        (1, "password-on-secure-desktop"),
        (2, "consent-on-secure-desktop"),
        (3, "password"),
        (4, "consent"),
        (5, "consent-for-other-programs"),
    ],
)
def test_what_administrators_are_asked(value: int, word: str) -> None:
    assert found(ConsentPromptBehaviorAdmin=value)["administrators_asked"] == word


@pytest.mark.parametrize(
    ("value", "word"), [(0, "refused"), (1, "password-on-secure-desktop"), (3, "password")]
)
def test_what_users_are_asked(value: int, word: str) -> None:
    assert found(ConsentPromptBehaviorUser=value)["users_asked"] == word


def test_administrator_protection_is_no_pass_and_no_failure() -> None:
    asks = found(TypeOfAdminApprovalMode=2, ConsentPromptBehaviorAdmin=5)["administrators_asked"]
    assert isinstance(asks, Unread)
    typed = found(TypeOfAdminApprovalMode=2, ConsentPromptBehaviorAdmin=1)
    assert typed["administrators_asked"] == "password-on-secure-desktop"
    safe = found(TypeOfAdminApprovalMode=2, ConsentPromptBehaviorAdmin=2)
    assert safe["administrators_asked"] == "consent-on-secure-desktop"
    usual = found(TypeOfAdminApprovalMode=1, ConsentPromptBehaviorAdmin=5)
    assert usual["administrators_asked"] == "consent-for-other-programs"


def test_a_number_that_has_no_meaning_is_not_read() -> None:
    facts = found(ConsentPromptBehaviorAdmin=9, ConsentPromptBehaviorUser=2)
    assert isinstance(facts["administrators_asked"], Unread)
    assert isinstance(facts["users_asked"], Unread)


def test_denied_is_not_the_default() -> None:
    assert all(isinstance(fact, Unread) for fact in settings(asked(system=DENIED)).values())
