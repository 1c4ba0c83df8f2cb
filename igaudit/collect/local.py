"""The transport `local`: the machine that igaudit itself runs on."""

import os
import select
import signal
import subprocess

from igaudit.collect.transport import STDERR, STDOUT, Chunk, environment
from igaudit.errors import Unreachable

_BLOCK = 65536
_GRACE = 0.5


class LocalSession:
    """Commands as children of this process."""

    def __init__(self) -> None:
        self._channels: list[LocalChannel] = []

    def open(self, command: str) -> "LocalChannel":
        """Start `command` under /bin/sh, in a session of its own, so that nothing can ask on our terminal."""
        pipe = subprocess.PIPE
        try:
            process = subprocess.Popen(
                ["/bin/sh", "-c", command],
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                env=environment(),
                start_new_session=True,
                bufsize=0,
            )
        except OSError as e:
            raise Unreachable(f"/bin/sh cannot be started: {e.strerror}") from e
        self._channels.append(LocalChannel(process))
        return self._channels[-1]

    def close(self) -> None:
        """End every command that still runs."""
        while self._channels:
            self._channels.pop().close()


class LocalChannel:
    """A child process and its three pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin and process.stdout and process.stderr
        self._process = process
        self._input = process.stdin
        self._streams = {process.stdout.fileno(): STDOUT, process.stderr.fileno(): STDERR}
        self._poll = select.poll()
        for number in self._streams:
            self._poll.register(number, select.POLLIN)
        os.set_blocking(self._input.fileno(), False)

    def send(self, data: bytes, timeout: float) -> int:
        """Write what the pipe has room for; see Channel."""
        poll = select.poll()
        poll.register(self._input.fileno(), select.POLLOUT)
        if not poll.poll(timeout * 1000):
            raise TimeoutError
        try:
            return os.write(self._input.fileno(), data)
        except BlockingIOError:
            raise TimeoutError from None

    def close_input(self) -> None:
        """Close the child's standard input."""
        self._input.close()

    def receive(self, timeout: float) -> Chunk | None:
        """The next bytes of either stream; see Channel."""
        while self._streams:
            ready = self._poll.poll(timeout * 1000)
            if not ready:
                raise TimeoutError
            number = ready[0][0]
            data = os.read(number, _BLOCK)
            if data:
                return Chunk(self._streams[number], data)
            self._poll.unregister(number)
            del self._streams[number]
        return None

    def close(self) -> None:
        """End the child: its pipes are closed, then its process group gets a TERM, then a KILL.

        A sudo that runs as root cannot be ended by us; it ends when it finds its pipes closed.
        """
        self._input.close()
        for stream in (self._process.stdout, self._process.stderr):
            if stream:
                stream.close()
        for sign in (None, signal.SIGTERM, signal.SIGKILL):
            if self._ended(sign):
                return

    def _ended(self, sign: int | None) -> bool:
        try:
            if sign and self._process.poll() is None:
                os.killpg(self._process.pid, sign)
            self._process.wait(_GRACE)
        except (ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
            return False
        return True
