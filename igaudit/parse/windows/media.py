"""The media of a Windows machine: what is trimmed, how discs are, memory dumps, and profiles of people."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import discs as storage
from igaudit.parse.windows.discs import HEALTH, MEDIA, SSD, USB, Partition, Volume, virtual_disc
from igaudit.parse.windows.rows import Row, coded, flag, text
from igaudit.parse.windows.steps import Key, NotRead, Steps, told

Record = dict[str, Any]
_TRIMMED_TYPES = ("NTFS", "REFS")
_OFF = "DisableDeleteNotification"
_OFF_REFS = "RefsDisableDeleteNotification"


def discs(steps: Steps) -> dict[str, object]:
    """Steps: volumes, partitions, disks, discs (physical ones), spaces, filesystem, filesystem_policy."""
    facts = told(discs=lambda: list(_discs(steps)), arrays=lambda: list(_arrays(steps)))
    return facts | _marked_dynamic(steps, facts) | _trim(steps, facts)


def _discs(steps: Steps) -> Iterator[Record]:
    """Those built in: no sticks, no discs of a virtual machine."""
    for row in steps.rows("discs"):
        if storage.bus_of(row) in (USB, storage.SD) or virtual_disc(text(row, "FriendlyName")):
            continue
        health = coded(row, "HealthStatus", HEALTH)
        state = {"healthy": health == 0} if health in (0, 1, 2) else {}
        yield {"disc": f"disk {text(row, 'DeviceId')}", **state}


def _arrays(steps: Steps) -> Iterator[Record]:
    for row in steps.rows("spaces"):
        health = coded(row, "HealthStatus", HEALTH)
        yield {"array": text(row, "FriendlyName"), "healthy": health == 0}
