"""Secure Boot, the TPM and Credential Guard: what is only configured, or not told, does not count."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import boot
from igaudit.parse.windows.steps import Meta, NotRead
from tests.parse.windows.said import ABSENT, DENIED, asked, key, rows

ADMIN = Meta(build=26100, product="WinNT", admin=True, edition="Enterprise")
DELL = rows({"Manufacturer": "Dell Inc.", "Model": "Latitude"})


def firmware(secure_boot: dict[str, Any], computer: dict[str, Any] = DELL) -> dict[str, Any]:
    return dict(boot.firmware(asked(ADMIN, secure_boot=secure_boot, computer=computer)))


@pytest.mark.parametrize(
    ("said", "expected"),
    [(key(UEFISecureBootEnabled=1), True), (key(UEFISecureBootEnabled=0), False), (ABSENT, False)],
)
def test_secure_boot(said: dict[str, Any], expected: bool) -> None:
    assert firmware(said)["secure_boot"] is expected


@pytest.mark.parametrize("said", [key(), DENIED])
def test_secure_boot_that_was_not_told(said: dict[str, Any]) -> None:
    assert isinstance(firmware(said)["secure_boot"], Unread)


@pytest.mark.parametrize(
    ("maker", "model", "expected"),
    [
        ("Dell Inc.", "Latitude", "none"),
        ("Microsoft Corporation", "Surface Pro 9", "none"),
        ("Microsoft Corporation", "Virtual Machine", "microsoft"),
        ("VMware, Inc.", "VMware20,1", "vmware"),
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)", "kvm"),
        ("Bochs", "Bochs", "other"),
    ],
)
def test_a_virtual_machine_is_known_by_its_maker_and_model(maker: str, model: str, expected: str) -> None:
    said = rows({"Manufacturer": maker, "Model": model})
    assert firmware(ABSENT, said)["virtual_machine"] == expected


@pytest.mark.parametrize(
    "said", [rows(), DENIED, rows({"Model": "Latitude"}), rows({"Manufacturer": "Dell Inc.", "Model": " "})]
)
def test_whether_it_is_a_virtual_machine_may_be_open(said: dict[str, Any]) -> None:
    assert isinstance(firmware(ABSENT, said)["virtual_machine"], Unread)


def tpm(**states: Any) -> dict[str, Any]:
    usual = dict.fromkeys(
        ("IsEnabled_InitialValue", "IsActivated_InitialValue", "IsOwned_InitialValue"), True
    )
    return dict(boot.tpm(asked(ADMIN, tpm=rows({**usual, **states}))))


def test_a_tpm_that_is_ready() -> None:
    assert tpm() == {"present": True, "ready": True}


@pytest.mark.parametrize("name", ["Enabled", "Activated", "Owned"])
def test_a_tpm_is_ready_with_all_three(name: str) -> None:
    assert tpm(**{f"Is{name}_InitialValue": False})["ready"] is False
    assert isinstance(tpm(**{f"Is{name}_InitialValue": None})["ready"], Unread)


def test_a_tpm_that_is_shown_is_there_whoever_asks() -> None:
    said = {"IsEnabled_InitialValue": False}
    assert boot.tpm(asked(Meta(admin=False), tpm=rows(said))) == {"present": True, "ready": False}


def test_no_tpm() -> None:
    assert boot.tpm(asked(ADMIN, tpm=rows())) == {"present": False, "ready": None}


@pytest.mark.parametrize(
    ("about", "said", "reason"),
    [
        (Meta(admin=False), rows(), Reason.DENIED),
        (ADMIN, DENIED, Reason.DENIED),
        (ADMIN, ABSENT, Reason.UNSUPPORTED),
    ],
)
def test_a_tpm_that_was_not_shown_is_not_missing(about: Meta, said: dict[str, Any], reason: Reason) -> None:
    with pytest.raises(NotRead) as error:
        boot.tpm(asked(about, tpm=said))
    assert error.value.gap.reason == reason


def guard(said: dict[str, Any], about: Meta = ADMIN) -> dict[str, Any]:
    return dict(boot.device_guard(asked(about, device_guard=said)))


@pytest.mark.parametrize(
    ("running", "expected"), [([1, 2], True), (1, True), ([2], False), ([0], False), ([], False)]
)
def test_credential_guard_must_run(running: Any, expected: bool) -> None:
    assert guard(rows({"SecurityServicesRunning": running}))["credential_guard"] is expected


@pytest.mark.parametrize(
    "said",
    [
        rows(),
        rows({"SecurityServicesRunning": None}),
        rows({"SecurityServicesRunning": ["one"]}),
        rows({"SecurityServicesRunning": {"one": 1}}),
        ABSENT,
        DENIED,
    ],
)
def test_credential_guard_of_which_nothing_was_told(said: dict[str, Any]) -> None:
    assert isinstance(guard(said)["credential_guard"], Unread)


@pytest.mark.parametrize(
    ("product", "edition", "expected"),
    [
        ("WinNT", "Enterprise", True),
        ("WinNT", "EnterpriseS", True),
        ("WinNT", "Education", True),
        ("WinNT", "Professional", False),
        ("WinNT", "ProfessionalEducation", False),
        ("WinNT", "Core", False),
        ("ServerNT", "ServerStandard", True),
        ("LanmanNT", "ServerDatacenter", True),
    ],
)
def test_editions_with_credential_guard(product: str, edition: str, expected: bool) -> None:
    about = Meta(product=product, edition=edition)
    assert guard(ABSENT, about)["credential_guard_in_edition"] is expected


def test_an_edition_that_was_not_told() -> None:
    assert isinstance(guard(ABSENT, Meta())["credential_guard_in_edition"], Unread)
