"""Where data lies, and whether it is encrypted there: lsblk, mounts, swap, ZFS, cryptsetup."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from igaudit.model.facts import Reason, Unread
from igaudit.parse import stock
from igaudit.parse.block_devices import Device, block_devices, device_called

# What a machine starts from must be readable before any key is known.
_BOOT = ("/boot", "/boot/efi", "/boot/firmware", "/efi")
# Memory, shares of other machines, and what was dealt with as ZFS.
_ELSEWHERE = ("zfs", "tmpfs", "ramfs", "rootfs", "nfs", "nfs4", "cifs", "9p")
_IMAGES = ("squashfs", "iso9660", "erofs", "cramfs")

Record = dict[str, object]
Mount = tuple[str, str, str]


def disks(text: str) -> dict[str, object]:
    """lsblk's JSON, then the sections `igaudit-mounts`, `-swaps`, `-zram` and `-zfs`."""
    tree, *parts = re.split(r"(?m)^igaudit-(?=[a-z]+$)", text)
    sections = {title: list(_rows(body)) for title, _, body in (part.partition("\n") for part in parts)}
    devices = block_devices(tree)
    mounts = [(row[0], row[1], row[2]) for row in sections.get("mounts", []) if len(row) == 3]
    sets = {row[0]: row[-1] for row in sections.get("zfs", []) if len(row) == 2}
    types = {mount: kind for _, mount, kind in mounts}
    found = _filesystems(devices, types) | _on_zfs(mounts, sets, devices) | _other_root(mounts, devices)
    facts: dict[str, object] = {"filesystems": list(found.values()), "zfs": list(_zfs(mounts, sets))}
    if not any("/" in device.mounts for device in devices) and all(row[1] != "/" for row in mounts):
        facts["incomplete"] = {"filesystems": Unread(Reason.UNSUPPORTED, "nothing says what / lies on")}
    if "swaps" in sections:
        backing = {row[0]: row[-1] for row in sections.get("zram", [])}
        facts["swap"] = [_swap(row, devices, backing, found) for row in sections["swaps"]]
    return facts


def _rows(body: str) -> Iterator[list[str]]:
    """Cells parted by blank space; the kernel writes blanks inside a cell as `\\040`."""
    for line in stock.lines(body):
        yield [re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), cell) for cell in line.split()]


def _filesystems(devices: list[Device], types: Mapping[str, str]) -> dict[str, Record]:
    """One record for each device with a mounted file system that keeps data, by its shortest mount."""
    found = {}
    for device in devices:
        mounts = [mount for mount in device.mounts if mount.startswith("/") and mount not in _BOOT]
        if mounts and device.kind != "rom" and not device.in_memory:
            mount = min(mounts, key=len)
            # lsblk has the type from udev, which may know nothing.
            kind = device.filesystem or types.get(mount, "")
            if kind not in _IMAGES:
                found[mount] = _record(mount, kind, device, devices)
    return found


def _record(mount: str, kind: str, device: Device, devices: list[Device]) -> Record:
    parts = [device]
    if kind == "btrfs" and device.uuid:
        # One file system over several devices: only one of them shows where it is mounted.
        parts = [other for other in devices if other.uuid == device.uuid and other.filesystem == kind]
    return {
        "mount": mount,
        "device": device.name,
        "type": kind,
        "removable": any(part.on_removable for part in parts),
        **_encrypted([part.encrypted for part in parts]),
    }


def _encrypted(states: list[bool | None]) -> Record:
    """False if any part is in clear; nothing where that is open."""
    if False in states:
        return {"encrypted": False}
    return {} if None in states or not states else {"encrypted": True}


def _on_zfs(mounts: list[Mount], sets: Mapping[str, str], devices: list[Device]) -> dict[str, Record]:
    """The mounted data sets: encrypted by ZFS itself, or by what all its devices lie on."""
    members = [device for device in devices if device.filesystem == "zfs_member"]
    states = {device.encrypted for device in members}
    found: dict[str, Record] = {}
    for name, mount, kind in mounts:
        if kind == "zfs" and mount not in _BOOT:
            below = next(iter(states)) if len(states) == 1 else None
            state = _zfs_state(sets.get(name, ""), below)
            found[mount] = {"mount": mount, "device": name, "type": "zfs", **_encrypted([state])}
            if members:
                found[mount]["removable"] = any(member.on_removable for member in members)
    return found


def _zfs_state(encryption: str, below: bool | None) -> bool | None:
    if encryption == "":
        return None
    return True if encryption not in ("off", "-") else below


