"""The profiles of people on a Windows machine, and when each was last in use."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from igaudit.model.facts import Reason
from igaudit.parse.windows.rows import Row, flag, text
from igaudit.parse.windows.steps import Key, Steps, not_read

Record = dict[str, Any]
# Accounts of people and of services that were made here or in a domain, or in Entra ID; not Windows' own.
_ACCOUNT = re.compile(r"S-1-(5-21|12-1)-[0-9-]+(\.bak)?", re.I)
_BEGIN = datetime(1601, 1, 1, tzinfo=UTC)


def profiles(steps: Steps) -> dict[str, object]:
    """Steps: list (the registry's ProfileList), use (Win32_UserProfile); raises NotRead."""
    in_use = {text(row, "SID").upper(): row for row in steps.rows("use")}
    today = steps.meta.utc[:10]
    subkeys = steps.key("list").subkeys
    if not subkeys:
        raise not_read(Reason.FAILED, "list: no profile, not even Windows' own")
    return {
        "profiles": [
            _profile(sid, key, in_use.get(sid.upper(), {}), today)
            for sid, key in subkeys.items()
            if _ACCOUNT.fullmatch(sid)
        ]
    }


def _profile(sid: str, key: Key, row: Row, today: str) -> Record:
    record: Record = {"folder": key.text("ProfileImagePath") or sid}
    days = sorted(_days(key))
    if flag(row, "Loaded") and today:
        record["used_on"] = today
    elif days:
        record["used_on"] = days[-1]
    # What Windows tells otherwise is when a file of the profile was last written, which updates do too.
    touched = record.get("used_on") or _day(text(row, "LastUseTime"))
    return record | ({"touched_on": touched} if touched else {})


def _days(key: Key) -> Iterator[str]:
    """When it was last loaded and unloaded: Windows 10 1809 and Server 2019 and later write that down."""
    for what in ("LocalProfileLoadTime", "LocalProfileUnloadTime"):
        high, low = key.number(f"{what}High"), key.number(f"{what}Low")
        if high and low is not None:
            try:
                yield (_BEGIN + timedelta(microseconds=((high << 32) | low) // 10)).date().isoformat()
            except OverflowError:
                continue


def _day(time: str) -> str | None:
    return time[:10] if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z", time) else None
