"""A command in a shell on a Windows machine: its standard input in pieces, its outputs as they come."""

import time
from collections import deque

from winrm.exceptions import WinRMOperationTimeoutError, WSManFaultError

from igaudit.collect.transport import STDERR, STDOUT, Chunk
from igaudit.collect.winrm_errors import busy, explain
from igaudit.collect.winrm_protocol import OPERATION_SECONDS, Client
from igaudit.errors import Unreachable

PIECE = 65536
"""Bytes sent at once: base64 makes it 87 kB, and old targets take envelopes of 150 kB."""

BUSY_PAUSE = 5.0
_BREATH = 0.02  # A target that says at once, again and again, that there is nothing would keep us busy.
_BUSY_ATTEMPTS = 3
_SEND_SECONDS = 40.0
_GRACE = 10.0
_FAREWELL = 5.0


class WinrmChannel:
    """A running command. `exit_status` is None until it has ended.

    Input that it does not take in `seconds` is given up.
    """

    def __init__(self, client: Client, shell: str, command: str, seconds: float) -> None:
        self._client = client
        self._shell = shell
        self._command = command
        self._ends = time.monotonic() + seconds
        self._held = bytearray()
        self._came: deque[Chunk] = deque()
        self._input_over = False
        self._lost = ""
        self._closed = False
        self.exit_status: int | None = None

    def send(self, data: bytes, timeout: float) -> int:
        """Take what there is room for; see Channel. It goes out once a piece is full and more follows."""
        if self._lost or self._input_over:
            raise ConnectionError(self._lost or "the command takes no more input")
        if len(self._held) == PIECE:
            self._send_held(end=False)
            if self._lost or self._input_over:
                raise ConnectionError(self._lost or "the command takes no more input")
        taken = data[: PIECE - len(self._held)]
        self._held += taken
        return len(taken)

    def close_input(self) -> None:
        """Send what is left, marked as the end: without that mark the command would wait for ever."""
        if not (self._input_over or self._lost):
            self._send_held(end=True)
            self._input_over = True

    def receive(self, timeout: float) -> Chunk | None:
        """The next bytes of either stream; see Channel. Waits to the second, and for one at least."""
        ends = time.monotonic() + timeout
        while not self._came:
            if self.exit_status is not None:
                return None
            if self._lost:
                raise ConnectionError(self._lost)
            left = ends - time.monotonic()
            if left < (0.05 if self._input_over else 1.0):
                time.sleep(max(0.0, left))
                raise TimeoutError
            self._ask(left)
            if not self._came and self.exit_status is None:
                time.sleep(_BREATH)
        return self._came.popleft()

    def close(self) -> None:
        """End the command; may be called twice."""
        if not self._closed:
            self._closed = True
            clean_up = self._client.protocol.cleanup_command
            self._client.bid_farewell(_FAREWELL, clean_up, self._shell, self._command)

    def _ask(self, left: float) -> None:
        """Wait for output, for `left` seconds or as long as the target lets us."""
        protocol = self._client.protocol
        protocol.operation_timeout_sec = max(1, min(OPERATION_SECONDS, int(left)))
        within = min(protocol.operation_timeout_sec + _GRACE, max(left, 1.0) + 2.0)
        try:
            answer = self._client.call(within, protocol.get_command_output_raw, self._shell, self._command)
        except WinRMOperationTimeoutError:
            return
        except (Unreachable, WSManFaultError) as e:
            self._lose(e)
            return
        finally:
            protocol.operation_timeout_sec = OPERATION_SECONDS
        stdout, stderr, status, done = answer
        self._came.extend(Chunk(s, data) for s, data in ((STDOUT, stdout), (STDERR, stderr)) if data)
        self.exit_status = status if done else None

    def _send_held(self, *, end: bool) -> None:
        """Send what is held. Where the command does not take it, what it says instead will tell why."""
        data = bytes(self._held)
        self._held.clear()
        send = self._client.protocol.send_command_input
        for attempt in range(_BUSY_ATTEMPTS):
            try:
                left = max(1.0, min(_SEND_SECONDS, self._ends - time.monotonic()))
                return self._client.call(left, send, self._shell, self._command, data, end=end)
            except WinRMOperationTimeoutError:
                return None  # It has been taken, and is not worked at yet.
            except WSManFaultError as e:
                if not busy(e) or attempt == _BUSY_ATTEMPTS - 1:
                    self._input_over = True
                    return None
                time.sleep(BUSY_PAUSE)
            except Unreachable as e:
                return self._lose(e)
        return None

    def _lose(self, error: Unreachable | WSManFaultError) -> None:
        self._lost = str(explain(error, self._client.wire.where, self._client.sign_in))
