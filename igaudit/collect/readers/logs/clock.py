"""The times of logs. Where the year, the zone or the order of a date is missing, no guess is made.

A time that a change of the clocks lets occur twice is kept as the earlier one, with an hour by which it may
be later.
"""

import os
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from igaudit.collect.readers.logs.event import Moment

NO_ZONE = (
    "its times name no time zone: add `zone: Europe/London`, or whichever the log is written in, to its entry"
)
NO_YEAR = "its times name no year: add `year:`, that of the first line, to its entry"
NO_ORDER = (
    "its dates do not show whether the day or the month comes first: "
    "add `day_first: true` or `false` to its entry"
)
NO_STAMP = "some of its sign-ins bear no time"
NO_SUCH_TIME = "the clock was wrong: it bears times that the change to summer time leaves out"
AHEAD = "the clock was wrong, or `zone:` or `year:` is: it bears times later than the file was last written"
BEHIND = "the clock was wrong: it bears times more than ten years before the file was last written"
# Clocks differ a little, and a line may be stamped before it is written.
SLACK_SECONDS = 300

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = "|".join(_MONTHS)
_ISO = re.compile(
    r"(?<![0-9])([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})[T ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.,][0-9]{1,9})?"
    r"(?: ?(Z\b|UTC\b|GMT\b|[+-][0-9]{2}:?[0-9]{2}))?"
)
_OLDER = re.compile(
    rf"\b({_MONTH}) {{1,2}}([0-9]{{1,2}}) (?:([0-9]{{4}}) )?([0-9]{{2}}):([0-9]{{2}}):([0-9]{{2}})"
    r"(?:[.,][0-9]{1,9})?(?: ([0-9]{4})\b)?"
)
_LOCALE = re.compile(
    r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}),?[T ]+([0-9]{1,2}):([0-9]{2})"
    r"(?::([0-9]{2})(?:[.][0-9]{1,9})?)?(?: ?([AaPp][Mm]))?"
)
_LARGEST_CACHE = 50_000


def zone_named(name: str) -> tzinfo:
    """The zone `Europe/London`, `UTC`, `+01:00`; raises ValueError."""
    if re.fullmatch(r"[+-](0[0-9]|1[0-4]):?[0-5][0-9]", name):
        return _offset(name)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+/-]{0,60}", name):
        raise ValueError(f"{name[:40]!r} is no time zone")
    try:
        return UTC if name.upper() in ("Z", "UTC") else ZoneInfo(name)
    except (OSError, LookupError, ValueError):
        hint = "; on Windows, `pip install tzdata` brings them" if os.name == "nt" else ""
        raise ValueError(f"{name!r} is no time zone that this machine knows{hint}") from None


def _offset(text: str) -> timezone:
    ahead = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-ahead if text[0] == "-" else ahead)


class Clock:
    """What places the times of one file: its zone and year, and the order of its dates, as far as known."""

    def __init__(
        self, zone: tzinfo | None = None, year: int | None = None, day_first: bool | None = None
    ) -> None:
        self.zone = zone
        self.year = year
        self.day_first = day_first
        self._month = 0
        self._halves: dict[tuple[int, int, int, int, int, str], Moment] = {}

    def stamp(self, text: str) -> Moment | None:
        """The time of the stamp in `text` that says most; None where there is none.

        ISO 8601 goes before the older form, and of that, a stamp with its year before one without. Raises
        ValueError for a date that no calendar has.
        """
        if iso := _ISO.search(text):
            return self._iso(iso)
        older = list(_OLDER.finditer(text))
        dated = next((found for found in reversed(older) if found[3] or found[7]), None)
        if dated or older:
            return self._older(dated or older[-1])
        return None

    def date(self, text: str) -> Moment:
        """A cell with a date and a time, in ISO 8601 or in a locale's order; raises ValueError."""
        if found := _ISO.match(text.strip()):
            return self._iso(found)
        found = _LOCALE.fullmatch(text.strip())
        if not found:
            raise ValueError("a date and a time expected")
        if self.day_first is None:
            return NO_ORDER
        first, second = int(found[1]), int(found[2])
        day, month = (first, second) if self.day_first else (second, first)
        hour = _of_24(int(found[4]), (found[7] or "").lower())
        return self._at(int(found[3]), month, day, hour, int(found[5]), int(found[6] or 0), "")

    def _iso(self, found: re.Match[str]) -> Moment:
        year, month, day, hour, minute, second = (int(found[index]) for index in range(1, 7))
        return self._at(year, month, day, hour, minute, second, found[7] or "")

    def _older(self, found: re.Match[str]) -> Moment:
        month, day = _MONTHS.index(found[1]) + 1, int(found[2])
        hour, minute, second = int(found[4]), int(found[5]), int(found[6])
        if named := found[3] or found[7]:
            return self._at(int(named), month, day, hour, minute, second, "")
        year = self._year_of(month)
        return NO_YEAR if year is None else self._at(year, month, day, hour, minute, second, "")

    def _year_of(self, month: int) -> int | None:
        """The year goes on where months go back by more than one; December in January is of the old one."""
        if self.year is None:
            return None
        if self._month == 1 and month == 12:
            return self.year - 1
        if month < self._month - 1:
            self.year += 1
        self._month = month
        return self.year

    def _at(self, year: int, month: int, day: int, hour: int, minute: int, second: int, zone: str) -> Moment:
        # 23:59:60 is a leap second. No log is older than its machine's count of seconds.
        if minute > 59 or second > 60 or not 1970 <= year <= 9998:
            raise ValueError("no such time")
        half = minute // 30
        key = (year, month, day, hour, half, zone)
        start = self._halves.get(key)
        if start is None:
            if len(self._halves) > _LARGEST_CACHE:
                self._halves.clear()
            start = self._halves[key] = self._half_hour(*key)
        return start if isinstance(start, str) else (start[0] + (minute - half * 30) * 60 + second, start[1])

    def _half_hour(self, year: int, month: int, day: int, hour: int, half: int, zone: str) -> Moment:
        """The beginning of a half hour: clocks change at the full hour, in a few places at the half."""
        local = datetime(year, month, day, hour, half * 30)
        if zone:
            named = _offset(zone) if zone[0] in "+-" else UTC
            return int(local.replace(tzinfo=named).timestamp()), 0
        if self.zone is None:
            return NO_ZONE
        earlier = local.replace(tzinfo=self.zone)
        later = earlier.replace(fold=1)
        seconds, again = int(earlier.timestamp()), int(later.timestamp())
        if again < seconds:
            return NO_SUCH_TIME
        return seconds, again - seconds


def _of_24(hour: int, half: str) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no such hour")
    return hour % 12 + (12 if half == "pm" else 0)


def day_first(text: str) -> bool | None:
    """Whether this date must have its day first; None where it does not tell. Raises ValueError."""
    found = _LOCALE.fullmatch(text.strip())
    if not found:
        return None
    first, second = int(found[1]) > 12, int(found[2]) > 12
    if first and second:
        raise ValueError("no such date")
    return first if first or second else None


def is_locale(text: str) -> bool:
    """Whether the date is written in the order of some locale."""
    return _LOCALE.fullmatch(text.strip()) is not None


def epoch(text: str) -> Moment:
    """Seconds since 1970, or thousandths of thousandths of them, told by length; raises ValueError."""
    if not re.fullmatch(r"[0-9]{9,19}", text):
        raise ValueError("seconds since 1970 expected")
    for digits, unit in ((11, 1), (14, 1_000), (17, 1_000_000), (20, 1_000_000_000)):
        if len(text) < digits:
            return int(text) // unit, 0
    raise ValueError("seconds since 1970 expected")
