"""WireGuard, PPTP and L2TP, as the probe names them."""

from igaudit.model.facts import Reason
from igaudit.parse.tunnels import names


def test_one_record_for_an_interface_and_its_file() -> None:
    found = names(
        "running /sys/class/net/wg0\nset-up /etc/wireguard/wg0.conf\nset-up /etc/wireguard/wg1.conf\n"
    )
    assert found["wireguard"] == [
        {"interface": "wg0", "running": True, "file": "/etc/wireguard/wg0.conf"},
        {"interface": "wg1", "running": False, "file": "/etc/wireguard/wg1.conf"},
    ]
    assert found["incomplete"] == {}


def test_a_file_that_is_named_twice_counts_once() -> None:
    assert names("pptp /a\npptp /a\nl2tp /b\n")["pptp"] == [{"file": "/a"}]


def test_interfaces_that_cannot_be_seen() -> None:
    gaps = names("no-interfaces\n")["incomplete"]
    assert isinstance(gaps, dict)
    assert {name: gap.reason for name, gap in gaps.items()} == {"wireguard": Reason.UNSUPPORTED}


def test_a_folder_that_was_denied_leaves_every_list_open() -> None:
    gaps = names("igaudit-denied /etc/ppp/peers\nno-interfaces\n")["incomplete"]
    assert isinstance(gaps, dict)
    assert {name: gap.reason for name, gap in gaps.items()} == dict.fromkeys(
        ("wireguard", "pptp", "l2tp"), Reason.DENIED
    )
