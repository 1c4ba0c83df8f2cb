"""Services on loopback that do with each caller what a test wants, and the words of TLS for it."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Says = Callable[[socket.socket], None]


@dataclass
class Odd:
    """A service on loopback that does with each caller what it was told to, and counts them."""

    says: Says
    callers: int = 0
    open: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = self._listener.accept()[0]
                self.callers += 1
                self.open.append(connection)
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self.says(connection)

    def close(self) -> None:
        for each in (self._listener, *self.open):
            each.close()


@contextlib.contextmanager
def odd(says: Says) -> Iterator[Odd]:
    service = Odd(says)
    try:
        yield service
    finally:
        service.close()


def hello_of(connection: socket.socket) -> bytes:
    """The ClientHello that a caller sent, with its record."""
    head = connection.recv(5, socket.MSG_WAITALL)
    return head + connection.recv(int.from_bytes(head[3:5], "big"), socket.MSG_WAITALL)


def asks_for(hello: bytes) -> str:
    """The version that a ClientHello is for."""
    if hello[:1] != b"\x16":
        return "SSLv2"
    number = hello[9:11].hex()
    return "TLSv1.3" if b"\x00\x2b\x00\x03\x02\x03\x04" in hello else f"0x{number}"


def suites_in(hello: bytes) -> int:
    """How many suites a ClientHello offers."""
    start = 44 + hello[43]
    return int.from_bytes(hello[start : start + 2], "big") // 2


def record(message: bytes, kind: int = 22) -> bytes:
    return bytes([kind, 3, 3]) + len(message).to_bytes(2, "big") + message


def answer(version: int = 0x0303, suite: int = 0xC02F, compression: int = 0) -> bytes:
    """A ServerHello."""
    body = version.to_bytes(2, "big") + bytes(32) + b"\x00" + suite.to_bytes(2, "big") + bytes([compression])
    return record(b"\x02" + len(body).to_bytes(3, "big") + body) + record(b"\x0e\x00\x00\x00")


REFUSAL = record(b"\x02\x28", 21)


def pass_on(connection: socket.socket, port: int, first: bytes) -> None:
    """Be the caller's way to another service."""
    with socket.create_connection(("127.0.0.1", port)) as other:
        other.sendall(first)
        threading.Thread(target=copy, args=(connection, other), daemon=True).start()
        copy(other, connection)


def copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
