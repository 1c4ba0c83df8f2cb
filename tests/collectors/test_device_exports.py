"""Exports of Intune, Entra ID and Exchange in each of their forms, and in forms that they should not have."""

import json
from pathlib import Path
from typing import Any

import pytest

from igaudit.errors import ContentError
from igaudit.model.facts import COLLECTED, Reason
from igaudit.model.register import pseudonym
from tests.collectors.exports import as_csv, evidence_of, read

DEVICE = "7b7c7f1e-aaaa-4bbb-8ccc-000000000001"
ENTRA = "11111111-aaaa-4bbb-8ccc-000000000001"
NEVER = "0001-01-01T00:00:00Z"
GRAPH: dict[str, Any] = {
    "id": DEVICE,
    "deviceName": "Ann's phone",
    "managedDeviceOwnerType": "personal",
    "operatingSystem": "iOS",
    "osVersion": "26.1",
    "complianceState": "compliant",
    "complianceGracePeriodExpirationDateTime": NEVER,
    "jailBroken": "False",
    "managementAgent": "mdm",
    "easDeviceId": "EAS1",
    "azureADDeviceId": ENTRA,
    "isEncrypted": True,
    "userPrincipalName": "Ann@example.nhs.uk",
    "serialNumber": "SN-1",
    "imei": "350000000000000",
    "phoneNumber": "+447700900000",
    "notes": "asked twice",
    "activationLockBypassCode": "AAAAA-BBBBB",
    "androidSecurityPatchLevel": "",
    "lastSyncDateTime": "2026-11-20T08:00:00Z",
    "deviceActionResults": [],
}
PORTAL = {
    "Device ID": DEVICE,
    "Device name": "Ann's phone",
    "Last check-in": "2026-11-20 08:00:00.0000000",
    "Azure AD Device ID": ENTRA,
    "OS version": "26.1",
    "EAS activation ID": "EAS1",
    "Serial number": "SN-1",
    "IMEI": "350000000000000",
    "Compliance grace period expiration": "9999-12-31 23:59:59.0000000",
    "Security patch level": "",
    "Primary user UPN": "ann@EXAMPLE.nhs.uk",
    "Compliance": "Compliant",
    "Managed by": "Intune",
    "Ownership": "Personal",
    "Encrypted": "True",
    "OS": "iOS",
    "SkuFamily": "",
    "Phone number": "+447700900000",
    "Jailbroken": "False",
}
REPORT = {
    "DeviceId": DEVICE,
    "DeviceName": "Ann's phone",
    "OwnerType": "2",
    "LastContact": "2026-11-20 08:00:00.0000000",
    "ManagementAgents": "2",
    "OSVersion": "26.1",
    "EasID": "EAS1",
    "SerialNumber": "SN-1",
    "EncryptionStatus": "1",
    "UPN": "ann@example.nhs.uk",
    "CompliantState": "1",
    "JailBroken": "False",
    "ReferenceId": ENTRA,
    "OS": "iOS",
    "SkuFamily": "",
    "InGracePeriodUntil": "0001-01-01 00:00:00.0000000",
    "AndroidPatchLevel": "",
}
PERSONAL = (
    b"Ann",
    b"ann@",
    b"SN-1",
    b"350000000000000",
    b"447700900000",
    b"AAAAA-BBBBB",
    b"asked twice",
    b"EAS1",
)


def graph(path: Path, *devices: dict[str, Any], **more: Any) -> Path:
    path.write_text(json.dumps({"value": list(devices), **more}), "utf-8")
    return path


def one(found: Any) -> dict[str, Any]:
    (row,) = found.facts["rows"]
    return {name: value for name, value in row.items() if name not in ("at", "actions")}


def test_three_forms_of_a_device_say_the_same(tmp_path: Path) -> None:
    forms = [
        graph(tmp_path / "graph.json", GRAPH),
        as_csv(tmp_path / "portal.csv", PORTAL, encoding="utf-8-sig"),
        as_csv(tmp_path / "report.csv", REPORT, encoding="utf-16", separator=";"),
    ]
    rows = [one(read("devices", form)) for form in forms]
    for row in rows:
        row.pop("edition", None)
    assert (
        rows[0]
        == rows[1]
        == rows[2]
        == {
            "device": pseudonym("device", DEVICE),
            "account": pseudonym("user", "ann@example.nhs.uk"),
            "owner": "personal",
            "system": "ios",
            "os_version": "26.1",
            "compliance": "compliant",
            "grace_until": None,
            "jailbroken": "false",
            "encrypted": True,
            "last_sync": "2026-11-20T08:00:00Z",
            "agent": "mdm",
            "entra": pseudonym("entra", ENTRA),
            "eas": pseudonym("easdevice", "EAS1"),
            "serial": pseudonym("serial", "SN-1"),
        }
    )


