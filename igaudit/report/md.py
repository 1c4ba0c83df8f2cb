"""The report as Markdown (CommonMark with tables), safe to paste into an issue or a wiki.

No text of the assessment can become markup, HTML, a link or a mention there: see `clean.markdown`.
"""

from collections.abc import Iterable, Iterator

from igaudit.report.build import build
from igaudit.report.clean import markdown, markdown_code
from igaudit.report.document import (
    BADGES,
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
)
from igaudit.report.request import Request


def render(request: Request) -> str:
    """The report as Markdown."""
    document = build(request.assessment, request.definition, "md", linked=False)
    lines = [f"# {markdown(document.title)}", "", markdown(document.subtitle), ""]
    for section in document.sections:
        lines += _section(section, 2)
    lines += ["---", "", markdown(document.colophon)]
    return "\n".join(lines) + "\n"


def _section(section: Section, level: int) -> Iterator[str]:
    parts = [_span(section.badge)] if section.badge else []
    parts.append(markdown(section.title))
    if section.count:
        parts.append(f"({markdown(section.count)})")
    yield f"{'#' * level} {' '.join(parts)}"
    yield ""
    if section.code:
        yield from (markdown_code(section.code), "")
    several = sum(isinstance(block, Table) for block in section.blocks) > 1
    for block in section.blocks:
        if several and isinstance(block, Table):
            yield from (f"*{markdown(block.caption)}*", "")
        yield from _block(block, level)


def _block(block: Block, level: int) -> Iterator[str]:
    match block:
        case Paragraph(words, label):
            yield from (f"**{markdown(label)}:** {_cell(words)}" if label else _cell(words), "")
        case Notice(words):
            yield from (f"> **Note:** {_cell(words)}", "")
        case Bullets(items):
            yield from (*(f"- {_cell(item)}" for item in items), "")
        case KeyValues(rows):
            yield from (*(f"- **{markdown(name)}:** {_cell(value)}" for name, value in rows), "")
        case Table():
            yield from (*_table(block), "")
        case Section():
            yield from _section(block, level + 1)


def _table(table: Table) -> Iterator[str]:
    yield _row(markdown(name) for name in table.header)
    yield _row("---" for _ in table.header)
    for row in table.rows:
        yield _row(_cell(cell) for cell in row)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    return (", " if isinstance(cell, Names) else " ").join(map(_span, cell.spans))


def _span(span: Span) -> str:
    if span.style == Style.CODE:
        return markdown_code(span.text)
    text = markdown(span.text)
    return f"**{text}**" if text and span.style in (*BADGES, Style.STRONG) else text
