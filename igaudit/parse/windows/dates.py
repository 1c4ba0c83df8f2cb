"""Days as Windows writes them: none of these forms depends on the language of the machine."""

import re
from datetime import UTC, date, datetime, timedelta

from igaudit.model.facts import Reason
from igaudit.parse.windows.registry import not_read

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_US = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_FILETIME = re.compile(r"(?:0x)?([0-9a-fA-F]{16})")
_FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_HALF_DAY = timedelta(hours=12)


def day_of(text: str) -> date:
    """The day at the head of `2026-10-13…`; raises NotRead."""
    if found := _DAY.match(text.strip()):
        return _date(found[1], found[2], found[3], text)
    raise not_read(Reason.UNPARSABLE, f"a day expected, {text[:40]!r} found")


def near_day(said: object) -> date | None:
    """The day of a moment that was midnight on the machine; None for nothing.

    Windows writes a day without zone as a local midnight, which another zone's clock puts half a day away
    at most. Win32_QuickFixEngineering writes month/day/year whatever the language, yyyymmdd, or a FILETIME.
    """
    text = str(said or "").strip()
    try:
        return _near(text) if text else None
    except (ValueError, OverflowError):
        raise not_read(Reason.UNPARSABLE, f"{text[:40]!r} is no day") from None


def _near(text: str) -> date:
    if _TIME.fullmatch(text):
        return (datetime.fromisoformat(text) + _HALF_DAY).date()
    if found := _US.match(text):
        return _date(found[3], found[1], found[2], text)
    if found := _COMPACT.fullmatch(text):
        return _date(found[1], found[2], found[3], text)
    if found := _FILETIME.fullmatch(text):
        return (_FILETIME_EPOCH + timedelta(microseconds=int(found[1], 16) // 10)).date()
    raise not_read(Reason.UNPARSABLE, f"a day expected, {text[:40]!r} found")


def _date(year: str, month: str, day: str, text: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise not_read(Reason.UNPARSABLE, f"{text[:40]!r} is no day") from None
