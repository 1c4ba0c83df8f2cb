"""How a check held over a period: when it passed, when it failed, and when nobody looked. Pure.

A result speaks for the time from its run to the next look at the same target, and for no longer than it is
held to be good. What was unknown, and a target that gave no answer, speaks for nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from igaudit.model.result import Outcome

PASSED, FAILED, NOT_EVIDENCED, NOT_APPLICABLE = "pass", "fail", "not evidenced", "not applicable"
_STATES: Mapping[str, str] = {
    Outcome.PASS: PASSED,
    Outcome.FAIL: FAILED,
    Outcome.NOT_APPLICABLE: NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a run said of one check on one target; `outcome` "" where the target gave no answer."""

    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in one state. `until` is its end, not part of it."""

    state: str
    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Effectiveness:
    """One check over a period, all its targets together; times are added up over them.

    `longest_breach` is the longest stretch that one target failed without a break. `fixed` are the lengths
    of those that ended in a pass, each from the run that first saw the failure, or from the beginning of the
    period, to the run that first saw it mended: the true times lie between the looks.
    """

    check: str
    targets: int
    passed: timedelta
    failed: timedelta
    not_evidenced: timedelta
    longest_breach: timedelta
    breaches: int
    fixed: tuple[timedelta, ...]


def spans(looks: Iterable[Look], since: datetime, until: datetime, holds: timedelta) -> tuple[Span, ...]:
    """The period from `since` to `until`, without a gap; neighbours in the same state are one span."""
    ordered = [look for look in sorted(looks, key=lambda look: look.at) if look.at < until]
    if not ordered:
        return (Span(NOT_EVIDENCED, since, until),)
    ends = [*(look.at for look in ordered[1:]), until]
    found: list[Span] = [Span(NOT_EVIDENCED, since, ordered[0].at)]
    for look, end in zip(ordered, ends, strict=True):
        state = _STATES.get(look.outcome, NOT_EVIDENCED)
        stale = min(end, look.at + holds)
        found += [Span(state, look.at, stale), Span(NOT_EVIDENCED, stale, end)]
    return tuple(_merged(_within(span, since, until) for span in found))


def _within(span: Span, since: datetime, until: datetime) -> Span:
    return Span(span.state, max(span.since, since), min(span.until, until))


def _merged(found: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for span in found:
        if span.since >= span.until:
            continue
        if current and current.state == span.state:
            current = Span(current.state, current.since, span.until)
            continue
        if current:
            yield current
        current = span
    if current:
        yield current


def effectiveness(check: str, targets: Iterable[tuple[Span, ...]]) -> Effectiveness:
    """The spans of every target of a check, added up; targets that it never applied to are left out."""
    mine = [each for each in targets if any(span.state in (PASSED, FAILED) for span in each)]
    breaches = [span.length for each in mine for span in each if span.state == FAILED]
    fixed = [
        before.length
        for each in mine
        for before, after in pairwise(each)
        if (before.state, after.state) == (FAILED, PASSED)
    ]
    return Effectiveness(
        check=check,
        targets=len(mine),
        passed=_total(mine, PASSED),
        failed=_total(mine, FAILED),
        not_evidenced=_total(mine, NOT_EVIDENCED),
        longest_breach=max(breaches, default=timedelta()),
        breaches=len(breaches),
        fixed=tuple(sorted(fixed)),
    )


def _total(targets: Iterable[tuple[Span, ...]], state: str) -> timedelta:
    lengths = (span.length for each in targets for span in each if span.state == state)
    return sum(lengths, timedelta())
