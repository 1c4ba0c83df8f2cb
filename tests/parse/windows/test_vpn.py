"""VPN profiles and servers of Windows, in the words of the IPsec facts."""

from typing import Any

import pytest

from igaudit.model.facts import Reason
from igaudit.parse import Absent
from igaudit.parse.windows import vpn
from igaudit.parse.windows.steps import Meta, NotRead, Steps

POLICY = {
    "EncryptionMethod": "GCMAES128",
    "IntegrityCheckMethod": "SHA256",
    "DHGroup": "ECP256",
    "CipherTransformConstants": "GCMAES128",
    "AuthenticationTransformConstants": "GCMAES128",
    "PfsGroup": "ECP256",
}
NO_CMDLET = {"state": "absent"}


def key(**values: int) -> dict[str, Any]:
    said = {name: {"kind": "DWord", "data": data} for name, data in values.items()}
    return {"state": "ok", "data": {"values": said, "subkeys": {}}}


def profile(name: str = "HQ", tunnel: str | None = "Ikev2", **changes: Any) -> dict[str, Any]:
    usual = {
        "Name": name,
        "TunnelType": tunnel,
        "AuthenticationMethod": ["Eap"],
        "EncryptionLevel": "Required",
    }
    return {**usual, "L2tpIPsecAuth": "Certificate", "policy": [], **changes}


def told(*profiles: dict[str, Any], books: Any = (), users: str = "ok") -> dict[str, Any]:
    return {"state": "ok", "data": {"profiles": list(profiles), "users": users, "books": list(books)}}


def read(*profiles: dict[str, Any], admin: bool = True, **changes: Any) -> dict[str, Any]:
    usual = {
        "profiles": told(*profiles),
        "manager": key(),
        "service": key(Start=4),
        "server": NO_CMDLET,
        "sites": NO_CMDLET,
        "proofs": NO_CMDLET,
    }
    return vpn.connections(Steps(Meta(build=26100, admin=admin), {**usual, **changes}))


def test_a_machine_without_any_is_told_apart_from_one_that_did_not_say() -> None:
    with pytest.raises(Absent):
        read()
    facts = read(profiles={"state": "denied"})
    assert facts["profiles"] == []
    assert {gap.reason for gap in facts["incomplete"].values()} == {Reason.DENIED}
    assert set(facts["incomplete"]) == {"profiles", "ipsec", "pptp", "l2tp"}


def test_a_custom_policy_is_told_by_the_names_of_strongswan() -> None:
    (record,) = read(profile(policy=[POLICY]))["ipsec"]
    assert record["ike_algorithms"] == ["aes128gcm16", "sha256", "ecp256"]
    assert record["esp_algorithms"] == ["aes128gcm16", "ecp256"]
    assert (record["pfs"], record["adds_defaults"], record["version"]) == (True, False, "ikev2")
    assert (record["psk"], record["aggressive"], record["l2tp"]) == (False, False, False)


def test_the_names_of_a_policy_are_compared_without_case() -> None:
    (record,) = read(profile(policy=[{name: value.lower() for name, value in POLICY.items()}]))["ipsec"]
    assert record["esp_algorithms"] == ["aes128gcm16", "ecp256"]


@pytest.mark.parametrize(
    ("changes", "esp"),
    [
        (
            {"CipherTransformConstants": "AES128", "AuthenticationTransformConstants": "SHA256128"},
            ["aes128", "sha256"],
        ),
        (
            {"CipherTransformConstants": "AES128", "AuthenticationTransformConstants": "None"},
            ["aes128", "none"],
        ),
        ({"CipherTransformConstants": "AES128"}, ["aes128", "gcm"]),
        ({"CipherTransformConstants": "None"}, ["none", "gcm"]),
        ({"AuthenticationTransformConstants": "None"}, ["aes128gcm16"]),
        (
            {"CipherTransformConstants": "DES3", "AuthenticationTransformConstants": "SHA196"},
            ["3des", "sha1"],
        ),
    ],
)
def test_traffic_without_encryption_or_proof_is_not_hidden(changes: dict[str, str], esp: list[str]) -> None:
    (record,) = read(profile(policy=[{**POLICY, **changes, "PfsGroup": "None"}]))["ipsec"]
    assert (record["esp_algorithms"], record["pfs"]) == (esp, False)


def test_weak_groups_and_unknown_names_keep_a_name_that_nobody_approves() -> None:
    (record,) = read(profile(policy=[{**POLICY, "DHGroup": "Group2", "IntegrityCheckMethod": "Sm3"}]))[
        "ipsec"
    ]
    assert record["ike_algorithms"] == ["aes128gcm16", "sm3", "modp1024"]


def test_without_a_policy_windows_own_proposals_are_not_made_up() -> None:
    (record,) = read(profile())["ipsec"]
    assert record["adds_defaults"] is True
    assert not {"ike_algorithms", "esp_algorithms", "pfs", "ike_lifetime"} & set(record)


def test_l2tp_is_ikev1_and_may_rest_on_a_shared_secret() -> None:
    facts = read(profile("old", "L2tp", L2tpIPsecAuth="Psk"))
    (record,) = facts["ipsec"]
    assert (record["version"], record["psk"], record["l2tp"]) == ("ikev1", True, True)
    assert facts["l2tp"] == [{"file": "profile old"}]


