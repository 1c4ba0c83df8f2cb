"""By what a Windows machine is known again: names, serial numbers, hardware addresses, neighbours."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.model.facts import Reason
from igaudit.parse.identity import from_its_maker, is_virtual_machine, serial_number
from igaudit.parse.windows.discs import virtual_disc
from igaudit.parse.windows.rows import Row, coded, flag, number, some, text, texts
from igaudit.parse.windows.steps import NotRead, Steps, not_read, told

Record = dict[str, Any]

# MSFT_NetNeighbor.State; the first two have not answered.
_STATES = {
    "unreachable": 0, "incomplete": 1, "probe": 2, "delay": 3, "stale": 4, "reachable": 5, "permanent": 6,
}  # fmt: skip
_SILENT = (0, 1)
# What Windows gives as the serial number of an NVMe disc: its EUI-64 or NGUID, which no label shows, or
# the number with that of the namespace behind it.
_NO_NUMBER = re.compile(r"([0-9A-F]{4}_){3,7}[0-9A-F]{4}\.?", re.I)
_NAMESPACE = re.compile(r"\s*_[0-9A-F]{4,8}\.?$", re.I)


def network(steps: Steps) -> dict[str, object]:
    """Steps: tcpip, machine, adapters, addresses."""
    return told(
        hostname=lambda: _hostname(steps),
        fqdn=lambda: _fqdn(steps),
        machine_id=lambda: _machine_id(steps),
        interfaces=lambda: list(_interfaces(steps)),
    )


def _hostname(steps: Steps) -> str:
    name = steps.key("tcpip").text("NV Hostname") or steps.key("tcpip").text("Hostname") or steps.meta.host
    if not name:
        raise not_read(Reason.INCOMPLETE_RECORD, "the machine does not say its name")
    return name


def _fqdn(steps: Steps) -> str | None:
    domain = steps.key("tcpip").text("NV Domain") or steps.key("tcpip").text("Domain")
    return f"{_hostname(steps)}.{domain}" if domain else None


def _machine_id(steps: Steps) -> str | None:
    value = steps.key("machine").text("MachineGuid") or ""
    return (
        value.lower() if re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value) else None
    )


def _interfaces(steps: Steps) -> Iterator[Record]:
    addresses = _addresses(steps)
    for row in some(steps, "adapters"):
        physical = flag(row, "HardwareInterface") is True and flag(row, "Virtual") is not True
        mac = ":".join(re.findall("..", text(row, "PermanentAddress").lower()))
        record: Record = {"name": text(row, "Name"), "mac": None, "physical": physical}
        if physical and from_its_maker(mac):
            record["mac"] = mac
        if addresses is not None:
            record["addresses"] = addresses.get(number(row, "InterfaceIndex"), [])
        yield record


def _addresses(steps: Steps) -> Mapping[int | None, list[str]] | None:
    try:
        rows = steps.rows("addresses")
    except NotRead:
        return None
    return {
        number(row, "InterfaceIndex"): [a for a in texts(row, "IPAddress") if _far_reaching(a)]
        for row in rows
    }


def _far_reaching(address: str) -> bool:
    """Whether it is an IP address, and not one of the link alone."""
    try:
        return not ipaddress.ip_address(address).is_link_local
    except ValueError:
        return False


def neighbours(steps: Steps) -> dict[str, object]:
    """Steps: neighbours (MSFT_NetNeighbor). Who never answered, and groups of machines, are left out.

    There are always groups in the table.
    """
    found = [_neighbour(row) for row in some(steps, "neighbours")]
    return {"neighbours": [record for record in found if record is not None]}


def _neighbour(row: Row) -> Record | None:
    mac = text(row, "LinkLayerAddress").replace("-", ":").lower()
    address, interface = text(row, "IPAddress").partition("%")[0], text(row, "InterfaceAlias")
    if not re.fullmatch(r"(?!00:00:00:00:00:00)[0-9a-f]{2}(:[0-9a-f]{2}){5}", mac) or int(mac[:2], 16) & 1:
        return None
    if coded(row, "State", _STATES) in _SILENT or not interface or not _is_address(address):
        return None
    return {"address": address, "mac": mac, "interface": interface}


def _is_address(text_: str) -> bool:
    try:
        ipaddress.ip_address(text_)
    except ValueError:
        return False
    return True


def hardware(steps: Steps) -> dict[str, object]:
    """Steps: bios, computer, discs, numbers (the serial numbers that NVMe discs' adapters tell)."""
    return told(system_serial=lambda: _system_serial(steps), disk_serials=lambda: list(_discs(steps)))


def _system_serial(steps: Steps) -> str | None:
    for row in steps.rows("computer"):
        if is_virtual_machine(text(row, "Manufacturer"), text(row, "Model")):
            return None
    for row in steps.rows("bios"):
        return serial_number(text(row, "SerialNumber"))
    raise not_read(Reason.UNSUPPORTED, "bios: the firmware's tables are not shown")


def _discs(steps: Steps) -> Iterator[Record]:
    told_by_adapter = _adapters(steps)
    for row in some(steps, "discs"):
        name = text(row, "DeviceId")
        record: Record = {"disk": f"disk {name}"}
        if virtual_disc(text(row, "FriendlyName")):
            record["serial"] = None
        else:
            record |= _number(told_by_adapter.get(name, ""), text(row, "SerialNumber"))
        yield record


def _adapters(steps: Steps) -> Mapping[str, str]:
    """By disc what its adapter says; older Windows has no such property, and other discs no such adapter."""
    try:
        rows = steps.rows("numbers")
    except NotRead:
        return {}
    return {text(row, "DeviceId"): text(row, "AdapterSerialNumber") for row in rows}


def _number(by_adapter: str, by_disc: str) -> Record:
    said = by_adapter or ("" if _NO_NUMBER.fullmatch(by_disc) else by_disc)
    found = serial_number(_NAMESPACE.sub("", said))
    return {} if found is None else {"serial": found}
