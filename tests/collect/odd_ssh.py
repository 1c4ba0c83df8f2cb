"""SSH servers of a few lines, which say what they were told to and no more."""

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from igaudit.collect.network.ssh_exchange import LISTS
from igaudit.collect.network.ssh_talk import string

GREETING = b"SSH-2.0-appliance\r\n"
CURVE, EDWARDS = "curve25519-sha256", "ssh-ed25519"
KEY = string(b"ssh-ed25519") + string(bytes(32))

Says = Callable[[socket.socket], None]


def packet(payload: bytes) -> bytes:
    padding = 4 + -(len(payload) + 9) % 8
    return (len(payload) + padding + 1).to_bytes(4, "big") + bytes([padding]) + payload + bytes(padding)


def kexinit(**lists: str) -> bytes:
    """KEXINIT of a server that offers this."""
    usual = {"kex": CURVE, "host_key_algorithms": EDWARDS, "ciphers": "aes256-ctr", "macs": "hmac-sha2-256"}
    offered = {**usual, "compression": "none", **lists}
    words = [offered.get(name, offered.get(name.partition("_to_")[0], "")) for name in LISTS]
    return packet(bytes([20]) + bytes(16) + b"".join(string(word.encode()) for word in words) + bytes(5))


@dataclass
class Odd:
    """A server on loopback that says what it was told to, to each who connects, and notes what it hears."""

    says: Says
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0
    threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = self._listener.accept()[0]
                self.connections += 1
                self.threads.append(threading.Thread(target=self._talk, args=(connection,), daemon=True))
                self.threads[-1].start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            self.says(connection)
            # Lets the other side read to the end before the connection is gone.
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(2)
            while data := connection.recv(65_536):
                self.heard.append(data)

    def all_heard(self) -> bytes:
        """What it heard in all, once every conversation has ended."""
        for thread in self.threads:
            thread.join(5)
        return b"".join(self.heard)

    def close(self) -> None:
        self._listener.close()
