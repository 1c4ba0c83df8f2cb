"""Which listening sockets the packet filter lets anyone reach."""

from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Unread

Record = Mapping[str, Any]
Ranges = list[Record] | None


def exposed(view: FactView) -> object:
    """`sockets.exposed`: `sockets.listening` without loopback, held against `firewall.inbound`."""
    listening, inbound = view.get(("sockets", "listening")), view.get(("firewall", "inbound"))
    if isinstance(listening, Unread):
        return listening
    ranges = inbound if isinstance(inbound, list) else None
    if isinstance(listening, Partial):
        return Partial(_records(listening.value, ranges), listening.gap)
    return _records(listening, ranges)


def _records(listening: list[Record], ranges: Ranges) -> list[Record]:
    return [_record(socket, ranges) for socket in listening if not socket.get("loopback")]


def _record(socket: Record, ranges: Ranges) -> Record:
    record = {name: socket[name] for name in ("socket", "port", "process") if name in socket}
    to_all = None if ranges is None else _to_all(socket, ranges)
    # What is bound to one interface may not be the one that anyone's packets come by.
    if to_all is not None and not (to_all and socket.get("interface")):
        record["to_all"] = to_all
    return record


def _to_all(socket: Record, ranges: list[Record]) -> bool | None:
    """True where one family is let in, None where that rests on something that cannot be told."""
    verdicts = {_verdict(family, socket, ranges) for family in _families(socket)}
    return True if "accept" in verdicts else None if "undecided" in verdicts else False


def _families(socket: Record) -> Iterator[str]:
    address = str(socket["address"])
    if ":" in address:
        yield "ipv6"
    if ":" not in address or (address == "::" and not socket.get("ipv6_only")):
        yield "ipv4"


def _verdict(family: str, socket: Record, ranges: list[Record]) -> str:
    found = {verdict for entry in ranges if (verdict := _lets_in(entry, family, socket))}
    return "accept" if "accept" in found else "undecided" if found else "refused"


def _lets_in(entry: Record, family: str, socket: Record) -> str | None:
    """The verdict of one entry; a rule for one program opens nothing for another."""
    same = entry["family"] == family and entry["protocol"] == socket["protocol"]
    if not (same and entry["first"] <= socket["port"] <= entry["last"]):
        return None
    if "program" in entry and not socket.get("process"):
        return "undecided"
    other = "program" in entry and entry["program"] != str(socket["process"]).lower()
    return None if other else str(entry["verdict"])
