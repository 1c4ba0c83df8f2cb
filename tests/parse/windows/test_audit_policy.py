"""The audit policy of Windows, in three languages and by number."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import audit_policy
from igaudit.parse.windows.steps import Meta, Steps
from tests.parse.windows.said import ABSENT, auditpol, key, program

META = Meta(build=20348, product="ServerNT", admin=True, utc="2026-10-12T09:00:00Z", oemcp=850, host="SRV")


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
