"""Settings of VPNs that are legal and seldom seen: each was tried with the real program first."""

from pathlib import Path
from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse import ipsec, openvpn
from tests.collectors.rooted import SHELLS, run, tree
from tests.collectors.stand_ins import facts, programs
from tests.collectors.test_vpn_probes import STRONGSWAN, ipsec_facts, openvpn_facts

SWANCTL = "etc/swanctl/swanctl.conf"
NETWORK_MANAGER = "etc/NetworkManager/system-connections/a.nmconnection"
UNITS = "usr/lib/systemd/system"


def ipsec_gap(root: Path, files: dict[str, str]) -> Any:
    return facts(ipsec.settings, run("vpn.ipsec", tree(root, files), path=programs(root, STRONGSWAN)))[
        "ipsec"
    ]


def test_what_a_connection_takes_from_another_one_is_not_guessed_at(root: Path) -> None:
    conf = (
        "connections {\n  base { local { auth = psk } }\n  spoke : connections.base {\n version = 2\n }\n}\n"
    )
    found = ipsec_gap(root, {SWANCTL: conf})
    assert isinstance(found, Unread)


@pytest.mark.parametrize("shell", SHELLS)
def test_braces_may_stand_on_lines_of_their_own(root: Path, shell: str) -> None:
    conf = "connections\n{\n  a\n  {\n    local\n    {\n auth = psk\n }\n }\n}\n"
    conf += "secrets\n{\n ike-hidden-word { secret = hidden-word }\n}\n"
    (found,) = ipsec_facts(root, {SWANCTL: conf}, shell)
    assert found["psk"] is True


@pytest.mark.parametrize(
    ("word", "on"), [("yes", True), ("true", True), ("1", True), ("enabled", True), ("no", False)]
)
def test_words_for_yes(root: Path, word: str, on: bool) -> None:
    (found,) = ipsec_facts(root, {SWANCTL: f"connections {{ a {{ aggressive = {word} }} }}\n"})
    assert found["aggressive"] is on


@pytest.mark.parametrize("kind", ["strongswan", "libreswan"])
def test_ipsec_of_network_manager_is_not_overlooked(root: Path, kind: str) -> None:
    text = f"[vpn]\nservice-type=org.freedesktop.NetworkManager.{kind}\nsecret=hidden-word\n"
    assert isinstance(ipsec_gap(root, {NETWORK_MANAGER: text}), Unread)
    assert ipsec_gap(root, {NETWORK_MANAGER: "[wifi]\nssid=strongswan\n"}) == []


def test_openvpn_of_network_manager_is_not_overlooked(root: Path) -> None:
    text = "[vpn]\nservice-type=org.freedesktop.NetworkManager.openvpn\ncipher=BF-CBC\n"
    tree(root, {NETWORK_MANAGER: text})
    found = openvpn_facts(root, {"a.conf": "client\n"})
    assert isinstance(found, Unread)


@pytest.mark.parametrize("shell", SHELLS)
def test_blocks_with_more_on_the_lines_of_their_tags(root: Path, shell: str) -> None:
    conf = "<secret> # of the site\nhidden-word\n</secret> and more\ncipher BF-CBC\n"
    (found,) = openvpn_facts(root, {"a.conf": conf}, shell=shell)
    assert found["static_key"] is True
    assert found["data_ciphers"] == ["BF-CBC"]


def test_options_behind_setenv_opt_count(root: Path) -> None:
    (found,) = openvpn_facts(root, {"a.conf": "client\nsetenv opt tls-version-min 1.0\nsetenv X auth\n"})
    assert found["min_version"] == "TLSv1"


RED_HAT = """[Service]
ExecStart=/usr/sbin/openvpn --status %t/a.log --suppress-timestamps \\
  --cipher AES-256-GCM --ncp-ciphers AES-256-GCM:BF-CBC --config %i.conf {after}
"""


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("own", "after", "ciphers"),
    [
        ("", "", ["AES-256-GCM", "BF-CBC"]),
        ("ncp-ciphers AES-128-GCM\n", "", ["AES-128-GCM", "AES-256-GCM"]),
        ("ncp-ciphers AES-128-GCM\n", "--ncp-ciphers CAMELLIA-128-CBC", ["CAMELLIA-128-CBC", "AES-256-GCM"]),
    ],
)
def test_options_of_the_service_count(
    root: Path, shell: str, own: str, after: str, ciphers: list[str]
) -> None:
    tree(root, {f"{UNITS}/openvpn-server@.service": RED_HAT.format(after=after)})
    files = {"server/a.conf": f"server 10.8.0.0 255.255.255.0\n{own}", "client/b.conf": "client\n"}
    server, client = openvpn_facts(root, files, version="2.4.12", shell=shell)
    assert server["data_ciphers"] == ciphers
    assert client["data_ciphers"] == ["AES-256-GCM", "AES-128-GCM", "BF-CBC"]


def test_a_units_own_copy_wins(root: Path) -> None:
    tree(root, {f"{UNITS}/openvpn-server@.service": RED_HAT.format(after="")})
    tree(
        root,
        {"etc/systemd/system/openvpn-server@.service": "ExecStart=/usr/sbin/openvpn --config %i.conf\n"},
    )
    (server,) = openvpn_facts(root, {"server/a.conf": "server 10.8.0.0 255.255.255.0\n"})
    assert "BF-CBC" not in server["data_ciphers"]


def test_a_service_with_a_file_elsewhere_is_not_overlooked(root: Path) -> None:
    unit = "[Service]\nExecStart=/usr/sbin/openvpn --config /srv/vpn.conf\n"
    tree(root, {"etc/systemd/system/tunnel.service": unit})
    path = programs(root, {"openvpn": "echo 'OpenVPN 2.6.14 x86_64-pc-linux-gnu'"})
    found = facts(openvpn.settings, run("vpn.openvpn", root, path=path))["openvpn"]
    assert isinstance(found, Unread)
    assert "/srv/vpn.conf" in found.detail
