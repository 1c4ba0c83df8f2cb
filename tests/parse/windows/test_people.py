"""Removable discs, joins, personal clouds and screen locks: what Windows lets people do."""

import base64
from pathlib import Path
from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import enrolment, removable_media, signed_in
from igaudit.parse.windows.steps import Meta
from tests.parse.windows.said import ABSENT, DENIED, asked, key, ok, rows

RECORDED = Path(__file__).parents[4] / "shared/samples/windows/msdocs/dsregcmd-hybrid-joined.txt"
DISCS = "{53F5630D-B6BF-11D0-94F2-00A0C91EFB8B}"
CAMERAS = "{6AC27878-A6FA-4155-BA85-F98F491D4F33}"


def media(**steps: Any) -> dict[str, Any]:
    names = ("bitlocker", "storage", "managed", "usb_storage", "usb_attached_scsi")
    return dict(removable_media.control(asked(**{**dict.fromkeys(names, ABSENT), **steps})))


def test_nothing_set_is_nothing_controlled() -> None:
    assert media() == {"writes_need_bitlocker": False, "writes_denied": False, "usb_storage_off": False}


@pytest.mark.parametrize(("value", "expected"), [(1, True), (0, False)])
def test_writing_may_need_bitlocker(value: int, expected: bool) -> None:
    facts = media(bitlocker=key(RDVDenyWriteAccess=value), feature=rows())
    assert facts["writes_need_bitlocker"] is expected


@pytest.mark.parametrize(
    ("about", "feature", "expected"),
    [
        (Meta(product="WinNT", edition="Professional"), ABSENT, True),
        (Meta(product="WinNT", edition="CoreSingleLanguage"), rows(), Reason.UNSUPPORTED),
        (Meta(product="ServerNT"), rows({"DeviceID": "x"}), True),
        (Meta(product="ServerNT"), ABSENT, Reason.UNSUPPORTED),
        (Meta(product="LanmanNT"), DENIED, Reason.DENIED),
    ],
)
def test_the_policy_is_worth_nothing_without_bitlocker(
    about: Meta, feature: dict[str, Any], expected: bool | Reason
) -> None:
    steps = asked(about, bitlocker=key(RDVDenyWriteAccess=1), feature=feature)
    said = removable_media.control(steps)["writes_need_bitlocker"]
    assert (said.reason if isinstance(said, Unread) else said) == expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ({"storage": key(Deny_All=1)}, True),
        ({"storage": key({DISCS: key(Deny_Write=1)})}, True),
        ({"storage": key({DISCS.lower(): key(Deny_Write=1)})}, True),
        ({"managed": key(RemovableDiskDenyWriteAccess=1)}, True),
        ({"storage": key(Deny_All=0)}, False),
        ({"storage": key({DISCS: key(Deny_Write=0)})}, False),
        ({"storage": key({DISCS: key()})}, False),
        # Of another class of devices.
        ({"storage": key({CAMERAS: key(Deny_Write=1)})}, False),
        ({"managed": key(RemovableDiskDenyWriteAccess=0)}, False),
    ],
)
def test_writing_may_be_denied(steps: dict[str, Any], expected: bool) -> None:
    assert media(**steps, enumerator=key(Start=3))["writes_denied"] is expected


@pytest.mark.parametrize(
    ("service", "expected"), [(key(Start=4), False), (key(Start=3), True), (ABSENT, None)]
)
def test_a_policy_that_no_service_puts_into_force_denies_nothing(
    service: dict[str, Any], expected: bool | None
) -> None:
    said = media(storage=key(Deny_All=1), enumerator=service)["writes_denied"]
    assert (None if isinstance(said, Unread) else said) is expected


@pytest.mark.parametrize(
    ("usual", "attached", "off"),
    [
        (key(Start=4), key(Start=4), True),
        (key(Start=4), key(Start=3), False),
        (key(Start=3), key(Start=4), False),
        # A driver that is not there comes with the first disc.
        (key(Start=4), ABSENT, False),
        (ABSENT, key(Start=4), False),
    ],
)
def test_both_drivers_carry_usb_storage(usual: dict[str, Any], attached: dict[str, Any], off: bool) -> None:
    assert media(usb_storage=usual, usb_attached_scsi=attached)["usb_storage_off"] is off


@pytest.mark.parametrize("step", ["bitlocker", "storage", "usb_storage"])
def test_a_policy_that_could_not_be_read_is_not_off(step: str) -> None:
    assert any(isinstance(value, Unread) for value in media(**{step: DENIED}).values())


def status(text: str, code: int = 0) -> dict[str, Any]:
    return ok({"status": code, "out": base64.b64encode(text.encode()).decode(), "err": ""})


def joins(**steps: Any) -> dict[str, Any]:
    usual = {
        "status": status("             AzureAdJoined : NO\r\n           WorkplaceJoined : YES\r\n"),
        "computer": rows({"PartOfDomain": False}),
        "enrolments": key(),
    }
    return dict(enrolment.joins(asked(**{**usual, **steps})))


def test_a_personal_machine_with_a_work_account_is_neither_joined_nor_managed() -> None:
    assert joins() == {"domain_joined": False, "entra_joined": False, "managed": False}


@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings are not here")
def test_a_hybrid_machine_of_the_documentation() -> None:
    assert joins(status=status(RECORDED.read_text("utf-8")))["entra_joined"] is True