@pytest.mark.parametrize("form", ["graph", "portal", "report"])
def test_nothing_personal_is_in_the_evidence(tmp_path: Path, form: str) -> None:
    path = graph(tmp_path / "a.json", GRAPH) if form == "graph" else tmp_path / "a.csv"
    if form != "graph":
        as_csv(path, PORTAL if form == "portal" else REPORT)
    raw = evidence_of("devices", path)
    assert not [word for word in PERSONAL if word in raw]


@pytest.mark.parametrize(
    ("column", "field", "words"),
    [
        (
            "Ownership",
            "owner",
            {"Corporate": "company", "1": "company", "2": "personal", "Unknown": "unknown"},
        ),
        (
            "Compliance",
            "compliance",
            {
                "0": "unknown",
                "1": "compliant",
                "2": "noncompliant",
                "Not Compliant": "noncompliant",
                "3": "conflict",
                "4": "error",
                "254": "in-grace-period",
                "inGracePeriod": "in-grace-period",
                "255": "config-manager",
            },
        ),
        ("Encrypted", "encrypted", {"yes": True, "0": False, "FALSE": False}),
        ("Jailbroken", "jailbroken", {"True": "true", "Unknown": "unknown"}),
        ("Managed by", "agent", {"mdm": "mdm", "8": "configurationmanagerclient", "MSSense": "mssense"}),
    ],
)
def test_enumerations_as_numbers_and_as_words(
    tmp_path: Path, column: str, field: str, words: dict[str, object]
) -> None:
    rows = [{**PORTAL, column: word} for word in words]
    found: Any = read("devices", as_csv(tmp_path / "a.csv", *rows)).facts
    assert [row[field] for row in found["rows"]] == list(words.values())
    assert found["malformed"] == []


@pytest.mark.parametrize(
    "never", [NEVER, "0001-01-01 00:00:00.0000000", "1/1/0001 12:00:00 AM", "01/01/0001 00:00:00"]
)
def test_the_first_day_of_all_is_never(tmp_path: Path, never: str) -> None:
    found = one(read("devices", as_csv(tmp_path / "a.csv", {**PORTAL, "Last check-in": never})))
    assert found["last_sync"] is None


def test_dates_in_the_order_of_a_country(tmp_path: Path) -> None:
    both, odd = [{**PORTAL, "Last check-in": said} for said in ("20/11/2026 08:00", "03/11/2026 08:00")]
    undecided: Any = read("devices", as_csv(tmp_path / "a.csv", odd)).facts
    assert "last_sync" not in undecided["rows"][0]
    assert undecided["malformed"][0]["at"] == "a.csv:2"
    decided: Any = read("devices", as_csv(tmp_path / "b.csv", odd, both)).facts
    assert [row["last_sync"] for row in decided["rows"]] == ["2026-11-03T08:00:00Z", "2026-11-20T08:00:00Z"]


def test_what_a_form_does_not_say_is_unknown(tmp_path: Path) -> None:
    shorter = {
        name: text for name, text in PORTAL.items() if name not in ("Encrypted", "Security patch level")
    }
    found = one(read("devices", as_csv(tmp_path / "a.csv", shorter)))
    assert {"encrypted", "actions", "patch_level"}.isdisjoint(found)


def test_an_empty_cell_for_encryption_is_unknown(tmp_path: Path) -> None:
    assert "encrypted" not in one(read("devices", as_csv(tmp_path / "a.csv", {**PORTAL, "Encrypted": ""})))


