"""The parts of a report that ask a reader to do something."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple

from igaudit.model.facts import Reason
from igaudit.model.policy import SEVERITIES
from igaudit.model.result import WAIVED, CheckInfo, Gap, Mismatch, Outcome, Result
from igaudit.report.advice import counted, reason_words, severity_badge
from igaudit.report.book import Book, answered, counted_as, outcome_counts, slug
from igaudit.report.document import (
    Block,
    Cell,
    KeyValues,
    Names,
    Paragraph,
    Section,
    Span,
    Style,
    Table,
    code,
    plain,
)

Part = tuple[tuple[Block, ...], int | None]
_NAMED_GAPS = 5
_LEFT_OUT = "the record leaves it out"
_UNSAID = Mismatch(path="", item="", expected="", found="no details were recorded")


def failures(book: Book) -> Part:
    """Every check that fails without a waiver, the worst first, with the number of such checks."""
    failed = _by_check(book, Outcome.FAIL)
    order = sorted(failed, key=book.rank)
    sections = tuple(_failure(book, check, failed[check]) for check in order)
    return (*_failures_lead(book, order), *sections), len(order)


def _failures_lead(book: Book, order: list[str]) -> list[Block]:
    """One sentence on how severe the failures are, and one on what the run cannot say."""
    severities = [book.check(check).severity for check in order]
    known = [f"{severities.count(name)} {name}" for name in SEVERITIES if name in severities]
    lead = [f"By severity: {', '.join(known)}."] if known else []
    if missing := book.missing():
        lead.append(f"{missing}, so there may be more to put right.")
    return [Paragraph(plain(" ".join(lead)))] if lead else []


def _by_check(
    book: Book, outcome: str, wanted: Callable[[Result], bool] = lambda _: True
) -> dict[str, list[Result]]:
    found: defaultdict[str, list[Result]] = defaultdict(list)
    for result in book.assessment.results:
        if counted_as(result) == outcome and wanted(result):
            found[result.check].append(result)
    return found


def _failure(book: Book, id: str, results: list[Result]) -> Section:
    check = book.check(id)
    blocks: list[Block] = [Paragraph(plain(check.why))] if check.why else []
    if not book.single:
        reach = (
            f"Fails on {counted(len(results), 'target')}. All its results: {outcome_counts(book.counts[id])}."
        )
        blocks.append(Paragraph(plain(reach)))
    blocks += [*_evidence(book, results), *_what_to_do(book, check)]
    anchor = book.anchors["failure", id]
    return Section(check.title or id, anchor, tuple(blocks), severity_badge(check.severity), id)


def _what_to_do(book: Book, check: CheckInfo) -> list[Block]:
    bears_on = book.requirements(check.id)
    rows: list[tuple[str, Cell]] = []
    if check.remedy:
        rows.append(("What to do", plain(check.remedy)))
    if check.source:
        rows.append(("Source", plain(check.source)))
    if bears_on.spans:
        rows.append(("Bears on", bears_on))
    return [KeyValues(tuple(rows))] if rows else []


def _evidence(book: Book, results: list[Result]) -> list[Block]:
    """What was found, and what could not be judged beside it; the same finding stands once for all."""
    wrong: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    open_: defaultdict[tuple[str, str], dict[str, list[str]]] = defaultdict(dict)
    for result in results:
        mismatches = result.mismatches or ((_UNSAID,) if result.outcome == Outcome.FAIL else ())
        for mismatch in mismatches:
            wrong[_where(mismatch), mismatch.expected, mismatch.found].append(result.target)
        for gap in result.gaps:
            open_[gap.reason, gap.detail].setdefault(gap.path, []).append(result.target)
    tables = (
        _table(book, "What was found", ("Where", "Expected", "Found"), wrong),
        _table(book, "What could not be judged beside it", ("Where", "Reason", "Detail"), _together(open_)),
    )
    return [table for table in tables if table.rows]


def _together(
    gaps: Mapping[tuple[str, str], Mapping[str, list[str]]],
) -> dict[tuple[str, str, str], list[str]]:
    """Gaps of one reason and detail in one row: the first paths, and how many more there are."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for (reason, detail), paths in gaps.items():
        first = ", ".join(itertools.islice(paths, _NAMED_GAPS))
        more = len(paths) - _NAMED_GAPS
        targets = list(dict.fromkeys(target for each in paths.values() for target in each))
        found[first + (f" and {more} more" if more > 0 else ""), reason, detail] = targets
    return found


def _where(mismatch: Mismatch) -> str:
    if not mismatch.item or mismatch.item in mismatch.path:
        return mismatch.path
    return f"{mismatch.path}[{mismatch.item}]"


def _table(
    book: Book, caption: str, header: tuple[str, str, str], found: dict[tuple[str, str, str], list[str]]
) -> Table:
    rows = [(*map(code, key), book.targets(targets)) for key, targets in found.items()]
    return trimmed(book, caption, (*header, "Targets"), rows)


