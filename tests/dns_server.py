"""A name server on loopback that says what a test wants, over UDP and TCP, well or badly."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

SILENT, SERVFAIL = "silent", "servfail"
# By "name TYPE": records as a zone file has them, or SILENT, or SERVFAIL. What is not there is NXDOMAIN.
Zone = Mapping[str, Sequence[str] | str]
_LONGEST_UDP = 512


class NameServer:
    """Answers from a zone; a `*` in front stands for every name below, and every type."""

    def __init__(self, zone: Zone, public: bool) -> None:
        self.zone = zone
        self.public = public
        self.asked: list[str] = []
        self.over_tcp: list[str] = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._tcp.getsockname()[1])
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        for serve in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def resolver(self) -> dns.resolver.Resolver:
        """A resolver that asks this server alone."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        return resolver

    def close(self) -> None:
        """Stop answering."""
        self._udp.close()
        self._tcp.close()

    def _serve_udp(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                data, caller = self._udp.recvfrom(4096)
                reply = self._reply(data)
                if reply is not None:
                    wire = reply.to_wire(max_size=65535)
                    if len(wire) > _LONGEST_UDP:
                        reply.answer, reply.flags = [], reply.flags | dns.flags.TC
                        wire = reply.to_wire()
                    self._udp.sendto(wire, caller)

    def _serve_tcp(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                with self._tcp.accept()[0] as connection:
                    size = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))[0]
                    reply = self._reply(connection.recv(size, socket.MSG_WAITALL))
                    if reply is not None:
                        self.over_tcp.append(reply.question[0].name.to_text(True))
                        wire = reply.to_wire(max_size=65535)
                        connection.sendall(struct.pack("!H", len(wire)) + wire)

    def _reply(self, data: bytes) -> dns.message.Message | None:
        query = dns.message.from_wire(data)
        (question,) = query.question
        name, kind = question.name.to_text(True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        found = self._found(name, kind)
        if found == SILENT:
            return None
        reply = dns.message.make_response(query, recursion_available=True)
        if found is None or isinstance(found, str):
            reply.set_rcode(dns.rcode.NXDOMAIN if found is None else dns.rcode.SERVFAIL)
        elif found:
            reply.answer = [dns.rrset.from_text_list(question.name, 60, "IN", kind, list(found))]
        return reply

    def _found(self, name: str, kind: str) -> Sequence[str] | str | None:
        if "." not in name and kind == "SOA":
            return ["ns.test. h.test. 1 2 3 4 5"] if self.public else None
        for pattern, found in self.zone.items():
            if pattern.startswith("*.") and (name == pattern[2:] or name.endswith(pattern[1:])):
                return found
        known = any(entry.split()[0] == name for entry in self.zone)
        return self.zone.get(f"{name} {kind}", [] if known else None)


@contextmanager
def name_server(zone: Zone, *, public: bool = True) -> Iterator[NameServer]:
    """A server with this zone; `public` ones know the top-level domains too."""
    server = NameServer(zone, public)
    try:
        yield server
    finally:
        server.close()


def text(record: str, *, every: int = 255) -> str:
    """A TXT record as a zone file has it, in pieces of so many characters."""
    pieces = [record[start : start + every] for start in range(0, len(record), every)] or [""]
    return " ".join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)