def test_nested_actions_are_read(tmp_path: Path) -> None:
    action = {
        "@odata.type": "microsoft.graph.deviceActionResult",
        "actionName": "factoryReset",
        "actionState": "pending",
        "startDateTime": "2026-11-18T09:00:00Z",
        "lastUpdatedDateTime": NEVER,
    }
    health = {"bitLockerStatus": "on", "lastUpdateDateTime": "x"}
    device = {**GRAPH, "deviceActionResults": [action], "deviceHealthAttestationState": health}
    found: Any = read("devices", graph(tmp_path / "a.json", device)).facts
    assert found["rows"][0]["actions"] == [
        {
            "action_name": "factoryReset",
            "action_state": "pending",
            "start_date_time": "2026-11-18T09:00:00Z",
            "last_updated_date_time": NEVER,
        }
    ]


@pytest.mark.parametrize("whole", [True, False], ids=["a list", "the text of a list"])
def test_of_actions_only_what_and_when_leaves_the_file(tmp_path: Path, whole: bool) -> None:
    """Graph puts the passcode that a reset or a remote lock gave a device beside it, and where it is."""
    action = {
        "actionName": "resetPasscode",
        "actionState": "done",
        "startDateTime": "2026-11-01T09:00:00Z",
        "lastUpdatedDateTime": "2026-11-01T09:30:00Z",
        "passcode": "REDACT-ME-1",
        "unlockPin": "REDACT-ME-2",
        "deviceLocation": {"latitude": 51.5},
        "userName": {"actionName": "REDACT-ME-3"},
    }
    actions = [action, {"actionName": {"passcode": "REDACT-ME-4"}}]
    device = {**GRAPH, "deviceActionResults": actions if whole else json.dumps(actions)}
    raw = evidence_of("devices", graph(tmp_path / "a.json", device))
    assert b"REDACT-ME" not in raw and b"51.5" not in raw
    assert (b"resetPasscode" in raw) is whole


def test_an_action_without_a_name_is_a_gap_in_its_device_alone(tmp_path: Path) -> None:
    odd = {**GRAPH, "id": DEVICE[:-1] + "2", "deviceActionResults": [{"actionState": "done"}]}
    found = read("devices", graph(tmp_path / "a.json", GRAPH, odd))
    first, second = found.facts["rows"]
    assert first["actions"] == [] and "actions" not in second
    (gap,) = found.facts["malformed"]
    assert (gap["at"], gap["column"]) == ("a.json:item 2", "actions") and "action_name" in gap["says"]


def test_pages_without_the_last_one_are_incomplete(tmp_path: Path) -> None:
    first = graph(tmp_path / "1.json", GRAPH, **{"@odata.nextLink": "https://graph.microsoft.com/v1.0/next"})
    assert read("devices", first).unread["rows"].reason is Reason.INCOMPLETE_RECORD
    last = graph(tmp_path / "2.json", {**GRAPH, "id": "other"})
    whole = read("devices", first, last)
    assert whole.status == COLLECTED and not whole.unread and len(whole.facts["rows"]) == 2  # type: ignore[arg-type]
    other = as_csv(tmp_path / "portal.csv", PORTAL)
    assert read("devices", first, other).unread["rows"].reason is Reason.INCOMPLETE_RECORD
    assert not read("devices", first, other, last).unread


UNUSABLE = {
    "empty": b"",
    "cut short": json.dumps({"value": [GRAPH, GRAPH]}).encode()[:-40],
    "another report": b"Policy,Setting\nDefault,on\n",
    "a web page": b"<!DOCTYPE html><html>sign in</html>",
    "two encodings": b"Device ID,Ownership,OS\n\xc3\xa9,Personal,iOS\n\xe9\x80x,Personal,iOS\n",
    "binary": b"Device ID,Ownership,OS\n\x00\x01\x02",
}


@pytest.mark.parametrize("content", UNUSABLE.values(), ids=UNUSABLE)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "devices.csv"
    path.write_bytes(content)
    with pytest.raises(ContentError, match=r"devices\.csv"):
        read("devices", path)


