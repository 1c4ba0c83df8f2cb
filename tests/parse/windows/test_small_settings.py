"""The .NET Framework, Kerberos, WinRM and the LAN Manager hash, as the registry has them."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import dotnet, kerberos, password_storage, winrm
from igaudit.parse.windows.steps import Meta, Steps

GONE = {"state": "absent"}
DENIED = {"state": "denied"}


def key(**values: int) -> dict[str, Any]:
    said = {name: {"kind": "DWord", "data": data} for name, data in values.items()}
    return {"state": "ok", "data": {"values": said, "subkeys": {}}}


def runtimes(**changes: Any) -> Any:
    names = [
        f"{said}{setup}_{bits}" for said in ("four", "two") for setup in ("", "_setup") for bits in (64, 32)
    ]
    return dotnet.settings(Steps(Meta(), {**dict.fromkeys(names, GONE), **changes}))["runtimes"]


def test_a_runtime_counts_where_it_is_installed_in_each_view_by_itself() -> None:
    both = {"SchUseStrongCrypto": 1, "SystemDefaultTlsVersions": 1}
    found = runtimes(
        four_setup_64=key(Install=1), four_setup_32=key(Install=1), four_64=key(**both), two_64=key()
    )
    assert [list(record.values()) for record in found] == [
        [".NET Framework 4, 64-bit programs", True, True],
        [".NET Framework 4, 32-bit programs", False, False],
    ]
    assert len(runtimes(four_setup_64=key(Install=1), two_setup_64=key(Install=0))) == 1


def test_no_runtime_at_all_is_no_answer() -> None:
    assert isinstance(runtimes(), Unread)


@pytest.mark.parametrize("name", ["four_setup_64", "two_setup_32"])
def test_a_runtime_that_may_be_there_leaves_the_list_unread(name: str) -> None:
    assert isinstance(runtimes(**{name: DENIED}), Unread)


def types(build: int = 20348, product: str = "ServerNT", **changes: Any) -> dict[str, Any]:
    usual = {"policy": GONE, "own": key(), "controller": GONE}
    return kerberos.settings(Steps(Meta(build=build, product=product), {**usual, **changes}))


def test_kerberos_takes_group_policy_then_its_own_setting_then_the_default() -> None:
    assert types()["encryption_types"] == ["rc4", "aes128", "aes256"]
    own = key(SupportedEncryptionTypes=0x10)
    assert types(own=own)["encryption_types"] == ["aes256"]
    policy = key(SupportedEncryptionTypes=0x7FFFFFF8)
    assert types(own=own, policy=policy)["encryption_types"] == ["aes128", "aes256"]
    assert types(own=own, policy=key(SupportedEncryptionTypes=3))["encryption_types"] == [
        "des-cbc-crc",
        "des-cbc-md5",
    ]


def test_no_default_is_taken_where_microsoft_does_not_tell_it() -> None:
    assert types(26100)["encryption_types"].reason is Reason.UNSUPPORTED
    assert types(0)["encryption_types"].reason is Reason.UNSUPPORTED
    assert types(policy=DENIED)["encryption_types"].reason is Reason.DENIED


def test_windows_server_2025_heeds_group_policy_alone() -> None:
    own = key(SupportedEncryptionTypes=0x18)
    assert types(26100, own=own)["encryption_types"].reason is Reason.UNSUPPORTED
    policy = key(SupportedEncryptionTypes=0x10)
    assert types(26100, own=own, policy=policy)["encryption_types"] == ["aes256"]


def test_nothing_in_group_policy_before_something_of_its_own_is_left_open() -> None:
    nothing, own = key(SupportedEncryptionTypes=0), key(SupportedEncryptionTypes=0x18)
    assert isinstance(types(own=own, policy=nothing)["encryption_types"], Unread)
    assert types(policy=nothing)["encryption_types"] == ["rc4", "aes128", "aes256"]


def test_only_a_domain_controller_takes_types_for_granted() -> None:
    said = key(DefaultDomainSupportedEncTypes=0x27)
    assert types(controller=said)["controller_types"] is None
    assert types(product="LanmanNT", controller=said)["controller_types"] == [
        "des-cbc-crc",
        "des-cbc-md5",
        "rc4",
    ]
    assert types(product="LanmanNT")["controller_types"].reason is Reason.UNSUPPORTED
    assert types(product="")["controller_types"].reason is Reason.FAILED


def remote(**changes: Any) -> dict[str, Any]:
    usual = {"service_policy": GONE, "client_policy": GONE, "service": GONE, "client": GONE}
    return winrm.settings(Steps(Meta(), {**usual, **changes}))


def test_winrm_by_default() -> None:
    on = {name for name, value in remote().items() if value}
    assert on == {"client_basic", "client_digest", "service_keeps_passwords"}


def test_group_policy_beats_winrms_own_settings() -> None:
    own = key(auth_basic=1, allow_unencrypted=1, auth_credssp=1)
    facts = remote(service=own, service_policy=key(AllowBasic=0, DisableRunAs=1))
    assert facts["service_basic"] is False
    assert facts["service_keeps_passwords"] is False
    assert (facts["service_unencrypted"], facts["service_credssp"]) == (True, True)
    policy = key(AllowBasic=0, AllowDigest=0, AllowUnencryptedTraffic=1)
    facts = remote(client=key(auth_basic=1, auth_digest=1), client_policy=policy)
    assert (facts["client_basic"], facts["client_digest"], facts["client_unencrypted"]) == (
        False,
        False,
        True,
    )


def test_settings_of_winrm_that_were_denied_are_not_the_default() -> None:
    facts = remote(service=DENIED, client=DENIED)
    unread = {name for name, value in facts.items() if isinstance(value, Unread)}
    assert unread == set(facts) - {"service_keeps_passwords"}


@pytest.mark.parametrize(("values", "expected"), [({"NoLMHash": 1}, False), ({"NoLMHash": 0}, True)])
def test_the_lan_manager_hash(values: dict[str, int], expected: bool) -> None:
    assert password_storage.settings(Steps(Meta(), {"lsa": key(**values)}))["lm_hashes"] is expected


def test_what_no_setting_means_for_the_lan_manager_hash_is_not_known() -> None:
    assert isinstance(password_storage.settings(Steps(Meta(), {"lsa": key()}))["lm_hashes"], Unread)
