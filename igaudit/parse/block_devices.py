"""lsblk's tree of block devices (`lsblk -J -p`), and whether what lies on one is encrypted."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from igaudit.parse import Unparsable, stock

_MAX_DEPTH = 40


@dataclass(slots=True)
class Device:
    """One device; `chains` are the ways down to the disks: the devices that it lies on, itself the last.

    A device that is made of several, such as a RAID, stands under each of them and has a chain for each.
    """

    name: str
    kernel_name: str
    kind: str
    filesystem: str
    uuid: str
    removable: bool
    mounts: list[str]
    chains: "list[tuple[Device, ...]]" = field(default_factory=list)

    @property
    def on_removable(self) -> bool:
        """Whether any device below it, or itself, is removable or connected by USB."""
        return any(device.removable for chain in self.chains for device in chain)

    @property
    def in_memory(self) -> bool:
        """Whether it is memory that looks like a disk."""
        return bool(re.match(r"/dev/z?ram[0-9]", self.kernel_name))

    @property
    def encrypted(self) -> bool | None:
        """Whether every way down passes dm-crypt; None where what lies below cannot be seen."""
        if all(any(device.kind == "crypt" for device in chain) for chain in self.chains):
            return True
        # The file behind a loop device, or the data set behind a volume of ZFS, is not in the tree.
        hidden = any(d.kind == "loop" or d.kernel_name.startswith("/dev/zd") for c in self.chains for d in c)
        return None if hidden else False


def block_devices(text: str) -> list[Device]:
    """Every device of lsblk's JSON once, with all its chains; raises Unparsable."""
    document = stock.json(text)
    if not isinstance(document, dict) or not isinstance(document.get("blockdevices"), list):
        raise Unparsable("lsblk gave no `blockdevices`")
    found: dict[str, Device] = {}
    for node in document["blockdevices"]:
        _walk(node, (), found)
    return list(found.values())


def _walk(node: object, above: tuple[Device, ...], found: dict[str, Device]) -> None:
    if not isinstance(node, Mapping) or len(above) > _MAX_DEPTH:
        raise Unparsable("lsblk: a device expected")
    device = found.setdefault(_text(node, "name"), _device(node))
    chain = (*above, device)
    device.chains.append(chain)
    for child in _listed(node.get("children")):
        _walk(child, chain, found)


def _device(node: Mapping[str, object]) -> Device:
    mounts = _listed(node.get("mountpoints")) or [node.get("mountpoint")]
    return Device(
        name=_text(node, "name"),
        kernel_name=_text(node, "kname") or _text(node, "name"),
        kind=_text(node, "type"),
        filesystem=_text(node, "fstype"),
        uuid=_text(node, "uuid"),
        # Before util-linux 2.33 every value is text.
        removable=node.get("rm") in (True, "1") or node.get("tran") == "usb",
        mounts=[mount for mount in mounts if isinstance(mount, str)],
    )


def _text(node: Mapping[str, object], key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _listed(value: object) -> Iterator[object] | list[object]:
    return value if isinstance(value, list) else []


def device_called(devices: list[Device], name: str) -> Device | None:
    """The device with this name, or this name of the kernel's."""
    return next((device for device in devices if name in (device.name, device.kernel_name)), None)