def _zfs(mounts: list[Mount], sets: Mapping[str, str]) -> Iterator[Record]:
    for name in dict.fromkeys(name for name, _, kind in mounts if kind == "zfs"):
        yield {"dataset": name, **({"encryption": sets[name]} if name in sets else {})}


def _other_root(mounts: list[Mount], devices: list[Device]) -> dict[str, Record]:
    """A root file system that is on none of the devices: nothing is known about where it lies."""
    if any("/" in device.mounts for device in devices):
        return {}
    return {
        mount: {"mount": mount, "device": name, "type": kind}
        for name, mount, kind in mounts
        if mount == "/" and kind not in _ELSEWHERE
    }


def _swap(
    row: list[str], devices: list[Device], backing: Mapping[str, str], filesystems: Mapping[str, Record]
) -> Record:
    name, kind = row[0], row[-1]
    if kind == "file":
        holder = _holding(PurePosixPath(name), devices, filesystems)
        return {"device": name, "on_disk": True, "cleared": False, **holder}
    if re.match(r"/dev/zram[0-9]", name) and backing.get(name, "none") == "none":
        return {"device": name, "on_disk": False, "cleared": False}
    device = device_called(devices, backing.get(name, name))
    state = _encrypted([device.encrypted if device else None])
    return {"device": name, "on_disk": True, "cleared": False, **state}


def _holding(path: PurePosixPath, devices: list[Device], filesystems: Mapping[str, Record]) -> Record:
    """Whether the file system that holds the file `path` is encrypted: the one with the longest mount."""
    mounts = {mount: device for device in devices for mount in device.mounts}
    for parent in map(str, path.parents):
        if parent in mounts:
            return _encrypted([mounts[parent].encrypted])
        if parent in filesystems:
            state = filesystems[parent].get("encrypted")
            return _encrypted([state if isinstance(state, bool) else None])
    return {}


def encryption(text: str) -> dict[str, object]:
    """What `cryptsetup luksDump` and `cryptsetup status` say, after `igaudit-luks|mapping DEVICE`."""
    parts = re.split(r"(?m)^igaudit-(?=(?:luks|mapping) )", text)[1:]
    blocks = [part.partition("\n") for part in parts]
    luks = [_luks(head.split(" ", 1)[1], body) for head, _, body in blocks if head.startswith("luks ")]
    headers = {record["device"] for record in luks}
    mappings = [
        _mapping(head.split(" ", 1)[1], body)
        for head, _, body in blocks
        if head.startswith("mapping ") and stock.key_values(body, ":").get("device") not in headers
    ]
    return {"luks": luks, "mappings": mappings}


def _luks(device: str, dump: str) -> Record:
    record: Record = {"device": device}
    version = re.search(r"(?m)^Version:\s+([0-9])", dump)
    if version is None:
        return record
    record["version"] = int(version[1])
    return record | (_luks1(dump) if version[1] == "1" else _luks2(dump))


def _luks1(dump: str) -> Record:
    said = stock.key_values(dump, ":")
    if not {"Cipher name", "Cipher mode", "MK bits"} <= said.keys():
        return {}
    return {
        "ciphers": [f"{said['Cipher name']}-{said['Cipher mode']}"],
        "key_bits": stock.integer(said["MK bits"], "MK bits"),
        # The header of version 1 knows no other way.
        "key_derivation": ["pbkdf2"],
    }


def _luks2(dump: str) -> Record:
    """Its data segments have a cipher each; its key slots have the size of the data's key, and a PBKDF."""
    record: Record = {}
    if ciphers := _each(r"(?m)^\s+cipher:\s+(\S+)", dump):
        record["ciphers"] = ciphers
    if sizes := _each(r"(?m)^\s+Key:\s+([0-9]{1,6}) bits", dump):
        record["key_bits"] = min(map(int, sizes))
    if ways := _each(r"(?m)^\s+PBKDF:\s+(\S+)", dump):
        record["key_derivation"] = ways
    return record


def _each(pattern: str, text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(pattern, text)))


def _mapping(name: str, status: str) -> Record:
    said = stock.key_values(status, ":")
    record: Record = {"name": name}
    if "type" in said:
        record["kind"] = said["type"]
    if "cipher" in said:
        record["ciphers"] = [said["cipher"]]
    if bits := re.match(r"([0-9]{1,6}) bits|([0-9]{1,6}) \[bits\]", said.get("keysize", "")):
        record["key_bits"] = int(bits[1] or bits[2])
    return record