def test_l2tp_without_ipsec_leaves_no_ipsec_connection() -> None:
    facts = read(profile("old", "L2tp"), profile("any", "Automatic"), manager=key(ProhibitIpSec=1))
    assert [record["connection"] for record in facts["ipsec"]] == ["profile any"]
    assert [record["l2tp"] for record in facts["ipsec"]] == [False]
    assert facts["l2tp"] == [{"file": "profile old"}, {"file": "profile any"}]


def test_automatic_profiles_may_end_up_with_pptp() -> None:
    facts = read(profile("a", "Automatic"), profile("b", "Pptp"), profile("c", "Sstp"))
    assert [record["file"] for record in facts["pptp"]] == ["profile a", "profile b"]
    assert [record["version"] for record in facts["ipsec"]] == ["any"]


def test_another_makers_tunnel_leaves_the_lists_open() -> None:
    facts = read(profile("Plug-in", None))
    assert facts["incomplete"]["ipsec"].reason is Reason.UNSUPPORTED
    assert facts["incomplete"]["pptp"].detail == "the tunnel type of profile Plug-in is not known"


BOOK = {"pattern": r"C:\Users\Анна\rasphone.pbk", "state": "ok", "rows": [{"bytes": 2417}]}


@pytest.mark.parametrize(
    ("books", "users", "reason"),
    [
        ([BOOK], "ok", Reason.UNSUPPORTED),
        ([{**BOOK, "rows": {"value": [{"bytes": 1}], "Count": 1}}], "ok", Reason.UNSUPPORTED),
        ([{**BOOK, "state": "denied", "rows": []}], "ok", Reason.DENIED),
        ([], "denied", Reason.DENIED),
    ],
)
def test_profiles_of_users_leave_every_list_open(books: Any, users: str, reason: Reason) -> None:
    facts = read(profiles=told(profile(), books=books, users=users))
    assert facts["incomplete"]["profiles"].reason is reason
    assert set(facts["incomplete"]) == {"profiles", "ipsec", "pptp", "l2tp"}


def test_empty_and_missing_phone_books_leave_nothing_open() -> None:
    books = [{**BOOK, "rows": [{"bytes": 0}]}, {"pattern": "x", "state": "absent", "rows": []}]
    assert "incomplete" not in read(profiles=told(profile(), books=books))


def test_without_rights_no_list_is_complete() -> None:
    assert read(admin=False)["incomplete"]["profiles"].reason is Reason.DENIED


def served(*servers: dict[str, Any], sites: Any = (), proofs: Any = (), **changes: Any) -> dict[str, Any]:
    rows = {"server": servers, "sites": sites, "proofs": proofs}
    steps = {name: {"state": "ok", "data": list(data)} for name, data in rows.items()}
    return read(service=key(Start=2), **steps, **changes)


CERTIFICATES = {"TunnelAuthProtocolsAdvertised": "Certificates", "UserAuthProtocolAccepted": ["EAP"]}
SERVER = {**POLICY, "CustomPolicy": True, "L2tpPorts": 0, "EncryptionType": "MaximumEncryption"}


def test_a_server_tells_its_policy_and_lifetimes_but_not_of_pptp() -> None:
    row = {**SERVER, "SALifeTime": 28800, "MMSALifeTime": 86400}
    facts = served(row, proofs=[CERTIFICATES])
    (record,) = facts["ipsec"]
    assert (record["ike_lifetime"], record["esp_lifetime"], record["adds_defaults"]) == (86400, 28800, False)
    assert (record["version"], record["l2tp"], record["psk"]) == ("ikev2", False, False)
    assert facts["profiles"] == [
        {"profile": "Routing and Remote Access", "encryption": "maximum", "sign_in": ["eap"]}
    ]
    assert set(facts["incomplete"]) == {"pptp"}


def test_a_server_with_ports_for_l2tp_speaks_ikev1_too_and_may_do_so_without_ipsec() -> None:
    (record,) = served({**SERVER, "L2tpPorts": 5})["ipsec"]
    assert (record["version"], record["l2tp"]) == ("any", True)
    facts = served({**SERVER, "L2tpPorts": 5}, manager=key(ProhibitIpSec=1))
    assert facts["l2tp"] == [{"file": "Routing and Remote Access"}]
    assert facts["ipsec"][0]["l2tp"] is False
    untold = served({"CustomPolicy": True}, manager=key(ProhibitIpSec=1))
    assert untold["l2tp"] == []
    assert untold["incomplete"]["l2tp"].detail == "whether the VPN server takes L2TP is not told"


