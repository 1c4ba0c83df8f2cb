"""The parts of a report that say what a run was and what it comes to."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from igaudit.model.result import WAIVED, Outcome, RequirementRow, Standing, TargetInfo
from igaudit.report.advice import COUNTED, counted, severity_badge, standing_badge
from igaudit.report.book import Book, answered, counted_as, outcome_counts, requirement_key
from igaudit.report.document import (
    Block,
    Bullets,
    Cell,
    KeyValues,
    Names,
    Notice,
    Paragraph,
    Section,
    Span,
    Style,
    Table,
    Tally,
    code,
    plain,
)
from igaudit.report.findings import Part, trimmed
from igaudit.report.waivers import waivers

_NAMED_TARGETS = 8
REACHED = {"local": "locally", "organisation": "by its files", "network": "from the network alone"}


def run(book: Book) -> Part:
    """What was audited, how, and by which day it is judged."""
    info = book.assessment.run
    rows: list[tuple[str, Cell]] = [
        *_targets_said(book),
        ("Profile", code(info.profile) if info.profile else plain("none")),
        ("Judged as of", plain(info.as_of)),
        ("Collected", plain(f"{moment(info.started)} to {moment(info.finished)}")),
        ("Run", code(info.id)),
        ("Tool", plain(book.assessment.tool)),
    ]
    return (KeyValues(tuple(rows)),), None


def _targets_said(book: Book) -> list[tuple[str, Cell]]:
    targets = book.assessment.targets
    if book.single:
        return [("Target", code(targets[0].name)), *_single(targets[0])]
    silent = len(book.silent)
    reached = f"{counted(len(targets), 'target')}, {len(targets) - silent:,} answered"
    rows: list[tuple[str, Cell]] = [("Targets", plain(reached + (f", {silent:,} did not" if silent else "")))]
    if 0 < len(targets) <= _NAMED_TARGETS:
        rows.append(("Names", Names(tuple(book.link("target", t.name) for t in targets), "")))
    return rows


def _single(target: TargetInfo) -> list[tuple[str, Cell]]:
    rows: list[tuple[str, Cell]] = [("Address", code(target.address))] if target.address else []
    rows.append(("Reached", plain(_reached(target))))
    if answered(target) and target.advice:
        rows.append(_advised(target))
    rows.append(("Platform", plain(_nature(target))))
    return rows + [(name, plain(value)) for name, value in target.facts.items()]


def _advised(target: TargetInfo) -> tuple[str, Cell]:
    if target.platform == "windows":
        return "What to do", plain(target.advice)
    return "To become root", plain(f"allow `{target.advice}` in sudoers, then scan with --sudo")


def _reached(target: TargetInfo) -> str:
    how = REACHED.get(target.transport, f"over {target.transport}")
    rights = f", rights: {target.privilege}" if target.privilege else ""
    return how + rights if answered(target) else f"no: {target.status}"


def _nature(target: TargetInfo) -> str:
    said = [target.platform, target.kind, *target.roles, *(f"tag {tag}" for tag in target.tags)]
    return ", ".join(filter(None, dict.fromkeys(said)))


def moment(time: str) -> str:
    """`2026-11-20 09:15:02 UTC` for `2026-11-20T09:15:02Z`; anything else as it is."""
    return time.replace("T", " ").replace("Z", " UTC") if time.endswith("Z") else time


def requirements(book: Book) -> Part:
    """What the results say about each requirement, toolkit by toolkit."""
    toolkits: defaultdict[tuple[str, str], list[RequirementRow]] = defaultdict(list)
    for row in book.assessment.requirements:
        toolkits[row.toolkit, row.edition].append(row)
    sections = tuple(
        Section(f"{toolkit}, edition {edition}", f"toolkit-{number}", _toolkit(book, rows))
        for number, ((toolkit, edition), rows) in enumerate(toolkits.items(), 1)
    )
    return sections, None if sections else 0


def _toolkit(book: Book, rows: Sequence[RequirementRow]) -> tuple[Block, ...]:
    borne = [row for row in rows if not _blank(row)]
    blank = [row for row in rows if _blank(row)]
    blocks: list[Block] = []
    if borne:
        standings = Counter(row.standing for row in borne)
        said = ", ".join(f"{name.value}: {standings[name]}" for name in Standing if standings[name])
        lead = f"{counted(len(borne), 'requirement')} with checks in this run ({said})."
        blocks.append(Paragraph(plain(lead)))
        blocks.append(_standings(book, borne))
    if blank:
        blocks.append(_without_checks(book, blank, other=bool(borne)))
    return tuple(blocks)


def _standings(book: Book, rows: Iterable[RequirementRow]) -> Table:
    header = ("Id", "Requirement", "Standing", "Results", "Notes") + (("Checks",) if book.linked else ())
    cells = (
        (
            plain(Span(row.id, Style.STRONG, anchor=book.anchors["requirement", requirement_key(row)])),
            plain(row.title),
            plain(standing_badge(row.standing)),
            plain(outcome_counts(row.counts)),
            plain(" ".join(row.notes)),
            book.checks(row.checks),
        )
        for row in rows
    )
    return trimmed(book, "Requirements that checks of this run bear on", header, cells)


def _blank(row: RequirementRow) -> bool:
    return not row.checks and row.standing == Standing.NO_EVIDENCE


def _without_checks(book: Book, rows: Sequence[RequirementRow], *, other: bool) -> Block:
    """The requirements that nothing in the run bears on: a sentence where the format cannot fold them.

    `other` says that checks bear on other requirements of the same toolkit.
    """
    which = f"{counted(len(rows), 'other requirement')}" if other else f"any of {len(rows)} requirements"
    lead = f"No check of this run bears on {which}"
    if not book.linked:
        ids = f": {', '.join(row.id for row in rows)}" if other else ""
        return Paragraph(plain(f"{lead}{ids}."))
    cells = tuple(
        (
            plain(Span(row.id, Style.STRONG, anchor=book.anchors["requirement", requirement_key(row)])),
            plain(row.title),
            plain(standing_badge(row.standing)),
        )
        for row in rows
    )
    return Table(f"{lead}", ("Id", "Requirement", "Standing"), cells)


def checks(book: Book) -> Part:
    """Every check of the run with its outcomes: what a `supports` rests on."""
    ids = sorted(dict.fromkeys([*book.assessment.checks, *book.counts]))
    rows = (
        (
            plain(Span(id, Style.CODE, anchor=book.anchors["check", id])),
            plain(book.check(id).title),
            plain(severity_badge(book.check(id).severity)),
            _outcomes(book, id),
            book.requirements(id),
        )
        for id in ids
    )
    header = ("Check", "What it checks", "Severity", "Results", "Bears on")
    return ((trimmed(book, "Every check of this run", header, rows),) if ids else ()), len(ids)


def _outcomes(book: Book, check: str) -> Cell:
    counts = book.counts.get(check, Counter[str]())
    said = outcome_counts(counts)
    return plain(book.link("failure", check, said, Style.PLAIN) if counts[Outcome.FAIL] else said)


def targets(book: Book) -> Part:
    """Every target with the checks that fail on it; none where the run had a single target."""
    if book.single:
        return (), 0
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    failed: defaultdict[str, list[str]] = defaultdict(list)
    for result in book.assessment.results:
        counts[result.target][counted_as(result)] += 1
        if counted_as(result) == Outcome.FAIL:
            failed[result.target].append(result.check)
    header = ("Target", "Address", "What it is", "Reached", "Results", "Failed checks")
    rows = [
        _target(book, target, counts[target.name], failed[target.name]) for target in book.assessment.targets
    ]
    return ((trimmed(book, "Every target of this run", header, rows),) if rows else ()), len(rows)


def _target(book: Book, target: TargetInfo, counts: Counter[str], failed: list[str]) -> tuple[Cell, ...]:
    facts = ", ".join(filter(None, (_nature(target), *target.facts.values())))
    spans = tuple(book.link("failure", check) for check in sorted(failed, key=book.rank))
    return (
        plain(Span(target.name, Style.CODE, anchor=book.anchors["target", target.name])),
        code(target.address),
        plain(facts),
        plain(_reached(target)),
        plain(outcome_counts(counts)),
        Names(spans, counted(len(spans), "failed check")),
    )


def notices(book: Book) -> Part:
    """What a reader must know of waivers, attestations and loosened parameters."""
    said = tuple(plain(notice) for notice in book.assessment.notices)
    return ((Bullets(said),) if said else ()), len(said)


def totals(book: Book) -> Part:
    """The run in one line."""
    net = book.assessment.totals.get("net", {})
    line = f"{counted(sum(net.values()), 'result')} of {counted(len(book.counts), 'check')}"
    reached = len(book.assessment.targets) - len(book.silent)
    line += f" on {counted(reached, 'target')}: {outcome_counts(net)}."
    if net.get(WAIVED):
        line += f" Without waivers: {outcome_counts(book.assessment.totals.get('gross', {}))}."
    if book.silent:
        line += f" {counted(len(book.silent), 'more target')} did not answer."
    decided = any(net.get(name) for name in (Outcome.PASS, Outcome.FAIL, WAIVED))
    if decided:
        return (Paragraph(plain(line)),), None
    empty = "No check came to a verdict, so this run is evidence of nothing."
    return (Notice(plain(empty)), Paragraph(plain(line))), None


def tallies(book: Book) -> tuple[Tally, ...]:
    """The net totals, number by number."""
    net = book.assessment.totals.get("net", {})
    known = [Tally(words, net.get(name, 0), style) for name, (words, style) in COUNTED.items()]
    silent = len(book.silent)
    words = "target without an answer" if silent == 1 else "targets without an answer"
    return (*known, Tally(words, silent, Style.WARN)) if silent else tuple(known)


OVERVIEW: dict[str, Callable[[Book], Part]] = {
    "run": run,
    "requirements": requirements,
    "checks": checks,
    "targets": targets,
    "notices": notices,
    "waivers": waivers,
    "totals": totals,
}
