"""How Windows keeps its clock right, by `w32tm /query /status /verbose`.

Its labels are translated; the order of the lines and the numbers are not: the first line is the leap
indicator, the reference is the only value with eight hexadecimal digits, and four lines on stands how far
the clock is off.
"""

import re
from datetime import datetime

from igaudit.model.facts import Reason
from igaudit.parse.windows.steps import Steps, not_read, told
from igaudit.parse.windows.vendors import named_services

_REFERENCE = re.compile(r"\b0x([0-9A-Fa-f]{8})\b")
# No reference at all, and "LOCL": the machine's own clock, which follows nothing.
_NO_SOURCE = (0x00000000, 0x4C4F434C)
_NOT_SYNCHRONISED = "3"
_OTHERS = {"ntp": "ntpd", "chronyd": "chronyd", "dimension4": "dimension4"}


def status(steps: Steps) -> dict[str, object]:
    """The facts of `time_sync`."""
    return told(
        clock=lambda: _clock(steps),
        daemon=lambda: _daemon(steps),
        synchronised=lambda: _synchronised(steps),
        offset_seconds=lambda: _offset(steps),
        skew_seconds=lambda: _skew(steps),
    )


def _skew(steps: Steps) -> float:
    """How far its clock lies before the time when it was asked, or after the time when it had answered."""
    try:
        said, asked, answered = (
            datetime.fromisoformat(text)
            for text in (steps.meta.utc, steps.meta.asked_at, steps.meta.answered_at)
        )
        ahead, behind = said - answered, asked - said
    except (ValueError, TypeError):
        raise not_read(Reason.UNPARSABLE, "when it was asked, or its own time, is not told") from None
    return max(ahead.total_seconds(), behind.total_seconds(), 0.0)


def _clock(steps: Steps) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z", steps.meta.utc):
        raise not_read(Reason.UNPARSABLE, "the machine did not tell its time")
    return steps.meta.utc


def _daemon(steps: Steps) -> str | None:
    found = named_services(steps)
    if "w32time" in found and found["w32time"].runs:
        return "W32Time"
    return next((name for other, name in _OTHERS.items() if other in found and found[other].runs), None)


def _synchronised(steps: Steps) -> bool:
    """Outside of domains Windows' own service starts and stops by itself: stopped, it follows nothing."""
    daemon = _daemon(steps)
    if daemon is None:
        return False
    if daemon != "W32Time":
        raise not_read(Reason.UNSUPPORTED, f"{daemon} is not asked on Windows")
    lines = _lines(steps)
    leap = re.search(r"[:：]\s*([0-9])\s*[(（]", lines[0])
    reference = _REFERENCE.search(lines[_reference(lines)])
    if not leap or not reference:
        raise not_read(Reason.UNPARSABLE, f"status: {lines[0][:60]!r} is not the leap indicator")
    return leap[1] != _NOT_SYNCHRONISED and int(reference[1], 16) not in _NO_SOURCE


def _offset(steps: Steps) -> float:
    if not _synchronised(steps):
        raise not_read(Reason.UNSUPPORTED, "the clock follows no time source that it could be held against")
    lines = _lines(steps)
    below = lines[_reference(lines) + 4 :][:1]
    found = re.search(r"(-?[0-9]+[.,][0-9]+)s$", below[0]) if below else None
    if not found:
        raise not_read(Reason.UNPARSABLE, f"status: an offset expected, {below} found")
    return abs(float(found[1].replace(",", ".")))


def _lines(steps: Steps) -> list[str]:
    lines = [line.strip() for line in steps.output("status").splitlines() if line.strip()]
    if not lines:
        raise not_read(Reason.UNPARSABLE, "status: w32tm printed nothing")
    return lines


def _reference(lines: list[str]) -> int:
    """The line of the reference, the sixth of the usual fifteen."""
    found = [index for index, line in enumerate(lines[:8]) if _REFERENCE.search(line)]
    if found != [5]:
        raise not_read(Reason.UNPARSABLE, "status: the reference is not where it is in w32tm's answer")
    return 5
