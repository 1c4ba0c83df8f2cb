"""How VPNs are set up, read by real shells over a tree; never a key, a secret or a password."""

import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse import ipsec, openvpn, tunnels
from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import facts, programs

STRONGSWAN = {"ipsec": "echo 'Linux strongSwan U5.9.8/K6.1'"}
PRIME = "\tike=aes128gcm16-prfsha256-ecp256!\n\tesp=aes128gcm16-ecp256!\n"


def ipsec_facts(root: Path, files: dict[str, str], shell: str = "sh") -> list[dict[str, Any]]:
    answer = run("vpn.ipsec", tree(root, files), shell, path=programs(root, STRONGSWAN))
    assert "hidden-word" not in "\n".join(said(answer))
    found = facts(ipsec.settings, answer)["ipsec"]
    assert not isinstance(found, Unread), found
    return list(found)


@pytest.mark.parametrize("shell", SHELLS)
def test_sections_with_what_they_take_in(root: Path, shell: str) -> None:
    conf = f"""config setup
\tuniqueids=no

conn %default
\tikelifetime=1440m
\tkeyexchange=ikev2   # for all
conn base
{PRIME}
\tlifetime=8h
conn clinic
\talso=base
\tauto=start
conn old
\tkeyexchange=ikev1
\taggressive=yes
\tauthby=secret
\tike=3des-md5-modp1024,aes128-sha1-modp2048
\tesp="aes128-sha256"
\tleftprotoport=17/1701
\tauto=add
conn idle
\tike=null!
include ipsec.d/*.conf
"""
    more = "conn more\n\tauto=route\n\tleftid=hidden-word\n\tah=sha256\n\tesp=aes256-sha256-x25519\n"
    found = ipsec_facts(root, {"etc/ipsec.conf": conf, "etc/ipsec.d/a.conf": more}, shell)
    clinic, old, extra = found
    assert clinic["connection"] == "clinic in /etc/ipsec.conf"
    assert (clinic["ike_lifetime"], clinic["esp_lifetime"], clinic["adds_defaults"]) == (86400, 28800, False)
    assert clinic["ike_algorithms"] == ["aes128gcm16", "prfsha256", "ecp256"]
    assert (clinic["version"], clinic["psk"], clinic["pfs"]) == ("ikev2", False, True)
    assert (old["version"], old["psk"], old["aggressive"], old["l2tp"]) == ("ikev1", True, True, True)
    assert old["ike_algorithms"] == ["3des", "md5", "modp1024", "aes128", "sha1", "modp2048"]
    assert (old["pfs"], old["adds_defaults"], old["esp_lifetime"]) == (False, True, 3600)
    assert (extra["file"], "ike_algorithms" in extra) == ("/etc/ipsec.d/a.conf", False)
    assert extra["esp_algorithms"] == ["aes256", "sha256", "x25519", "ah"]


@pytest.mark.parametrize("shell", SHELLS)
def test_blocks_of_swanctl(root: Path, shell: str) -> None:
    conf = """connections {
  hub { # the first
    version = 2
    proposals = aes128gcm16-prfsha256-ecp256, aes256-sha384-ecp384
    rekey_time = 24h
    local-1 { auth = pubkey }
    remote-1 { auth = eap-tls
      secret = hidden-word }
    children { a { esp_proposals = aes128gcm16-ecp256-esn
        rekey_time = 8h }
      b { esp_proposals = aes128gcm16-ecp256
          life_time = 9h
          rekey_time = 0 } }
  }
  spoke {
    local { auth = psk }
    rekey_time = 0
    children { c { remote_ts = 10.0.0.1[udp/1701] } }
  }
}
secrets {
  ike-1 { secret = "hidden-word}" }
  token { pin = hidden-word }
}
"""
    files = {"etc/swanctl/swanctl.conf": "include conf.d/*.conf\n", "etc/swanctl/conf.d/a.conf": conf}
    hub, spoke = ipsec_facts(root, files, shell)
    assert hub["ike_algorithms"] == ["aes128gcm16", "prfsha256", "ecp256", "aes256", "sha384", "ecp384"]
    assert hub["esp_algorithms"] == ["aes128gcm16", "ecp256"]
    assert (hub["ike_lifetime"], hub["esp_lifetime"], hub["pfs"]) == (86400, 32400, True)
    assert (hub["psk"], hub["adds_defaults"], hub["l2tp"]) == (False, False, False)
    assert (spoke["psk"], spoke["version"], spoke["l2tp"]) == (True, "any", True)
    assert (spoke["adds_defaults"], spoke["ike_lifetime"], spoke["esp_lifetime"]) == (True, None, 3600)
    assert not {"ike_algorithms", "esp_algorithms", "pfs"} & set(spoke)


