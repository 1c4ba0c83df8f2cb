"""The times of log lines: ISO 8601, or the older form `Nov  2 07:44:01`, which leaves out year and zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from igaudit.parse import Unparsable

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# A line may bear a time a little after the file was last written: clocks are set.
_SLACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LogClock:
    """What places the times of one log: its zone now, when it was last written, and its last line's time.

    In the older form the probe puts before a time how often the months had begun anew in this file.
    """

    zone: timezone
    written: datetime
    last: str = ""

    def time(self, stamp: str) -> datetime:
        """`stamp` as an instant; raises Unparsable."""
        if re.match(r"[0-9]{4}-", stamp):
            return self._iso(stamp)
        years_before = _older(self.last)[0] - _older(stamp)[0]
        return self._dated(stamp, self._last_year() - years_before)

    def _iso(self, stamp: str) -> datetime:
        try:
            moment = datetime.fromisoformat(stamp)
            return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Unparsable(f"a time expected, {stamp[:40]!r} found") from None

    def _last_year(self) -> int:
        """The year of the last line: the latest in which it was not written after the file was."""
        for year in range(self.written.year + 1, self.written.year - 5, -1):
            try:
                if self._dated(self.last, year) <= self.written + _SLACK:
                    return year
            except Unparsable:
                continue  # 29 February in another year
        raise Unparsable(f"no year fits {self.last[:40]!r}")

    def _dated(self, stamp: str, year: int) -> datetime:
        _, month, day, hour, minute, second = _older(stamp)
        try:
            moment = datetime(year, month, day, hour, minute, second, tzinfo=self.zone)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise Unparsable(f"a time expected, {stamp[:40]!r} found") from None


def _older(stamp: str) -> tuple[int, int, int, int, int, int]:
    """`wraps_Mon_day_hh:mm:ss` in numbers."""
    found = re.fullmatch(r"([0-9]{1,6})_([A-Z][a-z]{2})_([0-9]{1,2})_([0-9]{2}):([0-9]{2}):([0-9]{2})", stamp)
    if not found or found[2] not in _MONTHS:
        raise Unparsable(f"a time expected, {stamp[:40]!r} found")
    month = _MONTHS.index(found[2]) + 1
    return (int(found[1]), month, int(found[3]), int(found[4]), int(found[5]), int(found[6]))


def zone_of(offset: str) -> timezone:
    """`+0100` as a zone; raises Unparsable."""
    found = re.fullmatch(r"([+-])([0-9]{2})([0-5][0-9])", offset)
    if not found or int(found[2]) > 23:
        raise Unparsable(f"a zone such as +0100 expected, {offset[:10]!r} found")
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(ahead if found[1] == "+" else -ahead)


def shown(moment: datetime) -> str:
    """A time of the facts: `YYYY-MM-DDTHH:MM:SSZ`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
