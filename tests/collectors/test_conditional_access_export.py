"""Conditional access policies: only what is certain counts as enforced."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from igaudit.errors import ContentError
from igaudit.model.facts import FactGroup, Reason
from tests.collectors.exports import evidence_of, read

EMERGENCY = "99999999-aaaa-4bbb-8ccc-000000000001"
LEGACY: dict[str, Any] = {
    "displayName": "Block legacy authentication",
    "state": "enabled",
    "conditions": {
        "userRiskLevels": [],
        "signInRiskLevels": [],
        "clientAppTypes": ["exchangeActiveSync", "other"],
        "platforms": None,
        "locations": None,
        "devices": None,
        "applications": {"includeApplications": ["All"], "excludeApplications": []},
        "users": {"includeUsers": ["All"], "excludeUsers": [EMERGENCY], "excludeGroups": []},
    },
    "grantControls": {
        "operator": "OR",
        "builtInControls": ["block"],
        "customAuthenticationFactors": [],
        "authenticationStrength@odata.context": "https://graph.microsoft.com/v1.0/$metadata",
        "authenticationStrength": None,
    },
    "sessionControls": None,
}


def changed(policy: dict[str, Any], changes: Mapping[str, object]) -> dict[str, Any]:
    """A copy with `a.b.c: value` set."""
    copied = copy.deepcopy(policy)
    for path, value in changes.items():
        *parents, last = path.split(".")
        place = copied
        for name in parents:
            place = place[name]
        place[last] = value
    return copied


PHONES = changed(
    LEGACY,
    {
        "displayName": "Phones",
        "conditions.clientAppTypes": ["mobileAppsAndDesktopClients"],
        "conditions.platforms": {"includePlatforms": ["android", "iOS"], "excludePlatforms": []},
        "conditions.applications": {"includeApplications": ["Office365"]},
        "grantControls.builtInControls": ["compliantDevice", "compliantApplication"],
    },
)


def judged(tmp_path: Path, *policies: object, **more: object) -> FactGroup:
    path = tmp_path / "policies.json"
    path.write_text(json.dumps({"value": policies, **more}), "utf-8")
    return read("conditional_access", path)


def test_what_is_enforced_for_everybody_counts(tmp_path: Path) -> None:
    found = judged(tmp_path, LEGACY, PHONES)
    assert found.unread == {}
    assert found.facts["clients_blocked"] == ["exchangeActiveSync", "other"]
    assert found.facts["platforms_guarded"] == ["android", "iOS"]
    assert found.facts["relied_on"] == [
        {"policy": "Block legacy authentication", "at": "policies.json#1", "left_out": 1},
        {"policy": "Phones", "at": "policies.json#2", "left_out": 1},
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "disabled"},
        {"state": "enabledForReportingButNotEnforced"},
        {"conditions.users": {"includeGroups": [EMERGENCY]}},
        {"conditions.users": {"includeUsers": ["None"]}},
        {"conditions.applications.includeApplications": ["Office365"]},
        {"conditions.applications.excludeApplications": [EMERGENCY]},
        {"conditions.applications.applicationFilter": {"mode": "include", "rule": "x"}},
        {"conditions.locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}},
        {"conditions.locations": {"includeLocations": [EMERGENCY]}},
        {"conditions.signInRiskLevels": ["high"]},
        {"conditions.devices": {"deviceFilter": {"mode": "include", "rule": "x"}}},
        {"conditions.platforms": {"includePlatforms": ["android"]}},
        {"conditions.platforms": {"includePlatforms": ["all"], "excludePlatforms": ["windows"]}},
        {"grantControls.builtInControls": ["mfa"]},
        {"grantControls": None},
        {"conditions.clientAppTypes": ["browser"]},
    ],
    ids=str,
)
def test_what_narrows_a_block_is_no_block_of_old_protocols(tmp_path: Path, change: dict[str, object]) -> None:
    found = judged(tmp_path, changed(LEGACY, change))
    assert found.unread == {}
    assert "other" not in found.facts["clients_blocked"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("change", "guarded"),
    [
        ({"conditions.platforms": None}, ["android", "iOS"]),
        ({"conditions.platforms": {"includePlatforms": ["all"]}}, ["android", "iOS"]),
        ({"conditions.platforms": {"includePlatforms": ["all"], "excludePlatforms": ["iOS"]}}, ["android"]),
        ({"conditions.platforms": {"includePlatforms": ["android"]}}, ["android"]),
        ({"conditions.clientAppTypes": ["all"]}, ["android", "iOS"]),
        ({"conditions.clientAppTypes": ["browser"]}, []),
        ({"conditions.locations": {"includeLocations": ["All"]}}, ["android", "iOS"]),
        ({"conditions.applications": {"includeApplications": ["All"]}}, ["android", "iOS"]),
        ({"conditions.applications": {"includeApplications": [EMERGENCY]}}, []),
        (
            {
                "conditions.applications": {
                    "includeApplications": ["All"],
                    "excludeApplications": ["D4EBCE55-015A-49B5-A083-C84D1797AE8C"],
                }
            },
            ["android", "iOS"],
        ),
        ({"grantControls.builtInControls": ["block"]}, ["android", "iOS"]),
        ({"grantControls.builtInControls": ["compliantDevice", "mfa"]}, []),
        ({"grantControls.builtInControls": ["approvedApplication"]}, []),
        (
            {
                "grantControls.builtInControls": ["compliantDevice"],
                "grantControls.authenticationStrength": {"id": "x"},
            },
            [],
        ),
        (
            {"grantControls.builtInControls": ["compliantDevice", "mfa"], "grantControls.operator": "AND"},
            ["android", "iOS"],
        ),
        ({"grantControls.builtInControls": ["mfa"], "grantControls.operator": "AND"}, []),
        ({"grantControls.builtInControls": []}, []),
    ],
    ids=str,
)
def test_what_guards_phones(tmp_path: Path, change: dict[str, object], guarded: list[str]) -> None:
    found = judged(tmp_path, changed(PHONES, change))
    assert found.unread == {}
    assert found.facts["platforms_guarded"] == guarded


@pytest.mark.parametrize(
    "policy",
    [
        changed(LEGACY, {"conditions.moonPhase": ["full"]}),
        changed(LEGACY, {"state": "later"}),
        changed(LEGACY, {"grantControls.builtInControls": ["block", "hypnosis"]}),
        changed(LEGACY, {"conditions.clientAppTypes": None}),
        {"displayName": "Half"},
        "no object",
    ],
    ids=str,
)
def test_what_is_not_known_leaves_the_rest_open(tmp_path: Path, policy: object) -> None:
    found = judged(tmp_path, PHONES, policy)
    assert found.unread["clients_blocked"].reason is Reason.UNSUPPORTED
    assert "policies.json#2" in found.unread["clients_blocked"].detail
    assert found.facts["platforms_guarded"] == ["android", "iOS"]


def test_a_page_without_the_last_one_leaves_the_rest_open(tmp_path: Path) -> None:
    found = judged(tmp_path, LEGACY, **{"@odata.nextLink": "https://graph.microsoft.com/next"})
    assert "page" in found.unread["platforms_guarded"].detail


def test_powershell_writes_it_otherwise(tmp_path: Path) -> None:
    def capitals(value: Any) -> Any:
        if isinstance(value, dict):
            return {name[0].upper() + name[1:]: capitals(inner) for name, inner in value.items()}
        return [capitals(item) for item in value] if isinstance(value, list) else value

    path = tmp_path / "policies.json"
    path.write_text(json.dumps([capitals(LEGACY), capitals(PHONES)]), "utf-16")
    assert read("conditional_access", path).facts["platforms_guarded"] == ["android", "iOS"]


@pytest.mark.parametrize(
    "path", ["users", "users.includeUsers", "applications.includeApplications", "applications", "locations"]
)
def test_what_powershell_cut_off_leaves_the_rest_open(tmp_path: Path, path: str) -> None:
    """Below the depth that it was asked for, ConvertTo-Json writes a list or an object as one text."""
    found = judged(tmp_path, changed(LEGACY, {f"conditions.{path}": "All"}))
    assert found.facts["clients_blocked"] == []
    gap = found.unread["clients_blocked"]
    assert gap.reason is Reason.UNSUPPORTED and "-Depth 10" in gap.detail


def test_what_powershell_writes_for_nothing_is_no_condition(tmp_path: Path) -> None:
    nothing = {
        "conditions.devices": {"deviceFilter": {"mode": None, "rule": None}, "includeDevices": None},
        "conditions.locations": {"includeLocations": None, "excludeLocations": []},
        "conditions.platforms": {"includePlatforms": None, "excludePlatforms": None},
        "conditions.authenticationFlows": {"transferMethods": None},
        "conditions.applications.applicationFilter": {"mode": None, "rule": None},
        "conditions.additionalProperties": {"a": "b"},
        "grantControls.authenticationStrength": {"id": None, "allowedCombinations": None},
    }
    found = judged(tmp_path, changed(LEGACY, nothing))
    assert found.facts["clients_blocked"] == ["exchangeActiveSync", "other"]


def test_accounts_and_groups_are_counted_not_named(tmp_path: Path) -> None:
    path = tmp_path / "policies.json"
    path.write_text(json.dumps([changed(LEGACY, {"conditions.users.excludeGroups": [EMERGENCY]})]), "utf-8")
    assert EMERGENCY.encode() not in evidence_of("conditional_access", path)
    (relied,) = read("conditional_access", path).facts["relied_on"]  # type: ignore[misc]
    assert relied["left_out"] == 2


UNUSABLE = {
    "empty": b"",
    "blank": b" \n ",
    "cut short": json.dumps({"value": [LEGACY]}).encode()[:-10],
    "CSV": b"Name,State\nBlock,on\n",
    "no policies": b'{"error": {"code": "Forbidden"}}',
    "a number": b"1",
    "wrong encoding": '{"value": []} é'.encode("cp1252"),
    "deep": b"[" * 100_000,
    "huge": b"[" + b" " * (17 << 20),
}


@pytest.mark.parametrize("content", UNUSABLE.values(), ids=UNUSABLE)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "policies.json"
    path.write_bytes(content)
    with pytest.raises(ContentError, match=r"policies\.json"):
        read("conditional_access", path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"missing\.json: cannot be read"):
        read("conditional_access", tmp_path / "missing.json")