def test_libreswan_is_not_guessed_at(root: Path) -> None:
    path = programs(tree(root, {"etc/ipsec.conf": ""}), {"ipsec": "echo 'Linux Libreswan 4.12 (XFRM)'"})
    assert run("vpn.ipsec", root, path=path).status == 12
    assert run("vpn.ipsec", root, path=programs(root / "programs", {})).status == 10


def openvpn_facts(root: Path, files: dict[str, str], version: str = "2.6.14", shell: str = "sh") -> Any:
    named = {f"etc/openvpn/{name}": text for name, text in files.items()}
    path = programs(tree(root, named), {"openvpn": f"echo 'OpenVPN {version} x86_64-pc-linux-gnu'; exit 1"})
    answer = run("vpn.openvpn", root, shell, path=path)
    assert "hidden-word" not in "\n".join(said(answer))
    return facts(openvpn.settings, answer)["openvpn"]


@pytest.mark.parametrize("shell", SHELLS)
def test_servers_and_clients_with_keys_in_their_files(root: Path, shell: str) -> None:
    server = """server 10.8.0.0 255.255.255.0
tls-version-min 1.3
data-ciphers "AES-256-GCM:AES-128-GCM"
auth sha512   # a comment
remote-cert-tls client
<tls-crypt>
hidden-word
</tls-crypt>
<key>
cipher BF-CBC
</key>
comp-lzo no
"""
    client = "client\r\ncipher AES-256-CBC\r\ntls-auth ta.key 1\r\n;secret x\r\ncompress lz4-v2\r\n"
    client += "auth-user-pass hidden-word\r\n"
    found = openvpn_facts(
        root, {"server/a.conf": server, "b.conf": client, "c.ovpn": "secret x"}, shell=shell
    )
    told = {record["file"]: record for record in found}
    assert told["/etc/openvpn/server/a.conf"] == {
        "file": "/etc/openvpn/server/a.conf",
        "role": "server",
        "static_key": False,
        "auth": "SHA512",
        "control_channel": "tls-crypt",
        "remote_cert_tls": "client",
        "compression": False,
        "data_ciphers": ["AES-256-GCM", "AES-128-GCM"],
        "min_version": "TLSv1.3",
    }
    assert told["/etc/openvpn/b.conf"] == {
        "file": "/etc/openvpn/b.conf",
        "role": "client",
        "static_key": False,
        "auth": "SHA1",
        "control_channel": "tls-auth",
        "remote_cert_tls": None,
        "compression": True,
        "data_ciphers": ["AES-256-GCM", "AES-128-GCM", "CHACHA20-POLY1305"],
        "min_version": "TLSv1.2",
    }
    assert len(told) == 2


@pytest.mark.parametrize(
    ("version", "text", "ciphers"),
    [
        ("2.6.0", "cipher AES-256-CBC", ["AES-256-GCM", "AES-128-GCM", "CHACHA20-POLY1305"]),
        (
            "2.6.0",
            "data-ciphers DEFAULT:?AES-256-CBC",
            ["AES-256-GCM", "AES-128-GCM", "CHACHA20-POLY1305", "AES-256-CBC"],
        ),
        ("2.6.0", "data-ciphers-fallback BF-CBC\ndata-ciphers AES-128-GCM", ["AES-128-GCM", "BF-CBC"]),
        ("2.5.1", "cipher AES-256-CBC", ["AES-256-GCM", "AES-128-GCM", "AES-256-CBC"]),
        ("2.5.1", "", ["AES-256-GCM", "AES-128-GCM"]),
        ("2.4.7", "", ["AES-256-GCM", "AES-128-GCM", "BF-CBC"]),
        ("2.4.7", "ncp-disable\ncipher AES-256-CBC", ["AES-256-CBC"]),
        ("2.6.0", "secret a.key", ["BF-CBC"]),
        ("2.6.0", "secret a.key\ncipher AES-256-CBC", ["AES-256-CBC"]),
    ],
)
def test_ciphers_by_release(root: Path, version: str, text: str, ciphers: list[str]) -> None:
    (found,) = openvpn_facts(root, {"a.conf": text + "\n"}, version)
    assert found["data_ciphers"] == ciphers


