"""One question to a TLS service: one connection, one offer, and what came of it."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from igaudit.collect.network import tls13
from igaudit.collect.network.starttls import STARTS
from igaudit.collect.network.tls_hello import (
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    DONE,
    KEY_EXCHANGE,
    SERVER_HELLO,
    Offer,
    ServerHello,
    certificates,
    client_hello,
    in_record,
    key_exchange,
    server_hello,
)
from igaudit.collect.network.tls_wire import HANDSHAKE, Alert, Line, Record, handshake, records, why
from igaudit.collect.ssh_wire import Deadline
from igaudit.collect.transport import Limits
from igaudit.errors import Unreachable

AGREED, REFUSED, UNANSWERED, PLAIN = "agreed", "refused", "unanswered", "plain"
MOST_CONNECTIONS = 100
"""The most connections that one service is asked for; a common server takes 20 to 40."""

_MOST_UNANSWERED = 3
_FINISHED = 20
# Alerts that say "not with this offer": handshake_failure, illegal_parameter, protocol_version,
# insufficient_security, inappropriate_fallback, missing_extension. Others may mean that it has enough of us.
_CLEAR = (40, 47, 70, 71, 86, 109)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a question.

    `refused` with `doubtful`: it hung up without a word, or said something that a busy server says too.
    `unanswered`: `detail` says why. `plain`: it says that it has no TLS. The rest is what it showed.
    """

    outcome: str
    detail: str = ""
    doubtful: bool = False
    hello: ServerHello | None = None
    chain: tuple[bytes, ...] = ()
    group: int | None = None
    bits: int | None = None
    wants_certificate: bool | None = None


@dataclass(slots=True)
class Asker:
    """Asks one service, one connection at a time; counts them, and stops where it would be too much.

    `doubts`: it hung up on a question twice. `fickle`: on another once, and then it did answer that one.
    """

    address: str
    port: int
    protocol: str
    name: str
    limits: Limits
    connections: int = 0
    unanswered: int = 0
    doubts: bool = False
    fickle: bool = False
    heard: list[Reply] = field(default_factory=list)
    deadline: Deadline = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = Deadline(self.limits.target)

    def ask(self, offer: Offer, key: tls13.KeyPair | None = None) -> Reply:
        """The reply to one offer; its name, and the public part of `key`, are added."""
        if enough := self.enough():
            return Reply(UNANSWERED, enough)
        shares = {key.group: key.public()} if key else {}
        question = replace(offer, name=self.name, shares=shares)
        reply = self._converse(question, key)
        if reply.doubtful and not self.enough():
            reply = self._again(question, key)
        self.unanswered = self.unanswered + 1 if reply.outcome == UNANSWERED else 0
        self.doubts |= reply.doubtful
        if reply.outcome == AGREED:
            self.heard.append(reply)
        return reply

    def _again(self, question: Offer, key: tls13.KeyPair | None) -> Reply:
        """The same question a second time: of several machines behind one address one may be broken."""
        reply = self._converse(question, key)
        self.fickle |= not reply.doubtful
        return reply

    def enough(self) -> str:
        """Why no more may be asked; "" while more may."""
        if self.connections >= MOST_CONNECTIONS:
            return f"stopped after {MOST_CONNECTIONS} connections"
        if self.unanswered >= _MOST_UNANSWERED:
            return f"stopped answering after {self.connections - self.unanswered} connections"
        return f"not done in {self.limits.target:g} s" if self.deadline.passed else ""

    def connect(self) -> Line:
        """A connection; raises OSError, and Unreachable where the first one is not to be had."""
        self.connections += 1
        try:
            return Line(self.address, self.port, min(self.limits.connect, self.deadline.left()))
        except OSError as error:
            if self.connections == 1:
                raise Unreachable(_no_way(self.port, error)) from error
            raise

    def begin(self, line: Line) -> bool:
        """Come to where TLS begins; False where the service has none. Raises OSError and ValueError."""
        start = STARTS.get(self.protocol)
        return start(line) if start else True

    def _converse(self, offer: Offer, key: tls13.KeyPair | None) -> Reply:
        try:
            with self.connect() as line:
                if not self.begin(line):
                    return Reply(PLAIN)
                return _exchange(line, offer, key)
        except (OSError, ValueError) as error:
            return Reply(UNANSWERED, why(error))


def _no_way(port: int, error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens on port {port}"
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    return (
        f"port {port} does not answer"
        if isinstance(error, TimeoutError)
        else f"port {port}: {error.strerror}"
    )


def _exchange(line: Line, offer: Offer, key: tls13.KeyPair | None) -> Reply:
    """Send the offer and read on to where the server waits for us."""
    message = client_hello(offer)
    try:
        line.send(in_record(message, offer.version))
        stream = records(line)
        parts = handshake(record.body for record in stream if record.type == HANDSHAKE)
        kind, body = next(parts)
    except Alert as alert:
        return Reply(REFUSED, str(alert), alert.number not in _CLEAR)
    except ConnectionError:
        return Reply(REFUSED, "it hung up", True)
    if kind != SERVER_HELLO:
        raise ValueError(f"handshake message {kind} in place of a ServerHello")
    hello = server_hello(body)
    if hello.suite not in offer.suites:
        raise ValueError(f"it chose a suite that was not offered: {hello.suite:#06x}")
    reply = Reply(AGREED, hello=hello, group=hello.group)
    if hello.version != "TLSv1.3":
        return _with_rest(reply, hello, parts)
    if hello.retry or key is None:
        return reply
    opening = bytes([SERVER_HELLO]) + len(body).to_bytes(3, "big") + body
    return _with_rest(reply, hello, _encrypted(stream, hello, key, message + opening))


def _encrypted(
    stream: Iterator[Record], hello: ServerHello, key: tls13.KeyPair, transcript: bytes
) -> Iterator[tuple[int, bytes]]:
    if hello.group != key.group or hello.suite not in tls13.SUITES:
        raise ValueError("it answered with a key of another group")
    return handshake(tls13.opened(stream, hello, key.shared(hello.share), transcript))


def _with_rest(reply: Reply, hello: ServerHello, parts: Iterator[tuple[int, bytes]]) -> Reply:
    """The reply with what follows the ServerHello, as far as it can be read."""
    try:
        for kind, body in parts:
            if kind == CERTIFICATE:
                reply = replace(reply, chain=certificates(body, hello.version))
            elif kind == KEY_EXCHANGE:
                group, bits = key_exchange(body, hello.suite)
                reply = replace(reply, group=group, bits=bits)
            elif kind == CERTIFICATE_REQUEST:
                reply = replace(reply, wants_certificate=True)
            elif kind in (DONE, _FINISHED):
                return replace(reply, wants_certificate=bool(reply.wants_certificate))
    except (Alert, OSError, ValueError) as error:
        return replace(reply, detail=why(error))
    return reply
