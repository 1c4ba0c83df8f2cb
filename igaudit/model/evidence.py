"""What a target answered, before anyone has judged it."""

from dataclasses import dataclass
from enum import IntEnum


class ProbeStatus(IntEnum):
    """The exit status of a probe, as `collectors/runner.sh` has it; any other means that it failed."""

    COLLECTED = 0
    ABSENT = 10
    DENIED = 11
    UNSUPPORTED = 12
    NOT_PROVIDED = 13
    TIMED_OUT = 124


@dataclass(frozen=True, slots=True)
class Answer:
    """The raw answer of one probe.

    `status` is the exit status of its script, None where the end of the answer never came;
    `truncated` says that the script had more to print than its probe's limit.
    """

    probe: str
    status: int | None
    stdout: bytes
    stderr: str = ""
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """The framed answer of one target, as it was received.

    `raw` holds the frames; `nonce` tells them from anything else. `ended` is `complete`, or why the
    answer stops where it does: `timed-out`, `too-large`, `dropped`, or `unreachable` or `unsupported`, then
    `raw` is empty, and `detail` and `advice` say more. `asked` are the ids of the probes that were sent.
    Times are UTC by the controller's clock. `seen` holds the controller's own frames, about what the target
    showed on the network, told apart by `seen_nonce`, which the target never learns.
    """

    target: str
    address: str
    transport: str
    platform: str
    kind: str
    roles: tuple[str, ...]
    tags: tuple[str, ...]
    started: str
    finished: str
    nonce: str
    asked: tuple[str, ...]
    ended: str
    raw: bytes
    detail: str = ""
    advice: str = ""
    seen: bytes = b""
    seen_nonce: str = ""
