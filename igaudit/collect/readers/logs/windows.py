"""Windows' events 4624 and 4625, exported as XML (`wevtutil`, Event Viewer), or as CSV or JSON.

    wevtutil qe Security /f:xml "/q:*[System[(EventID=4624 or EventID=4625)]]" > sign-ins.xml

XML is the form to prefer: its times are UTC and its names the same in every language of Windows.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from igaudit.collect.readers.logs.clock import Clock, epoch
from igaudit.collect.readers.logs.event import (
    FAILURE,
    OTHER,
    Event,
    Events,
    Moment,
    canonical,
    sign_in,
    unreadable,
)
from igaudit.collect.readers.logs.tables import Row, plain

LARGEST_EVENT = 262_144
_END = "</Event>"
_ID = re.compile(r"<EventID(?: [^>]{0,60})?>([0-9]{1,5})</EventID>")
_WHEN = re.compile(r"SystemTime=['\"]([^'\"]{10,40})['\"]")
_FIELD = re.compile(r"<Data Name=['\"]([A-Za-z]{1,60})['\"]>([^<]{0,1024})</Data>")
_TIMES = ("systemtime", "timecreated", "timegenerated", "time")
_IDS = ("id", "eventid")
# Logon types: https://learn.microsoft.com/windows/security/threat-protection/auditing/event-4624
_TYPES = {
    "3": "network",
    "7": "unlock",
    "8": "network, clear text",
    "10": "RDP",
    "12": "RDP, cached",
    "13": "unlock",
}
_DESKTOPS = ("10", "12")


def is_windows(keys: Iterable[str]) -> bool:
    """Whether these plain headings, or keys, are those of logon events."""
    known = set(keys)
    return "targetusername" in known and bool(known & set(_IDS))


def dates(row: Row) -> str:
    """The cell that holds the time of a row."""
    return str(next((row[name] for name in _TIMES if row.get(name)), ""))


def xml_rows(chunks: Iterable[str]) -> Iterator[tuple[int, Row | str]]:
    """The fields of each `<Event>`, wherever lines break. The XML is looked through, never expanded."""
    rest, line = "", 1
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(_END)
        for event in whole:
            yield line, _fields(event)
            line += event.count("\n")
        if len(rest) > LARGEST_EVENT:
            yield line, f"an event of more than {LARGEST_EVENT} characters"
            line, rest = line + rest.count("\n"), ""
    if "<Event " in rest or "<Event>" in rest:
        yield line, "the last event is cut short"


def _fields(event: str) -> Row | str:
    found, when = _ID.search(event), _WHEN.search(event)
    if not found or not when:
        return "an event without an id and a time"
    named = {plain(name): html.unescape(value) for name, value in _FIELD.findall(event)}
    return {**named, "eventid": found[1], "systemtime": when[1]}


def events(rows: Iterable[tuple[int, Row | str]], clock: Clock) -> Events:
    """One event per row or object."""
    for line, row in rows:
        yield unreadable(line, row) if isinstance(row, str) else _event(line, row, clock)


def _event(line: int, row: Row, clock: Clock) -> Event:
    nested = row.get("eventdata")
    said: Row = {**row, **nested} if isinstance(nested, Mapping) else row
    code = str(next((said[name] for name in _IDS if said.get(name)), "")).strip()
    if not code.isdecimal():
        return unreadable(line, "an event without its number")
    try:
        moment = _moment(said, clock)
    except ValueError:
        return unreadable(line, "no date and time in it")
    if code not in ("4624", "4625"):
        return Event(OTHER, line, moment)
    if code == "4625":
        return Event(FAILURE, line, moment)
    return _signed_in(line, moment, said)


def _signed_in(line: int, moment: Moment, said: Row) -> Event:
    if "targetusername" not in said or "ipaddress" not in said:
        return unreadable(line, "4624 without TargetUserName and IpAddress")
    user, domain = str(said["targetusername"] or ""), str(said.get("targetdomainname") or "")
    written = str(said["ipaddress"] or "").strip()
    address = canonical(written)
    kind = str(said.get("logontype", "")).strip()
    # Machines sign in over the network alone: whoever has a desktop is none, whatever the name.
    machine = user in ("", "-", "ANONYMOUS LOGON") or (user.endswith("$") and kind not in _DESKTOPS)
    # No address, or the machine's own: nobody signed in from another one.
    if machine or written in ("", "-") or address == "::1" or address.startswith("127."):
        return Event(OTHER, line, moment)
    name = f"{domain}\\{user}" if domain not in ("", "-") else user
    return sign_in(line, moment, name, address, _TYPES.get(kind, f"type {kind[:3]}"))


def _moment(said: Row, clock: Clock) -> Moment:
    """ISO 8601, a locale's date, or what PowerShell 5.1 makes of a date in JSON: `/Date(1795338000000)/`."""
    value: Any = next((said[name] for name in _TIMES if said.get(name)), "")
    text = str(value.get("value", "") if isinstance(value, Mapping) else value)
    if found := re.fullmatch(r"/Date\(([0-9]{9,16})(?:[+-][0-9]{4})?\)/", text):
        return epoch(found[1])
    return clock.date(text)
