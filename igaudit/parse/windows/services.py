"""The services of Windows."""

import re
from collections.abc import Mapping
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.steps import Steps, not_read, told

# Win32_Service: StartMode and State are English in every language of Windows.
_STARTS = {
    "Boot": "boot",
    "System": "system",
    "Auto": "automatic",
    "Manual": "manual",
    "Disabled": "disabled",
}
_STATES = {"Stopped": False, "Start Pending": True, "Running": True, "Paused": True}
_STATES |= {"Stop Pending": True, "Continue Pending": True, "Pause Pending": True}
_PROGRAM = re.compile(r"(.*?\.(exe|com|bat|cmd))(\s|$)", re.IGNORECASE | re.DOTALL)
# What may be no argument, but the rest of a folder's name, such as `C:\lab.com old\link.exe`.
_GOES_ON = re.compile(r"\s*[^\s\"/-][^:\"]*\\")


def windows(steps: Steps) -> dict[str, object]:
    """Every service with its start, its state and whether its path can be mistaken.

    Windows leaves out of the list those that the account may not look at.
    """
    facts = told(windows=lambda: _services(steps))
    if steps.meta.admin:
        return facts
    gap = Unread(Reason.DENIED, "services that only administrators may look at are not listed")
    return {**facts, "incomplete": {"windows": gap}}


def _services(steps: Steps) -> list[dict[str, object]]:
    rows = steps.rows("services")
    if not rows:
        raise not_read(Reason.FAILED, "services: Windows listed none")
    if not all(isinstance(row.get("Name"), str) and row["Name"] for row in rows):
        raise not_read(Reason.INCOMPLETE_RECORD, "services: one of them has no name")
    return [_record(row) for row in rows]


def _record(row: Mapping[str, Any]) -> dict[str, object]:
    record: dict[str, object] = {
        "name": row["Name"].lower(),
        "title": str(row.get("DisplayName") or ""),
    }
    start, state, path = (str(row.get(name)) for name in ("StartMode", "State", "PathName"))
    known = {"start": _STARTS.get(start), "running": _STATES.get(state), "path_is_clear": _clear(path)}
    return record | {name: value for name, value in known.items() if value is not None}


def _clear(path: str) -> bool | None:
    """Whether Windows cannot mistake the path for another: no space outside of quotation marks in it.

    None where it cannot be told where the program's name ends.
    """
    if path.startswith('"') or " " not in path.strip():
        return None if path in ("None", "") else True
    program = _PROGRAM.match(path.strip())
    if program is None:
        return None
    if " " in program.group(1):
        return False
    return None if _GOES_ON.match(path.strip(), program.end()) else True