def test_a_row_that_cannot_be_read_is_a_gap(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", PORTAL)
    path.write_bytes(path.read_bytes() + b"one,two\r\n")
    found = read("devices", path)
    assert found.unread["rows"].reason is Reason.UNPARSABLE
    assert "a.csv:3" in found.unread["rows"].detail


def test_a_formula_is_text_and_no_more(tmp_path: Path) -> None:
    found: Any = read("devices", as_csv(tmp_path / "a.csv", {**PORTAL, "OS": "=HYPERLINK(1)"})).facts
    assert found["rows"][0]["system"] == "=hyperlink(1)"


def test_entra_devices_as_graph_and_as_csv(tmp_path: Path) -> None:
    said = {
        "deviceId": ENTRA,
        "trustType": "Workplace",
        "operatingSystem": "Android",
        "operatingSystemVersion": "16",
        "isManaged": None,
        "accountEnabled": True,
        "displayName": "Ann's phone",
    }
    row = {name: "" if value is None else str(value) for name, value in said.items()}
    forms = (graph(tmp_path / "a.json", said), as_csv(tmp_path / "a.csv", row))
    for form in forms:
        found = one(read("entra_devices", form))
        assert found == {
            "device": pseudonym("entra", ENTRA),
            "trust": "registered",
            "system": "android",
            "os_version": "16",
            "managed": None,
            "enabled": True,
        }


def test_what_exchange_calls_a_device_is_what_intune_knows_it_by(tmp_path: Path) -> None:
    row = {"DeviceId": "eas1", "DeviceAccessState": "DeviceDiscovery", "ClientType": "EAS", "IsManaged": ""}
    found = one(read("mobile_devices", as_csv(tmp_path / "a.csv", row)))
    assert found["device"] == one(read("devices", graph(tmp_path / "a.json", GRAPH)))["eas"]
    assert (found["access"], found["client"], found["managed"]) == ("discovery", "eas", None)


def test_times_of_exchange_need_a_zone(tmp_path: Path) -> None:
    row = {"DeviceId": "EAS1", "LastSuccessSync": "20/07/2026 10:15:00", "Status": "DeviceOk"}
    path = as_csv(tmp_path / "a.csv", row)
    assert "last_sync" not in one(read("mobile_device_statistics", path))
    local = one(read("mobile_device_statistics", path, zone="Europe/London"))
    assert local["last_sync"] == "2026-07-20T09:15:00Z"


def test_mailbox_policies_of_old_and_new_servers(tmp_path: Path) -> None:
    new = {
        "Name": "Default",
        "PasswordEnabled": "True",
        "MinPasswordLength": "",
        "AllowSimplePassword": "False",
        "MaxInactivityTimeLock": "00:15:00",
        "MaxPasswordFailedAttempts": "Unlimited",
        "RequireDeviceEncryption": "True",
        "AllowNonProvisionableDevices": "False",
    }
    old = {
        "Name": "Default",
        "DevicePasswordEnabled": "True",
        "MinDevicePasswordLength": "",
        "AllowSimpleDevicePassword": "False",
        "MaxInactivityTimeDeviceLock": "00:15:00",
        "MaxDevicePasswordFailedAttempts": "Unlimited",
        "RequireDeviceEncryption": "True",
        "AllowNonProvisionableDevices": "False",
    }
    for number, form in enumerate((new, old)):
        assert one(read("mailbox_policies", as_csv(tmp_path / f"{number}.csv", form))) == {
            "policy": "Default",
            "password_required": True,
            "password_length": None,
            "simple_password": False,
            "lock_after_seconds": 900,
            "failed_attempts": None,
            "encryption_required": True,
            "non_provisionable_allowed": False,
        }


def test_the_account_of_an_app_is_no_display_name(tmp_path: Path) -> None:
    row = {"User": "Ann", "Email": "ann@example.nhs.uk", "App": "Outlook", "AppProtectionStatus": "Protected"}
    found = one(read("app_protection", as_csv(tmp_path / "a.csv", row)))
    assert found["account"] == pseudonym("user", "ann@example.nhs.uk")


def test_leavers_are_found_in_a_list_of_accounts(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Leavers in October\n\nEmail address;Last day\nann@example.nhs.uk;31/10/2026\n", "cp1252")
    found = one(read("leavers", path))
    assert found == {"account": pseudonym("user", "ann@example.nhs.uk"), "left": "2026-10-31"}


def test_members_of_roles_as_graph_gives_them(tmp_path: Path) -> None:
    said = {
        "principal": {"displayName": "Ann", "userPrincipalName": "ann@example.nhs.uk"},
        "roleDefinition": {"displayName": "Global Administrator"},
    }
    found = one(read("privileged_accounts", graph(tmp_path / "a.json", said)))
    assert found == {"account": pseudonym("user", "ann@example.nhs.uk"), "role": "Global Administrator"}
