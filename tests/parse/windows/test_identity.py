"""By what a Windows machine is known again."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import identity
from igaudit.parse.windows.steps import Meta, NotRead
from tests.parse.windows.said import ABSENT, BROKEN, DENIED, asked, key, rows

ADMIN = Meta(build=26100, product="WinNT", admin=True, host="PC1")


def network(**steps: Any) -> dict[str, Any]:
    usual = {
        "tcpip": key(**{"NV Hostname": "ward-pc-with-a-long-name", "Hostname": "old"}),
        "machine": key(MachineGuid="0F9E8D7C-6b5a-4938-8271-000000000001"),
        "adapters": rows(),
        "addresses": rows(),
    }
    return dict(identity.network(asked(ADMIN, **{**usual, **steps})))


def card(mac: Any, **other: Any) -> dict[str, Any]:
    usual = {"Name": "Ethernet", "InterfaceIndex": 4, "HardwareInterface": True, "Virtual": False}
    return {**usual, "PermanentAddress": mac, **other}


def test_the_whole_name_is_told_and_not_that_of_netbios() -> None:
    facts = network()
    assert (facts["hostname"], facts["fqdn"]) == ("ward-pc-with-a-long-name", None)
    assert facts["machine_id"] == "0f9e8d7c-6b5a-4938-8271-000000000001"


def test_without_a_name_in_the_registry_the_short_one_is_told() -> None:
    assert network(tcpip=key(Domain="trust.example"))["fqdn"] == "PC1.trust.example"


def test_the_name_with_its_domain() -> None:
    facts = network(tcpip=key(**{"Hostname": "pc1", "NV Domain": "trust.example"}))
    assert facts["fqdn"] == "pc1.trust.example"


def test_where_the_key_is_closed_no_name_is_made_up() -> None:
    facts = network(tcpip=DENIED, machine=ABSENT)
    assert isinstance(facts["hostname"], Unread)
    assert isinstance(facts["fqdn"], Unread)
    assert facts["machine_id"] is None


@pytest.mark.parametrize(
    ("mac", "expected"),
    [
        ("A44CC8010203", "a4:4c:c8:01:02:03"),
        # Made up by software: random, of Hyper-V, of VMware.
        ("A64CC8010203", None),
        ("00155D010203", None),
        ("005056010203", None),
        ("000000000000", None),
        ("", None),
        (None, None),
        (7, None),
        ("A44CC80102", None),
    ],
)
def test_only_the_address_of_its_maker_is_an_identity(mac: Any, expected: str | None) -> None:
    (record,) = network(adapters=rows(card(mac)))["interfaces"]
    assert record["mac"] == expected


@pytest.mark.parametrize(
    "other", [{"HardwareInterface": False}, {"Virtual": True}, {"HardwareInterface": None}]
)
def test_a_switch_of_hyper_v_bears_the_address_of_a_card_and_is_none(other: dict[str, Any]) -> None:
    (record,) = network(adapters=rows(card("A44CC8010203", **other)))["interfaces"]
    assert (record["mac"], record["physical"]) == (None, False)


def test_addresses_are_those_that_reach_beyond_the_link() -> None:
    said = rows({"InterfaceIndex": 4, "IPAddress": ["192.0.2.7", "fe80::1", "2001:db8::7", "rubbish", 5]})
    (record,) = network(adapters=rows(card("A44CC8010203")), addresses=said)["interfaces"]
    assert record["addresses"] == ["192.0.2.7", "2001:db8::7"]
    (record,) = network(adapters=rows(card("A44CC8010203")), addresses=DENIED)["interfaces"]
    assert "addresses" not in record


def neighbours(*said: dict[str, Any]) -> list[dict[str, Any]]:
    found: Any = identity.neighbours(asked(ADMIN, neighbours=rows(*said)))["neighbours"]
    return list(found)


def neighbour(mac: str, state: Any = 5, address: str = "192.0.2.1") -> dict[str, Any]:
    return {"IPAddress": address, "LinkLayerAddress": mac, "InterfaceAlias": "Ethernet", "State": state}


@pytest.mark.parametrize("state", [2, 3, 4, 5, 6, "Stale", "Reachable"])
def test_a_neighbour_that_has_answered(state: Any) -> None:
    found = neighbours(neighbour("00-1B-21-0A-0B-0C", state))
    assert found == [{"address": "192.0.2.1", "mac": "00:1b:21:0a:0b:0c", "interface": "Ethernet"}]


@pytest.mark.parametrize(
    "said",
    [
        neighbour("00-1B-21-0A-0B-0C", 0),
        neighbour("00-1B-21-0A-0B-0C", "Unreachable"),
        neighbour("00-00-00-00-00-00"),
        neighbour("FF-FF-FF-FF-FF-FF"),
        neighbour("01-00-5E-00-00-16"),
        neighbour(""),
        neighbour("00-1B-21-0A-0B-0C", address="nowhere"),
        {**neighbour("00-1B-21-0A-0B-0C"), "InterfaceAlias": None},
    ],
)
def test_who_never_answered_and_groups_are_no_neighbours(said: dict[str, Any]) -> None:
    assert neighbours(said) == []


def hardware(**steps: Any) -> dict[str, Any]:
    usual = {
        "bios": rows({"SerialNumber": "7XK2PQ3"}),
        "computer": rows({"Manufacturer": "Dell Inc.", "Model": "Latitude 5450"}),
        "discs": rows(),
        "numbers": rows(),
    }
    return dict(identity.hardware(asked(ADMIN, **{**usual, **steps})))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ({}, "7XK2PQ3"),
        ({"bios": rows({"SerialNumber": "To be filled by O.E.M."})}, None),
        ({"computer": rows({"Manufacturer": "Microsoft Corporation", "Model": "Virtual Machine"})}, None),
        ({"computer": rows({"Manufacturer": "Microsoft Corporation", "Model": "Surface Pro 9"})}, "7XK2PQ3"),
    ],
)
def test_the_serial_number_of_the_computer(steps: dict[str, Any], expected: str | None) -> None:
    assert hardware(**steps)["system_serial"] == expected


@pytest.mark.parametrize("step", ["bios", "computer"])
def test_a_serial_number_that_was_not_read_is_not_none(step: str) -> None:
    assert hardware(**{step: DENIED})["system_serial"].reason == Reason.DENIED


def disc(serial: Any, adapter: Any = None, name: str = "SAMSUNG MZVL2512") -> dict[str, Any]:
    said = rows({"DeviceId": "0", "FriendlyName": name, "SerialNumber": serial})
    (record,) = hardware(discs=said, numbers=rows({"DeviceId": "0", "AdapterSerialNumber": adapter}))[
        "disk_serials"
    ]
    return dict(record)


@pytest.mark.parametrize(
    ("serial", "adapter", "expected"),
    [
        ("S4M1NA0N100001      ", None, "S4M1NA0N100001"),
        # Of an NVMe disc Windows gives an identifier that stands on no label; its adapter has the number.
        ("0025_38D6_31B0_0001.", "S64KNF0R400001      ", "S64KNF0R400001"),
        ("ACE4_2E00_25B0_0001_2EE4_AC00_0000_0001.", "FJ68N000000   _0000", "FJ68N000000"),
        ("S3EWNX0J500001_00000001.", None, "S3EWNX0J500001"),
    ],
)
def test_the_serial_number_of_a_disc_is_the_one_on_its_label(
    serial: str, adapter: str | None, expected: str
) -> None:
    assert disc(serial, adapter)["serial"] == expected


@pytest.mark.parametrize("serial", ["0025_38D6_31B0_0001.", "0000_0000_0000_0000.", "", None, "None"])
def test_an_identifier_is_no_serial_number(serial: Any) -> None:
    assert "serial" not in disc(serial)


@pytest.mark.parametrize(
    "name", ["Msft Virtual Disk", "VMware Virtual disk SCSI Disk Device", "QEMU HARDDISK"]
)
def test_a_disc_of_a_virtual_machine_has_none(name: str) -> None:
    assert disc("6000c29", name=name)["serial"] is None


def test_older_windows_does_not_tell_what_adapters_say() -> None:
    facts = hardware(discs=rows({"DeviceId": "0", "FriendlyName": "X", "SerialNumber": "Z1"}), numbers=BROKEN)
    assert facts["disk_serials"] == [{"disk": "disk 0", "serial": "Z1"}]


@pytest.mark.parametrize(
    ("read", "step", "fact"),
    [
        (identity.network, "adapters", "interfaces"),
        (identity.hardware, "discs", "disk_serials"),
    ],
)
def test_a_machine_that_answers_has_cards_and_discs(read: Any, step: str, fact: str) -> None:
    """An empty list would say that nothing of it was ever disposed of."""
    said = read(asked(ADMIN, **{step: rows(), "addresses": rows(), "numbers": rows()}))[fact]
    assert said.reason == Reason.FAILED


def test_a_table_of_neighbours_is_never_empty() -> None:
    with pytest.raises(NotRead):
        neighbours()
