"""The media of a Windows machine: what is trimmed, how discs are, and dumps of memory that lie on them."""

from collections.abc import Iterator
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import discs as storage
from igaudit.parse.windows.discs import HEALTH, MEDIA, SSD, Partition, Volume, virtual_disc
from igaudit.parse.windows.rows import Row, coded, some, text
from igaudit.parse.windows.steps import Key, NotRead, Steps, not_read, told

Record = dict[str, Any]
# NTFS trims unless it is told not to; nothing documents what ReFS does where nobody set it.
_TRIMMED = {"NTFS": ("DisableDeleteNotification", 0), "REFS": ("RefsDisableDeleteNotification", None)}
_UNPLACED = "a volume that lies on several discs, or on Storage Spaces: which kind of disc is not told"
_CLUSTERED = "CSVFS"


def discs(steps: Steps) -> dict[str, object]:
    """Steps: volumes, partitions, disks (MSFT_Disk), discs (MSFT_PhysicalDisk), spaces, filesystem,
    policy.
    """
    facts = told(discs=lambda: list(_discs(steps)), arrays=lambda: list(_arrays(steps)))
    gaps: dict[str, Unread] = {}
    try:
        parts = storage.partitions(steps)
        facts["solid_state"], gap = _solid_state(steps, parts)
        if any(part.dynamic for part in parts):
            gaps["arrays"] = Unread(Reason.UNSUPPORTED, "dynamic discs, which may be mirrors, are not read")
    except NotRead as error:
        # Without its partitions nobody knows whether there are dynamic discs.
        return {**facts, "solid_state": error.gap, "arrays": error.gap}
    return {**facts, "incomplete": gaps | ({"solid_state": gap} if gap else {})}


def _discs(steps: Steps) -> Iterator[Record]:
    """Those built in: no sticks, and no discs of a virtual machine."""
    of_windows = _of_windows(steps)
    for row in some(steps, "discs"):
        outer = storage.bus_of(row) in (storage.USB, storage.SD) and text(row, "DeviceId") not in of_windows
        if not outer and not _virtual(row):
            yield {"disc": f"disk {text(row, 'DeviceId')}", **_health(row)}


def _of_windows(steps: Steps) -> tuple[str, ...]:
    """The numbers of the discs that Windows is on, as text; none where that was not told."""
    try:
        return tuple(map(str, storage.of_windows(storage.volumes(steps), storage.partitions(steps))))
    except NotRead:
        return ()


def _health(row: Row) -> Record:
    """That a controller's volume is whole says nothing of the discs behind it."""
    health = coded(row, "HealthStatus", HEALTH)
    known = health in (1, 2) or (health == 0 and not storage.hides_discs(row))
    return {"healthy": health == 0} if known else {}


def _virtual(row: Row) -> bool:
    return virtual_disc(text(row, "FriendlyName"))


def _arrays(steps: Steps) -> Iterator[Record]:
    """The virtual discs of Storage Spaces."""
    rows = steps.rows("spaces")
    if not rows and not steps.meta.admin:
        raise not_read(Reason.DENIED, "spaces: shown to administrators only")
    for row in rows:
        health = coded(row, "HealthStatus", HEALTH)
        state = {"healthy": health == 0} if health in (0, 1, 2) else {}
        yield {"array": text(row, "FriendlyName"), **state}


def _solid_state(steps: Steps, parts: list[Partition]) -> tuple[list[Record], Unread | None]:
    """The volumes on solid-state discs, and why there may be more."""
    kinds = {text(row, "DeviceId"): row for row in some(steps, "discs")}
    known, of_windows = storage.discs(steps), _of_windows(steps)
    gap, found = None, []
    for volume in storage.data_volumes(storage.volumes(steps), parts):
        if volume.filesystem.upper() not in (*_TRIMMED, _CLUSTERED, ""):
            continue
        part = storage.partition_of(volume, parts)
        disc = known.get(part.disc) if part and part.disc is not None else None
        row = kinds.get(str(part.disc)) if part else None
        if disc is None or row is None or storage.bus_of(disc) == storage.SPACES:
            gap = Unread(Reason.UNSUPPORTED, _UNPLACED)
        elif open_ := _open(volume, disc, row, of_windows):
            gap = Unread(Reason.UNSUPPORTED, open_)
        elif coded(row, "MediaType", MEDIA) == SSD and not _virtual(row):
            found.append(_trimmed(steps, volume, text(row, "DeviceId")))
    return found, gap


def _open(volume: Volume, disc: Row, row: Row, of_windows: tuple[str, ...]) -> str:
    """Why nobody can tell whether the volume lies on a solid-state disc that is trimmed; "" for what can."""
    name = text(row, "DeviceId")
    if volume.filesystem.upper() == _CLUSTERED:
        return f"{volume.mount} is a shared volume of a cluster"
    kind = coded(row, "MediaType", MEDIA)
    if kind == SSD and storage.bus_of(disc) == storage.USB and name not in of_windows:
        return f"disk {name} is behind USB, which may pass nothing on"
    if kind not in (storage.HDD, SSD) and not _virtual(row):
        return f"disk {name} does not say of which kind it is"
    if kind == SSD and not volume.filesystem and not _virtual(row):
        return f"{volume.mount} does not say its file system; it may be locked"
    return ""


def _trimmed(steps: Steps, volume: Volume, disc: str) -> Record:
    """Whether deletions are passed on to the disc; a policy beats the machine's own setting."""
    name, usual = _TRIMMED[volume.filesystem.upper()]
    off = steps.key("policy").number("DisableDeleteNotification")
    if off is None:
        off = steps.key("filesystem").number(name)
    if off is None:
        off = usual
    return {"mount": volume.mount, "device": f"disk {disc}"} | ({} if off is None else {"trimmed": off == 0})


# Where Windows writes dumps unless it is told otherwise.
_USUAL = {
    ("crash", "DumpFile"): r"%systemroot%\memory.dmp",
    ("crash", "MinidumpDir"): r"%systemroot%\minidump",
    ("local_dumps", "DumpFolder"): r"%localappdata%\crashdumps",
    ("profiles", "ProfilesDirectory"): r"%systemdrive%\users",
}
_OF_WINDOWS = "kernel"
_FILES = (_OF_WINDOWS, "live", "programs", "reports")


def dumps(steps: Steps) -> dict[str, object]:
    """Steps: kernel, live, programs and reports (files); crash, local_dumps and profiles (registry)."""
    found: list[Record] = []
    gaps: list[Unread] = []
    for step in _FILES:
        try:
            found += [{"file": file.path, "made": file.changed[:10]} for file in steps.files(step)]
        except NotRead as error:
            gaps.append(error.gap)
    gaps += _elsewhere(steps)
    if not steps.meta.admin:
        gaps.append(Unread(Reason.DENIED, "folders of others are open to administrators only"))
    return {"dumps": found, "incomplete": {"dumps": gaps[0]} if gaps else {}}


def _elsewhere(steps: Steps) -> Iterator[Unread]:
    """Why dumps may lie in other places than were looked at."""
    for (step, name), usual in _USUAL.items():
        try:
            key = steps.key(step)
            for place in _texts(key, name):
                if place.lower().rstrip("\\") not in (usual, usual.replace("%systemdrive%", "c:")):
                    yield Unread(
                        Reason.UNSUPPORTED, f"dumps may lie in {place} ({name}), which is not looked at"
                    )
        except NotRead as error:
            yield error.gap


def _texts(key: Key, name: str) -> Iterator[str]:
    """The value in the key, and in its subkeys (one for each program)."""
    for found in (key, *key.subkeys.values()):
        value = found.text(name)
        if value:
            yield value
