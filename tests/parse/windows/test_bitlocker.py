"""BitLocker's volumes, as Win32_EncryptableVolume tells them."""

import json
from pathlib import Path
from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows import bitlocker
from igaudit.parse.windows.steps import Meta
from tests.parse.windows.said import ABSENT, DENIED, asked, key, rows

CLIENT = Meta(build=26100, product="WinNT", admin=True)
SERVER = Meta(build=20348, product="ServerNT", admin=True)
RECORDED = Path(__file__).parents[4] / "shared/samples/windows/cnquery-mpl/bitlocker_status.json"
LOCKED_VOLUME = 0x80310000
SYSTEM = {"OSRecovery": 1, "OSActiveDirectoryBackup": 1, "OSRequireActiveDirectoryBackup": 1}


def volume(**changes: Any) -> dict[str, Any]:
    return {
        "device": "\\\\?\\Volume{1}\\",
        "letter": "C:",
        "type": 0,
        "protection": 1,
        "conversion": {"status": 0, "ConversionStatus": 1, "EncryptionFlags": 0, "WipingStatus": 0},
        "method": {"status": 0, "EncryptionMethod": 7},
        "protectors": {"status": 0, "types": [1, 3]},
        **changes,
    }


def read(row: dict[str, Any], policy: dict[str, Any] = ABSENT) -> dict[str, Any]:
    facts = bitlocker.volumes(asked(CLIENT, encryption=rows(row), policy=policy))
    (record,) = facts["volumes"]  # type: ignore[misc]
    return record


def converted(status: int, flags: int | None = 0, wiping: int | None = 0) -> dict[str, Any]:
    return {"status": 0, "ConversionStatus": status, "EncryptionFlags": flags, "WipingStatus": wiping}


def test_a_protected_volume() -> None:
    assert read(volume()) == {
        "mount": "C:",
        "kind": "system",
        "recovery_kept": False,
        "locked": False,
        "conversion": "encrypted",
        "suspended": False,
        "used_space_only": False,
        "method": "xts-aes-256",
        "protectors": ["tpm", "recovery-password"],
    }


@pytest.mark.parametrize(
    ("conversion", "protection", "suspended"),
    [(1, 0, True), (1, 1, False), (0, 0, False), (2, 0, False), (5, 0, False), (1, 2, None), (1, None, None)],
)
def test_suspended_is_what_is_encrypted_with_its_key_in_the_clear(
    conversion: int, protection: int | None, suspended: bool | None
) -> None:
    record = read(volume(protection=protection, conversion=converted(conversion)))
    assert record.get("suspended") is suspended


@pytest.mark.parametrize(
    ("flags", "wiping", "expected"),
    [
        (0, 0, False),
        (1, 0, True),
        (1, 1, False),
        (3, 2, True),
        (None, 0, "unread"),
        (1, None, "unread"),
        (0, None, False),
    ],
)
def test_free_space_that_was_wiped_is_not_left_as_it_was(
    flags: int | None, wiping: int | None, expected: bool | str
) -> None:
    assert read(volume(conversion=converted(1, flags, wiping))).get("used_space_only", "unread") == expected


def test_of_a_plain_volume_free_space_is_no_question() -> None:
    record = read(volume(protection=0, conversion=converted(0), method={"status": 0, "EncryptionMethod": 0}))
    assert (record["conversion"], record["used_space_only"], record["method"]) == ("decrypted", None, "none")


def test_a_locked_volume_tells_little_and_nothing_is_made_up() -> None:
    failed = {"status": LOCKED_VOLUME}
    record = read(volume(protection=2, conversion=failed, method=failed))
    assert record["locked"] is True
    assert not {"suspended", "conversion", "method", "used_space_only"} & record.keys()


@pytest.mark.parametrize("status", [0x80310008, 0x80310008 - (1 << 32)])
def test_a_volume_without_protectors_has_none(status: int) -> None:
    assert read(volume(protectors={"status": status}))["protectors"] == []


@pytest.mark.parametrize("said", [{"status": LOCKED_VOLUME}, {"why": {}}, None, [], {"status": 0}])
def test_protectors_that_were_not_told_are_not_none(said: Any) -> None:
    assert "protectors" not in read(volume(protectors=said))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (1, "aes-128-diffuser"),
        (2, "aes-256-diffuser"),
        (3, "aes-128"),
        (4, "aes-256"),
        (5, "hardware"),
        (6, "xts-aes-128"),
        (7, "xts-aes-256"),
    ],
)
def test_methods(code: int, name: str) -> None:
    assert read(volume(method={"status": 0, "EncryptionMethod": code}))["method"] == name


