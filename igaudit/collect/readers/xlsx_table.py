"""Rows of XLSX workbooks, read one at a time. Formulas are never worked out, links never followed."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from igaudit.collect.readers.opened import Opened
from igaudit.collect.readers.tables import (
    HEADING_WITHIN,
    Cell,
    Heading,
    Line,
    Record,
    Unreadable,
    Wanted,
    below,
    find_heading,
    no_heading,
    refuse_twice,
)
from igaudit.collect.readers.xlsx_looks import merged, padded, pads_numbers
from igaudit.errors import ContentError

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

# A sheet of a million rows unpacks to about 1 GiB; repeated cells pack to a fiftieth, a bomb to a thousandth.
MAX_UNPACKED = 1 << 30
MAX_RATIO = 200
SMALL = 16 << 20
MAX_COLUMNS = 1000
MOST_ROWS = 1_048_576
_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f[\s/>]")
_EXACT = 2**53
# What openpyxl raises over a workbook that is not as it should be.
STUMBLES = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    SyntaxError,
    EOFError,
    OverflowError,
    zipfile.BadZipFile,
    zlib.error,
)
_TOO_LARGE = f"unpacks to more than {MAX_UNPACKED >> 20} MiB: export it as CSV"
_NO_VALUE = Unreadable("a formula without a value: open the workbook, let it calculate, and save it")
_ROUNDED = Unreadable("a number of more digits than a spreadsheet keeps: format the column as text")


class XlsxTable:
    """The sheet of a workbook that has the heading. Raises ContentError where there is none, or two."""

    def __init__(self, opened: Opened, wanted: Wanted, label: str, sheet: str = "") -> None:
        self.opened = opened
        self.label = label
        formulas, pads = _checked(opened)
        self.book = _opened(opened)
        self.sheet, self.found = _heading(opened, self.book, wanted, sheet)
        refuse_twice(self.found, wanted, opened.shown)
        self.formulas, self.pads = formulas, pads
        self.form = f"XLSX, sheet {self.sheet}"
        self.columns = {name: self.found.names[place] for name, place in self.found.places.items()}

    def records(self) -> Iterator[Record]:
        """The rows below the heading, one at a time."""
        read = _both if self.formulas else _padded if self.pads else _lines
        part = getattr(self.book[self.sheet], "_worksheet_path", "")
        over, width = merged(self.opened.path, part, self.opened.shown), self.found.width
        lines = (_filled(line, width) for line in read(self.opened, self.sheet, self.book))
        yield from below(self.found, (over.line(line, width) for line in lines), self.label)


def _checked(opened: Opened) -> tuple[bool, bool]:
    """Whether a sheet has formulas, and whether numbers may show with zeros before them.

    Raises ContentError for what is no workbook, or a dangerous one.
    """
    formulas = False
    try:
        with zipfile.ZipFile(opened.path) as archive:
            _refuse_bombs(archive, opened.shown)
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    formulas |= _scanned(archive, name, opened.shown)
            return formulas, pads_numbers(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise _cut_short(opened.shown, error) from None


def _cut_short(shown: str, error: Exception) -> ContentError:
    return ContentError.at(shown, f"the workbook is cut short or damaged ({error}): save it again")


def _refuse_bombs(archive: zipfile.ZipFile, shown: str) -> None:
    entries = archive.infolist()
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise ContentError.at(shown, "is an archive, and no Excel workbook: unpack it, or save it as XLSX")
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise ContentError.at(shown, f"`{entry.filename}` unpacks to {MAX_RATIO} times its size: refused")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise ContentError.at(shown, _TOO_LARGE)


def _scanned(archive: zipfile.ZipFile, name: str, shown: str) -> bool:
    """Whether a part has formulas. What declares entities is refused: they grow without end.

    Reading it through also proves its checksum.
    """
    formulas, tail, read = False, b"", 0
    with archive.open(name) as file:
        while block := file.read(1 << 20):
            read += len(block)
            both = tail + block
            # Another encoding would hide what is looked for here.
            if b"\0" in block:
                raise ContentError.at(shown, f"`{name}` is not in UTF-8: save the workbook again")
            if b"<!DOCTYPE" in both or b"<!ENTITY" in both:
                raise ContentError.at(shown, f"`{name}` declares a document type: no workbook needs that")
            if read > MAX_UNPACKED:
                raise ContentError.at(shown, _TOO_LARGE)
            formulas = formulas or (name.startswith("xl/worksheets/") and bool(_FORMULA.search(both)))
            tail = block[-24:]
    return formulas


def _opened(opened: Opened, values: bool = True) -> "Workbook":
    from openpyxl import load_workbook

    content = BytesIO(opened.path.read_bytes())
    try:
        with warnings.catch_warnings(action="ignore"):
            return load_workbook(content, read_only=True, data_only=values, keep_links=False)
    except STUMBLES as error:
        raise _cut_short(opened.shown, error) from None


def _heading(opened: Opened, book: "Workbook", wanted: Wanted, sheet: str) -> tuple[str, Heading]:
    names = [sheet_.title for sheet_ in book.worksheets]
    if sheet and sheet not in names:
        raise ContentError.at(opened.shown, f"has no sheet `{sheet}`; there are {', '.join(names)}")
    found: dict[str, Heading] = {}
    seen: list[str] = []
    for name in [sheet] if sheet else names:
        lines = list(islice(_lines(opened, name, book), HEADING_WITHIN))
        seen += [str(cell) for line in lines for cell in line.cells if cell is not None]
        if heading := find_heading(lines, wanted):
            found[name] = heading
    if not found:
        raise no_heading(opened.shown, wanted, seen)
    if len(found) > 1:
        message = f"several sheets may be meant: {', '.join(found)}; say which under `sheet:`"
        raise ContentError.at(opened.shown, message)
    return next(iter(found.items()))


def _lines(opened: Opened, sheet: str, book: "Workbook") -> Iterator[Line]:
    """The rows of a sheet as its cells show them."""
    for number, cells in _raw(opened, sheet, book):
        yield Line(number, tuple(map(_value, cells)))


def _padded(opened: Opened, sheet: str, book: "Workbook") -> Iterator[Line]:
    """The rows of a sheet with the zeros that its numbers show."""
    for number, cells in _raw(opened, sheet, book, values_only=False):
        yield Line(number, tuple(_value(padded(cell)) for cell in cells))


def _filled(line: Line, width: int) -> Line:
    """The row with the empty cells at its end, which a sheet leaves out."""
    lacking = width - len(line.cells)
    return Line(line.number, (*line.cells, *([None] * lacking))) if lacking > 0 else line


def _both(opened: Opened, sheet: str, book: "Workbook") -> Iterator[Line]:
    """The rows of a sheet that has formulas: where a formula has no stored value, the cell cannot be read."""
    shown = _raw(opened, sheet, book, values_only=False)
    written = _raw(opened, sheet, _opened(opened, values=False))
    for (number, values), (_, formulas) in zip(shown, written, strict=False):
        cells = [_stored(value, formula) for value, formula in zip(values, formulas, strict=False)]
        yield Line(number, tuple(cells))


def _stored(cell: Any, formula: Any) -> Cell:
    """What a cell shows. The empty text that a formula came to is stored as text; else nothing was stored."""
    if cell.value is None and formula is not None:
        return None if cell.data_type == "str" else _NO_VALUE
    return _value(padded(cell))


def _raw(
    opened: Opened, sheet: str, book: "Workbook", values_only: bool = True
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    table = book[sheet]
    # Some programs write a size that is not true, and openpyxl would believe it.
    table.reset_dimensions()
    number = 0
    try:
        for number, cells in enumerate(table.iter_rows(values_only=values_only), 1):
            if number > MOST_ROWS:
                raise ContentError.at(opened.shown, f"the sheet {sheet} has rows that no sheet can have")
            yield number, tuple(cells[:MAX_COLUMNS])
    except STUMBLES as error:
        message = f"the sheet {sheet} cannot be read from here on ({error}): save the workbook again"
        raise ContentError.at(opened.shown, message, number + 1) from None


def _value(value: Any) -> Cell:
    """A cell as text; dates as ISO 8601."""
    if value is None or isinstance(value, str):
        return value.strip() if value else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second or value.microsecond)
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(int(value.total_seconds()))
    return str(value)


def _number(value: int | float) -> Cell:
    if abs(value) >= _EXACT or value != value:
        return _ROUNDED
    return str(int(value)) if value == int(value) else repr(value)