def test_the_lowest_version_before_2_6_is_the_librarys(root: Path) -> None:
    (found,) = openvpn_facts(root, {"a.conf": "client\n"}, "2.5.1")
    assert "min_version" not in found


def test_openvpn_without_files_and_one_that_takes_in_others(root: Path) -> None:
    assert openvpn_facts(root, {"none/": ""}) == []
    assert isinstance(openvpn_facts(root, {"a.conf": "config b.conf\n"}), Unread)


@pytest.mark.parametrize("shell", SHELLS)
def test_names_of_interfaces_and_of_files_and_no_more(root: Path, shell: str) -> None:
    manager = "etc/NetworkManager/system-connections"
    files = {
        "sys/class/net/lo/uevent": "INTERFACE=lo\n",
        "sys/class/net/wg0/uevent": "DEVTYPE=wireguard\nINTERFACE=wg0\n",
        "etc/wireguard/wg0.conf": "[Interface]\nPrivateKey = hidden-word\n",
        "etc/wireguard/wg1.conf": "[Interface]\nPrivateKey = hidden-word\n",
        "etc/systemd/network/wg2.netdev": "[NetDev]\nKind = wireguard\n[WireGuard]\nPrivateKey=hidden-word\n",
        f"{manager}/a b.nmconnection": "[vpn]\nservice-type=org.x.pptp\npassword=hidden-word\n",
        f"{manager}/c": "[vpn]\nipsec-enabled=yes\nservice-type=org.x.l2tp\nipsec-psk=hidden-word\n",
        f"{manager}/d": "[connection]\ntype=vpn\n[vpn]\nservice-type=org.x.l2tp\n",
        "etc/ppp/peers/work": '# pty "pptp a"\npty "pptp vpn.example.org"\npassword hidden-word\n',
        "etc/ppp/peers/other": '# pty "pptp a"\n',
        "etc/xl2tpd/xl2tpd.conf": "; [lns x]\n[global]\n[lac clinic]\nlns = hidden-word\n",
    }
    answer = run("vpn.tunnels", tree(root, files), shell, path=programs(root, {}))
    assert "hidden-word" not in "\n".join(said(answer))
    found = facts(tunnels.names, answer)
    assert found["incomplete"] == {}
    assert {w["interface"]: w["running"] for w in found["wireguard"]} == {
        "wg0": True,
        "wg1": False,
        "wg2": False,
    }
    assert [f["file"] for f in found["pptp"]] == [f"/{manager}/a b.nmconnection", "/etc/ppp/peers/work"]
    assert [f["file"] for f in found["l2tp"]] == [f"/{manager}/d", "/etc/xl2tpd/xl2tpd.conf"]


def test_no_tunnels_beside_another_vpn_and_none_at_all(root: Path) -> None:
    tree(root, {"sys/class/net/lo/uevent": "INTERFACE=lo\n"})
    assert run("vpn.tunnels", root, path=programs(root, {})).status == 10
    answer = run("vpn.tunnels", root, path=programs(root, STRONGSWAN))
    assert facts(tunnels.names, answer)["wireguard"] == []


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes another user")
@pytest.mark.parametrize(
    "closed", ["etc/wireguard", "etc/ppp/peers", "etc/NetworkManager/system-connections"]
)
def test_a_closed_folder_leaves_the_rest_open(root: Path, closed: str) -> None:
    tree(root, {f"{closed}/": "", "sys/class/net/wg0/uevent": "DEVTYPE=wireguard\n"})
    (root / closed).chmod(0o700)
    found = facts(tunnels.names, run("vpn.tunnels", root, user="nobody", path=programs(root, {})))
    assert [w["interface"] for w in found["wireguard"]] == ["wg0"]
    assert found["incomplete"]["pptp"].detail == f"/{closed} cannot be read"
