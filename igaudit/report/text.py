"""The report for a terminal or a text file: `width` columns, colour only where it was asked for."""

import textwrap
from collections.abc import Iterable, Iterator

from igaudit.report.build import build
from igaudit.report.clean import visible
from igaudit.report.columns import fitted
from igaudit.report.document import (
    Block,
    Bullets,
    Cell,
    KeyValues,
    Names,
    Notice,
    Paragraph,
    Section,
    Style,
    Table,
)
from igaudit.report.request import Request

WIDTH = 100
MIN_WIDTH = 40
NAMES_SHOWN = 12
# A finding of more rows than this is cut on the screen; the other formats and the run folder have all of it.
ROWS_SHOWN = 20
_INDENT = "  "
_GAP = 2
_COLOURS = {
    Style.STRONG: "1",
    Style.BAD: "1;31",
    Style.WARN: "33",
    Style.OPEN: "36",
    Style.GOOD: "32",
    Style.QUIET: "2",
}


def render(request: Request) -> str:
    """The report as lines of text."""
    document = build(request.assessment, request.definition, "text", linked=False)
    page = _Page(max(MIN_WIDTH, request.width or WIDTH), request.colour)
    lines = [*page.heading(document.title, "="), *page.wrapped(visible(document.subtitle)), ""]
    for section in document.sections:
        lines += page.section(section)
    return "\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n"


class _Page:
    """Turns blocks into lines; `width` is what is left of the line where they stand."""

    def __init__(self, width: int, colour: bool) -> None:
        self.width = width
        self.colour = colour

    def painted(self, text: str, style: Style) -> str:
        code = _COLOURS.get(style) if self.colour and text else None
        return f"\x1b[{code}m{text}\x1b[0m" if code else text

    def heading(self, title: str, underline: str) -> list[str]:
        lines = textwrap.wrap(visible(title), self.width)
        rule = underline * max(map(len, lines), default=1)
        return [*(self.painted(line, Style.STRONG) for line in lines), rule]

    def section(self, section: Section) -> Iterator[str]:
        yield from self.heading(_with_count(section), "-")
        yield from self.blocks(section)
        yield ""

    def blocks(self, section: Section) -> Iterator[str]:
        """All blocks, an empty line between two; where there are several tables, each under its caption."""
        several = sum(isinstance(block, Table) for block in section.blocks) > 1
        for number, block in enumerate(section.blocks):
            yield from [""] if number else []
            yield from self.wrapped(f"{block.caption}:") if several and isinstance(block, Table) else []
            yield from self.block(block)

    def block(self, block: Block) -> Iterable[str]:
        match block:
            case Paragraph(words, label):
                return self.wrapped(f"{label}: {_text(words)}" if label else _text(words))
            case Notice(words):
                return self.wrapped(f"Note: {_text(words)}")
            case Bullets(items):
                return [line for item in items for line in self.wrapped(_text(item), "- ")]
            case KeyValues(rows):
                return self.key_values(rows)
            case Table():
                return [*self.table(block), *self.left_out(block)]
            case Section():
                return self.subsection(block)

    def wrapped(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        rest = " " * len(first) if rest is None else rest
        return textwrap.wrap(
            text, self.width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
        )

    def subsection(self, section: Section) -> Iterator[str]:
        """Heading, then all blocks set in by two columns."""
        badge = f"[{visible(section.badge.text)}] " if section.badge else ""
        style = section.badge.style if section.badge else Style.STRONG
        name = visible(section.code or section.title)
        count = f" ({section.count})" if section.count else ""
        yield from (self.painted(line, style) for line in self.wrapped(f"{badge}{name}{count}"))
        inner = _Page(self.width - len(_INDENT), self.colour)
        lines = inner.wrapped(visible(section.title)) if section.code else []
        lines += inner.blocks(section)
        yield from (_INDENT + line for line in lines)

    def key_values(self, rows: Iterable[tuple[str, Cell]]) -> Iterator[str]:
        shown = [(visible(name), _text(value)) for name, value in rows]
        margin = max(len(name) for name, _ in shown) + _GAP
        margin = min(margin, self.width // 3)
        for name, value in shown:
            yield from self.wrapped(value or "-", f"{name:<{margin - _GAP}}{' ' * _GAP}", " " * margin)

    def table(self, table: Table) -> list[str]:
        from tabulate import MIN_PADDING, tabulate

        shown = table.rows[:ROWS_SHOWN]
        cells = [[_text(cell) for cell in row] for row in shown]
        padded = [name + "#" * MIN_PADDING for name in table.header]
        widths = fitted([padded, *cells], self.width - _GAP * (len(table.header) - 1))
        rows = [
            [self.filled(text, width, cell) for text, width, cell in zip(texts, widths, row, strict=True)]
            for texts, row in zip(cells, shown, strict=True)
        ]
        header = [
            textwrap.fill(name, max(1, width - MIN_PADDING))
            for name, width in zip(table.header, widths, strict=True)
        ]
        return tabulate(rows, header, tablefmt="simple", disable_numparse=True).splitlines()

    def left_out(self, table: Table) -> list[str]:
        """How many rows are not shown, and where they are."""
        more = len(table.rows) - ROWS_SHOWN
        where = "the other formats have them all"
        return self.wrapped(f"and {more:,} more; {where}") if more > 0 else []

    def filled(self, text: str, width: int, cell: Cell) -> str:
        style = cell.spans[0].style if len(cell.spans) == 1 else Style.PLAIN
        lines = textwrap.wrap(text, width, break_on_hyphens=False)
        return "\n".join(self.painted(line, style) for line in lines)


def _with_count(section: Section) -> str:
    return f"{section.title} ({section.count})" if section.count else section.title


def _text(cell: Cell) -> str:
    if not isinstance(cell, Names):
        return "".join(visible(span.text) for span in cell.spans)
    shown = ", ".join(visible(span.text) for span in cell.spans[:NAMES_SHOWN])
    more = len(cell.spans) - NAMES_SHOWN
    return f"{shown} and {more:,} more" if more > 0 else shown
