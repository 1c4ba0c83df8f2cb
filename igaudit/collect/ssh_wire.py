"""The byte stream that SSH is spoken over: a TCP connection, or the pipes of a ProxyCommand."""

import contextlib
import os
import socket
import subprocess
import tempfile
import threading
import time
from typing import Protocol

from paramiko.ssh_exception import SSHException

from igaudit.collect.resolver import Address, addresses_of, connect_first
from igaudit.collect.ssh_config import Settings
from igaudit.collect.transport import environment, readable
from igaudit.errors import Unreachable

_OPENING = 256


class Deadline:
    """One span of seconds that several steps share."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds to go, at least a hundredth: a timeout of zero would mean something else."""
        return max(0.01, self._ends - time.monotonic())

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() >= self._ends

    def put_off(self, seconds: float) -> None:
        """Add what a person took to answer."""
        self._ends += seconds


class Stream(Protocol):
    """What paramiko asks of a socket; a channel of another connection will do too."""

    def send(self, data: bytes, /) -> int: ...
    def recv(self, size: int, /) -> bytes: ...
    def settimeout(self, seconds: float | None, /) -> None: ...
    def close(self) -> None: ...


class Wire:
    """A stream that remembers its first bytes, and acknowledges at once.

    sshd's small writes wait, by Nagle's algorithm, for an acknowledgement that Linux would delay 40 ms:
    TCP_QUICKACK has to be set anew after each transfer.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._closed = False
        self._tcp = isinstance(stream, socket.socket) and stream.family != socket.AF_UNIX
        self.opening = b""

    def send(self, data: bytes) -> int:
        """As a socket's."""
        sent = self._stream.send(data)
        self._acknowledge()
        return sent

    def recv(self, size: int) -> bytes:
        """As a socket's."""
        data = self._stream.recv(size)
        if len(self.opening) < _OPENING:
            self.opening += data[: _OPENING - len(self.opening)]
        self._acknowledge()
        return data

    def settimeout(self, seconds: float | None) -> None:
        """As a socket's."""
        self._stream.settimeout(seconds)

    def close(self) -> None:
        """Close it in both directions, which wakes whoever waits for it; may be called twice."""
        if self._closed:
            return
        self._closed = True
        if isinstance(self._stream, socket.socket):
            with contextlib.suppress(OSError):  # The other side may have been faster.
                self._stream.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError, EOFError, SSHException):  # A channel says goodbye to its server.
            self._stream.close()

    @property
    def peer(self) -> str:
        """The IP address at its other end; "" where it is no TCP connection."""
        return str(self._stream.getpeername()[0]) if self._tcp else ""  # type: ignore[attr-defined]

    def complaint(self) -> str:
        """What the way to the target had to say, if it failed."""
        return ""

    def _acknowledge(self) -> None:
        if self._tcp and hasattr(socket, "TCP_QUICKACK"):
            assert isinstance(self._stream, socket.socket)
            self._stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def connect_tcp(settings: Settings, deadline: Deadline, idle: float) -> Wire:
    """A TCP connection to the first of the name's addresses that takes it. Raises Unreachable.

    The addresses share the time there is. The kernel gives the connection up when the other side takes
    nothing for `idle` seconds.
    """
    sock, refused = connect_first(resolve(settings, deadline), deadline.left)
    if sock is None:
        raise _no_answer(settings, deadline, refused)
    _tune(sock, idle)
    return Wire(sock)


def resolve(settings: Settings, deadline: Deadline) -> list[Address]:
    """The addresses of a name, in the order to try them. Raises Unreachable."""
    advice = "Check its spelling, the address in the inventory, and HostName in ~/.ssh/config."
    return addresses_of(settings.address, settings.port, deadline.left(), advice)


def run_proxy_command(settings: Settings) -> Wire:
    """The standard input and output of ProxyCommand, run by the shell as ssh runs it. Raises Unreachable."""
    ours, theirs = socket.socketpair()
    with theirs, tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {settings.proxy_command}"],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=errors,
                start_new_session=True,
                env=environment(),
            )
        except OSError as e:
            ours.close()
            raise Unreachable(f"ProxyCommand cannot be started: {e.strerror}") from e
        return ProxyWire(ours, process, os.dup(errors.fileno()))


class ProxyWire(Wire):
    """The stream of a ProxyCommand, which ends with it."""

    def __init__(self, stream: Stream, process: subprocess.Popen[bytes], errors: int) -> None:
        super().__init__(stream)
        self._process = process
        self._errors = errors
        self._said = ""

    def complaint(self) -> str:
        """What the command wrote to its standard error."""
        return self._said if self._closed else readable(os.pread(self._errors, 2000, 0))

    def close(self) -> None:
        """Close it, and end the command."""
        if not self._closed:
            self._said = self.complaint()
            super().close()
            os.close(self._errors)
            self._process.terminate()
            threading.Thread(target=self._process.wait, daemon=True).start()


def _tune(sock: socket.socket, idle: float) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(idle * 1000))


def _no_answer(settings: Settings, deadline: Deadline, refused: str) -> Unreachable:
    if refused:
        return Unreachable(
            f"{settings.where} cannot be connected to: {refused}",
            "Check that an SSH server runs there, on that port, and that no firewall is in the way.",
        )
    return Unreachable(
        f"{settings.where} did not answer within {deadline.seconds:g} s",
        "Check the address, the routes and the firewalls. A slow network may need a longer connect limit.",
    )
