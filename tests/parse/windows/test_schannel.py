"""What Schannel may use, by the registry, by Group Policy, and by default of each build."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.windows import schannel
from igaudit.parse.windows.steps import Meta, Steps

GONE = {"state": "absent"}
STRONG, WEAK = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"


def key(values: dict[str, Any] | None = None, **subkeys: Any) -> dict[str, Any]:
    kinds = {int: "DWord", str: "String", list: "MultiString"}
    said = {name: {"kind": kinds[type(data)], "data": data} for name, data in (values or {}).items()}
    return {"state": "ok", "data": {"values": said, "subkeys": subkeys}}


def machine(build: int = 17763, **changes: Any) -> dict[str, Any]:
    usual = {
        "protocols": key(),
        "ciphers": key(),
        "key_exchange": key(),
        "suites": {"state": "ok", "data": [{"Name": STRONG}, {"Name": WEAK}]},
        "policy_order": GONE,
        "local_order": key({"EccCurves": ["curve25519", "NistP256"], "Functions": [STRONG]}),
    }
    return schannel.settings(Steps(Meta(build=build), {**usual, **changes}))


def state(use: str, build: int, said: dict[str, Any] | None = None) -> str | None:
    protocol, _, side = use.rpartition(" ")
    protocols = GONE if said is None else key({}, **{protocol.lower(): key({}, **{side.title(): key(said)})})
    facts = machine(build, protocols=protocols)
    return next(record.get("state") for record in facts["protocols"] if record["use"] == use)


@pytest.mark.parametrize(
    ("use", "build", "expected"),
    [
        ("SSL 2.0 server", 9600, "off"),
        ("SSL 3.0 server", 9600, "on"),
        ("SSL 3.0 server", 14393, "off"),
        ("TLS 1.0 server", 20348, "on"),
        ("TLS 1.1 client", 22631, "on"),
        ("TLS 1.0 server", 26100, None),
        ("TLS 1.2 client", 9600, "on"),
        ("TLS 1.3 server", 19045, "off"),
        ("TLS 1.3 server", 20348, "on"),
    ],
)
def test_what_is_not_set_is_the_default_of_the_build(use: str, build: int, expected: str | None) -> None:
    assert state(use, build) == expected


@pytest.mark.parametrize(
    ("use", "build", "said", "expected"),
    [
        ("TLS 1.0 server", 17763, {"Enabled": 0}, "off"),
        ("TLS 1.0 client", 17763, {"DisabledByDefault": 1}, "by-request"),
        ("TLS 1.0 client", 17763, {"Enabled": 1, "DisabledByDefault": 1}, "by-request"),
        ("TLS 1.0 client", 26100, {"DisabledByDefault": 1}, None),
        ("TLS 1.0 client", 26100, {"Enabled": 0}, "off"),
        ("TLS 1.2 server", 17763, {"Enabled": -1, "DisabledByDefault": 0}, "on"),
        ("TLS 1.2 server", 17763, {"DisabledByDefault": 0}, "on"),
        ("SSL 3.0 server", 17763, {"Enabled": 1}, "on"),
        ("SSL 3.0 server", 17763, {"DisabledByDefault": 0}, None),
        ("SSL 3.0 server", 17763, {"DisabledByDefault": 1}, "off"),
        ("SSL 2.0 server", 17763, {"Enabled": 1}, "off"),
        ("SSL 2.0 server", 9600, {"Enabled": 1}, "on"),
        ("TLS 1.3 server", 17763, {"Enabled": 1}, "unsafe"),
        ("TLS 1.3 server", 17763, {"Enabled": 0}, "off"),
    ],
)
def test_what_is_set_beats_the_default(use: str, build: int, said: dict[str, Any], expected: str) -> None:
    assert state(use, build, said) == expected


def test_every_version_and_side_is_told_and_says_why() -> None:
    records = machine()["protocols"]
    assert [r["use"] for r in records[:3]] == ["SSL 2.0 server", "SSL 2.0 client", "SSL 3.0 server"]
    assert len(records) == 12
    assert all(record["because"] for record in records)


def test_no_default_is_taken_for_a_build_that_is_not_known() -> None:
    for build in (0, 7601):
        gap = machine(build)["protocols"]
        assert isinstance(gap, Unread)
        assert gap.reason is Reason.UNSUPPORTED


def test_keys_that_were_denied_are_no_defaults() -> None:
    facts = machine(protocols={"state": "denied"}, ciphers={"state": "denied"})
    assert [facts[name].reason for name in ("protocols", "suites", "diffie_hellman")] == [Reason.DENIED] * 3


@pytest.mark.parametrize("said", [{"state": "denied"}, key({}, Server={"state": "error"})])
def test_a_version_whose_keys_were_not_read_has_no_state(said: dict[str, Any]) -> None:
    records = machine(protocols=key({}, **{"SSL 3.0": said, "TLS 1.0": key({}, Server=key({"Enabled": 0}))}))
    found = {record["use"]: record for record in records["protocols"]}
    assert "state" not in found["SSL 3.0 server"]
    assert "SSL 3.0" in found["SSL 3.0 server"]["because"]
    assert found["TLS 1.0 server"]["state"] == "off"


def test_a_setting_that_is_no_number_is_no_default() -> None:
    found = machine(protocols=key({}, **{"SSL 3.0": key({}, Server=key({"Enabled": "0"}))}))["protocols"]
    assert [r["use"] for r in found if "state" not in r] == ["SSL 3.0 server"]


def test_a_suite_without_a_name_is_not_left_out() -> None:
    with pytest.raises(Unparsable):
        machine(suites={"state": "ok", "data": [{"Name": STRONG}, {"Name": None}]})


def test_a_cipher_that_is_turned_off_takes_its_suites_away() -> None:
    assert machine()["suites"] == [STRONG, WEAK]
    off = key({}, **{"Triple DES 168": key({"Enabled": 0}), "RC4 128/128": key({"Enabled": 1})})
    rc4 = {"state": "ok", "data": [{"Name": WEAK}, {"Name": "TLS_RSA_WITH_RC4_128_SHA"}]}
    assert machine(ciphers=off, suites=rc4)["suites"] == ["TLS_RSA_WITH_RC4_128_SHA"]


@pytest.mark.parametrize(
    "functions", [f" {STRONG} , TLS_AES_128_GCM_SHA256,", [STRONG, "TLS_AES_128_GCM_SHA256"]]
)
def test_the_order_of_group_policy_beats_that_of_windows(functions: str | list[str]) -> None:
    assert machine(policy_order=key({"Functions": functions}))["suites"] == [STRONG, "TLS_AES_128_GCM_SHA256"]


def test_before_windows_10_the_registry_has_the_order_and_names_bear_the_curve() -> None:
    order = key(
        {
            "Functions": [
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256_P256",
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256_P384",
            ]
        }
    )
    facts = machine(9600, suites=GONE, local_order=order)
    assert facts["suites"] == ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"]
    assert isinstance(facts["curves"], Unread)
    assert isinstance(facts["dh_server_bits"], Unread)


@pytest.mark.parametrize(
    "changes",
    [
        {"suites": {"state": "ok", "data": []}},
        {"suites": {"state": "error", "why": {"message": "provider load failure"}}},
        {"policy_order": key({"Functions": " , "})},
    ],
)
def test_an_empty_list_of_suites_is_not_read(changes: dict[str, Any]) -> None:
    facts = machine(**changes)
    assert isinstance(facts["suites"], Unread)
    assert isinstance(facts["diffie_hellman"], Unread)


def test_curves_bear_the_names_of_iana_and_policy_beats_windows() -> None:
    assert machine()["curves"] == ["x25519", "secp256r1"]
    assert machine(policy_order=key({"EccCurves": ["NistP384", "brainpoolP256r1"]}))["curves"] == [
        "secp384r1",
        "brainpoolP256r1",
    ]


def test_diffie_hellman_is_seen_by_the_suites_and_its_size_in_the_registry() -> None:
    assert machine()["diffie_hellman"] is False
    dhe = {"state": "ok", "data": [{"Name": "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"}]}
    facts = machine(suites=dhe)
    assert (facts["diffie_hellman"], facts["dh_server_bits"], facts["dh_client_bits"]) == (True, 2048, 1024)
    sizes = key({}, **{"Diffie-Hellman": key({"ServerMinKeyBitLength": 3072, "ClientMinKeyBitLength": 2048})})
    facts = machine(key_exchange=sizes)
    assert (facts["dh_server_bits"], facts["dh_client_bits"]) == (3072, 2048)


def test_diffie_hellman_can_be_turned_off_as_a_whole() -> None:
    dhe = {"state": "ok", "data": [{"Name": "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"}]}
    for said, used in ((0, False), (-1, True)):
        keys = key({}, **{"Diffie-Hellman": key({"Enabled": said})})
        assert machine(suites=dhe, key_exchange=keys)["diffie_hellman"] is used
    denied = machine(key_exchange=key({}, **{"Diffie-Hellman": {"state": "denied"}}))
    assert isinstance(denied["diffie_hellman"], Unread)


@given(st.dictionaries(st.sampled_from(["Enabled", "DisabledByDefault"]), st.integers(0, 2**32 - 1)))
def test_whatever_is_set_tls_1_0_is_off_only_where_enabled_is_0(said: dict[str, int]) -> None:
    assert (state("TLS 1.0 server", 17763, said) == "off") == (said.get("Enabled") == 0)
