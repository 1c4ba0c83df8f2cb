"""Talking with one running command: writing and reading by turns, within limits of time and bytes."""

import math
import time
from collections.abc import Callable

from igaudit.collect.transport import STDOUT, Channel, readable

_SLICE = 32768
_TURN = 0.05
_MAX_ASIDE = 8192


class Stopped(Exception):
    """A limit ends the talk. `ended` is a word of Reply: `timed-out` or `too-large`."""

    def __init__(self, ended: str) -> None:
        self.ended = ended
        super().__init__(ended)


class Talk:
    """A channel, what has come over it, and the limits that it is held to.

    `ends` is an instant of time.monotonic(). `heard` is the standard output since the talk began, `aside`
    the beginning of the standard error. `over` is true once nothing more can come, `dropped` where that
    is so because the connection broke, and `why` says more of that.
    """

    def __init__(self, channel: Channel, ends: float, max_bytes: int) -> None:
        self._channel = channel
        self._ends = ends
        self._left = max_bytes
        self._seen = 0
        self.heard = bytearray()
        self.aside = bytearray()
        self.over = False
        self.dropped = False
        self.why = ""

    def close(self) -> None:
        """End the command; may be called twice."""
        self._channel.close()

    def say(self, data: bytes) -> None:
        """Write all of `data`, reading what comes meanwhile, so that neither side waits for the other.

        Returns early where the command takes no more: what it said then tells why. Raises Stopped.
        """
        rest = memoryview(data)
        while rest and not self.over:
            try:
                rest = rest[self._channel.send(bytes(rest[:_SLICE]), _TURN) :]
            except TimeoutError:
                pass
            except ConnectionError:
                return
            while self._take(0.0):
                continue

    def say_no_more(self) -> None:
        """Close the command's standard input."""
        self._channel.close_input()

    def listen(self, until: Callable[[], bool], patience: float = math.inf) -> bool:
        """Read until `until` holds: True; False where nothing more comes, or not in `patience` seconds.

        Raises Stopped.
        """
        ends = time.monotonic() + patience
        while not until():
            wait = ends - time.monotonic()
            if self.over or wait <= 0:
                return False
            self._take(wait)
        return True

    def has_heard(self, mark: bytes) -> bool:
        """Whether `mark` is in `heard`, looking only at what is new since the last call that found none."""
        at = self.heard.find(mark, max(0, self._seen - len(mark)))
        self._seen = len(self.heard) if at < 0 else at
        return at >= 0

    def words(self, limit: int = 300) -> str:
        """What was said on both streams, safe to show: for when it is not what was hoped for."""
        return readable(bytes(self.aside + b" " + self.heard[: limit * 4]), limit)

    def forget_through(self, mark: bytes) -> None:
        """Drop what was heard up to the end of `mark`."""
        del self.heard[: self.heard.index(mark) + len(mark)]
        self._seen = 0

    def _take(self, wait: float) -> bool:
        """Receive once; whether something came."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Stopped("timed-out")
        try:
            chunk = self._channel.receive(min(wait, left))
        except TimeoutError:
            return False
        except ConnectionError as error:
            self.dropped, self.why, chunk = True, str(error), None
        if chunk is None:
            self.over = True
            return False
        self._keep(chunk.stream, chunk.data)
        return True

    def _keep(self, stream: int, data: bytes) -> None:
        if stream == STDOUT:
            self.heard += data[: self._left]
        else:
            self.aside += data[: _MAX_ASIDE - len(self.aside)]
        self._left -= len(data)
        if self._left < 0:
            raise Stopped("too-large")
