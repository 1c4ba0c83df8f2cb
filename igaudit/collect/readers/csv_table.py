"""Rows of CSV files: separators, quotes, and values that go over several lines."""

import csv
import re
from collections.abc import Iterator
from itertools import islice
from typing import TextIO

from igaudit.collect.readers.opened import Opened
from igaudit.collect.readers.tables import (
    HEADING_WITHIN,
    Heading,
    Line,
    Record,
    Wanted,
    below,
    find_heading,
    no_heading,
    refuse_twice,
)
from igaudit.errors import ContentError

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# A field that is longer is the work of a quotation mark that was never closed.
MAX_FIELD = 131_072
_TEXT = re.compile(r'="[^"]*"\Z')
_SWALLOWED = "one value goes over several lines and holds a whole row: a quotation mark is too much"
_NEVER_CLOSED = (
    "a quotation mark opens here and is never closed: the file is cut short, or the mark is too much"
)


class CsvTable:
    """A CSV file whose heading was found. Raises ContentError where there is none."""

    def __init__(self, opened: Opened, wanted: Wanted, label: str, separator: str = "") -> None:
        self.opened = opened
        self.label = label
        self.separator, self.found = _heading(opened, wanted, separator)
        refuse_twice(self.found, wanted, opened.shown)
        self.form = f"CSV, {opened.said()}, separated by {SEPARATORS.get(self.separator, self.separator)}"
        self.columns = {name: self.found.names[place] for name, place in self.found.places.items()}

    def records(self) -> Iterator[Record]:
        """The rows below the heading, one at a time."""
        lines = _lines(self.opened, self.separator)
        yield from below(self.found, (self._whole(line) for line in lines), self.label)

    def _whole(self, line: Line) -> Line:
        """The row, unless a value holds whole rows: as many separators for each line feed as a row has."""
        needed = len(self.found.names) - 1
        for cell in line.cells if needed > 1 else ():
            breaks = str(cell).count("\n")
            if breaks and str(cell).count(self.separator) == breaks * needed:
                return Line(line.number, line.cells, _SWALLOWED)
        return line


def _heading(opened: Opened, wanted: Wanted, separator: str) -> tuple[str, Heading]:
    """The separator with which a row names most columns, and that row."""
    tried = [separator] if separator else list(SEPARATORS)
    best: tuple[str, Heading] | None = None
    seen: list[str] = []
    for one in tried:
        lines = list(islice(_lines(opened, one, lenient=True), HEADING_WITHIN))
        seen += [str(cell) for line in lines for cell in line.cells]
        found = find_heading(lines, wanted)
        if found and (best is None or len(found.places) > len(best[1].places)):
            best = one, found
    if best is None:
        raise no_heading(opened.shown, wanted, seen)
    return best


def _lines(opened: Opened, separator: str, lenient: bool = False) -> Iterator[Line]:
    """Every row with the line that it begins on. What cannot be read of the file raises ContentError.

    With `lenient` the rows end where the first cannot be read: to try out a separator.
    """
    with opened.path.open(encoding=opened.encoding, newline="") as file:
        try:
            yield from _rows(file, separator, opened.shown)
        except ContentError:
            if not lenient:
                raise


def _rows(file: TextIO, separator: str, shown: str) -> Iterator[Line]:
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(file, delimiter=separator, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "expected after" not in str(error):
                raise ContentError.at(shown, _NEVER_CLOSED, number) from None
            yield Line(
                number, (), "text stands after a closing quotation mark: double the marks inside a value"
            )
            continue
        yield Line(number, tuple(map(_shown, cells)))


def _shown(cell: str) -> str:
    """A cell as a spreadsheet shows it: `="007"` is how programs write a text that looks like a number."""
    text = cell.strip()
    return text[2:-1].strip() if _TEXT.match(text) else text