@pytest.mark.parametrize("said", [ABSENT, status("", 1), status(""), status("AzureAdJoined : JA")])
def test_what_dsregcmd_does_not_say_is_open(said: dict[str, Any]) -> None:
    assert isinstance(joins(status=said)["entra_joined"], Unread)


@pytest.mark.parametrize("said", [rows(), rows({"PartOfDomain": None}), DENIED])
def test_whether_it_is_in_a_domain_may_be_open(said: dict[str, Any]) -> None:
    assert isinstance(joins(computer=said)["domain_joined"], Unread)


@pytest.mark.parametrize(
    ("entry", "managed"),
    [
        (key(ProviderID="MS DM Server", EnrollmentState=1), True),
        (key(ProviderID="MS DM Server", EnrollmentState=0), False),
        (key(ProviderID="WMI_Bridge_Server", EnrollmentState=1), False),
        (key(EnrollmentState=1), False),
    ],
)
def test_management_is_an_enrolment_that_is_in_force(entry: dict[str, Any], managed: bool) -> None:
    assert joins(enrolments=key({"Context": key(), "18DCFFD4": entry}))["managed"] is managed


def test_an_enrolment_that_failed_may_be_one_that_was_only_not_renewed() -> None:
    failed = key(ProviderID="MS DM Server", EnrollmentState=4)
    said = joins(enrolments=key({"18DCFFD4": failed}))["managed"]
    assert said.reason == Reason.UNSUPPORTED
    good = key(ProviderID="MS DM Server", EnrollmentState=1)
    assert joins(enrolments=key({"18DCFFD4": failed, "2": good}))["managed"] is True
    assert (
        joins(enrolments=key({"3": key(ProviderID="WMI_Bridge_Server", EnrollmentState=4)}))["managed"]
        is False
    )


def test_a_closed_enrolment_may_be_one() -> None:
    facts = joins(enrolments=key({"18DCFFD4": {"state": "denied"}}))
    assert facts["managed"] == Unread(Reason.DENIED, "enrolments\\18DCFFD4: access denied")


def person(
    sid: str = "S-1-5-21-1-2-3-1001", said: dict[str, Any] | None = None, **other: Any
) -> dict[str, Any]:
    return {**(said or ABSENT), "sid": sid, "session": True, "mine": False, **other}


def locks(*people: dict[str, Any]) -> Any:
    return signed_in.lock(asked(users=rows(*people)))["users"]


SAVER = {
    "ScreenSaveActive": "1",
    "ScreenSaverIsSecure": "1",
    "ScreenSaveTimeOut": "600",
    "SCRNSAVE.EXE": "scrnsave.scr",
}


def test_a_screen_saver_that_policy_demands_and_that_asks_for_the_password_locks() -> None:
    assert locks(person(said=key(**SAVER)))[0] == {
        "user": "S-1-5-21-1-2-3-1001",
        "locks": True,
        "idle_seconds": 600,
    }


@pytest.mark.parametrize(
    "change", [{"ScreenSaveActive": "0"}, {"ScreenSaverIsSecure": "0"}, {"SCRNSAVE.EXE": ""}]
)
def test_a_screen_saver_without_one_of_these_locks_nothing(change: dict[str, str]) -> None:
    assert locks(person(said=key(**{**SAVER, **change})))[0]["locks"] is False


@pytest.mark.parametrize("value", ["", "soon", "9" * 12, "-1"])
def test_a_time_that_is_none_is_not_set(value: str) -> None:
    assert locks(person(said=key(**{**SAVER, "ScreenSaveTimeOut": value})))[0]["idle_seconds"] is None


def test_without_policies_nothing_locks() -> None:
    assert locks(person())[0] == {"user": "S-1-5-21-1-2-3-1001", "locks": False, "idle_seconds": None}


@pytest.mark.parametrize("people", [(), (person(session=False),), (person(mine=True),)])
def test_where_nobody_is_signed_in_nothing_is_known_of_anybody(people: tuple[dict[str, Any], ...]) -> None:
    assert locks(*people).reason == Reason.NOT_COLLECTED


def test_one_whose_policies_are_closed_closes_the_list() -> None:
    assert locks(person(said=key(**SAVER)), person("S-1-5-21-1-2-3-1002", DENIED)).reason == Reason.DENIED


def clouds(*people: dict[str, Any], **steps: Any) -> dict[str, Any]:
    return dict(
        signed_in.clouds(asked(**{"onedrive": ABSENT, "system": key(), "users": rows(*people), **steps}))
    )


@pytest.mark.parametrize(("value", "off"), [(1, True), (0, False)])
def test_a_personal_onedrive(value: int, off: bool) -> None:
    facts = clouds(person(said=key(DisablePersonalSync=value)), onedrive=key(DisableFileSyncNGSC=value))
    assert facts["users"][0]["personal_sync_off"] is off
    assert facts["onedrive_off"] is off


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "allowed"),
        ({"NoConnectedUser": 0}, "allowed"),
        ({"NoConnectedUser": 1}, "not-added"),
        ({"NoConnectedUser": 3}, "barred"),
    ],
)
def test_microsoft_accounts(values: dict[str, int], expected: str) -> None:
    assert clouds(system=key(**values))["microsoft_accounts"] == expected


@pytest.mark.parametrize("said", [key(NoConnectedUser=2), DENIED])
def test_what_has_no_meaning_is_not_read(said: dict[str, Any]) -> None:
    assert isinstance(clouds(system=said)["microsoft_accounts"], Unread)
