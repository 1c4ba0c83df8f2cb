"""Whether anyone can reach Remote Desktop: its listeners, held against the firewall."""

from collections.abc import Mapping
from typing import Any

from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Unread

Record = Mapping[str, Any]
# Remote Desktop runs in svchost; a rule for any other program does not open it.
_PROGRAMS = (None, "svchost.exe", "system")


def exposed(view: FactView) -> object:
    """`rdp.exposed`: `rdp.listeners` against `firewall.inbound`, by TCP, without which no session begins."""
    listeners, inbound = view.get(("rdp", "listeners")), view.get(("firewall", "inbound"))
    if isinstance(listeners, Unread):
        return listeners
    if isinstance(listeners, Partial):
        return Partial([_record(one, inbound) for one in listeners.value], listeners.gap)
    return [_record(one, inbound) for one in listeners] if isinstance(listeners, list) else listeners


def _record(listener: Record, inbound: object) -> Record:
    record = {name: listener[name] for name in ("listener", "port")}
    to_all = _to_all(listener["port"], inbound)
    return record if to_all is None else {**record, "to_all": to_all}


def _to_all(port: int, inbound: object) -> bool | None:
    """None where that rests on what was not read, or cannot be told from the rules alone."""
    known = inbound.value if isinstance(inbound, Partial) else inbound
    ranges = known if isinstance(known, list) else []
    verdicts = {entry["verdict"] for entry in ranges if _covers(entry, port)}
    if "accept" in verdicts:
        return True
    return None if verdicts or not isinstance(inbound, list) else False


def _covers(entry: Record, port: int) -> bool:
    here = entry["protocol"] == "tcp" and entry["first"] <= port <= entry["last"]
    return bool(here and entry.get("program") in _PROGRAMS)
