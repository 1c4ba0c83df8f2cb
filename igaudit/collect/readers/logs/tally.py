"""Sign-ins summed up: by gateway, account, address, method and day, however many lines there are."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from igaudit.collect.readers.logs.clock import AHEAD, BEHIND, NO_STAMP, SLACK_SECONDS
from igaudit.collect.readers.logs.event import SIGN_IN, UNREADABLE, Event, Moment

# So many sums take about 100 MiB; what comes after them is counted as left out.
MOST_SUMS = 200_000
MOST_NAMED = 20
_DAY = 86_400
# A machine that lost its clock begins in 1970, 1993 or 2000, or when its firmware was made.
_TEN_YEARS = 3653 * _DAY

Key = tuple[str, str, str, str, str, str, str, int]


@dataclass(slots=True)
class Sum:
    """Sign-ins that differ in nothing but their time. `doubt`: by how many seconds times may be later."""

    count: int
    first: int
    last: int
    doubt: int
    file: str


@dataclass(slots=True)
class FileTally:
    """What one file gave. `latest` is the second after which no line of it can have been written.

    `days` are the days (since 1970, UTC) that lines bear, each with its first and its last second.
    """

    name: str
    format: str
    gateway: str
    latest: int
    lines: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    untimed: Counter[str] = field(default_factory=Counter)
    doubtful: int = 0
    days: dict[int, tuple[int, int]] = field(default_factory=dict)
    named: list[tuple[int, str]] = field(default_factory=list)

    def place(self, moment: Moment | None) -> Moment | None:
        """The moment of a line, if its clock can be believed; keeps how far the file reaches."""
        if isinstance(moment, tuple):
            if moment[0] > self.latest:
                return AHEAD
            if moment[0] < self.latest - _TEN_YEARS:
                return BEHIND
            day = moment[0] // _DAY
            first, last = self.days.get(day, moment[:1] * 2)
            self.days[day] = min(first, moment[0]), max(last, moment[0])
        return moment

    def spans(self) -> list[tuple[int, int]]:
        """From when to when there are lines, in order, with no silence of more than a day within."""
        found: list[tuple[int, int]] = []
        for _, (first, last) in sorted(self.days.items()):
            if found and first - found[-1][1] <= _DAY:
                found[-1] = found[-1][0], last
            else:
                found.append((first, last))
        return found

    def unreadable(self, line: int, why: str) -> None:
        """Count a line that could not be read, and name it if it is among the first."""
        self.kinds[UNREADABLE] += 1
        if len(self.named) < MOST_NAMED:
            self.named.append((line, why))


class Tally:
    """The sums of all files."""

    def __init__(self) -> None:
        self.sums: dict[Key, Sum] = {}
        self.left_out = 0

    def take(self, event: Event, file: FileTally) -> None:
        """Count one line of `file`."""
        file.lines += 1
        if event.kind == UNREADABLE:
            file.unreadable(event.line, event.why)
            return
        file.kinds[event.kind] += 1
        moment = file.place(event.moment)
        if event.kind == SIGN_IN:
            if not isinstance(moment, tuple):
                file.untimed[moment or NO_STAMP] += 1
            self._add(event, moment, file)

    def _add(self, event: Event, moment: Moment | None, file: FileTally) -> None:
        timed = isinstance(moment, tuple)
        first, doubt = moment if isinstance(moment, tuple) else (0, 0)
        file.doubtful += doubt > 0
        who = (
            file.gateway,
            file.format,
            event.user,
            event.address,
            event.method,
            event.factors,
            event.country,
        )
        key = (*who, first // _DAY if timed else -1)
        known = self.sums.get(key)
        if known is not None:
            known.count += 1
            known.first, known.last = min(known.first, first), max(known.last, first)
            known.doubt = max(known.doubt, doubt)
        elif len(self.sums) < MOST_SUMS:
            self.sums[key] = Sum(1, first, first, doubt, file.name)
        else:
            self.left_out += 1

    def records(self) -> Iterator[dict[str, object]]:
        """The sums as lines of the answer, in order."""
        for key, found in sorted(self.sums.items(), key=lambda item: item[0]):
            gateway, form, user, address, method, factors, country, day = key
            record: dict[str, object] = {"gateway": gateway, "format": form, "user": user, "address": address}
            record |= {
                "method": method,
                "factors": factors,
                "country": country,
                "count": found.count,
                "file": found.file,
            }
            if day >= 0:
                record |= {"first": shown(found.first), "at": shown(found.last), "doubt": found.doubt}
            yield {name: value for name, value in record.items() if value != ""}


def shown(seconds: int) -> str:
    """A time of the facts."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def latest_second(modified: float, now: float) -> int:
    """Until when lines of a file can have been written."""
    return int(min(modified, now)) + SLACK_SECONDS
