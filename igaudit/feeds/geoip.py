"""DB-IP's free database of countries by address, one file a month, in MaxMind's format (mmdb).

The database itself is kept; it is never part of what a run is judged with: only the addresses that occur are
looked up. Data: `type`, `made` (the day on which the database was made), `nodes`.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from igaudit.errors import ContentError, Unreachable
from igaudit.feeds.source import Data, Document, Get, Reading

# The specification of the format: the metadata follow the last one of these, within the last 128 KiB.
_MARK = b"\xab\xcd\xefMaxMind.com"
_WITHIN = 128 * 1024


def gather(address: str, get: Get, before: Data, today: date) -> Iterator[Document]:
    """The file of this month; in its first days, that of the month before."""
    for month in (today, today.replace(day=1) - timedelta(days=1)):
        if found := get.if_there(f"{address}/dbip-country-lite-{month:%Y-%m}.mmdb.gz"):
            yield found
            return
    raise Unreachable(f"{address}: neither the file of this month nor that of the last one is there")


def normalise(documents: Sequence[Document], before: Data) -> Reading:
    """What the database says of itself; raises ContentError where it is none."""
    (document,) = documents
    at = document.content.rfind(_MARK, max(0, len(document.content) - _WITHIN))
    if at < 0:
        raise ContentError.at(document.name, "no database in MaxMind's format, or cut short")
    described = document.content[at + len(_MARK) :]
    epoch, nodes = _number(described, "build_epoch"), _number(described, "node_count")
    kind = _text(described, "database_type")
    if not epoch or not kind or nodes is None or epoch > 4_000_000_000:
        raise ContentError.at(document.name, "the database does not say what it is, or when it was made")
    made = datetime.fromtimestamp(epoch, UTC).date().isoformat()
    return Reading(made, {"type": kind, "made": made, "nodes": nodes})


def _value(described: bytes, key: str) -> tuple[int, bytes] | None:
    """The kind of a metadata value and its bytes (MaxMind DB format, section on data fields)."""
    found = re.search(re.escape(bytes([0x40 | len(key)]) + key.encode()), described)
    if not found or found.end() >= len(described):
        return None
    control, start = described[found.end()], found.end() + 1
    kind, size = control >> 5, control & 0x1F
    if kind == 0 and start < len(described):
        kind, start = 7 + described[start], start + 1
    if size == 29 and start < len(described):
        size, start = 29 + described[start], start + 1
    value = described[start : start + size]
    return (kind, value) if len(value) == size else None


def _number(described: bytes, key: str) -> int | None:
    found = _value(described, key)
    return int.from_bytes(found[1]) if found and found[0] in (5, 6, 9, 10) else None


def _text(described: bytes, key: str) -> str:
    found = _value(described, key)
    return found[1].decode("utf-8", "replace")[:80] if found and found[0] == 2 else ""
