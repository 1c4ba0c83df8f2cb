"""Two assessments → what changed from the one to the other. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from igaudit.model.result import Assessment, Outcome, RequirementRow, Result


class Change(StrEnum):
    """What became of one check on one target, the gravest first."""

    FAILS = "fails now"
    FAILS_MORE = "fails in more"
    UNTOLD = "no longer told"
    NOT_ASKED = "no longer asked"
    FAILS_LESS = "fails in less"
    FIXED = "fixed"
    ACCEPTED = "accepted"
    NO_LONGER_APPLIES = "no longer applies"
    TOLD = "told now"


GRAVE = (Change.FAILS, Change.FAILS_MORE)
LOST = (Change.UNTOLD, Change.NOT_ASKED)
_VERDICTS = (Outcome.PASS, Outcome.FAIL)
_NO_WORD = (Outcome.UNKNOWN, Outcome.MANUAL)


@dataclass(frozen=True, slots=True)
class ChangedResult:
    """One check on one target. `before` and `after` are outcomes, "" where it was not judged then.

    `items` are the records of a list that fail now and did not, or that did and no longer do.
    """

    check: str
    target: str
    change: Change
    before: str
    after: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedStanding:
    """A requirement whose standing is another one."""

    toolkit: str
    id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that changed; `content` names the files that the two were judged by and that differ."""

    before: str
    after: str
    results: tuple[ChangedResult, ...]
    standings: tuple[ChangedStanding, ...]
    new_targets: tuple[str, ...]
    gone_targets: tuple[str, ...]
    content: tuple[str, ...]


def compare(before: Assessment, after: Assessment) -> Difference:
    """What changed from `before` to `after`."""
    order = list(Change)
    results = sorted(_results(before, after), key=lambda r: (order.index(r.change), r.check, r.target))
    then, now = ({target.name for target in one.targets} for one in (before, after))
    return Difference(
        before=before.run.id,
        after=after.run.id,
        results=tuple(results),
        standings=tuple(_standings(before, after)),
        new_targets=tuple(sorted(now - then)),
        gone_targets=tuple(sorted(then - now)),
        content=tuple(_content(before, after)),
    )


def _results(before: Assessment, after: Assessment) -> Iterator[ChangedResult]:
    then, now = _by_key(before), _by_key(after)
    gone = {target.name for target in before.targets} - {target.name for target in after.targets}
    for key in then.keys() | now.keys():
        if key[1] in gone:
            continue  # the target as a whole is named
        old, new = then.get(key), now.get(key)
        change, items = _change(old, new)
        if change:
            outcomes = (old.outcome if old else "", new.outcome if new else "")
            yield ChangedResult(*key, change, *outcomes, items)


def _by_key(assessment: Assessment) -> Mapping[tuple[str, str], Result]:
    return {(result.check, result.target): result for result in assessment.results}


def _change(old: Result | None, new: Result | None) -> tuple[Change | None, tuple[str, ...]]:
    if new is None:
        return (Change.NOT_ASKED if old and old.outcome in _VERDICTS else None), ()
    if _fails(new):
        return _failing(old, new)
    if old and _fails(old):
        return _no_longer_failing(new), ()
    if new.outcome in _NO_WORD:
        return (Change.UNTOLD if old and old.outcome in _VERDICTS else None), ()
    told = old is not None and old.outcome in _NO_WORD and new.outcome in _VERDICTS
    return (Change.TOLD if told else None), ()


def _fails(result: Result) -> bool:
    return result.outcome == Outcome.FAIL and result.waiver is None


def _failing(old: Result | None, new: Result) -> tuple[Change | None, tuple[str, ...]]:
    if old is None or not _fails(old):
        return Change.FAILS, _items(new)
    then, now = set(_items(old)), set(_items(new))
    if more := now - then:
        return Change.FAILS_MORE, tuple(sorted(more))
    return (Change.FAILS_LESS if then - now else None), tuple(sorted(then - now))


def _items(result: Result) -> tuple[str, ...]:
    return tuple(sorted({mismatch.item for mismatch in result.mismatches if mismatch.item}))


def _no_longer_failing(new: Result) -> Change:
    if new.outcome == Outcome.PASS:
        return Change.FIXED
    if new.outcome == Outcome.FAIL:
        return Change.ACCEPTED
    return Change.NO_LONGER_APPLIES if new.outcome == Outcome.NOT_APPLICABLE else Change.UNTOLD


def _standings(before: Assessment, after: Assessment) -> Iterator[ChangedStanding]:
    then = {_requirement(row): row.standing for row in before.requirements}
    for row in after.requirements:
        was = then.get(_requirement(row))
        if was is not None and was != row.standing:
            yield ChangedStanding(row.toolkit, row.id, was, row.standing)


def _requirement(row: RequirementRow) -> tuple[str, str, str]:
    return row.toolkit, row.edition, row.id


def _content(before: Assessment, after: Assessment) -> Iterator[str]:
    then, now = ({file.path: file.sha256 for file in one.content} for one in (before, after))
    yield from sorted(path for path in then.keys() | now.keys() if then.get(path) != now.get(path))
