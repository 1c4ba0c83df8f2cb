"""The transport `ssh`, on paramiko: one connection and one session channel for a target."""

import select
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Self

from paramiko.channel import Channel
from paramiko.ssh_exception import ChannelException

from igaudit.collect.host_keys import check, known_keys
from igaudit.collect.ssh_config import Settings, as_target, settings_of
from igaudit.collect.ssh_handshake import SSH_ERRORS, Transport, host_key_of, shake_hands
from igaudit.collect.ssh_sign_in import sign_in
from igaudit.collect.ssh_wire import Deadline, Wire, connect_tcp, run_proxy_command
from igaudit.collect.transport import STDERR, STDOUT, AskPassphrase, Chunk, Limits, readable
from igaudit.errors import Unreachable
from igaudit.model.target import Target

_BLOCK = 65536
_MAX_HOPS = 8


class SshSession:
    """A signed-in connection."""

    def __init__(self, road: "Road", transport: Transport, limits: Limits) -> None:
        self._road = road
        self._transport = transport
        self._limits = limits

    @classmethod
    def connect(
        cls,
        target: Target,
        limits: Limits,
        config_path: Path | None = None,
        ask_passphrase: AskPassphrase | None = None,
    ) -> Self:
        """Reach `target` as ~/.ssh/config, or the file `config_path`, says, check its host key and sign in.

        `limits.connect`, or ConnectTimeout where the configuration has one, bounds all of it together.
        Raises Unreachable, whose text says which step failed.
        """
        settings = settings_of(target, config_path)
        road = Road(settings, limits, config_path, ask_passphrase)
        with ExitStack() as failure:
            failure.callback(road.close)
            transport = road.enter(settings)
            failure.pop_all()
        return cls(road, transport, limits)

    def open(self, command: str) -> "SshChannel":
        """Start `command`; see Session."""
        # paramiko waits for the answer to an exec request without a limit.
        watch = threading.Timer(self._limits.connect, self._transport.wire.close)
        watch.daemon = True
        watch.start()
        try:
            channel = self._transport.open_session(timeout=self._limits.connect)
            channel.exec_command(command)
        except ChannelException as e:
            raise Unreachable(f"the target opens no session: {readable(e.text)}") from e
        except SSH_ERRORS as e:
            raise Unreachable(f"the target starts no command: {readable(str(e)) or 'it hung up'}") from e
        finally:
            watch.cancel()
        return SshChannel(channel)

    def close(self) -> None:
        """Hang up, on the hops too."""
        self._road.close()


class SshChannel:
    """A command on the other side."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._poll = select.poll()
        self._poll.register(channel.fileno(), select.POLLIN)

    def send(self, data: bytes, timeout: float) -> int:
        """Write what the other side has room for; see Channel."""
        self._channel.settimeout(timeout)
        try:
            sent = self._channel.send(data)
        except TimeoutError:
            raise
        except SSH_ERRORS as e:
            raise ConnectionError(str(e)) from e
        if not sent:
            raise ConnectionError("the command is gone")
        return sent

    def close_input(self) -> None:
        """Close the command's standard input."""
        try:
            self._channel.shutdown_write()
        except SSH_ERRORS:
            return  # It is gone: reading will tell.

    def receive(self, timeout: float) -> Chunk | None:
        """The next bytes of either stream; see Channel."""
        ends = time.monotonic() + timeout
        while True:
            over = self._channel.closed or self._channel.eof_received
            if self._channel.recv_ready():
                return Chunk(STDOUT, self._channel.recv(_BLOCK))
            if self._channel.recv_stderr_ready():
                return Chunk(STDERR, self._channel.recv_stderr(_BLOCK))
            if over and not self._channel.eof_received:
                raise ConnectionError("the connection was lost")
            if over:
                return None
            if not self._poll.poll(max(0.0, ends - time.monotonic()) * 1000):
                raise TimeoutError

    def close(self) -> None:
        """End the command: its pipes are closed. May be called twice."""
        try:
            self._channel.close()
        except SSH_ERRORS:
            return  # The connection is gone, and the command with it.


class Road:
    """The way to one target, over its hops. All of it shares one deadline, and is closed together."""

    def __init__(
        self, settings: Settings, limits: Limits, config_path: Path | None, ask: AskPassphrase | None
    ) -> None:
        self._url = settings.url
        self._limits = limits
        self._config_path = config_path
        self._ask = ask
        self._transports: list[Transport] = []
        self._hops = 0
        self.deadline = Deadline(settings.connect_timeout or limits.connect)

    def enter(self, settings: Settings, via: Transport | None = None) -> Transport:
        """A signed-in connection. Raises Unreachable."""
        transport = self.reach(settings, via)
        sign_in(transport, settings, self._ask, self.deadline)
        return transport

    def reach(self, settings: Settings, via: Transport | None = None) -> Transport:
        """A connection whose host key is right. Raises Unreachable, UnknownHostKey among it."""
        transport = self.greet(settings, self.wire(settings, via))
        check(settings, host_key_of(transport), known_keys(settings))
        return transport

    def greet(self, settings: Settings, wire: Wire) -> Transport:
        """An encrypted connection whose host key is still to be checked. Raises Unreachable."""
        transport = shake_hands(wire, settings, known_keys(settings), self.deadline)
        self._transports.append(transport)
        return transport

    def wire(self, settings: Settings, via: Transport | None = None) -> Wire:
        """A stream to the target, over the hop `via` or as the configuration says. Raises Unreachable."""
        if via is None:
            via = self._over_hops(settings)
        if via:
            return self._through(via, settings)
        if settings.proxy_command:
            return run_proxy_command(settings)
        return connect_tcp(settings, self.deadline, idle=self._limits.target)

    def close(self) -> None:
        """Hang up everywhere, the target first."""
        while self._transports:
            self._transports.pop().hang_up()

    def _over_hops(self, settings: Settings) -> Transport | None:
        via = None
        for hop in settings.hops:
            self._hops += 1
            if self._hops > _MAX_HOPS:
                raise Unreachable(f"more than {_MAX_HOPS} hops: does ProxyJump go round in a circle?")
            there = settings_of(as_target(hop), self._config_path)
            via = self.enter(replace(there, where=f"the hop {there.where}", url=self._url), via)
        return via

    def _through(self, via: Transport, settings: Settings) -> Wire:
        there, here, left = (settings.address, settings.port), ("127.0.0.1", 0), self.deadline.left()
        try:
            return Wire(via.open_channel("direct-tcpip", there, here, timeout=left))
        except SSH_ERRORS as e:
            why = e.text if isinstance(e, ChannelException) else str(e)
            raise Unreachable(
                f"the last hop cannot connect to {settings.where}: {readable(why) or 'it hung up'}",
                "Check that the hop allows forwarding (AllowTcpForwarding) and can reach that address.",
            ) from e
