"""By what a machine is known again: names, serial numbers, hardware addresses, neighbours.

What software made up is no identity: two machines may have the same, and a disposed one is not known by it.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

Record = dict[str, Any]

# What makers and firmware write where no number was given, in capitals, letters and digits alone.
_PLACEHOLDERS = re.compile(
    r"|NONE|NULL|NA|NO|OEM|EMPTY|INVALID|UNKNOWN|UNDEFINED|NOSERIAL(NUMBER)?"
    r"|NOT(SPECIFIED|APPLICABLE|AVAILABLE|PRESENT|SET|DEFINED)|DEFAULT(STRING)?|EMPTYSTRING"
    r"|(TOBE)?FILLEDBYOEM|FILLBYOEM|O?E?M?(SYSTEM|CHASSIS|BASEBOARD|BOARD)?SERIAL(NUMBER|NO)?|(?P<one>.)(?P=one)*"
)
_SEQUENCES = ("0123456789ABCDEF" * 2, "1234567890" * 3)

# Makers of virtual machines; with a pattern for the product where the maker sells real computers too.
_VIRTUAL = (
    (r"QEMU|VMware.*|innotek GmbH|Xen|Parallels.*|Bochs|OpenStack.*|RDO|oVirt|FreeBSD", r".*"),
    (r"Amazon EC2|DigitalOcean|Hetzner|Alibaba Cloud|OVH|Scaleway|UpCloud|Linode|Akamai.*|Vultr", r".*"),
    (r"Microsoft Corporation", r"Virtual Machine"),
    (r"Nutanix", r"AHV"),
    (r"Google.*", r"Google.*"),
    (r".*", r"(Standard PC \(|KVM|RHEV|RHEL|OpenStack|HVM domU|VirtualBox|BHYVE|VMware).*"),
)
_VIRTUAL_DISC = re.compile(r"(QEMU|VBOX|VMware|Msft|Virtual|Amazon Elastic|Google|nvme_card|BHYVE)\b.*", re.I)
_MADE_UP_DISC = re.compile(r"QM[0-9]{5}|drive-.*|VB[0-9a-f]{8}-[0-9a-f]{8}", re.I)

# Hypervisors give cards these beginnings, each as it likes: VMware, Hyper-V, Xen, VirtualBox, Parallels,
# oVirt, Nutanix, Oracle, Virtuozzo, Proxmox.
_VIRTUAL_CARDS = (
    "00:05:69",
    "00:0c:29",
    "00:1c:14",
    "00:50:56",
    "00:15:5d",
    "00:16:3e",
    "00:1c:42",
    "08:00:27",
    "00:1a:4a",
    "50:6b:8d",
    "00:21:f6",
    "00:18:51",
    "bc:24:11",
)
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
# /sys/class/net/NAME/addr_assign_type: 0 permanent, 1 random, 2 taken from another device, 3 set.
_NOT_ITS_OWN = ("1", "2")


def network(text: str) -> dict[str, object]:
    """Lines of `word value`: hostname, hosts, machine-id, interface, address, permanent, denied."""
    said = _said(text)
    hostname = next(iter(said.get("hostname", [])), "")
    if not hostname:
        raise Unparsable("the machine does not say its name")
    denied = said.get("denied", [])
    return {
        "hostname": hostname,
        "fqdn": _fqdn(hostname, said.get("hosts", []), "/etc/hosts" in denied),
        "machine_id": _machine_id(said.get("machine-id", [""])[0], "/etc/machine-id" in denied),
        "interfaces": list(_interfaces(said)),
    }


def _said(text: str) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for line in stock.lines(text):
        word, _, value = line.partition(" ")
        said.setdefault(word, []).append(value.strip())
    return said


def _fqdn(hostname: str, hosts: list[str], denied: bool) -> object:
    """The first name with a domain that stands in a line of the hosts file beside the machine's own."""
    begin = hostname.casefold() + "."
    if "." in hostname:
        return hostname
    for line in hosts:
        for name in line.split()[1:]:
            if name.casefold().startswith(begin):
                return name
    return Unread(Reason.DENIED, "/etc/hosts cannot be read") if denied else None


def _machine_id(value: str, denied: bool) -> object:
    if denied:
        return Unread(Reason.DENIED, "/etc/machine-id cannot be read")
    return value.lower() if re.fullmatch(r"(?!0{32})[0-9a-fA-F]{32}", value) else None


def _interfaces(said: Mapping[str, list[str]]) -> Iterator[Record]:
    permanent = dict(row.partition(" ")[::2] for row in said.get("permanent", []))
    for row in said.get("interface", []):
        name, kind, address, assigned, bonded, *_ = [*row.split(), "-", "-", "-", "-", "-"]
        if name in ("lo", "-"):
            continue
        own = next((mac for mac in (bonded, permanent.get(name, "-")) if mac != "-"), "")
        if not own and assigned not in _NOT_ITS_OWN:
            own = address
        record: Record = {"name": name, "mac": None, "physical": kind == "device"}
        if record["physical"] and from_its_maker(own):
            record["mac"] = own.lower()
        if "addresses" in said:
            record["addresses"] = list(_addresses(name, said.get("address", [])))
        yield record


