"""Which services of a target to look at, where it is to be looked at all that it listens on."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from igaudit.model.target import Service

# Ports whose protocol needs no guess (IANA's service name registry).
WELL_KNOWN: Mapping[int, str] = {
    22: "ssh",
    25: "smtp",
    110: "pop3",
    143: "imap",
    389: "ldap",
    443: "https",
    465: "smtps",
    587: "submission",
    636: "ldaps",
    993: "imaps",
    995: "pop3s",
    5432: "postgresql",
    8443: "https",
}


def listening_services(sockets: Iterable[Mapping[str, Any]]) -> Iterator[Service]:
    """The services among `sockets.listening` that others can reach and whose protocol is known."""
    for socket in sockets:
        port = socket.get("port")
        if socket.get("loopback") or socket.get("protocol", "tcp") != "tcp" or not isinstance(port, int):
            continue
        protocol = "ssh" if socket.get("process") in ("sshd", "dropbear") else WELL_KNOWN.get(port)
        if protocol:
            yield Service(protocol, port)
