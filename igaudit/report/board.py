"""What a board reads: one page, from the topics down to the risks that matter."""

from collections import Counter
from collections.abc import Callable

from igaudit.model.result import UNREACHABLE, Outcome, Result, WaiverState, standing_of
from igaudit.report.advice import counted, severity_badge, standing_badge
from igaudit.report.book import Book, counted_as, outcome_counts
from igaudit.report.document import Cell, Paragraph, plain
from igaudit.report.findings import Part, trimmed

MOST_RISKS = 10


def topics(book: Book) -> Part:
    """The standing of each policy."""
    counts: dict[str, Counter[str]] = {}
    for id, outcomes in book.counts.items():
        counts.setdefault(book.check(id).policy, Counter()).update(outcomes)
    header = ("Topic", "Standing", "Results", "Gravest failure")
    rows = [
        (
            plain(policy.replace("-", " ").capitalize()),
            plain(standing_badge(standing_of({**counts[policy], UNREACHABLE: len(book.silent)}))),
            plain(outcome_counts(counts[policy])),
            _gravest(book, policy),
        )
        for policy in sorted(counts)
    ]
    return ((trimmed(book, "Where we stand, topic by topic", header, rows),) if rows else ()), len(rows)


def _gravest(book: Book, policy: str) -> Cell:
    failed = [
        id for id, counts in book.counts.items() if counts[Outcome.FAIL] and book.check(id).policy == policy
    ]
    if not failed:
        return plain("")
    return plain(severity_badge(book.check(min(failed, key=book.rank)).severity))


def risks(book: Book) -> Part:
    """The failures that matter most: by severity, then by how many targets they are on."""
    failing: dict[str, list[Result]] = {}
    for result in book.assessment.results:
        if counted_as(result) == Outcome.FAIL:
            failing.setdefault(result.check, []).append(result)
    worst = sorted(failing, key=book.rank)[:MOST_RISKS]
    if not worst:
        return (), 0
    header = ("Risk", "Severity", "Where", "Why it matters", "Check")
    rows = [_risk(book, id, len({r.target for r in failing[id]})) for id in worst]
    left = len(failing) - len(worst)
    more = (Paragraph(plain(f"{counted(left, 'more check')} of lesser severity fail.")),) if left else ()
    return (trimmed(book, "The risks that matter most", header, rows), *more), len(failing)


def _risk(book: Book, id: str, targets: int) -> tuple[Cell, ...]:
    check = book.check(id)
    return (
        plain(f"Not so: {check.title}"),
        plain(severity_badge(check.severity)),
        plain(counted(targets, "target")),
        plain(check.why),
        plain(book.link("failure", id)),
    )


def ending(book: Book) -> Part:
    """The waivers that need a decision: those that end within 30 days, and those that have."""
    due = [w for w in book.assessment.waivers if w.state in (WaiverState.EXPIRED, WaiverState.ENDING)]
    header = ("Accepted failure", "Targets", "Until", "State", "Approved by")
    rows = [
        (
            plain(book.link("check", w.check)),
            plain(w.target),
            plain(w.until),
            plain(w.state),
            plain(w.approver),
        )
        for w in sorted(due, key=lambda w: w.until)
    ]
    return ((trimmed(book, "Waivers that need a decision", header, rows),) if rows else ()), len(rows)


BOARD: dict[str, Callable[[Book], Part]] = {"topics": topics, "risks": risks, "ending": ending}
