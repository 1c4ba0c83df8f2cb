"""What a machine says of itself is read from the kernel's own files, and nobody else is asked."""

import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import identity
from tests.collectors.rooted import SHELLS, run, tree
from tests.collectors.stand_ins import facts, programs

every_shell = pytest.mark.parametrize("shell", SHELLS)
as_another = pytest.mark.skipif(os.geteuid() != 0, reason="another user's view needs root")
CARD = "sys/class/net/eth0"
DMI = "sys/class/dmi/id"
IP = """case "$*" in
"-o addr") echo '2: eth0    inet 192.0.2.10/24 brd 192.0.2.255 scope global eth0\\       valid_lft forever' ;;
"-o link") echo '2: eth0: <UP> mtu 1500 \\    link/ether 02:11:22:33:44:55 permaddr 00:1b:21:0a:0b:0c' ;;
"neigh") echo '192.0.2.1 dev eth0 lladdr 00:1b:21:00:00:01 router REACHABLE' ;;
*) exit 1 ;;
esac"""


def network(root: Path, shell: str = "sh", user: str = "", **stand_ins: str) -> Any:
    path = programs(root, {"uname": "echo WEB1", **stand_ins})
    return facts(identity.network, run("identity.network", root, shell, user=user, path=path))


def hardware(root: Path, shell: str = "sh", user: str = "", **stand_ins: str) -> Any:
    path = programs(root, stand_ins)
    return facts(identity.hardware, run("identity.hardware", root, shell, user=user, path=path))


@every_shell
def test_names_cards_and_addresses(root: Path, shell: str) -> None:
    tree(
        root,
        {
            "etc/hosts": "127.0.0.1 localhost\n127.0.1.1 web1.example.nhs.uk web1 # web1.elsewhere\n",
            "etc/machine-id": "6123456789abcdef0123456789abcdef\n",
            f"{CARD}/device": "",
            f"{CARD}/address": "02:11:22:33:44:55\n",
            f"{CARD}/addr_assign_type": "3\n",
            "sys/class/net/br0/address": "00:1b:21:0a:0b:0c\n",
            "sys/class/net/lo/address": "00:00:00:00:00:00\n",
        },
    )
    assert network(root, shell, ip=IP) == {
        "hostname": "WEB1",
        "fqdn": "web1.example.nhs.uk",
        "machine_id": "6123456789abcdef0123456789abcdef",
        "interfaces": [
            {"name": "br0", "mac": None, "physical": False, "addresses": []},
            {"name": "eth0", "mac": "00:1b:21:0a:0b:0c", "physical": True, "addresses": ["192.0.2.10"]},
        ],
    }


@every_shell
def test_a_bonded_card_has_an_address_of_its_own(root: Path, shell: str) -> None:
    card = {f"{CARD}/device": "", f"{CARD}/address": "00:1b:21:00:00:99\n", f"{CARD}/addr_assign_type": "2\n"}
    tree(root, {**card, f"{CARD}/bonding_slave/perm_hwaddr": "00:1b:21:00:00:07\n"})
    found = network(root, shell)
    assert found["interfaces"] == [{"name": "eth0", "mac": "00:1b:21:00:00:07", "physical": True}]
    assert (found["fqdn"], found["machine_id"]) == (None, None)


def test_neighbours_of_the_kernel(root: Path) -> None:
    arp = ["IP address       HW type     Flags       HW address            Mask     Device"]
    arp += ["192.0.2.1        0x1         0x2         00:1b:21:00:00:05     *        eth0"]
    arp += ["192.0.2.9        0x1         0x0         00:00:00:00:00:00     *        eth0"]
    tree(root, {"proc/net/arp": "\n".join(arp)})
    seen = [{"address": "192.0.2.1", "mac": "00:1b:21:00:00:05", "interface": "eth0"}]
    bare = run("identity.neighbours", root, path=programs(root, {}))
    assert facts(identity.neighbours, bare) == {"neighbours": seen}
    asked = facts(identity.neighbours, run("identity.neighbours", root, path=programs(root, {"ip": IP})))
    assert [record["mac"] for record in asked["neighbours"]] == ["00:1b:21:00:00:01"]


def test_nothing_knows_the_neighbours(root: Path) -> None:
    tree(root, {"proc/": ""})
    assert run("identity.neighbours", root, path=programs(root, {})).status == 12


@every_shell
def test_serial_numbers(root: Path, shell: str) -> None:
    tree(
        root,
        {
            f"{DMI}/sys_vendor": "Dell Inc.\n",
            f"{DMI}/product_name": "PowerEdge R650\n",
            f"{DMI}/product_serial": "7XK2PQ3\n",
            "sys/block/nvme0n1/device/serial": "S64FNE0R802879  \n",
            "sys/block/nvme0n1/device/model": "SAMSUNG MZQL2960HCJR\n",
            "sys/block/sda/device/vpd_pg80": "\x00ZZ\x14      WD-WCC4N5PF\n",
            "sys/block/nvme0c0n1/device/serial": "S64FNE0R802879\n",
            "sys/block/nvme0c0n1/hidden": "1\n",
            "sys/block/sdb/device/model": "Ultra\n",
            "sys/block/sdc/device/model": "Odd\n",
            "sys/block/loop0/size": "0\n",
            "sys/block/sr0/device/model": "DVD\n",
        },
    )
    lsblk = """[ "$*" = "-dPno NAME,SERIAL" ] && echo 'NAME="sdb" SERIAL="4C53\\x20 0001"'"""
    assert hardware(root, shell, lsblk=lsblk) == {
        "system_serial": "7XK2PQ3",
        "disk_serials": [
            {"disk": "/dev/nvme0n1", "serial": "S64FNE0R802879"},
            {"disk": "/dev/sda", "serial": "WD-WCC4N5PF"},
            {"disk": "/dev/sdb", "serial": "4C53  0001"},
            {"disk": "/dev/sdc"},
        ],
    }


@as_another
def test_the_serial_number_is_roots_alone(root: Path) -> None:
    tree(root, {f"{DMI}/sys_vendor": "Dell Inc.\n", f"{DMI}/product_serial": "7XK2PQ3\n", "sys/block/": ""})
    (root / DMI / "product_serial").chmod(0o400)
    found = hardware(root, user="nobody")
    assert found["system_serial"].reason == "denied"
    assert found["disk_serials"] == []


def test_a_device_tree_has_it_too(root: Path) -> None:
    base = "sys/firmware/devicetree/base"
    tree(root, {"sys/class/": "", f"{base}/serial-number": "10000000a1b2c3d4\0"})
    found = hardware(root)
    assert found["system_serial"] == "10000000a1b2c3d4"
    assert found["disk_serials"].reason == "unsupported"


def test_without_tables_only_a_virtual_machine_is_known_to_have_none(root: Path) -> None:
    tree(root, {"sys/class/": "", "proc/cpuinfo": "flags\t: fpu vme\n"})
    assert hardware(root)["system_serial"].reason == "unsupported"
    tree(root, {"proc/cpuinfo": "flags\t: fpu vme hypervisor lahf_lm\n"})
    assert hardware(root)["system_serial"] is None