def test_types_of_protectors() -> None:
    names = [
        *("tpm", "external-key", "recovery-password", "tpm-pin", "tpm-startup-key", "tpm-pin-startup-key"),
        *("public-key", "password", "tpm-certificate", "account", "other"),
    ]
    assert read(volume(protectors={"status": 0, "types": list(range(1, 12))}))["protectors"] == names


@pytest.mark.parametrize(
    ("code", "kind", "begin"), [(0, "system", "OS"), (1, "fixed", "FDV"), (2, "removable", "RDV")]
)
def test_each_kind_of_volume_has_policies_of_its_own(code: int, kind: str, begin: str) -> None:
    own = {name.replace("OS", begin, 1): value for name, value in SYSTEM.items()}
    record = read(volume(type=code), key(None, **own))
    assert (record["kind"], record["recovery_kept"]) == (kind, True)


@pytest.mark.parametrize(
    ("code", "name"), [(2, "encrypting"), (3, "decrypting"), (4, "encrypting"), (5, "decrypting")]
)
def test_a_conversion_that_goes_on_or_was_paused(code: int, name: str) -> None:
    assert read(volume(conversion=converted(code)))["conversion"] == name


def test_a_volume_without_a_letter_is_told_by_its_path() -> None:
    assert read(volume(letter=None))["mount"] == "\\\\?\\Volume{1}"


def test_what_a_question_that_failed_carries_is_no_answer() -> None:
    said = {**converted(1), "status": LOCKED_VOLUME}
    assert "conversion" not in read(volume(conversion=said))


@pytest.mark.parametrize("code", [8, -1, None, "7", True])
def test_a_method_that_nobody_knows_is_not_told(code: Any) -> None:
    assert "method" not in read(volume(method={"status": 0, "EncryptionMethod": code}))


def test_older_windows_does_not_say_of_which_kind_a_volume_is() -> None:
    record = read(volume(type=None), key(**SYSTEM))
    assert not {"kind", "recovery_kept"} & record.keys()


@pytest.mark.parametrize("name", SYSTEM)
@pytest.mark.parametrize("value", [0, None])
def test_all_three_policies_keep_the_recovery_password(name: str, value: int | None) -> None:
    said = {**SYSTEM, name: value}
    assert read(volume(), key(**SYSTEM))["recovery_kept"] is True
    assert read(volume(), key(**{n: v for n, v in said.items() if v is not None}))["recovery_kept"] is False
    # Those for the volume of Windows say nothing of others.
    assert read(volume(type=1), key(**SYSTEM))["recovery_kept"] is False


@pytest.mark.parametrize(("kinds", "whole"), [((1, 2), False), ((1, 0), True), ((1, None), True)])
def test_the_volume_of_windows_is_always_one_of_them(kinds: tuple[int | None, ...], whole: bool) -> None:
    facts = bitlocker.volumes(
        asked(CLIENT, encryption=rows(*(volume(type=kind) for kind in kinds)), policy=ABSENT)
    )
    assert len(facts["volumes"]) == len(kinds)  # type: ignore[arg-type]
    assert ("incomplete" not in facts) is whole


def test_a_server_without_the_feature_has_no_bitlocker() -> None:
    with pytest.raises(Absent):
        bitlocker.volumes(asked(SERVER, encryption=ABSENT, policy=ABSENT))


@pytest.mark.parametrize(
    ("about", "said", "reason"),
    [
        (CLIENT, ABSENT, Reason.UNSUPPORTED),
        (Meta(product="ServerNT", admin=False), ABSENT, Reason.UNSUPPORTED),
        (SERVER, DENIED, Reason.DENIED),
        (SERVER, rows(), Reason.FAILED),
    ],
)
def test_what_was_not_told_is_not_absent(about: Meta, said: dict[str, Any], reason: Reason) -> None:
    facts = bitlocker.volumes(asked(about, encryption=said, policy=ABSENT))
    assert isinstance(facts["volumes"], Unread)
    assert facts["volumes"].reason == reason


@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings are not here")
def test_a_recording_of_windows_10() -> None:
    said = [
        volume(
            letter=item["volume"]["DriveLetter"],
            type=item["volume"]["VolumeType"],
            protection=item["volume"]["ProtectionStatus"],
            conversion={"status": 0, **item["conversionStatus"]},
            method={"status": 0, "EncryptionMethod": item["volume"]["EncryptionMethod"]},
        )
        for item in json.loads(RECORDED.read_text("utf-8"))
    ]
    first, second = (read(row) for row in said)
    assert (first["kind"], first["method"], first["used_space_only"]) == ("system", "xts-aes-128", True)
    assert (second["kind"], second["conversion"], second["suspended"]) == ("removable", "decrypted", False)
