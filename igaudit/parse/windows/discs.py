"""Discs, partitions and volumes of Windows, by the classes that its storage management has of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from igaudit.parse.windows.rows import Row, coded, flag, number, some, text, texts
from igaudit.parse.windows.steps import Steps

# MSFT_Disk.BusType and MSFT_PhysicalDisk.MediaType, with the names that the module Storage gives them.
USB, SD, FIREWIRE, SPACES, RAID, FILE = 7, 12, 4, 16, 8, 15
BUSES: Mapping[str, int] = {
    "1394": FIREWIRE, "usb": USB, "sata": 11, "sd": SD, "mmc": 13, "spaces": SPACES,
    "storage spaces": SPACES, "nvme": 17, "sas": 10, "raid": RAID, "scsi": 1, "ata": 3,
    "fibre channel": 6, "iscsi": 9, "file backed virtual": FILE,
}  # fmt: skip
HDD, SSD = 3, 4
MEDIA: Mapping[str, int] = {"unspecified": 0, "hdd": HDD, "ssd": SSD, "scm": 5}
HEALTH: Mapping[str, int] = {"healthy": 0, "warning": 1, "unhealthy": 2, "unknown": 5}

# Win32_Volume.DriveType: no root folder, network, CD, memory; 2 is removable, 3 local.
_OTHER_DRIVES = (1, 4, 5, 6)

# Partition types: what starts Windows and mends it holds no data; dynamic discs are not understood here.
_RECOVERY = ("{de94bba4-06d1-4d40-a16a-bfd50179d6ac}", 0x27)
_EFI = ("{c12a7328-f81f-11d2-ba4b-00a0c93ec93b}", 0xEF)
_DYNAMIC = ("{af9b60a0-1431-4f62-bc68-3311714a69ad}", "{5808c8aa-7e8f-42e0-85d2-e1e90434cfb3}", 0x42)
_VIRTUAL = re.compile(
    r"\b(QEMU|VBOX|VMware|Msft (Virtual|NVMe)|Microsoft (Virtual|NVMe)|(?<!Dell )Virtual (HD|Disk)|VirtIO"
    r"|Amazon Elastic|Nutanix|Google|nvme_card|BHYVE|XENSRC)",
    re.I,
)
# What controllers call the volumes behind which their discs are hidden.
_OF_CONTROLLER = re.compile(r"\b(LOGICAL VOLUME|PERC|RAID|MegaRAID|ServeRAID|BOSS|Dell Virtual Disk)\b", re.I)


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume on a local or removable disc; `mount` is its letter, its folder or, without either, its path.

    `medium` says whether something is in the drive that Windows knows how to read.
    """

    path: str
    mount: str
    letter: str
    filesystem: str
    removable: bool
    starts: bool
    system: bool
    medium: bool


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition: the number of its disc, its paths in lower case, and what it is for."""

    disc: int | None
    paths: frozenset[str]
    upkeep: bool
    dynamic: bool


def virtual_disc(name: str) -> bool:
    """Whether a disc of this name is one of a virtual machine."""
    return bool(_VIRTUAL.search(name))


def hides_discs(row: Row) -> bool:
    """Whether a controller shows a volume of its own in place of the discs that it is made of."""
    return bus_of(row) == RAID or bool(_OF_CONTROLLER.search(text(row, "FriendlyName")))


def volumes(steps: Steps, step: str = "volumes") -> list[Volume]:
    """Of Win32_Volume all that do not say that they are another drive than a local or removable one.

    Raises NotRead.
    """
    return [_volume(row) for row in some(steps, step) if number(row, "DriveType") not in _OTHER_DRIVES]


def _volume(row: Row) -> Volume:
    path, letter = text(row, "DeviceID"), text(row, "DriveLetter").rstrip("\\").upper()
    name = text(row, "Name").rstrip("\\")
    return Volume(
        path=path.lower(),
        mount=letter or name or path.rstrip("\\"),
        letter=letter,
        filesystem=text(row, "FileSystem"),
        removable=number(row, "DriveType") == 2,
        starts=flag(row, "SystemVolume") is True,
        system=flag(row, "BootVolume") is True,
        medium=bool(text(row, "FileSystem")) or bool(number(row, "Capacity")),
    )


def partitions(steps: Steps, step: str = "partitions") -> list[Partition]:
    """Of MSFT_Partition; raises NotRead."""
    return [
        Partition(
            disc=number(row, "DiskNumber"),
            paths=frozenset(path.lower() for path in texts(row, "AccessPaths")),
            upkeep=_type_is(row, *_RECOVERY, *_EFI),
            dynamic=_type_is(row, *_DYNAMIC),
        )
        for row in some(steps, step)
    ]


def _type_is(row: Row, *types: str | int) -> bool:
    return text(row, "GptType").lower() in types or number(row, "MbrType") in types


def partition_of(volume: Volume, known: list[Partition]) -> Partition | None:
    """The partition that the volume lies on; None for one that spans several, or lies on none."""
    return next((part for part in known if volume.path and volume.path in part.paths), None)


def of_windows(known: list[Volume], parts: list[Partition]) -> frozenset[int]:
    """The numbers of the discs that Windows is on: built in, whatever bus they name (a tablet's says SD)."""
    found = (partition_of(volume, parts) for volume in known if volume.system)
    return frozenset(part.disc for part in found if part and part.disc is not None)


def discs(steps: Steps, step: str = "disks") -> dict[int, Row]:
    """Of MSFT_Disk by number; raises NotRead."""
    rows = ((number(row, "Number"), row) for row in steps.rows(step))
    return {found: row for found, row in rows if found is not None}


def bus_of(row: Row) -> int | None:
    """The code of the bus behind which a disc is; None where it does not say."""
    return coded(row, "BusType", BUSES) or None


def data_volumes(known: list[Volume], parts: list[Partition]) -> Iterator[Volume]:
    """Those that keep data: not what Windows starts from or mends itself with, nor an empty drive."""
    for volume in known:
        part = partition_of(volume, parts)
        # What starts Windows has a letter only where it is a common volume too.
        started_from = volume.starts and not volume.letter
        if not started_from and not (part and part.upkeep) and (volume.medium or not volume.removable):
            yield volume
