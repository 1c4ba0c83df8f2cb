"""How full the file systems of a Windows machine are."""

from collections.abc import Iterator
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.steps import Steps, not_read, told


def space(steps: Steps) -> dict[str, object]:
    """`filesystems`: those with a letter or a path; what has neither is Windows' own (recovery, boot)."""
    facts = told(filesystems=lambda: list(_filesystems(steps)))
    locked = [row["Name"] for row in _named(steps) if not _sized(row)] if "filesystems" in facts else []
    gap = Unread(Reason.UNSUPPORTED, f"{', '.join(locked)}: its size is not told; it may be locked")
    return {**facts, "incomplete": {"filesystems": gap}} if locked else facts


def _named(steps: Steps) -> Iterator[dict[str, Any]]:
    if steps.state("volumes") == "ok":
        for row in steps.rows("volumes"):
            if isinstance(row.get("Name"), str) and not row["Name"].startswith("\\\\?\\"):
                yield row


def _filesystems(steps: Steps) -> Iterator[dict[str, Any]]:
    steps.rows("volumes")
    named = list(_named(steps))
    if not named:
        raise not_read(Reason.FAILED, "volumes: none with a letter or a path is told, which cannot be")
    for row in named:
        if _sized(row):
            used = row["Capacity"] - row["FreeSpace"]
            yield {"path": row["Name"], "used_percent": -(-100 * used // row["Capacity"])}


def _sized(row: dict[str, Any]) -> bool:
    sizes = (row.get("Capacity"), row.get("FreeSpace"))
    return all(isinstance(size, int) and not isinstance(size, bool) for size in sizes) and row["Capacity"] > 0
