"""Bytes to and from a service: every wait ends, and what is read is limited.

A service may say anything. What is no TLS is a ValueError that quotes it; silence is a TimeoutError, hanging
up a ConnectionError.
"""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

from igaudit.collect.ssh_wire import Deadline
from igaudit.collect.transport import readable

# A server's first flight takes 2 to 10 kB; long chains of certificates need more.
MOST_BYTES = 256 * 1024
_LONGEST_LINE = 8 * 1024
ALERT, HANDSHAKE, ENCRYPTED = 21, 22, 23
_CHANGE_CIPHER = 20
_CLOSE_NOTIFY = 0
_WARNING = 1


def why(error: Exception) -> str:
    """What went wrong, in a few words that are safe to show."""
    if isinstance(error, TimeoutError):
        return "it said nothing in time"
    return readable(str(error), 200) or type(error).__name__


class Line:
    """One connection. Close it whatever happens: it is a context manager."""

    def __init__(self, address: str, port: int, seconds: float) -> None:
        self.deadline = Deadline(seconds)
        self.socket = socket.create_connection((address, port), timeout=seconds)
        self._left = MOST_BYTES
        self._held = b""

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """All of `data`."""
        self.socket.settimeout(self.deadline.left())
        self.socket.sendall(data)

    def read(self, count: int) -> bytes:
        """Exactly `count` bytes."""
        while len(self._held) < count:
            self._held += self.more()
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def line(self) -> bytes:
        """The bytes up to the next line feed, without the end of line."""
        while b"\n" not in self._held:
            if len(self._held) > _LONGEST_LINE:
                raise ValueError(f"a line without an end: {readable(self._held, 60)}")
            self._held += self.more()
        taken, _, self._held = self._held.partition(b"\n")
        return taken.rstrip(b"\r")

    def held(self) -> bytes:
        """What came already and was not taken."""
        return self._held

    def more(self) -> bytes:
        """What comes next, at least one byte."""
        if self.deadline.passed:
            raise TimeoutError
        if self._left <= 0:
            raise ValueError(f"more than {MOST_BYTES} bytes")
        self.socket.settimeout(self.deadline.left())
        data = self.socket.recv(min(16384, self._left))
        if not data:
            raise ConnectionResetError("it hung up")
        self._left -= len(data)
        return data


@dataclass(frozen=True, slots=True)
class Record:
    """One TLS record: its type, its header as it came, and what it carries."""

    type: int
    header: bytes
    body: bytes


class Alert(Exception):
    """The service ended the handshake in words of TLS: the number of the alert."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"alert {number}")


def records(line: Line) -> Iterator[Record]:
    """TLS records as they come; raises Alert, and ValueError where it is no TLS."""
    while True:
        header = line.read(5)
        length = int.from_bytes(header[3:5], "big")
        if header[0] not in (_CHANGE_CIPHER, ALERT, HANDSHAKE, ENCRYPTED) or header[1] != 3:
            raise ValueError(f"no TLS, but: {readable(header + line.held(), 60)}")
        if length > 16384 + 2048:
            raise ValueError(f"a record of {length} bytes")
        body = line.read(length)
        if header[0] == ALERT:
            _heed(body)
        elif header[0] != _CHANGE_CIPHER:
            yield Record(header[0], header, body)


def _heed(body: bytes) -> None:
    """A warning goes by, unless it says farewell."""
    if len(body) == 2 and not (body[0] == _WARNING and body[1] != _CLOSE_NOTIFY):
        raise Alert(body[1])


def handshake(parts: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """The handshake messages (type, body) that these pieces make up."""
    held = b""
    for part in parts:
        held += part
        while len(held) >= 4 and len(held) - 4 >= (length := int.from_bytes(held[1:4], "big")):
            yield held[0], held[4 : 4 + length]
            held = held[4 + length :]


class Reader:
    """Takes fields from the front of bytes; what is too short is a ValueError."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        if count > len(self.data):
            raise ValueError("a message that is cut short")
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def number(self, width: int) -> int:
        """The next `width` bytes as a number."""
        return int.from_bytes(self.take(width), "big")

    def vector(self, width: int) -> bytes:
        """The bytes that a length of `width` bytes announces."""
        return self.take(self.number(width))
