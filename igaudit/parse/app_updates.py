"""Whether the updates of snaps and Flatpaks are held back: snapd's state, flatpak's settings."""

import re
from datetime import UTC, datetime
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

# `snap refresh --hold` without an end is kept as a day a century or more ahead.
_FOREVER = "9999-12-31"


def held(text: str) -> dict[str, object]:
    """Lines of `word value`: snap, held, hold, timer, flatpak, masked."""
    said: dict[str, list[str]] = {}
    for line in stock.lines(text):
        word, _, value = line.partition(" ")
        said.setdefault(word, []).append(value)
    if not {"snap", "flatpak"} & said.keys():
        raise Unparsable("neither snaps nor Flatpaks are spoken of")
    masked = [name for row in said.get("masked", []) for name in row.split(";") if name]
    denied = Unread(Reason.DENIED, "the settings of flatpak cannot be read")
    return {**_snaps(said), "flatpaks_masked": denied if "denied" in said.get("flatpak", []) else masked}


def _snaps(said: dict[str, list[str]]) -> dict[str, object]:
    states = said.get("snap", [])
    for state, gap in (
        ("denied", Unread(Reason.DENIED, "the state of snapd can be read by root only")),
        ("too-large", Unread(Reason.TOO_LARGE, "the state of snapd is too large")),
    ):
        if state in states:
            return {"snaps_held": gap}
    rows: list[dict[str, Any]] = []
    if "managed" in said.get("timer", []):
        rows.append({"snap": "all (refresh.timer)", "until": _FOREVER})
    rows += [{"snap": "all (refresh.hold)", "until": _day(value)} for value in said.get("hold", []) if value]
    for row in said.get("held", []):
        name, _, until = row.partition(" ")
        rows.append({"snap": name, "until": _day(until)})
    return {"snaps_held": rows}


def _day(value: str) -> str:
    """The day, in UTC, of a time as snapd writes it (RFC 3339), or of `forever`."""
    if value == "forever":
        return _FOREVER
    # Python reads six digits of a second at most.
    text = re.sub(r"(\.[0-9]{6})[0-9]*", r"\1", value)
    try:
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d")
    except (ValueError, OverflowError):
        raise Unparsable(f"a time expected, {value[:40]!r} found") from None
