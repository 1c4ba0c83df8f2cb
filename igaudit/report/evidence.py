"""Requirement by requirement, what a run can put before an assessor: never whether it is achieved."""

from collections import Counter, defaultdict

from igaudit.model.result import WAIVED, Outcome, RequirementRow, Standing, WaiverRow, WaiverState
from igaudit.report.advice import counted, standing_badge
from igaudit.report.book import Book, answered, outcome_counts, requirement_key
from igaudit.report.document import Block, Cell, KeyValues, Paragraph, Section, Span, Style, Table, plain
from igaudit.report.findings import Part, trimmed
from igaudit.report.overview import moment


def evidence(book: Book) -> Part:
    """A section per toolkit, in it one per requirement; those that nothing bears on are named."""
    toolkits: defaultdict[tuple[str, str], list[RequirementRow]] = defaultdict(list)
    for row in book.assessment.requirements:
        toolkits[row.toolkit, row.edition].append(row)
    sections = tuple(
        Section(f"{toolkit}, edition {edition}", f"evidence-{number}", _toolkit(book, rows))
        for number, ((toolkit, edition), rows) in enumerate(toolkits.items(), 1)
    )
    return sections, sum(bool(row.checks) for row in book.assessment.requirements)


def _toolkit(book: Book, rows: list[RequirementRow]) -> tuple[Block, ...]:
    borne = [row for row in rows if row.checks]
    bare = [row.id for row in rows if not row.checks]
    blocks: list[Block] = [_requirement(book, row) for row in borne]
    if bare:
        lead = f"No check of this run bears on {counted(len(bare), 'requirement')}: {', '.join(bare)}."
        blocks.append(Paragraph(plain(lead)))
    return tuple(blocks)


def _requirement(book: Book, row: RequirementRow) -> Section:
    said: list[tuple[str, Cell]] = [
        ("Asks, in our words", plain(row.expects)),
        ("Standing", plain(standing_badge(row.standing))),
        ("Population", plain(_population(book))),
        ("Read", plain(_read(book))),
        ("Results", plain(outcome_counts(row.counts))),
        ("Notes", plain(" ".join(row.notes))),
    ]
    blocks: list[Block] = [KeyValues(tuple((name, cell) for name, cell in said if cell != plain("")))]
    blocks.append(_checks(book, row))
    if accepted := _accepted(book, row):
        blocks.append(_exceptions(book, accepted))
    blocks.append(Paragraph(plain(statement(book, row)), label="Statement"))
    anchor = f"evidence-{book.anchors['requirement', requirement_key(row)]}"
    return Section(row.title, anchor, tuple(blocks), standing_badge(row.standing), row.id)


def _population(book: Book) -> str:
    targets = book.assessment.targets
    silent = f"; {len(book.silent)} gave no answer" if book.silent else ""
    return (
        f"{counted(len(targets), 'target')} of this run, {len(targets) - len(book.silent)} answered{silent}"
    )


def _read(book: Book) -> str:
    times = sorted(t.collected_at for t in book.assessment.targets if answered(t) and t.collected_at)
    return f"{moment(times[0])} to {moment(times[-1])}" if times else "nothing was read"


def _checks(book: Book, row: RequirementRow) -> Table:
    header = (
        "Check",
        "What it checks",
        "Supports",
        "Counts against",
        "Accepted",
        "Could not be told",
        "Awaits a person",
    )
    rows = (_check(book, id) for id in row.checks)
    return trimmed(book, "What bears on it", header, rows)


def _check(book: Book, id: str) -> tuple[Cell, ...]:
    counts = book.counts.get(id, Counter())
    order = (Outcome.PASS, Outcome.FAIL, WAIVED, Outcome.UNKNOWN, Outcome.MANUAL)
    return (
        plain(book.link("check", id)),
        plain(book.check(id).title),
        *(plain(f"{counts[name]:,}" if counts[name] else "") for name in order),
    )


def _accepted(book: Book, row: RequirementRow) -> list[WaiverRow]:
    in_force = (WaiverState.IN_FORCE, WaiverState.ENDING)
    return [w for w in book.assessment.waivers if w.check in row.checks and w.state in in_force]


def _exceptions(book: Book, waivers: list[WaiverRow]) -> Table:
    header = ("Check", "Targets", "Reason", "Risk that remains", "Owner", "Until")
    rows = (
        (
            plain(book.link("check", w.check)),
            plain(w.target),
            plain(w.reason),
            plain(w.risk),
            plain(w.approver),
            plain(Span(w.until, Style.STRONG)),
        )
        for w in waivers
    )
    return trimmed(book, "Exceptions", header, rows)


def statement(book: Book, row: RequirementRow) -> str:
    """Sentences to paste into a toolkit: what was done and what came of it, and no judgement."""
    run = book.assessment.run
    reached = len(book.assessment.targets) - len(book.silent)
    whole = f"{reached} of {counted(len(book.assessment.targets), 'target')}"
    sentences = [
        f"On {run.as_of} igaudit judged {whole} by {counted(len(row.checks), 'check')} that "
        f"{'bears' if len(row.checks) == 1 else 'bear'} on {row.id} ({row.toolkit} {row.edition}).",
        _outcome_sentence(row),
    ]
    if row.counts.get(WAIVED):
        accepted = row.counts[WAIVED]
        verb = "is" if accepted == 1 else "are"
        sentences.append(f"{counted(accepted, 'failure')} {verb} accepted by a waiver, and listed as such.")
    if book.silent:
        sentences.append(f"{counted(len(book.silent), 'target')} gave no answer: of them nothing is known.")
    sentences.append(f"The evidence is run {run.id}, profile {run.profile}.")
    return " ".join(sentence for sentence in sentences if sentence)


_SAID = {
    Outcome.PASS: ("supports it", "support it"),
    Outcome.FAIL: ("counts against it", "count against it"),
    Outcome.UNKNOWN: ("could not be told", "could not be told"),
    Outcome.MANUAL: ("awaits a person's word", "await a person's word"),
}


def _outcome_sentence(row: RequirementRow) -> str:
    counted_ = ((row.counts.get(name, 0), words) for name, words in _SAID.items())
    told = [f"{number:,} {words[number != 1]}" for number, words in counted_ if number]
    if not told:
        return "No result bears on it." if row.standing == Standing.NO_EVIDENCE else ""
    return f"Of the results, {', '.join(told)}."
