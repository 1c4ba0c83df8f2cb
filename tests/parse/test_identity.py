"""What counts as an identity, and what software or a careless maker put there."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.conform import misfit
from igaudit.parse import Unparsable, identity

CONTENT = Content.of()
SCHEMA = load_collector(CONTENT.roots[0] / "collectors/identity/collector.yaml", CONTENT).facts.fields


def serial(text: str, maker: str = "Dell Inc.", product: str = "OptiPlex 7090") -> Any:
    head = f"firmware dmi\nmaker {maker}\nproduct {product}\n"
    return identity.hardware(f"{head}serial {text}\n")["system_serial"]


@pytest.mark.parametrize("text", ["7XK2PQ3", "CZC1234ABC", "PF-0W12", "0123ABCD", "MXL0123456"])
def test_a_serial_number(text: str) -> None:
    assert serial(f"  {text} ") == text


PLACEHOLDERS = ["", "None", "N/A", "Not Specified", "To be filled by O.E.M.", "Default string", "-", "."]
PLACEHOLDERS += ["System Serial Number", "0123456789", "123456789", "1234567890", "0000000000", "00-00-00"]
PLACEHOLDERS += ["XXXXXXX", "INVALID"]


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_a_placeholder_is_no_serial_number(text: str) -> None:
    assert serial(text) is None


@pytest.mark.parametrize(
    ("maker", "product"),
    [
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)"),
        ("VMware, Inc.", "VMware20,1"),
        ("Microsoft Corporation", "Virtual Machine"),
        ("Google", "Google Compute Engine"),
        ("Amazon EC2", "m6i.large"),
        ("Xen", "HVM domU"),
        ("Red Hat", "KVM"),
        ("innotek GmbH", "VirtualBox"),
        ("Nutanix", "AHV"),
    ],
)
def test_a_virtual_machine_has_none(maker: str, product: str) -> None:
    assert serial("4c4c4544-0058", maker, product) is None


@pytest.mark.parametrize(
    ("maker", "product"),
    [("Microsoft Corporation", "Surface Pro 9"), ("Google", "Drallion"), ("Nutanix", "NX-3060-G5")],
)
def test_makers_of_both_kinds(maker: str, product: str) -> None:
    assert serial("008123456789", maker, product) == "008123456789"


@pytest.mark.parametrize(
    ("row", "mac"),
    [
        ("eth0 device 00:1B:21:0A:0B:0C 0 -", "00:1b:21:0a:0b:0c"),
        ("eth0 device 00:1b:21:0a:0b:0c - -", "00:1b:21:0a:0b:0c"),
        ("eth0 device 00:1b:21:0a:0b:0c 3 -", "00:1b:21:0a:0b:0c"),
        ("wlan0 device 00:1b:21:0a:0b:0c 1 -", None),
        ("eth0 device 00:1b:21:0a:0b:0c 2 -", None),
        ("eth0 device 52:54:00:12:34:56 0 -", None),
        ("eth0 device 00:50:56:12:34:56 0 -", None),
        ("eth0 device 50:6b:8d:12:34:56 0 -", None),
        ("eth0 device bc:24:11:12:34:56 0 -", None),
        ("eth0 device 01:1b:21:0a:0b:0c 0 -", None),
        ("eth0 device 00:00:00:00:00:00 0 -", None),
        ("tun0 virtual - 0 -", None),
        ("br0 virtual 00:1b:21:0a:0b:0c 0 -", None),
    ],
)
def test_the_address_that_its_maker_gave_it(row: str, mac: str | None) -> None:
    found: Any = identity.network(f"hostname a\ninterface {row}\n")
    assert found["interfaces"][0]["mac"] == mac


def test_addresses_of_an_interface() -> None:
    places = ["eth0 192.0.2.10/24", "eth0 fe80::1/64", "eth0 2001:db8::1/64", "eth1 192.0.2.9/24"]
    rows = "".join(f"address {place}\n" for place in places)
    found: Any = identity.network(f"hostname a\ninterface eth0 device\naddresses known\n{rows}")
    assert found["interfaces"][0]["addresses"] == ["192.0.2.10", "2001:db8::1"]


@pytest.mark.parametrize(
    ("lines", "fqdn"),
    [
        ("hostname a.example.org", "a.example.org"),
        ("hostname a\nhosts 127.0.1.1 a a.example.org", "a.example.org"),
        ("hostname a\nhosts 127.0.1.1 ab.example.org a", None),
        ("hostname a", None),
    ],
)
def test_its_full_name(lines: str, fqdn: str | None) -> None:
    assert identity.network(f"{lines}\n")["fqdn"] == fqdn


def test_what_could_not_be_read() -> None:
    found: Any = identity.network("hostname a\ndenied /etc/hosts\ndenied /etc/machine-id\n")
    assert (found["fqdn"].reason, found["machine_id"].reason) == ("denied", "denied")


@pytest.mark.parametrize("text", ["uninitialized", "0" * 32, "", "6123"])
def test_no_machine_id(text: str) -> None:
    assert identity.network(f"hostname a\nmachine-id {text}\n")["machine_id"] is None


@pytest.mark.parametrize(
    ("disk", "expected"),
    [
        ("disk vda\nsaid vda overlay", None),
        ("disk sda\nmodel sda QEMU HARDDISK\nsaid sda 5f3a", None),
        ("disk sda\nmodel sda Virtual disk\nsaid sda 6000c29", None),
        ("disk sda\nsaid sda QM00001", None),
        ("disk sda\nsaid sda 0000000000\nsaid sda WD-1", "WD-1"),
    ],
)
def test_the_serial_number_of_a_disc(disk: str, expected: str | None) -> None:
    found: Any = identity.hardware(f"firmware none\ndisks known\n{disk}\n")
    assert found["disk_serials"] == [{"disk": f"/dev/{disk.split()[1]}", "serial": expected}]


def test_nothing_tells_the_serial_number_of_a_disc() -> None:
    found: Any = identity.hardware(
        'firmware none\ndisks known\ndisk cciss!c0d0\nlsblk NAME="cciss/c0d0" SERIAL=""\n'
    )
    assert found["disk_serials"] == [{"disk": "/dev/cciss/c0d0"}]


@pytest.mark.parametrize(
    ("row", "mac"),
    [
        ("192.0.2.1 dev eth0 lladdr 00:1b:21:00:00:01 STALE", ["00:1b:21:00:00:01"]),
        ("fe80::1 dev eth0 lladdr 02:1B:21:00:00:01 router used 0/0/0 DELAY", ["02:1b:21:00:00:01"]),
        ("192.0.2.1 dev eth0  FAILED", []),
        ("224.0.0.1 dev eth0 lladdr 01:00:5e:00:00:01 NOARP", []),
        ("192.0.2.1 dev eth0 lladdr 00:00:00:00:00:00 PERMANENT", []),
        ("192.0.2.1 lladdr 00:1b:21:00:00:01 STALE", []),
        ("elsewhere dev eth0 lladdr 00:1b:21:00:00:01 STALE", []),
    ],
)
def test_a_neighbour(row: str, mac: list[str]) -> None:
    found: Any = identity.neighbours(f"source ip\n{row}\n")
    assert [record["mac"] for record in found["neighbours"]] == mac


WORDS = [
    "hostname",
    "hosts",
    "machine-id",
    "interface",
    "address",
    "addresses known",
    "permanent",
    "firmware",
]
WORDS += ["maker", "product", "serial", "disk", "model", "said", "lsblk NAME=", "disks known", "source ip"]
LINES = st.builds(" ".join, st.tuples(st.sampled_from(WORDS), st.text(max_size=40)))


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_whatever_a_target_says_gives_facts_of_their_type_or_none(text: str) -> None:
    for parser in (identity.network, identity.hardware, identity.neighbours):
        with contextlib.suppress(Unparsable):
            for name, value in parser(text).items():
                if not hasattr(value, "reason"):
                    assert not misfit(value, SCHEMA[name], name)