def trimmed(book: Book, caption: str, header: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Table:
    """A table without the columns that say nothing: empty ones, and the targets where there is one only."""
    filled = list(rows)
    keep = [
        index
        for index, name in enumerate(header)
        if (index == 0 or any(span.text for row in filled for span in row[index].spans))
        and not (name == "Targets" and book.single)
    ]
    return Table(
        caption, tuple(header[i] for i in keep), tuple(tuple(row[i] for i in keep) for row in filled)
    )


def unknown(book: Book) -> Part:
    """What could not be told on targets that answered, by reason, with the number of such results."""
    entries: defaultdict[str, defaultdict[tuple[str, str], list[Result]]] = defaultdict(
        lambda: defaultdict(list)
    )
    open_ = [r for results in _by_check(book, Outcome.UNKNOWN).values() for r in results]
    told = [result for result in open_ if result.target not in book.silent]
    for result in told:
        for gap in result.gaps or (Gap("", result.reason),):
            entries[gap.reason or result.reason][gap.path, gap.detail].append(result)
    order = [*(reason for reason in Reason if reason in entries), *sorted(set(entries) - set(Reason))]
    return tuple(_reason(book, reason, entries[reason]) for reason in order), len(told)


def _reason(book: Book, reason: str, entries: dict[tuple[str, str], list[Result]]) -> Section:
    title, advice = reason_words(reason)
    unsaid = _LEFT_OUT if reason == Reason.INCOMPLETE_RECORD else ""
    results = {(result.check, result.target) for found in entries.values() for result in found}
    table = trimmed(
        book,
        f"{title}: what is not known",
        ("Why", "Not known", "Checks left open", "Targets"),
        (_problem(book, detail or unsaid, paths, found) for detail, paths, found in _problems(entries)),
    )
    blocks = (Paragraph(plain(advice), "What to do"), table)
    said = counted(len(results), "result")
    badge = Span(reason or "no reason", Style.WARN)
    return Section(title, slug("reason", reason), blocks, badge, count=said)


def _problems(
    entries: dict[tuple[str, str], list[Result]],
) -> Iterable[tuple[str, list[str], list[Result]]]:
    """One entry for each detail and set of targets: what one act of one person would put right."""
    merged: defaultdict[tuple[str, tuple[str, ...]], tuple[list[str], list[Result]]] = defaultdict(
        lambda: ([], [])
    )
    for (path, detail), results in entries.items():
        targets = tuple(dict.fromkeys(result.target for result in results))
        paths, found = merged[detail, targets]
        paths.append(path)
        found.extend(results)
    return ((detail, paths, found) for (detail, _), (paths, found) in merged.items())


def _problem(book: Book, detail: str, paths: list[str], results: list[Result]) -> tuple[Cell, ...]:
    facts = tuple(Span(path, Style.CODE) for path in dict.fromkeys(paths) if path)
    return (
        code(detail) if detail else plain("no details were recorded"),
        Names(facts, counted(len(facts), "fact")),
        book.checks(dict.fromkeys(result.check for result in results)),
        book.targets(result.target for result in results),
    )


def unreachable(book: Book) -> Part:
    """The targets that did not answer, with the number of them."""
    silent = [target for target in book.assessment.targets if not answered(target)]
    rows = [
        (
            book.link("target", target.name),
            Span(target.address, Style.CODE),
            Span(f"{target.status}: {target.detail}" if target.detail else target.status),
            Span(target.advice),
        )
        for target in silent
    ]
    header = ("Target", "Address", "What happened", "What to do")
    cells = [tuple(map(plain, row)) for row in rows]
    return ((Table("Targets that did not answer", header, tuple(cells)),) if rows else ()), len(silent)


def manual(book: Book) -> Part:
    """The checks that wait for a person's word, then those that have it, with the number of both."""
    waiting = _by_check(book, Outcome.MANUAL)
    stated = _by_check(book, Outcome.PASS, lambda result: bool(result.reason))
    tables = (
        _stated(book, "Waiting for a person's word", waiting),
        _stated(book, "Stated by a person", stated),
    )
    return tuple(table for table in tables if table.rows), len({*waiting, *stated})


def _stated(book: Book, caption: str, found: dict[str, list[Result]]) -> Table:
    by_reason: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for check in sorted(found, key=book.rank):
        for result in found[check]:
            by_reason[check, result.reason].append(result.target)
    rows = (
        (
            plain(book.link("check", check)),
            plain(book.check(check).title),
            plain(reason),
            plain(book.check(check).remedy if caption.startswith("Waiting") else ""),
            book.targets(targets),
        )
        for (check, reason), targets in by_reason.items()
    )
    return trimmed(book, caption, ("Check", "About", "State", "What to do", "Targets"), rows)


def waived(book: Book) -> Part:
    """The failures that someone accepted, check by check, with the number of results."""
    accepted = _by_check(book, WAIVED)
    sections = tuple(_waived(book, check, accepted[check]) for check in sorted(accepted, key=book.rank))
    return sections, sum(map(len, accepted.values()))


def _waived(book: Book, id: str, results: list[Result]) -> Section:
    check = book.check(id)
    blocks: list[Block] = []
    for waiver in dict.fromkeys(result.waiver for result in results if result.waiver):
        named = zip(("Reason", "Risk", "Approved by", "Ticket", "Until"), astuple(waiver), strict=True)
        covered = [result for result in results if result.waiver == waiver]
        said: list[tuple[str, Cell]] = [(name, plain(text)) for name, text in named if text]
        blocks += [KeyValues((*said, ("Targets", book.targets(r.target for r in covered))))]
        blocks += _evidence(book, covered)
    anchor = f"waived-{book.anchors['check', id]}"
    return Section(check.title or id, anchor, tuple(blocks), severity_badge(check.severity), id)


FINDINGS: dict[str, Callable[[Book], Part]] = {
    "failures": failures,
    "unknown": unknown,
    "unreachable": unreachable,
    "manual": manual,
    "waived": waived,
}
