"""The register of waivers: what was accepted, by whom, until when, and whether it still means anything."""

from igaudit.model.result import WaiverRow, WaiverState
from igaudit.report.advice import counted
from igaudit.report.book import Book
from igaudit.report.document import Cell, Paragraph, Span, Style, plain
from igaudit.report.findings import Part, trimmed

_STYLES = {
    WaiverState.EXPIRED: Style.BAD,
    WaiverState.ENDING: Style.WARN,
    WaiverState.UNUSED: Style.QUIET,
    WaiverState.IN_FORCE: Style.OPEN,
}
_HEADER = (
    "Check",
    "Targets",
    "State",
    "Until",
    "Accepts",
    "Risk that remains",
    "Reason",
    "Approved by",
    "Ticket",
)


def waivers(book: Book) -> Part:
    """Every waiver of the run: expired ones first, then by their last day."""
    order = list(_STYLES)
    rows = sorted(book.assessment.waivers, key=lambda row: (order.index(row.state), row.until, row.check))
    if not rows:
        return (), 0
    summary = ", ".join(f"{sum(row.state == state for row in rows)} {state}" for state in order)
    cells = [_row(book, row) for row in rows]
    table = trimmed(book, "Every waiver of this run", _HEADER, cells)
    return (Paragraph(plain(f"{counted(len(rows), 'waiver')}: {summary}.")), table), len(rows)


def _row(book: Book, row: WaiverRow) -> tuple[Cell, ...]:
    accepts = f"{counted(row.results, 'result')} on {counted(row.targets, 'target')}"
    would = f"nothing any more; would be {accepts}" if row.state == WaiverState.EXPIRED else accepts
    return (
        plain(book.link("check", row.check)),
        plain(f"{row.target}, {row.item}" if row.item else row.target),
        plain(Span(row.state, _STYLES[row.state])),
        plain(row.until),
        plain(". ".join(filter(None, (would, row.broad.capitalize())))),
        plain(row.risk),
        plain(row.reason),
        plain(row.approver),
        plain(row.ticket),
    )
