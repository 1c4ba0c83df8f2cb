"""The seam between a conversation with a target and the way to reach it.

A transport opens a `Channel`: a command that runs on the target, with its standard input and both its
outputs. Everything else (script, frames, limits, sudo) is the same for every transport.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from igaudit.collect.winrm_memory import SignInMemory

STDOUT, STDERR = 1, 2

AskPassphrase = Callable[[str], str | None]
"""Given the path of a private key, the passphrase that a person types, or None where nobody wants to."""

AskPassword = Callable[[str], str | None]
"""Given the name of an account, the password that a person types, or None where nobody wants to."""

WINRM_SCHEMES = ("auto", "kerberos", "ntlm", "certificate", "basic", "credssp")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes that arrived; `stream` is STDOUT or STDERR, `data` is never empty."""

    stream: int
    data: bytes


class Channel(Protocol):
    """A running command."""

    def send(self, data: bytes, timeout: float) -> int:
        """Write the beginning of `data` to its standard input; how many bytes, at least one.

        TimeoutError where it takes nothing for `timeout` seconds, ConnectionError if it is gone.
        """
        ...

    def close_input(self) -> None:
        """Tell it that nothing more will come."""

    def receive(self, timeout: float) -> Chunk | None:
        """The next bytes; None once both streams have ended; TimeoutError after `timeout` seconds.

        ConnectionError says that the target went away before the command ended.
        """

    def close(self) -> None:
        """End the command and free everything; may be called twice, and in any state."""


class Session(Protocol):
    """A way to run commands on one target; a context manager that hangs up."""

    def open(self, command: str) -> Channel:
        """Start `command`, as the login shell of the target reads it. Unreachable where it cannot be."""

    def close(self) -> None:
        """Hang up; may be called twice."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one target may cost: seconds to connect, seconds in all, bytes of answer."""

    connect: float = 10.0
    target: float = 120.0
    max_bytes: int = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Elevation:
    """How the script becomes root: `none`, or `auto` (root already, or `sudo -n`, or `doas -n`).

    With a `password` sudo asks for it over standard input. It is kept out of repr, and so out of logs.
    """

    method: str = "none"
    password: str | None = None

    def __repr__(self) -> str:
        return f"Elevation(method={self.method!r}, password={'***' if self.password else None})"


@dataclass(frozen=True, slots=True)
class WinrmSettings:
    """How Windows targets are signed in to, where a target does not say otherwise. It holds no secret.

    `auth` is one of WINRM_SCHEMES; `auto`: certificate where one is given, else kerberos where there is a
    ticket and no `password_env`, else ntlm. `ca` None: the system's. `certificate` and `key` are PEM files.
    `password_env` names the environment variable that holds the password.
    """

    auth: str = "auto"
    user: str = ""
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    password_env: str = ""
    ask_password: AskPassword | None = None
    memory: SignInMemory = field(default_factory=SignInMemory, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `ended` is `complete`, `timed-out`, `too-large`, `dropped` or `unsupported`.

    Of an unsupported target nothing came, since what was sent cannot run there.
    """

    raw: bytes
    ended: str
    detail: str = ""
    advice: str = ""


def readable(said: bytes | str, limit: int = 300) -> str:
    """What a target said, as one line that is safe to show: no controls, at most `limit` characters."""
    text = said if isinstance(said, str) else said[: limit * 8].decode("utf-8", "replace")
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


_secrets: set[str] = set()


def keep_from_children(variable: str) -> None:
    """Leave this variable out of `environment` from now on: it holds a password."""
    _secrets.add(variable)


def environment() -> dict[str, str]:
    """Our environment for a command that runs here, without our own settings: they may hold a password."""
    ours = {name for name in os.environ if name.startswith("IGAUDIT_")} | _secrets
    return {name: value for name, value in os.environ.items() if name not in ours}
