"""The log of sshd as the probe sums it up: who signed in, who failed, and how far back it is known."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from igaudit.parse import Unparsable, stock
from igaudit.parse.sign_in_times import LogClock

# A log to which nothing was written for so long says nothing about the last days: it may be dead.
_DEAD_AFTER = timedelta(days=1)
_GROUP = re.compile(r"([0-9]{1,12}) (\S+) (\S+) (.*)")


@dataclass(slots=True)
class Log:
    """One log (the journal, or a file): the values of its lines by mark."""

    name: str
    said: dict[str, list[str]] = field(default_factory=dict)

    def one(self, mark: str) -> str:
        """The first value of `mark`; "" where there is none."""
        return self.said.get(mark, [""])[0]


@dataclass(slots=True)
class Seen:
    """Sign-ins, or failures, that differ in nothing but their time."""

    count: int
    first: datetime
    at: datetime
    source: str

    def add(self, other: "Seen", same: bool = False) -> None:
        """Takes in `other`; `same` says that both tell of the same tries: then the larger number counts."""
        self.count = max(self.count, other.count) if same else self.count + other.count
        self.first, self.at = min(self.first, other.first), max(self.at, other.at)


@dataclass(slots=True)
class Record:
    """What is known without a break from `since` to the collection.

    `accepted` maps `METHOD for ACCOUNT from ADDRESS` to its sign-ins, `failed` an address to its failures.
    `odd` says that some sign-ins could not be told.
    """

    since: datetime
    accepted: dict[str, Seen] = field(default_factory=dict)
    failed: dict[str, Seen] = field(default_factory=dict)
    odd: bool = False

    def take(self, log: Log, times: LogClock) -> None:
        """Adds the lines of `log`; raises Unparsable."""
        _add(self.accepted, _groups(log, "accepted", times))
        failed = _groups(log, "failed", times)
        # A connection that ended without a sign-in may have had its failed tries logged before.
        _add(failed, _groups(log, "ended", times), same=True)
        _add(self.failed, failed)
        self.odd = self.odd or "odd" in log.said


def _groups(log: Log, mark: str, times: LogClock) -> dict[str, Seen]:
    groups: dict[str, Seen] = {}
    for said in log.said.get(mark, []):
        found = _GROUP.fullmatch(said)
        if not found:
            raise Unparsable(f"a count, two times and text expected, {said[:60]!r} found")
        count, first, last, what = found.groups()
        groups[what] = Seen(int(count), times.time(first), times.time(last), log.name)
    return groups


def _add(kept: dict[str, Seen], more: Mapping[str, Seen], same: bool = False) -> None:
    for what, seen in more.items():
        if what in kept:
            kept[what].add(seen, same)
        else:
            kept[what] = seen


def longest(logs: list[Log], clock: LogClock) -> Record | None:
    """The record that reaches furthest back; None where no log is alive. Raises Unparsable."""
    journals = [_of_journal(log, clock) for log in logs if log.name == "journal"]
    records = [*journals, _of_files([log for log in logs if log.name != "journal"], clock)]
    return min((r for r in records if r), key=lambda record: record.since, default=None)


def _of_journal(log: Log, clock: LogClock) -> Record | None:
    oldest, newest = [*log.one("kept").split(), "", ""][:2]
    if not newest or "broken" in log.said or clock.written - clock.time(newest) > _DEAD_AFTER:
        return None
    record = Record(max(clock.time(oldest), instant(log.one("asked"))))
    record.take(log, clock)
    return record


def _of_files(files: Iterable[Log], clock: LogClock) -> Record | None:
    """The files, the newest first, as one record; it begins where one cannot be read to its end."""
    record: Record | None = None
    for index, log in enumerate(files):
        written = instant(log.one("written"))
        if "broken" in log.said or (index == 0 and clock.written - written > _DEAD_AFTER):
            break
        if span := log.one("span").split():
            times = LogClock(clock.zone, written, span[1] if len(span) > 1 else "")
            record = record or Record(times.time(span[0]))
            record.since = min(record.since, times.time(span[0]))
            record.take(log, times)
    return record


def instant(seconds: str) -> datetime:
    """Seconds since 1970 as an instant; raises Unparsable."""
    return datetime.fromisoformat(stock.epoch_time(seconds))
