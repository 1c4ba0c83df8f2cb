"""A command in a shell: what comes in on its standard input, what goes out, and how it ends."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

CMD_LIMIT = 8191 - len('C:\\Windows\\system32\\cmd.exe /C ""')


class Killed(Exception):
    """The command was ended from outside; raised in its back end."""


def new_id() -> str:
    """An identifier as Windows writes them."""
    return str(uuid.uuid4()).upper()


@dataclass
class Output:
    """Some of a command's output, for one answer: pieces of (stream, bytes); `rc` is None while it runs."""

    pieces: list[tuple[str, bytes]]
    rc: int | None


@dataclass
class Command:
    """One command; its back end runs on a thread of its own and may wait for input."""

    line: str
    codepage: int = 437
    id: str = field(default_factory=new_id)
    received: bytearray = field(default_factory=bytearray)
    sends: int = 0
    input_ended: bool = False
    killed: bool = False
    _pieces: list[tuple[str, bytes]] = field(default_factory=list)
    _rc: int | None = None
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def give(self, data: bytes, end: bool) -> None:
        """Add to its standard input."""
        with self._changed:
            self.received += data
            self.sends += 1
            self.input_ended = self.input_ended or end
            self._changed.notify_all()

    def read_input(self, seconds: float = 60.0) -> bytes:
        """All of its standard input, once that has ended."""
        self._wait(lambda: self.input_ended, seconds)
        return bytes(self.received)

    def sleep(self, seconds: float) -> None:
        """Do nothing for so long; Killed as soon as it is ended."""
        self._wait(lambda: False, seconds)

    def write(self, stdout: bytes = b"", stderr: bytes = b"") -> None:
        """Some output."""
        with self._changed:
            if self.killed:
                raise Killed
            self._pieces += [(n, d) for n, d in (("stdout", stdout), ("stderr", stderr)) if d]
            self._changed.notify_all()

    def finish(self, stdout: bytes = b"", stderr: bytes = b"", rc: int = 0) -> None:
        """The last of its output, and its exit code."""
        self.write(stdout, stderr)
        with self._changed:
            self._rc = rc
            self._changed.notify_all()

    def kill(self) -> None:
        """End it; what it has not given out is lost."""
        with self._changed:
            self.killed = True
            self._changed.notify_all()

    @property
    def ended(self) -> bool:
        """Whether it takes no more input."""
        return self.killed or self._rc is not None

    def take(self, at_most: int, seconds: float) -> Output | None:
        """Up to so many bytes of output; None where nothing came within so many seconds."""
        with self._changed:
            ready = self._changed.wait_for(lambda: self._pieces or self.ended, seconds)
            if not ready:
                return None
            taken = self._taken(at_most)
            return Output(taken, None if self._pieces else self._rc)

    def _taken(self, at_most: int) -> list[tuple[str, bytes]]:
        taken: list[tuple[str, bytes]] = []
        while self._pieces and at_most:
            name, data = self._pieces.pop(0)
            taken.append((name, data[:at_most]))
            if data[at_most:]:
                self._pieces.insert(0, (name, data[at_most:]))
            at_most -= len(taken[-1][1])
        return taken

    def _wait(self, condition: Callable[[], bool], seconds: float) -> None:
        ends = time.monotonic() + seconds
        with self._changed:
            self._changed.wait_for(lambda: self.killed or condition(), max(0.0, ends - time.monotonic()))
            if self.killed:
                raise Killed
