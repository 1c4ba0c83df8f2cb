"""Asking a service over the transport `winrm`."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from igaudit.collect.transport import STDERR, STDOUT, Limits, WinrmSettings
from igaudit.collect.winrm import WinrmSession
from igaudit.collect.winrm_channel import WinrmChannel
from igaudit.collect.winrm_memory import SignInMemory
from igaudit.errors import Unreachable
from igaudit.model.target import Target
from tests.wsman.fixtures import PASSWORD, USER, Pki
from tests.wsman.server import WsmanServer

VARIABLE = "WARD_PASSWORD"
LIMITS = Limits(connect=10.0, target=20.0)


def target_of(server: WsmanServer, user: str = USER, auth: str = "", address: str = "localhost") -> Target:
    """The service as a target."""
    name = f"{server.scheme}-{server.port}"
    where = {"address": address, "port": server.port, "user": user, "auth": auth}
    return Target(name, server.scheme, platform="windows", **where)  # type: ignore[arg-type]


class Asker:
    """Asks services, with the authority of the tests trusted and a password in an environment variable."""

    def __init__(self, ca: Path, patch: pytest.MonkeyPatch) -> None:
        self.ca = ca
        self.memory = SignInMemory()
        self._patch = patch
        self.password(PASSWORD)

    def password(self, password: str) -> None:
        """Sign in with this one from now on."""
        self._patch.setenv(VARIABLE, password)

    def settings(self, auth: str = "ntlm", **more: Any) -> WinrmSettings:
        """How to sign in."""
        given = {"auth": auth, "ca": self.ca, "password_env": VARIABLE, "memory": self.memory, **more}
        return WinrmSettings(**given)

    def connect(
        self, target: Target, auth: str = "ntlm", limits: Limits = LIMITS, **more: Any
    ) -> WinrmSession:
        """A session."""
        return WinrmSession.connect(target, limits, self.settings(auth, **more))

    def said(self, target: Target, data: bytes = b"hello", auth: str = "ntlm", **more: Any) -> bytes:
        """What a command on the target says to `data` on its standard output."""
        with closing(self.connect(target, auth, **more)) as session:
            return heard(session.open("program"), data)[0]

    def refusal(
        self, target: Target, auth: str = "ntlm", limits: Limits = LIMITS, **more: Any
    ) -> Unreachable:
        """Why there is no session."""
        with pytest.raises(Unreachable) as caught:
            self.connect(target, auth, limits, **more)
        return caught.value


def heard(channel: WinrmChannel, data: bytes) -> tuple[bytes, bytes]:
    """Both outputs of a command that gets `data` on its standard input."""
    while data:
        data = data[channel.send(data, 5.0) :]
    channel.close_input()
    return outputs(channel)


def outputs(channel: WinrmChannel, seconds: float = 20.0) -> tuple[bytes, bytes]:
    """What it says until it ends."""
    streams = {STDOUT: b"", STDERR: b""}
    while chunk := channel.receive(seconds):
        streams[chunk.stream] += chunk.data
    return streams[STDOUT], streams[STDERR]


def order_of(server: WsmanServer, acts: Sequence[str]) -> list[str]:
    """Those of the requests that it has had, in their order."""
    return [act for act in server.state.log.acts if act in acts]


@pytest.fixture
def asker(pki: Pki, monkeypatch: pytest.MonkeyPatch) -> Asker:
    """Whoever asks; its password is the right one."""
    return Asker(pki.ca, monkeypatch)
