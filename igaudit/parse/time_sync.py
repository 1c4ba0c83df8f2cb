"""The time daemon's word: chronyc(1) with -c, timedatectl(1) timesync-status, ntpq(8)."""

import re
from collections.abc import Callable, Mapping

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

_UNITS = {"us": 1e-6, "μs": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_SPAN = re.compile(r"([0-9]+(?:\.[0-9]+)?)(us|μs|µs|ms|min|s|h|d)")
# chronyc's and ntpq's marks for sources that are used or could be: best, combined, not combined.
_BELIEVED = "*+-#o"


def status(text: str) -> dict[str, object]:
    """The facts of the daemon that runs; raises Unparsable."""
    said = stock.key_values(text)
    if "clock" not in said or "daemon" not in said:
        raise Unparsable("lines `clock SECONDS` and `daemon NAME` expected")
    facts: dict[str, object] = {"clock": stock.epoch_time(said["clock"]), "daemon": said["daemon"]}
    if said["daemon"] == "none":
        return {**facts, "daemon": None, "synchronised": False, "sources": []}
    read = _READ.get(said["daemon"])
    if read is None:
        gap = Unread(Reason.UNSUPPORTED, f"{said['daemon']} is not asked")
        return {**facts, **dict.fromkeys(("synchronised", "sources", "offset_seconds"), gap)}
    try:
        return {**facts, **read(text)}
    except (ValueError, IndexError) as error:
        raise Unparsable(f"{said['daemon']}: {error}"[:200]) from None


def _offset(seconds: float, synchronised: bool) -> dict[str, object]:
    """The offset, where a source has told it."""
    known = {"offset_seconds": round(abs(seconds), 9)} if synchronised else {}
    return {"synchronised": synchronised, **known}


def _chrony(text: str) -> dict[str, object]:
    """One row of `tracking` (14 columns), one row of `sources` for each source (10 columns)."""
    rows = [line.split(",") for line in stock.lines(text) if "," in line]
    tracking = [row for row in rows if len(row) == 14]
    sources = [row for row in rows if len(row) == 10]
    if len(tracking) != 1 or len(sources) + 1 != len(rows):
        raise Unparsable("this is not what chronyc -c prints")
    believed = [row[2] for row in sources if row[1] in _BELIEVED and row[5] != "0"]
    synchronised = tracking[0][13] != "Not synchronised" and tracking[0][0] != "00000000"
    return {"sources": believed, **_offset(float(tracking[0][4]), synchronised)}


def _timesyncd(text: str) -> dict[str, object]:
    said = stock.key_values(text, ":")
    if "Server" not in said:
        raise Unparsable("this is not what timesync-status prints")
    offset = said.get("Offset", "")
    spans = _SPAN.findall(offset)
    synchronised = "synchronized" in text.splitlines() and bool(spans or offset.strip("+-") == "0")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in spans)
    server = said["Server"].split()
    sources = server[:1] if synchronised and server else []
    return {"sources": sources, **_offset(seconds, synchronised)}


def _ntp(text: str) -> dict[str, object]:
    """`rv 0` gives `offset=` in milliseconds; `peers` one row of ten columns for each source."""
    offset = re.search(r"\boffset=([+-]?[0-9]+(?:\.[0-9]+)?)", text)
    rows = [(line[0], line[1:].split()) for line in text.splitlines() if len(line[1:].split()) == 10]
    peers = [(mark, cells) for mark, cells in rows if cells[0] != "remote"]
    if offset is None:
        raise Unparsable("no offset in what ntpq printed")
    believed = [cells[0] for mark, cells in peers if mark in _BELIEVED and cells[6] != "0"]
    synchronised = any(mark in "*o" for mark, _ in peers)
    return {"sources": believed, **_offset(float(offset[1]) / 1000, synchronised)}


_READ: Mapping[str, Callable[[str], dict[str, object]]] = {
    "chronyd": _chrony,
    "systemd-timesyncd": _timesyncd,
    "ntpd": _ntp,
}
