"""OpenVPN's log, as the server writes it to a file, to syslog or through the Access Server.

A connection has its TLS session first (`Peer Connection Initiated`), and may then still be refused
(`AUTH_FAILED`): it counts as a sign-in once the server goes on with it, or once the log ends.
"""

from collections.abc import Iterable

from igaudit.collect.readers.logs.clock import Clock
from igaudit.collect.readers.logs.event import (
    FAILURE,
    OTHER,
    Event,
    Events,
    sign_in,
    unreadable,
    without_port,
)

_CONNECTED = " Peer Connection Initiated with [AF_INET"
_NAMED = " authentication succeeded for username '"
_BEGINS = "TLS: Initial packet from"
# What is written before the TLS session of the one that is refused is through, and what may come after it.
_REFUSED_FIRST = ("verification failed for peer", "VERIFY ERROR")
_REFUSED = (*_REFUSED_FIRST, "authentication failed for username", "'AUTH_FAILED")
_GOES_ON = ("MULTI_sva: pool returned", "MULTI: Learn:", "MULTI: primary virtual")
_MARKS = (*_REFUSED, *_GOES_ON, _BEGINS, _CONNECTED, _NAMED)
_MOST_KEPT = 4096


def events(lines: Iterable[tuple[int, str]], clock: Clock) -> Events:
    """One event per line; a sign-in comes when it is certain."""
    connections = _Connections()
    for number, line in lines:
        try:
            event = Event(OTHER, number, clock.stamp(line[:80]))
        except ValueError:
            yield unreadable(number, "no calendar has its date")
            continue
        if any(mark in line for mark in _MARKS):
            yield from connections.line(event, line)
        elif "\ufffd" in line or "\0" in line:
            yield unreadable(number, "signs that no log has: it is damaged, or of another encoding")
        else:
            yield event
    yield from connections.waiting.values()


class _Connections:
    """Connections by the address and port that their lines begin with.

    `refused` says of the last one whether its TLS session is through: a line of the next one is not of it.
    Only logs with `verb 3` or more have a line where a connection begins.
    """

    def __init__(self) -> None:
        self.waiting: dict[str, Event] = {}
        self.refused: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def line(self, event: Event, line: str) -> Events:
        peer = _peer(line.partition(_CONNECTED)[0])
        if not peer:
            # A client's own log: what it names there is its server.
            yield event
        elif _CONNECTED in line:
            yield from self._connected(event, line, peer)
        elif any(mark in line for mark in _REFUSED):
            yield from self._refuse(event, peer, any(mark in line for mark in _REFUSED_FIRST))
        elif _NAMED in line:
            _keep(self.names, peer, line.partition(_NAMED)[2].rpartition("'")[0])
            yield event
        else:
            if _BEGINS in line:
                self.refused.pop(peer, None)
            yield event
            yield from self._certain(peer)

    def _connected(self, event: Event, line: str, peer: str) -> Events:
        if self.refused.pop(peer, "through") == "begun":
            _keep(self.refused, peer, "through")
            yield event
            return
        before, _, after = line.partition(_CONNECTED)
        name = self.names.pop(peer, "") or _name(before, peer)
        known = "" if name == "UNDEF" else name
        address = without_port(after.partition("]")[2].partition(" ")[0])
        yield from self._certain(peer)
        if len(self.waiting) >= _MOST_KEPT:
            yield from self._certain(next(iter(self.waiting)))
        self.waiting[peer] = sign_in(event.line, event.moment, known, address, "session")

    def _refuse(self, event: Event, peer: str, first: bool) -> Events:
        """Refused once, however many lines say so. `first`: of a connection whose TLS is not through."""
        if first:
            yield from self._certain(peer)
        before, waiting = self.refused.pop(peer, ""), self.waiting.pop(peer, None)
        same = before == "begun" or (before == "through" and not first)
        through = waiting is not None or (before == "through" and same)
        _keep(self.refused, peer, "through" if through else "begun")
        yield event if same else event._replace(kind=FAILURE)
        if waiting:
            yield waiting._replace(kind=OTHER)

    def _certain(self, peer: str) -> Events:
        if waiting := self.waiting.pop(peer, None):
            yield waiting


def _keep(kept: dict[str, str], key: str, value: str) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.pop(next(iter(kept)))
    kept[key] = value


def _peer(text: str) -> str:
    """The first `ADDRESS:PORT` or `NAME/ADDRESS:PORT` among the first words, without the name."""
    words = (word.rpartition("/")[2] for word in text[:600].split(" ")[:16])
    return next((word for word in words if without_port(word)), "")


def _name(before: str, peer: str) -> str:
    """The name of the certificate: `PEER [NAME]`, or `NAME/PEER`."""
    head, _, tail = before.partition(peer)
    if tail.strip().startswith("["):
        return tail.strip().removeprefix("[").removesuffix("]")
    return head.rpartition(" ")[2].removesuffix("/")