def test_a_policy_for_one_kind_of_tunnel_is_not_that_of_the_other() -> None:
    facts = served({**SERVER, "L2tpPorts": 5, "TunnelType": "IKEV2"}, proofs=[CERTIFICATES])
    ikev2, l2tp = facts["ipsec"]
    assert (ikev2["version"], ikev2["adds_defaults"], ikev2["l2tp"]) == ("ikev2", False, False)
    assert (l2tp["version"], l2tp["adds_defaults"], l2tp["l2tp"]) == ("ikev1", True, True)
    ikev2, l2tp = served({**SERVER, "L2tpPorts": 5, "TunnelType": "L2TP"})["ipsec"]
    assert (ikev2["adds_defaults"], l2tp["adds_defaults"]) == (True, False)
    assert len({record["profile"] for record in facts["profiles"]}) == 2
    assert len(served({**SERVER, "TunnelType": "IKEV2"})["ipsec"]) == 1


def test_what_a_server_does_not_tell_is_not_made_up() -> None:
    facts = served({"CustomPolicy": None})
    (record,) = facts["ipsec"]
    assert record["adds_defaults"] is True
    assert not {"version", "psk", "ike_lifetime", "esp_lifetime", "pfs"} & set(record)
    assert facts["profiles"] == [{"profile": "Routing and Remote Access"}]
    assert set(facts["incomplete"]) == {"pptp"}


def test_a_server_may_take_a_shared_secret_and_old_ways_of_signing_in() -> None:
    proofs = {
        "TunnelAuthProtocolsAdvertised": "PreSharedKey",
        "UserAuthProtocolAccepted": ["PAP", "MsChapv2"],
    }
    facts = served({**SERVER, "EncryptionType": "OptionalEncryption"}, proofs=[proofs])
    assert facts["ipsec"][0]["psk"] is True
    assert facts["profiles"][0]["sign_in"] == ["pap", "mschapv2"]
    assert facts["profiles"][0]["encryption"] == "optional"


@pytest.mark.parametrize("way", ["AuthenticationMethod", "ResponderAuthenticationMethod"])
def test_a_site_may_rest_on_a_shared_secret(way: str) -> None:
    site = {"Name": "edge1", "Protocol": "Ikev2", "AuthenticationMethod": "EAP", way: "PSKOnly"}
    (record,) = served(sites=[site])["ipsec"]
    assert (record["connection"], record["psk"], record["version"]) == ("site edge1", True, "ikev2")


def test_a_site_that_does_not_tell_how_it_proves_who_it_is_may_use_anything() -> None:
    (record,) = served(sites=[{"Name": "edge4", "Protocol": "Ikev2"}])["ipsec"]
    assert "psk" not in record


def test_a_server_that_tells_nothing_leaves_the_lists_open() -> None:
    for sites in ([], [{"Name": "edge5", "Protocol": "Ikev2"}]):
        facts = served(sites=sites)
        assert len(facts["ipsec"]) == len(sites)
        assert facts["incomplete"]["ipsec"].reason is Reason.FAILED


@pytest.mark.parametrize("ways", [[1], "2", ["Eap", 3], [None, 1]])
def test_a_number_is_no_way_to_sign_in(ways: object) -> None:
    assert "sign_in" not in read(profile(AuthenticationMethod=ways))["profiles"][0]


@pytest.mark.parametrize("said", [None, 3])
@pytest.mark.parametrize("name", POLICY)
def test_a_policy_of_which_a_part_is_missing_has_no_algorithms(name: str, said: object) -> None:
    (record,) = read(profile(policy=[{**POLICY, name: said}]))["ipsec"]
    assert not {"ike_algorithms", "esp_algorithms", "pfs"} & set(record)
    assert record["adds_defaults"] is False


@pytest.mark.parametrize("name", ["profiles", "books"])
def test_an_answer_without_its_list_is_no_empty_one(name: str) -> None:
    said = told(profile())
    del said["data"][name]
    assert read(profiles=said)["incomplete"]["profiles"].reason is Reason.UNPARSABLE


def test_a_site_of_l2tp_is_ikev1() -> None:
    (record,) = served(sites=[{"Name": "edge3", "Protocol": "L2TP"}])["ipsec"]
    assert (record["version"], record["l2tp"]) == ("ikev1", True)


def test_a_site_of_gre_goes_in_the_clear() -> None:
    facts = served(sites=[{"Name": "edge2", "Protocol": "GRE"}])
    (record,) = facts["ipsec"]
    assert (record["version"], record["pfs"]) == ("any", False)
    assert record["esp_algorithms"] == ["none", "none"]
    assert facts["profiles"][0]["encryption"] == "none"


def test_a_shared_secret_is_left_open_where_a_profile_does_not_tell() -> None:
    (record,) = read(profile("old", "L2tp", L2tpIPsecAuth=None, AuthenticationMethod=[]))["ipsec"]
    assert "psk" not in record
    assert "sign_in" not in read(profile(AuthenticationMethod=[]))["profiles"][0]


def test_a_service_that_may_run_without_its_cmdlets_leaves_ipsec_open() -> None:
    facts = read(service=key(Start=3))
    assert facts["incomplete"]["ipsec"].reason is Reason.UNSUPPORTED
    assert set(facts["incomplete"]) == {"profiles", "ipsec", "l2tp", "pptp"}
    with pytest.raises(Absent):
        read(service={"state": "absent"})


def test_settings_that_were_denied_are_no_settings() -> None:
    with pytest.raises(NotRead):
        read(profile(), manager={"state": "denied"})
