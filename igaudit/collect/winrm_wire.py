"""The HTTP connections that WinRM is spoken over: found, opened and ended within limits of ours.

A time-out of `requests` is one for each read, so that a byte now and then keeps it waiting for ever; and
what it is sent it keeps. Here a watch cuts the connection when the time is over, and an answer has a size.
"""

import contextlib
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from igaudit.collect.resolver import Address, addresses_of, connect_first
from igaudit.collect.winrm_tls import tls_trouble
from igaudit.errors import Unreachable

# pywinrm asks for envelopes of 150 kB; anything much longer is no answer to what was asked.
MAX_ANSWER = 1024 * 1024
_BLOCK = 65536


class Wire:
    """The way to one port of one target: at most one connection at a time, opened anew where it was lost.

    `where` names it in messages. `certificate` is what the target showed (DER), b"" before that or without
    TLS, `tls` the version that was agreed on.
    """

    def __init__(self, name: str, port: int, *, tls: bool) -> None:
        self.name, self.port, self.is_tls = name, port, tls
        self.where = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
        self.certificate, self.tls = b"", ""
        self.expired = False
        self._ends = time.monotonic()
        self._ready: socket.socket | None = None
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def watch(self, seconds: float) -> Iterator[None]:
        """Cut the connection where what is done inside is not done in `seconds`; `expired` then says so."""
        self._ends, self.expired = time.monotonic() + seconds, False
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def left(self) -> float:
        """Seconds until the watch cuts the connection, at least a hundredth."""
        return max(0.01, self._ends - time.monotonic())

    def reach(self) -> list[str]:
        """Connect ahead of the first request, to one of the addresses that it gives. Raises Unreachable."""
        addresses = self.resolve()
        self._ready = self._connected(addresses)
        return list(dict.fromkeys(str(address[0]) for _, address in addresses))

    def connect(self) -> socket.socket:
        """A connection: the one that was made ahead, or a new one. Raises Unreachable."""
        ready, self._ready = self._ready, None
        if ready is None or _stale(ready):
            ready = self._connected(self.resolve())
        return ready

    def cut(self) -> None:
        """End what goes over the connection now: whoever waits for it gets an error."""
        with self._lock:
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Forget the connections; `connect` makes new ones."""
        self.cut()
        with self._lock:
            while self._open:
                self._open.pop().close()
        if self._ready:
            self._ready.close()
            self._ready = None

    def resolve(self) -> list[Address]:
        """The addresses of the name. Raises Unreachable."""
        advice = "Check its spelling, and the address in the inventory."
        return addresses_of(self.name, self.port, self.left(), advice)

    def _connected(self, addresses: list[Address]) -> socket.socket:
        started = time.monotonic()
        sock, refused = connect_first(addresses, self.left)
        if sock is None:
            raise self._no_way(refused, time.monotonic() - started)
        return self._kept(sock)

    def _kept(self, sock: socket.socket) -> socket.socket:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            # What came before is over; a target that hangs up after each answer would use up our handles.
            while self._open:
                self._open.pop().close()
            # A second handle: TLS takes the first one over, and the watch has to reach the connection.
            self._open.append(sock.dup())
        return sock

    def _no_way(self, refused: str, seconds: float) -> Unreachable:
        usual = "5986 (HTTPS)" if self.is_tls else "5985 (HTTP)"
        if refused:
            return Unreachable(
                f"{self.where} cannot be connected to: {refused}",
                f"Check that WinRM listens there, usually on port {usual} (`winrm enumerate "
                "winrm/config/listener` on the target shows it), and that no firewall is in the way.",
            )
        return Unreachable(
            f"{self.where} did not answer within {seconds:.0f} s",
            f"Check the address, the routes, and that firewalls let port {self.port} through, that of the "
            "target among them.",
        )

    def _expire(self) -> None:
        self.expired = True
        self.cut()


class Adapter(HTTPAdapter):
    """Sends requests over a Wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """As an adapter's, with connections of our own."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = _pools(self._wire)

    def send(self, request: PreparedRequest, *arguments: Any, **options: Any) -> Response:
        """As an adapter's; the answer may be MAX_ANSWER long, and may take as long as the watch allows."""
        # A little longer: the watch is to say that the time is over.
        options["timeout"] = self._wire.left() + 1.0
        response = super().send(request, *arguments, **options)
        setattr(response.raw, "stream", _bounded(response.raw))  # noqa: B010  # mypy knows it for a method
        return response


def _pools(wire: Wire) -> dict[str, Any]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return wire.connect()

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return wire.connect()

        def connect(self) -> None:
            try:
                super().connect()
            except (ssl.SSLError, ssl.CertificateError, OSError) as e:
                if wire.expired:
                    raise
                raise tls_trouble(e, wire.where, self.host) from e
            assert isinstance(self.sock, ssl.SSLSocket)
            wire.certificate, wire.tls = self.sock.getpeercert(True) or b"", self.sock.version() or ""

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _bounded(raw: Any) -> Any:
    def stream(amount: int = _BLOCK, decode_content: bool | None = None) -> Iterator[bytes]:
        size = 0
        for data in original(amount, decode_content):
            size += len(data)
            if size > MAX_ANSWER:
                raise Unreachable(f"an answer of more than {MAX_ANSWER} bytes: that is no WinRM service")
            yield data

    original = raw.stream
    return stream


def _stale(sock: socket.socket) -> bool:
    """Whether the other side has hung up, or speaks unasked."""
    poll = select.poll()
    poll.register(sock.fileno(), select.POLLIN)
    if not poll.poll(0):
        return False
    sock.close()
    return True
