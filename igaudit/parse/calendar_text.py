"""Days and times as people and programs write them. What could mean two days is refused, never guessed."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from igaudit.model.shapes import Misshapen

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?=$|[T ])")
_NUMBERS = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(?=$|[, ])")
_NAMED = re.compile(
    r"(?:[A-Za-z]{3,9},? +)?([0-9]{1,2})(?:st|nd|rd|th)?[ -]"
    r"([A-Za-z]{3,9})\.?,?[ -]([0-9]{4}|[0-9]{2})(?=$|[, ])"
)
_AMERICAN = re.compile(
    r"(?:[A-Za-z]{3,9},? +)?([A-Za-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})(?=$|[, ])"
)
_CLOCK = re.compile(
    r"[T, ]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)? ?([AaPp]\.?[Mm]\.?)? ?"
    r"(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?\Z"
)
_TICKS = re.compile(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/\Z")


class Ambiguous(Misshapen):
    """A date that may mean two days; others of its file may tell which."""


def order_shown(text: str) -> str:
    """What a date shows about the order of day and month where it is from; "" for nothing."""
    found = _NUMBERS.match(text)
    if found is None or (int(found[1]) > 12) == (int(found[2]) > 12):
        return ""
    return DAY_FIRST if int(found[1]) > 12 else MONTH_FIRST


def day(text: str, order: str = "") -> str:
    """A day as YYYY-MM-DD. `order` is day-first, month-first or "": then 5/4/2026 is refused.

    Two digits of a year count as POSIX counts them: 69 to 99 are 19xx. Raises Misshapen.
    """
    if found := _TICKS.match(text):
        return _from_ticks(found[1])[:10]
    year, month, dom, _ = _split(text, order)
    try:
        return date(year, month, dom).isoformat()
    except ValueError:
        raise Misshapen(f"`{text[:40]}` is no day of the calendar") from None


def moment(text: str, order: str = "", zone: str = "") -> str:
    """A time as YYYY-MM-DDTHH:MM:SSZ (UTC). `zone` is where times without one come from; raises Misshapen."""
    if found := _TICKS.match(text):
        return _from_ticks(found[1])
    year, month, dom, rest = _split(text, order)
    clock = _CLOCK.match(rest)
    if clock is None:
        raise Misshapen(f"`{text[:40]}` is no time: day and hour expected, as 2026-11-22T09:30:00Z")
    hours, minutes, seconds, half, offset = clock.groups()
    try:
        local = datetime(year, month, dom, _hours(int(hours), half), int(minutes), int(seconds or 0))
        # isoformat, since strftime writes the year 1, which some exports have for "never", without its zeros
        return f"{_utc(local, offset or '', zone, text).isoformat()[:19]}Z"
    except (ValueError, OverflowError) as error:
        if isinstance(error, Misshapen):
            raise
        raise Misshapen(f"`{text[:40]}` is no time of the calendar") from None


def _split(text: str, order: str) -> tuple[int, int, int, str]:
    """Year, month, day, and what follows them."""
    if found := _ISO.match(text):
        return int(found[1]), int(found[2]), int(found[3]), text[found.end() :]
    if found := _NUMBERS.match(text):
        first, second, year = map(int, found.groups())
        dom, month = _ordered(first, second, order, text)
        return year, month, dom, text[found.end() :]
    if found := _NAMED.match(text):
        return _year(found[3]), _month(found[2], text), int(found[1]), text[found.end() :]
    if found := _AMERICAN.match(text):
        return int(found[3]), _month(found[1], text), int(found[2]), text[found.end() :]
    raise Misshapen(f"`{text[:40]}` is no day: YYYY-MM-DD expected")


def _ordered(first: int, second: int, order: str, text: str) -> tuple[int, int]:
    """Day and month of two numbers."""
    if order:
        return (first, second) if order == DAY_FIRST else (second, first)
    if first > 12 or first == second:
        return first, second
    if second > 12:
        return second, first
    hint = "say `day_first: true` or `day_first: false` for its file"
    raise Ambiguous(f"`{text[:40]}` has two numbers that may each be the month: {hint}")


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 4:
        return number
    return number + (1900 if number >= 69 else 2000)


def _month(name: str, text: str) -> int:
    short = name[:3].casefold()
    if short not in _MONTHS:
        raise Misshapen(f"`{text[:40]}` is no day: `{name[:12]}` is no month")
    return _MONTHS.index(short) + 1


def _hours(hours: int, half: str | None) -> int:
    if not half:
        return hours
    if not 1 <= hours <= 12:
        raise ValueError("no hour of half a day")
    return hours % 12 + (12 if half[0] in "pP" else 0)


def _utc(local: datetime, offset: str, zone: str, text: str) -> datetime:
    if offset in ("Z", "UTC", "GMT"):
        return local.replace(tzinfo=UTC)
    if offset:
        sign = -1 if offset[0] == "-" else 1
        shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
        return (local - sign * shift).replace(tzinfo=UTC)
    if not zone:
        hint = "say `zone:` for the file, for example Europe/London"
        raise Misshapen(f"`{text[:40]}` names no time zone: {hint}")
    return _local(local, zone, text)


def _local(local: datetime, zone: str, text: str) -> datetime:
    """A wall clock's time in UTC. The hour that a clock shows twice, or never, is refused."""
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Misshapen(f"`{zone[:40]}` is no time zone") from None
    early, late = (local.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early != late:
        raise Misshapen(f"`{text[:40]}` is an hour that clocks there show twice or never: export in UTC")
    return early


def _from_ticks(milliseconds: str) -> str:
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(milliseconds))
    except OverflowError:
        raise Misshapen(f"`{milliseconds}` milliseconds are no time of the calendar") from None
    return f"{at.isoformat()[:19]}Z"
