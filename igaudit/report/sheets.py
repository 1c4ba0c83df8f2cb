"""An assessment as tables for spreadsheets: one row per result, requirement, target and waiver.

Every text goes through `visible`: what a target says is written out in plain letters, and never a formula.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from igaudit.model.result import (
    Assessment,
    CheckInfo,
    Mismatch,
    RequirementRow,
    Result,
    TargetInfo,
    WaiverRow,
)
from igaudit.report.advice import COUNTED, reason_words
from igaudit.report.book import Book, counted_as, open_book, outcome_counts
from igaudit.report.clean import visible

Value = str | int | date | datetime | None
_MANY = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name, its headings with the width of each column in characters, and its rows."""

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: Iterable[tuple[Value, ...]]


def sheets(assessment: Assessment) -> tuple[Sheet, ...]:
    """Summary, requirements, results, targets and waivers."""
    book = open_book(assessment, linked=False)
    return (
        Sheet("Summary", (("What", 28), ("Value", 60)), _clean(_summary(book))),
        Sheet("Requirements", _REQUIREMENTS, _clean(map(_requirement, assessment.requirements))),
        results_sheet(book),
        Sheet("Targets", _TARGETS, _clean(map(_target, assessment.targets))),
        Sheet("Waivers", _WAIVERS, _clean(map(_waiver, assessment.waivers))),
    )


def results_sheet(book: Book) -> Sheet:
    """One row per check and target."""
    bears = {id: _bears_on(book, id) for id in book.assessment.checks}
    rows = (
        _result(result, book.check(result.check), bears.get(result.check, ""))
        for result in book.assessment.results
    )
    return Sheet("Results", _RESULTS, _clean(rows))


_RESULTS = (
    ("Target", 20),
    ("Check", 36),
    ("Title", 50),
    ("Severity", 10),
    ("Outcome", 14),
    ("Expected and found", 60),
    ("Why it could not be told, or does not apply", 40),
    ("Accepted until", 14),
    ("Accepted by", 20),
    ("What to do", 60),
    ("Source", 40),
    ("Bears on", 40),
)
_REQUIREMENTS = (
    ("Toolkit", 22),
    ("Edition", 14),
    ("Requirement", 16),
    ("Title", 50),
    ("Standing", 16),
    ("Results", 40),
    ("Checks", 60),
    ("Notes", 60),
)
_TARGETS = (
    ("Target", 20),
    ("Address", 20),
    ("Transport", 12),
    ("Platform", 12),
    ("Kind", 12),
    ("Roles", 20),
    ("Tags", 20),
    ("Collected (UTC)", 20),
    ("Status", 16),
    ("Detail", 50),
    ("Rights", 24),
    ("Operating system", 30),
)
_WAIVERS = (
    ("Check", 36),
    ("Targets", 20),
    ("Item", 20),
    ("State", 12),
    ("Until", 12),
    ("Results accepted", 16),
    ("On targets", 12),
    ("Too broad?", 30),
    ("Risk that remains", 50),
    ("Reason", 50),
    ("Approved by", 24),
    ("Ticket", 16),
)


def _summary(book: Book) -> Iterator[tuple[Value, ...]]:
    run = book.assessment.run
    yield "Run", run.id
    yield "Judged as of", _day(run.as_of)
    yield "Collected from (UTC)", moment_of(run.started)
    yield "Collected until (UTC)", moment_of(run.finished)
    yield "Profile", run.profile
    yield "Tool", book.assessment.tool
    yield "Targets", len(book.assessment.targets)
    yield "Targets without an answer", len(book.silent)
    net = book.assessment.totals.get("net", {})
    yield from ((f"Results: {words}", net.get(name, 0)) for name, (words, _) in COUNTED.items())
    yield from (("Notice", notice) for notice in book.assessment.notices)


def _result(result: Result, check: CheckInfo, bears_on: str) -> tuple[Value, ...]:
    waiver = result.waiver
    return (
        result.target,
        result.check,
        check.title,
        check.severity,
        counted_as(result),
        _told(result.mismatches),
        _untold(result),
        _day(waiver.until) if waiver else None,
        waiver.approver if waiver else "",
        check.remedy if result.mismatches else "",
        check.source,
        bears_on,
    )


def _told(mismatches: tuple[Mismatch, ...]) -> str:
    more = f"; and {len(mismatches) - _MANY} more" if len(mismatches) > _MANY else ""
    return visible("; ".join(map(str, mismatches[:_MANY]))) + more


def _untold(result: Result) -> str:
    gaps = "; ".join(f"{reason_words(gap.reason)[0]}: {gap}" for gap in result.gaps[:_MANY])
    return gaps or result.reason


def _bears_on(book: Book, check: str) -> str:
    return ", ".join(f"{row.toolkit} {row.id}" for row in book.by_check.get(check, ()))


def _requirement(row: RequirementRow) -> tuple[Value, ...]:
    said = (row.toolkit, row.edition, row.id, row.title, row.standing, outcome_counts(row.counts))
    return (*said, ", ".join(row.checks), " ".join(row.notes))


def _target(target: TargetInfo) -> tuple[Value, ...]:
    texts = (target.name, target.address, target.transport, target.platform, target.kind)
    lists = (", ".join(target.roles), ", ".join(target.tags))
    rest = (target.status, target.detail, target.privilege, target.facts.get("Operating system", ""))
    return (*texts, *lists, moment_of(target.collected_at), *rest)


def _waiver(row: WaiverRow) -> tuple[Value, ...]:
    head = (row.check, row.target, row.item, row.state, _day(row.until))
    return (*head, row.results, row.targets, row.broad, row.risk, row.reason, row.approver, row.ticket)


def _day(text: str) -> Value:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def moment_of(text: str) -> Value:
    """A time for a spreadsheet, which knows no zones: it is UTC. What is no time stays a text."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text


def _clean(rows: Iterable[tuple[Value, ...]]) -> Iterator[tuple[Value, ...]]:
    for row in rows:
        yield tuple(visible(value) if isinstance(value, str) else value for value in row)
