"""The document tree that stands between an assessment and the formats that people read.

Every text in it is as it came, hostile or not: a format passes each one through `clean`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Style(StrEnum):
    """What a piece of text is; the last five are badges, whose word says all that their colour says."""

    PLAIN = "plain"
    STRONG = "strong"
    CODE = "code"
    BAD = "bad"
    WARN = "warn"
    OPEN = "open"
    GOOD = "good"
    QUIET = "quiet"


BADGES = (Style.BAD, Style.WARN, Style.OPEN, Style.GOOD, Style.QUIET)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text. `link` is the anchor that it leads to, `anchor` the name of this very place."""

    text: str
    style: Style = Style.PLAIN
    link: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Pieces of text that follow one another."""

    spans: tuple[Span, ...]
    kind: ClassVar[str] = "words"


@dataclass(frozen=True, slots=True)
class Names:
    """A list of names within a line; `summary` (`12 targets`) stands for them where they are folded."""

    spans: tuple[Span, ...]
    summary: str
    kind: ClassVar[str] = "names"


Cell = Words | Names


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words on their own; `label` (`What to do`) goes before them."""

    words: Words
    label: str = ""
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True, slots=True)
class KeyValues:
    """Labelled values."""

    rows: tuple[tuple[str, Cell], ...]
    kind: ClassVar[str] = "key_values"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of a row names the row."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kind: ClassVar[str] = "table"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences."""

    items: tuple[Words, ...]
    kind: ClassVar[str] = "bullets"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a reader must not miss."""

    words: Words
    kind: ClassVar[str] = "notice"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it; `count` (`3 checks`) and `code` (an id) go with the heading."""

    title: str
    anchor: str
    blocks: tuple["Block", ...]
    badge: Span | None = None
    code: str = ""
    count: str = ""
    kind: ClassVar[str] = "section"


Block = Paragraph | KeyValues | Table | Bullets | Notice | Section


@dataclass(frozen=True, slots=True)
class Tally:
    """One number of the totals, for a look at the whole."""

    label: str
    count: int
    style: Style


@dataclass(frozen=True, slots=True)
class Document:
    """A report, ready for a format."""

    title: str
    subtitle: str
    tallies: tuple[Tally, ...]
    sections: tuple[Section, ...]
    colophon: str


def plain(*texts: str | Span) -> Words:
    """Words of plain texts and of spans."""
    return Words(tuple(Span(text) if isinstance(text, str) else text for text in texts))


def code(text: str) -> Words:
    """Words of one piece that is shown as the machine has it."""
    return Words((Span(text, Style.CODE),))


def anchors(blocks: Iterable[Block]) -> Iterator[str]:
    """Every place below `blocks` that a link can lead to."""
    for block in blocks:
        match block:
            case Section():
                yield block.anchor
                yield from anchors(block.blocks)
            case Table():
                yield from (span.anchor for row in block.rows for cell in row for span in cell.spans)
