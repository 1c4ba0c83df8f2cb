"""A conversation with an SSH server as far as it is in clear: greetings and unencrypted packets (RFC 4253).

Everything that the server says is limited: by one deadline, and by bytes.
"""

import os

from igaudit.collect.ssh_wire import Deadline, Wire
from igaudit.collect.transport import readable
from igaudit.errors import Unreachable

GREETING = b"SSH-2.0-igaudit\r\n"
# RFC 4253 section 4.2 lets lines go before the greeting, and gives no limit for them.
_MAX_BEFORE = 16_384
# Section 6.1 asks for 35,000 bytes; nothing that is said before a sign-in comes near.
_MAX_PACKET = 65_536
_MAX_BYTES = 262_144

DISCONNECT, IGNORE, UNIMPLEMENTED, DEBUG, KEXINIT = 1, 2, 3, 4, 20
_GOODBYE = 11


class Talk:
    """One connection. Every method raises Unreachable where the server does not play its part."""

    def __init__(self, wire: Wire, where: str, deadline: Deadline) -> None:
        self._wire = wire
        self._where = where
        self._deadline = deadline
        self._buffer = b""
        self._taken = 0
        self.address = self._peer()

    def greet(self) -> str:
        """The server's greeting, without what went before it; ours is sent too."""
        self._send(GREETING)
        said = b""
        while True:
            line = self._line(said)
            if line.startswith(b"SSH-"):
                return line.rstrip(b"\r\n").decode("utf-8", "replace")
            said += line
            if len(said) > _MAX_BEFORE:
                raise self._no_ssh(said)

    def packet(self) -> bytes:
        """The payload of the next packet that matters. At least one byte: its number."""
        while True:
            payload = self._payload()
            if payload[0] == DISCONNECT:
                raise Unreachable(
                    f"{self._where} hung up: {readable(payload[9:], 100) or 'without a reason'}"
                )
            if payload[0] not in (IGNORE, UNIMPLEMENTED, DEBUG):
                return payload

    def send(self, payload: bytes) -> None:
        """Send one packet: its length, the length of its padding, the payload, and the padding."""
        padding = 4 + -(len(payload) + 9) % 8
        length = (len(payload) + padding + 1).to_bytes(4, "big")
        self._send(length + bytes([padding]) + payload + os.urandom(padding))

    def close(self) -> None:
        """Say goodbye, so that the server's log tells who it was, and hang up."""
        try:
            reason = b"igaudit has seen what it wanted"
            self.send(bytes([DISCONNECT]) + _GOODBYE.to_bytes(4, "big") + string(reason) + string(b""))
        except Unreachable:
            pass  # It may have gone before us.
        self._wire.close()

    def _peer(self) -> str:
        try:
            return self._wire.peer
        except OSError as error:
            self._wire.close()
            raise self._broken_off(error) from None

    def _payload(self) -> bytes:
        length = int.from_bytes(self._take(4), "big")
        if not 5 <= length <= _MAX_PACKET:
            raise Unreachable(f"{self._where} sent a packet of {length} bytes, which is none of SSH")
        body = self._take(length)
        if body[0] >= length - 1:
            raise Unreachable(f"{self._where} sent a packet of nothing but padding")
        return body[1 : length - body[0]]

    def _line(self, before: bytes) -> bytes:
        """The next line, its end included; the server may write no more than a limit without one."""
        while b"\n" not in self._buffer:
            if len(before) + len(self._buffer) > _MAX_BEFORE:
                raise self._no_ssh(before + self._buffer)
            self._read_more(before)
        line, newline, self._buffer = self._buffer.partition(b"\n")
        return line + newline

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._read_more(b"")
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _read_more(self, before: bytes) -> None:
        """Read what is there. `before` is what was said in place of a greeting."""
        try:
            self._wire.settimeout(self._deadline.left())
            data = self._wire.recv(16_384)
        except TimeoutError:
            raise self._too_slow() from None
        except OSError as error:
            raise self._broken_off(error) from None
        if not data:
            raise self._hung_up(before + self._buffer)
        self._taken += len(data)
        if self._taken > _MAX_BYTES:
            raise Unreachable(f"{self._where} has more to say than an SSH server should before a sign-in")
        if self._deadline.passed:
            raise self._too_slow()
        self._buffer += data

    def _send(self, data: bytes) -> None:
        try:
            self._wire.settimeout(self._deadline.left())
            while data:
                data = data[self._wire.send(data) :]
        except OSError as error:
            raise self._broken_off(error) from None

    def _broken_off(self, error: OSError) -> Unreachable:
        return Unreachable(f"{self._where} broke the connection off: {error.strerror or error}")

    def _too_slow(self) -> Unreachable:
        what = "does not come to an end" if self._taken else "says nothing"
        return Unreachable(
            f"{self._where} accepts connections but {what} within {self._deadline.seconds:g} s",
            "It may be overloaded, or something else than an SSH server listens there.",
        )

    def _hung_up(self, said: bytes) -> Unreachable:
        if not self._taken:
            return Unreachable(
                f"{self._where} closed the connection without a greeting",
                "It may refuse this address (hosts.deny, fail2ban) or have too many sign-ins open.",
            )
        if said and not self._wire.opening.startswith(b"SSH-"):
            return self._no_ssh(said)
        return Unreachable(f"{self._where} hung up in the midst of the key exchange")

    def _no_ssh(self, said: bytes) -> Unreachable:
        return Unreachable(
            f"{self._where} does not speak SSH; it said: {readable(said, 80)}",
            "Check the port: another service listens there.",
        )


def string(data: bytes) -> bytes:
    """A string of the protocol: its length, then its bytes."""
    return len(data).to_bytes(4, "big") + data
