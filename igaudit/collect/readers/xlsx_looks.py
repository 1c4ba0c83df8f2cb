"""What of a workbook shows on the screen and not in its cells: merged cells, and zeros before numbers."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from igaudit.collect.readers.tables import Cell, Line, Unreadable
from igaudit.errors import ContentError

_BLOCK = 1 << 20
_MERGED = re.compile(rb'<(?:\w{1,20}:)?mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
# A number format of zeros alone: 42 shows as 00042.
_PADDED = re.compile(rb'formatCode="0{2,20}"')
_ZEROS = re.compile(r"0{2,20}\Z")
# Cells that are one never overlap in a workbook that a program wrote.
_MOST_AT_ONCE = 1000
_WITH_ABOVE = Unreadable("is one with the cell above it: take the cells apart, and fill each")


def pads_numbers(archive: zipfile.ZipFile) -> bool:
    """Whether some cells may show numbers with zeros before them."""
    return "xl/styles.xml" in archive.namelist() and bool(_PADDED.search(archive.read("xl/styles.xml")))


def padded(cell: Any) -> Any:
    """The value of a cell; a number with the zeros that it shows."""
    value = cell.value
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    shown = getattr(cell, "number_format", "") if whole else ""
    return str(value).zfill(len(shown)) if shown and _ZEROS.match(shown) else value


@dataclass(frozen=True, slots=True, order=True)
class _Block:
    top: int
    bottom: int
    left: int
    right: int


@dataclass(slots=True)
class Merged:
    """The cells of a sheet that go over several rows. Rows must be asked about from the first on."""

    shown: str
    blocks: list[_Block]
    open: list[_Block] = field(default_factory=list)

    def line(self, line: Line, width: int) -> Line:
        """The row, in which the empty cells that belong to a row above say so; a blank row stays blank."""
        while self.blocks and self.blocks[-1].top < line.number:
            self.open.append(self.blocks.pop())
        self.open = [block for block in self.open if block.bottom >= line.number]
        if len(self.open) > _MOST_AT_ONCE:
            raise ContentError.at(self.shown, "has more merged cells than columns: save the workbook again")
        if not self.open or all(cell is None for cell in line.cells):
            return line
        cells: list[Cell] = list(line.cells)
        for block in self.open:
            for place in range(block.left - 1, min(block.right, width, len(cells))):
                cells[place] = _WITH_ABOVE if cells[place] is None else cells[place]
        return Line(line.number, tuple(cells), line.wrong)


def merged(path: Path, part: str, shown: str) -> Merged:
    """What is merged over several rows in the sheet that the archive has as `part`."""
    blocks = _blocks(path, part.lstrip("/"))
    found = sorted((block for block in blocks if block.bottom > block.top), reverse=True)
    return Merged(shown, found)


def _blocks(path: Path, part: str) -> Iterator[_Block]:
    tail = b""
    with zipfile.ZipFile(path) as archive, archive.open(part) as file:
        while block := file.read(_BLOCK):
            both = tail + block
            end = 0
            for found in _MERGED.finditer(both):
                left, top, right, bottom = found.groups()
                yield _Block(int(top), int(bottom), _column(left), _column(right))
                end = found.end()
            tail = both[max(end, len(both) - 100) :]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
