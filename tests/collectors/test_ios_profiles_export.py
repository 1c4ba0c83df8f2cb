"""Configuration profiles: plain, signed, encrypted and broken ones."""

import plistlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from igaudit.errors import ContentError
from igaudit.model.facts import Reason
from tests.collectors.exports import evidence_of, read

RESTRICTIONS = {
    "PayloadType": "com.apple.applicationaccess",
    "allowOpenFromManagedToUnmanaged": False,
    "allowManagedAppsCloudSync": False,
    "allowCloudBackup": False,
    "forceAirDropUnmanaged": True,
    "allowLockScreenControlCenter": False,
}
PASSCODE = {
    "PayloadType": "com.apple.mobiledevice.passwordpolicy",
    "forcePIN": True,
    "allowSimple": False,
    "minLength": 6,
    "maxFailedAttempts": 10,
    "maxInactivity": 5,
}
WIFI = {"PayloadType": "com.apple.wifi.managed", "SSID_STR": "Ward", "Password": "open sesame"}
STRICT: dict[str, Any] = {
    "open_in_unmanaged": False,
    "managed_cloud_sync": False,
    "cloud_backup": False,
    "airdrop_unmanaged": True,
    "control_centre_when_locked": False,
    "passcode_required": True,
    "simple_passcode": False,
    "passcode_length": 6,
    "failed_attempts": 10,
    "lock_after_minutes": 5,
}


def profile(path: Path, *payloads: object, binary: bool = False, **more: object) -> Path:
    content = {"PayloadType": "Configuration", "PayloadContent": list(payloads), **more}
    path.write_bytes(plistlib.dumps(content, fmt=plistlib.FMT_BINARY if binary else plistlib.FMT_XML))
    return path


def settings(*paths: Path) -> dict[str, object]:
    found = read("ios_profiles", *paths)
    return {name: found.facts.get(name, "unread") for name in STRICT}


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if not shutil.which("openssl"):
        pytest.skip("no openssl")
    folder = tmp_path_factory.mktemp("signer")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = (
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=trust",
        "-keyout",
        str(key),
        "-out",
        str(certificate),
    )
    subprocess.run(["openssl", "req", "-x509", *made], check=True, capture_output=True)
    return key, certificate


def signed(path: Path, signer: tuple[Path, Path], *options: str) -> Path:
    key, certificate = signer
    out = path.with_suffix(".signed")
    with_key = ("-signer", str(certificate), "-inkey", str(key), "-nodetach", "-binary", "-outform", "der")
    command = ["openssl", "cms", "-sign", *with_key, *options, "-in", str(path), "-out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    return out


@pytest.mark.parametrize("binary", [False, True])
def test_the_settings_of_a_plain_profile(tmp_path: Path, binary: bool) -> None:
    path = profile(tmp_path / "a.mobileconfig", RESTRICTIONS, PASSCODE, WIFI, binary=binary)
    assert settings(path) == STRICT
    assert b"sesame" not in evidence_of("ios_profiles", path)


def test_a_signed_profile_is_read_and_called_signed(tmp_path: Path, signer: tuple[Path, Path]) -> None:
    path = signed(profile(tmp_path / "a.mobileconfig", RESTRICTIONS, PASSCODE), signer)
    assert settings(path) == STRICT
    (named,) = read("ios_profiles", path).facts["profiles"]  # type: ignore[misc]
    assert named["signed"] is True


def test_a_signed_profile_in_pieces_stays_unread(tmp_path: Path, signer: tuple[Path, Path]) -> None:
    # -stream writes the plist in pieces, with lengths in between that are no part of it
    long = {**RESTRICTIONS, "PayloadDescription": "x" * 20_000}
    path = signed(profile(tmp_path / "a.mobileconfig", long, PASSCODE), signer, "-stream")
    found = read("ios_profiles", path)
    assert found.unread["open_in_unmanaged"].reason is Reason.UNSUPPORTED
    assert set(found.facts) == {"profiles"}


def test_an_encrypted_profile_leaves_open_what_others_do_not_settle(tmp_path: Path) -> None:
    hidden = profile(tmp_path / "b.mobileconfig", EncryptedPayloadContent=b"00")
    content = plistlib.loads(hidden.read_bytes())
    del content["PayloadContent"]
    hidden.write_bytes(plistlib.dumps(content))
    plain = profile(tmp_path / "a.mobileconfig", {**RESTRICTIONS, "allowCloudBackup": True})
    found = settings(plain, hidden)
    assert (found["open_in_unmanaged"], found["airdrop_unmanaged"]) == (False, True)
    assert found["cloud_backup"] == found["passcode_length"] == "unread"


def test_the_strictest_of_several_profiles_counts(tmp_path: Path) -> None:
    loose = {name: not value for name, value in RESTRICTIONS.items() if isinstance(value, bool)}
    lax = {**PASSCODE, "forcePIN": False, "allowSimple": True, "minLength": 4, "maxFailedAttempts": 11}
    first = profile(tmp_path / "a.mobileconfig", {**RESTRICTIONS, **loose}, {**lax, "maxInactivity": 15})
    second = profile(tmp_path / "b.mobileconfig", RESTRICTIONS, PASSCODE)
    assert settings(first, second) == settings(second, first) == STRICT


def test_what_no_profile_sets_is_nothing(tmp_path: Path) -> None:
    assert set(settings(profile(tmp_path / "a.mobileconfig", WIFI)).values()) == {None}


@pytest.mark.parametrize(
    "payload", [{**RESTRICTIONS, "allowCloudBackup": "no"}, {**PASSCODE, "minLength": True}, "text"], ids=str
)
def test_a_setting_of_the_wrong_type_is_a_gap(tmp_path: Path, payload: object) -> None:
    found = read("ios_profiles", profile(tmp_path / "a.mobileconfig", payload))
    assert "a.mobileconfig#1" in found.unread["profiles"].detail


UNUSABLE = {
    "empty": b"",
    "text": b"hello",
    "cut short": plistlib.dumps({"PayloadType": "Configuration", "PayloadContent": [RESTRICTIONS]})[:-60],
    "another plist": plistlib.dumps({"CFBundleName": "x"}),
    "a list": plistlib.dumps([1]),
    "entities": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><plist><string>&b;</string></plist>',
    "broken binary": b"bplist00" + b"\xff" * 40,
    "wrong number": b'<?xml version="1.0"?><plist><dict><key>a</key><integer>b</integer></dict></plist>',
    "huge": b"<" * (17 << 20),
}


@pytest.mark.parametrize("content", UNUSABLE.values(), ids=UNUSABLE)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mobileconfig"
    path.write_bytes(content)
    with pytest.raises(ContentError, match=r"a\.mobileconfig"):
        read("ios_profiles", path)
