"""Services: systemctl(1), the runlevels of OpenRC and sysvinit, and the SNMP daemon's communities."""

import re
from collections.abc import Iterator

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

_MANAGERS = ("systemd", "openrc", "sysvinit", "none")
# The states of systemctl(1), table 1, in which a unit starts with the machine.
_ENABLED = ("enabled", "enabled-runtime")
# Those that say nothing about it: a generated unit rests on a start script, a bad one cannot be read.
_OPEN = ("generated", "bad")
_RUNNING = ("active", "reloading", "activating", "deactivating", "refreshing", "maintenance")
_ENDING = re.compile(r"\.(service|socket|timer|path)\Z")

Record = dict[str, object]


def units(text: str) -> dict[str, object]:
    """The units, one record each; raises Unparsable."""
    head, *parts = re.split(r"^igaudit (\w+)\n", text, flags=re.MULTILINE)
    sections = dict(zip(parts[::2], (body.splitlines() for body in parts[1::2]), strict=True))
    words = head.split()
    if len(words) != 3 or words[0] != "manager" or words[1] not in _MANAGERS:
        raise Unparsable("the answer begins with `manager NAME STATE`")
    links = set(sections.get("links", []))
    if words[1] == "systemd":
        return {"units": list(_systemd(sections, links, running=words[2] == "running"))}
    started = set(sections["started"]) if "started" in sections else None if words[2] == "running" else set()
    return {"units": [_script(name, links, started) for name in sorted(links | (started or set()))]}


def _script(name: str, links: set[str], started: set[str] | None) -> Record:
    record: Record = {"unit": name, "service": name, "enabled": name in links}
    return record if started is None else {**record, "active": name in started}


def _systemd(sections: dict[str, list[str]], links: set[str], *, running: bool) -> Iterator[Record]:
    states = dict(_cells(sections.get("files", []), 2))
    active = {unit: state in _RUNNING for unit, _, state in _cells(sections.get("units", []), 3)}
    if not states or (running and not active):
        raise Unparsable("no units in the answer of systemctl")
    for unit in sorted(states.keys() | active.keys()):
        state = states.get(unit) or states.get(re.sub("@.*(?=[.])", "@", unit), "transient")
        record: Record = {"unit": unit, "service": _service(unit), "active": active.get(unit, False)}
        if state == "generated" or state not in _OPEN:
            by_link = state == "generated" and _service(unit) in links
            record["enabled"] = state in _ENABLED or by_link
        if state != "alias" and (record["active"] or record.get("enabled", True)):
            yield record


def _cells(lines: list[str], columns: int) -> Iterator[list[str]]:
    """The first words of each row; a bullet may stand before the unit."""
    for line in lines:
        words = line.lstrip("●*○× ").split()
        if words:
            if len(words) < columns or not _ENDING.search(words[0]):
                raise Unparsable(f"a row of systemctl expected, {line[:80]!r} found")
            yield words[:columns]


def _service(unit: str) -> str:
    return _ENDING.sub("", unit).partition("@")[0]


def snmp(text: str) -> dict[str, object]:
    """Which well-known communities are in use; incomplete where a file could not be read."""
    rows = [line.split(None, 1) for line in stock.lines(text)]
    if any(len(row) != 2 or row[0] not in ("file", "denied", "community") for row in rows):
        raise Unparsable("lines `file`, `denied` and `community` expected")
    found = sorted({row[1] for row in rows if row[0] == "community"} & {"public", "private"})
    denied = [row[1] for row in rows if row[0] == "denied"]
    facts: dict[str, object] = {"snmp_default_communities": found}
    if denied:
        gap = Unread(Reason.DENIED, f"{denied[0]} cannot be read")
        facts["incomplete"] = {"snmp_default_communities": gap}
    return facts