def from_its_maker(mac: str) -> bool:
    """Whether it is the MAC of one card: the second bit of the first byte says that software made it up."""
    mac = mac.lower()
    if not _MAC.fullmatch(mac) or mac == "00:00:00:00:00:00":
        return False
    return int(mac[:2], 16) & 3 == 0 and not mac.startswith(_VIRTUAL_CARDS)


def _addresses(interface: str, rows: list[str]) -> Iterator[str]:
    for row in rows:
        name, _, place = row.partition(" ")
        address = _address(place.split("/")[0])
        if name == interface and address is not None and not address.is_link_local:
            yield str(address)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def neighbours(text: str) -> dict[str, object]:
    """The table of `ip neigh`, or of /proc/net/arp; entries that never answered are left out."""
    source, *rows = list(stock.lines(text)) or [""]
    if source not in ("source ip", "source arp"):
        raise Unparsable("no table of neighbours")
    read = _neighbour if source == "source ip" else _arp
    found = (read(row.split()) for row in rows)
    return {"neighbours": [record for record in found if record is not None]}


def _neighbour(cells: list[str]) -> Record | None:
    """`192.0.2.1 dev eth0 lladdr 00:1b:21:0a:0b:0c router REACHABLE`."""
    values = dict(pairwise(cells))
    return _seen(cells[0], values.get("lladdr", ""), values.get("dev", ""))


def _arp(cells: list[str]) -> Record | None:
    """Columns: address, type, flags (0x0: no answer yet), hardware address, mask, device."""
    if len(cells) < 6 or cells[2] == "0x0":
        return None
    return _seen(cells[0], cells[3], cells[5])


def _seen(address: str, mac: str, interface: str) -> Record | None:
    mac = mac.lower()
    if _address(address) is None or not _MAC.fullmatch(mac) or int(mac[:2], 16) & 1:
        return None
    if mac == "00:00:00:00:00:00" or not interface:
        return None
    return {"address": address, "mac": mac, "interface": interface}


def hardware(text: str) -> dict[str, object]:
    """Lines of `word value`: firmware, maker, product, serial, disk, model, said, lsblk."""
    said = _said(text)
    facts: dict[str, object] = {"system_serial": _system_serial(said)}
    if said.get("disks") != ["known"]:
        return {**facts, "disk_serials": Unread(Reason.UNSUPPORTED, "there is no /sys/block")}
    return {**facts, "disk_serials": list(_disks(said))}


def _system_serial(said: Mapping[str, list[str]]) -> object:
    def first(word: str) -> str:
        return said.get(word, [""])[0]

    if first("firmware") == "none-virtual" or is_virtual_machine(first("maker"), first("product")):
        return None
    if first("firmware") in ("", "none"):
        return Unread(Reason.UNSUPPORTED, "the firmware's tables are not shown")
    if "serial-denied" in said:
        return Unread(Reason.DENIED, "the serial number can be read by root only")
    return serial_number(first("serial"))


def is_virtual_machine(maker: str, product: str) -> bool:
    """Whether a computer of this maker and product is a virtual one."""
    return any(re.fullmatch(who, maker) and re.fullmatch(what, product) for who, what in _VIRTUAL)


def serial_number(text: str) -> str | None:
    """A serial number without outer blanks; None for what stands where there is none."""
    text = text.strip()
    bare = re.sub(r"[^0-9A-Z]", "", text.upper())
    if _PLACEHOLDERS.fullmatch(bare):
        return None
    if len(bare) >= 6 and any(bare in sequence for sequence in _SEQUENCES):
        return None
    return text


def _disks(said: Mapping[str, list[str]]) -> Iterator[Record]:
    listed = dict(_listed(said.get("lsblk", [])))
    models, numbers = _by_disk(said.get("model", [])), _by_disk(said.get("said", []))
    for name in said.get("disk", []):
        # sysfs writes the slash in cciss/c0d0 as an exclamation mark.
        shown = name.replace("!", "/")
        candidates = [*numbers.get(name, []), *listed.get(shown, [])]
        record: Record = {"disk": f"/dev/{shown}"}
        number = next((text for text in candidates if serial_number(text) is not None), None)
        if _no_real_disc(name, models.get(name, []), number):
            record["serial"] = None
        elif number is not None:
            record["serial"] = serial_number(number)
        yield record


def _no_real_disc(name: str, models: list[str], number: str | None) -> bool:
    """Whether it is a disc of a virtual machine; those of virtio and Xen are so by their names."""
    if any(_VIRTUAL_DISC.fullmatch(model) for model in models):
        return True
    return name.startswith(("vd", "xvd")) or (number is not None and bool(_MADE_UP_DISC.fullmatch(number)))


def _by_disk(rows: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        name, _, value = row.partition(" ")
        if value.strip():
            found.setdefault(name, []).append(value.strip())
    return found


def _listed(rows: list[str]) -> Iterator[tuple[str, list[str]]]:
    """`NAME="sda" SERIAL="S3Z8NB0K"`; lsblk writes odd characters as `\\x20`."""
    for row in rows:
        found = re.fullmatch(r'NAME="([^"]*)" SERIAL="([^"]*)"', row)
        if found and found[2]:
            text = re.sub(r"\\x([0-9a-fA-F]{2})", lambda m: chr(int(m[1], 16)), found[2])
            yield found[1], [text]
