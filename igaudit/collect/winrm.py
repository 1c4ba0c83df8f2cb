"""The transports `winrm` and `winrms`: one shell on a Windows machine, on pywinrm's Protocol.

The shell is always ended, whatever went wrong before: `close` says goodbye over a new connection where the
old one broke. Where even that fails the target ends the shell by itself, once it has not heard from us for
180 seconds.
"""

import threading
import time
from typing import Self

from winrm.exceptions import WinRMOperationTimeoutError, WSManFaultError

from igaudit.collect.transport import Limits, WinrmSettings
from igaudit.collect.winrm_channel import WinrmChannel
from igaudit.collect.winrm_errors import explain, quota
from igaudit.collect.winrm_memory import SignInMemory
from igaudit.collect.winrm_protocol import Client, service_name
from igaudit.collect.winrm_sign_in import one_at_first, sign_in_for
from igaudit.collect.winrm_tls import trusted
from igaudit.collect.winrm_wire import Wire
from igaudit.errors import Unreachable, UsageError
from igaudit.model.target import WINRM_PORTS, Target

CODEPAGE = 65001
IDLE_TIMEOUT = "PT180S"
QUOTA_PAUSE = 3.0
"""Seconds to wait where a target has no room for another shell, before it is asked once more."""

_FAREWELL = 5.0
_AGAIN = 0.2  # A call may have begun just as the last was broken off.
_sessions: set["WinrmSession"] = set()
_some_end = threading.Condition()
_leaving = threading.Event()


class WinrmSession:
    """A shell on a target, for one thread."""

    def __init__(self, client: Client, limits: Limits, memory: SignInMemory) -> None:
        self._client = client
        self._memory = memory
        self._limits = limits
        self._shell = ""
        self._opening = False
        self._channels: list[WinrmChannel] = []

    @classmethod
    def connect(cls, target: Target, limits: Limits, settings: WinrmSettings | None = None) -> Self:
        """Reach `target`, sign in and open a shell, all within `limits.connect`. Raises Unreachable.

        What others with the same password wait for the first of them does not count.
        """
        settings = settings or WinrmSettings()
        return cls.begin(client_for(target, settings), limits, settings)

    @classmethod
    def begin(cls, client: Client, limits: Limits, settings: WinrmSettings) -> Self:
        """As `connect`, with a client of `client_for`."""
        session = cls(client, limits, settings.memory)
        with _some_end:
            _sessions.add(session)
        try:
            session._begin()
        except BaseException:
            session.close()
            raise
        return session

    def open(self, command: str) -> WinrmChannel:
        """Start `command` as the command line of cmd.exe. Raises Unreachable."""
        try:
            started = self._start(command)
        except WSManFaultError as e:
            if not quota(e):
                raise self._explained(e) from e
            # A command counts as an operation of its user until its shell ends.
            self._end_shell()
            time.sleep(QUOTA_PAUSE)
            self._shell = self._open_shell(self._limits.connect)
            started = self._started_again(command)
        self._channels.append(WinrmChannel(self._client, self._shell, started, self._limits.target))
        return self._channels[-1]

    def close(self) -> None:
        """End the commands and the shell, and hang up; may be called twice."""
        try:
            while self._channels:
                self._channels.pop().close()
            self._end_shell()
        finally:
            self._client.drop()
            with _some_end:
                _sessions.discard(self)
                _some_end.notify_all()

    def interrupt(self) -> None:
        """Have the thread that uses the session find it broken, and close it. For other threads."""
        # Of a shell that is being opened the name is still to come.
        self._client.interrupt(cut=not self._opening)

    def _begin(self) -> None:
        started = time.monotonic()
        with self._client.wire.watch(self._limits.connect):
            self._client.wire.reach()
        left = self._limits.connect - (time.monotonic() - started)
        with one_at_first(self._client.sign_in, self._memory):
            self._shell = self._open_shell(max(left, 1.0))

    def _open_shell(self, seconds: float) -> str:
        try:
            return self._new_shell(seconds)
        except WSManFaultError as e:
            if not quota(e):
                raise self._explained(e) from e
        time.sleep(QUOTA_PAUSE)
        try:
            return self._new_shell(seconds)
        except WSManFaultError as e:
            raise self._explained(e) from e

    def _new_shell(self, seconds: float) -> str:
        if _leaving.is_set():
            raise Unreachable("interrupted")
        self._opening = True
        try:
            # No profile: Windows would make a folder for an account that has none there yet.
            shell = self._client.call(
                seconds,
                self._client.protocol.open_shell,
                codepage=CODEPAGE,
                idle_timeout=IDLE_TIMEOUT,
                noprofile=True,
            )
        except WinRMOperationTimeoutError as e:
            raise Unreachable(f"{self._client.wire.where} could not open a shell in time", _SLOW) from e
        finally:
            self._opening = False
        return self._named(shell, "a shell")

    def _start(self, command: str) -> str:
        protocol = self._client.protocol
        try:
            started = self._client.call(
                self._limits.connect, protocol.run_command, self._shell, command, console_mode_stdin=False
            )
        except WinRMOperationTimeoutError as e:
            raise Unreachable(f"{self._client.wire.where} could not start a command in time", _SLOW) from e
        return self._named(started, "a command")

    def _started_again(self, command: str) -> str:
        try:
            return self._start(command)
        except WSManFaultError as e:
            raise self._explained(e) from e

    def _named(self, found: str | None, what: str) -> str:
        if not found:
            raise Unreachable(f"{self._client.wire.where} opens {what} and does not say its name")
        return found

    def _end_shell(self) -> None:
        shell, self._shell = self._shell, ""
        if shell:
            close_shell = self._client.protocol.close_shell
            self._client.bid_farewell(_FAREWELL, close_shell, shell, close_session=False)

    def _explained(self, error: WSManFaultError) -> Unreachable:
        return explain(error, self._client.wire.where, self._client.sign_in)


_SLOW = "It may be overloaded. Try again later."


def client_for(target: Target, settings: WinrmSettings) -> Client:
    """The client that signs in to `target`; it has not connected yet.

    May ask a person for a password. Raises Unreachable.
    """
    try:
        authorities = trusted(settings)
    except UsageError as e:
        raise Unreachable(str(e)) from e
    sign_in = sign_in_for(target, settings)
    address = target.address or target.name
    port = target.port or WINRM_PORTS[target.transport]
    wire = Wire(address, port, tls=target.transport == "winrms")
    return Client(wire, sign_in, authorities, service_name(target.name, address))


def hang_up_all(seconds: float) -> None:
    """Have every session of this process closed by the thread that uses it; wait for that so long at most."""
    _leaving.set()
    ends = time.monotonic() + seconds
    with _some_end:
        while _sessions and time.monotonic() < ends:
            for session in _sessions:
                session.interrupt()
            _some_end.wait(_AGAIN)
