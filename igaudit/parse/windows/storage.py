"""Where data lies on a Windows machine, and whether BitLocker protects it there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PureWindowsPath
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.windows import discs
from igaudit.parse.windows.discs import Partition, Volume
from igaudit.parse.windows.rows import number, text
from igaudit.parse.windows.steps import NotRead, Steps, not_read

Record = dict[str, Any]
SERVERS = ("ServerNT", "LanmanNT")
_CLUSTERED = "CSVFS"


def disks(steps: Steps) -> dict[str, object]:
    """Steps: volumes, partitions, disks, bitlocker, page_files, memory, power."""
    try:
        known = discs.volumes(steps)
    except NotRead as error:
        return {"filesystems": error.gap, "swap": error.gap}
    states, gap = _states(steps)
    found, unplaced = _filesystems(steps, known, states)
    facts: dict[str, Any] = {"filesystems": found}
    if not any(volume.system for volume in known):
        raise Unparsable("no volume is said to hold Windows")
    facts |= _swap(steps, known, states)
    if gap := unplaced or gap:
        facts.setdefault("incomplete", {})["filesystems"] = gap
    return facts


def without_bitlocker(steps: Steps, step: str) -> bool:
    """Whether it is a server without the feature; clients always have it, and others may not be told."""
    return steps.state(step) == "absent" and steps.meta.product in SERVERS and steps.meta.admin


def _states(steps: Steps) -> tuple[Mapping[str, bool] | None, Unread | None]:
    """By path, whether BitLocker protects the volume: fully encrypted, and its key not in the clear.

    None where no volume can be (a server without the feature); what is locked, or not told, is left out.
    """
    if without_bitlocker(steps, "bitlocker"):
        return None, None
    try:
        rows = steps.rows("bitlocker")
    except NotRead as error:
        return {}, error.gap
    on = {text(row, "DeviceID").lower(): number(row, "ProtectionStatus") for row in rows}
    return {path: state == 1 for path, state in on.items() if path and state in (0, 1)}, None


def _encrypted(volume: Volume, states: Mapping[str, bool] | None) -> Record:
    if volume.filesystem.upper() == _CLUSTERED:
        return {}
    if states is None:
        return {"encrypted": False}
    return {"encrypted": states[volume.path]} if volume.path in states else {}


def _filesystems(
    steps: Steps, known: list[Volume], states: Mapping[str, bool] | None
) -> tuple[list[Record], Unread | None]:
    """The records, and why volumes without a letter are not among them, where they are not."""
    gap = None
    try:
        layout = _layout(steps, known)
    except NotRead as error:
        # Nothing tells a hidden recovery volume from one with data.
        layout, gap = _Layout(), error.gap
        known = [volume for volume in known if volume.letter]
    return [_record(volume, layout, states) for volume in discs.data_volumes(known, layout.parts)], gap


@dataclass(frozen=True, slots=True)
class _Layout:
    """The partitions, the bus of each disc, and the discs that Windows is on; empty where not told."""

    parts: list[Partition] = field(default_factory=list)
    buses: Mapping[int, int | None] = field(default_factory=dict)
    of_windows: frozenset[int] = frozenset()


def _layout(steps: Steps, known: list[Volume]) -> _Layout:
    parts = discs.partitions(steps)
    buses = {number: discs.bus_of(row) for number, row in discs.discs(steps).items()}
    return _Layout(parts, buses, discs.of_windows(known, parts))


def _record(volume: Volume, layout: _Layout, states: Mapping[str, bool] | None) -> Record:
    record: Record = {"mount": volume.mount, "device": volume.path, "type": volume.filesystem}
    part = discs.partition_of(volume, layout.parts)
    disc = part.disc if part else None
    bus = None if disc is None else layout.buses.get(disc)
    if volume.system or disc in layout.of_windows:
        record["removable"] = False
    elif volume.removable or bus in (discs.USB, discs.SD, discs.FIREWIRE):
        record["removable"] = True
    elif bus is not None or (part is None and layout.parts):
        # A volume of several discs, or of Storage Spaces, is built in.
        record["removable"] = False
    state = _encrypted(volume, states)
    # A disc that is a file lies on another volume, or across the network.
    return record | (state if bus != discs.FILE or state.get("encrypted") else {})


def _swap(steps: Steps, known: list[Volume], states: Mapping[str, bool] | None) -> dict[str, Any]:
    """The page files in use and the file of hibernation, each with what its volume is."""
    try:
        files = [text(row, "Name") for row in steps.rows("page_files")]
        cleared = steps.key("memory").number("ClearPageFileAtShutdown") == 1
    except NotRead as error:
        return {"swap": error.gap}
    found = [
        {"device": f, "on_disk": True, **_holding(f, known, states), "cleared": cleared} for f in files if f
    ]
    if len(found) < len(files):
        gap = Unread(Reason.INCOMPLETE_RECORD, "page_files: one does not say its name")
        return {"swap": found, "incomplete": {"swap": gap}}
    try:
        return {"swap": [*found, *_hibernation(steps, known, states)]}
    except NotRead as error:
        return {"swap": found, "incomplete": {"swap": error.gap}}


def _hibernation(steps: Steps, known: list[Volume], states: Mapping[str, bool] | None) -> Iterator[Record]:
    """The file lies on the volume that Windows is on, and nothing clears it at shutdown."""
    power = steps.key("power")
    on = power.number("HibernateEnabled")
    on = power.number("HibernateEnabledDefault") if on is None else on
    if on is None:
        raise not_read(Reason.UNSUPPORTED, "nothing says whether hibernation is on")
    for volume in (volume for volume in known if volume.system and on):
        file = f"{volume.letter}\\hiberfil.sys"
        yield {"device": file, "on_disk": True, **_encrypted(volume, states), "cleared": False}


def _holding(file: str, known: list[Volume], states: Mapping[str, bool] | None) -> Record:
    drive = PureWindowsPath(file).drive.upper()
    return next((_encrypted(volume, states) for volume in known if volume.letter == drive), {})
