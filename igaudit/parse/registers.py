"""The answer of the reader of registers → typed rows, and a name for all that could not be read."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from igaudit.model.collector import Collector
from igaudit.model.facts import Reason, Unread
from igaudit.model.register import AT, ROWS, Register
from igaudit.model.shapes import Misshapen
from igaudit.parse import Unparsable
from igaudit.parse.calendar_text import Ambiguous
from igaudit.parse.cells import CellReader, Ways

# More are counted, and named by their column alone: a file with one wrong date per row needs one sentence.
MOST_NAMED = 1000

Record = dict[str, Any]


def rows(text: str, collector: Collector) -> dict[str, object]:
    """The facts of a register; raises Unparsable for what is no answer of its reader."""
    assert collector.register is not None, f"{collector.file}: its parser wants a section `register`"
    reading = _Reading(collector.register)
    for number, line in enumerate(_lines(text), 1):
        try:
            reading.take(json.loads(line))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Unparsable(f"line {number}: {error}") from None
    return reading.facts()


def _lines(text: str) -> Iterator[str]:
    """The lines of the answer, one at a time; `splitlines` would part them at odd characters too."""
    at = 0
    while (end := text.find("\n", at)) >= 0:
        yield text[at:end]
        at = end + 1
    if at < len(text):
        yield text[at:]


@dataclass(slots=True)
class _Reading:
    """What was read so far."""

    register: Register
    rows: list[Record] = field(default_factory=list)
    malformed: list[Record] = field(default_factory=list)
    more: Counter[tuple[str, str]] = field(default_factory=Counter)
    files: list[Record] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    go_on: list[str] = field(default_factory=list)
    readers: Mapping[str, CellReader] = field(default_factory=dict)
    open_dates: list[tuple[Record, str, object]] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    label: str = ""
    open: bool = False
    first: int = 0
    named: int = 0

    def take(self, line: Mapping[str, Any]) -> None:
        """One line of the answer."""
        if "file" in line:
            self.begin(line["file"])
        elif "end" in line:
            self.end(line)
        elif "wrong" in line:
            self.lost.append(line["at"])
            self.name(line["at"], None, line["wrong"])
        else:
            self.rows.append(self.record(line["at"], dict(zip(self.order, line["cells"], strict=False))))

    def begin(self, about: Mapping[str, Any]) -> None:
        ways = Ways(about["dates"], about["zone"], about["values"])
        self.readers = {column.name: CellReader(column, ways) for column in self.register.columns}
        self.order = about["columns"]
        self.label, self.open, self.first = about["name"], True, len(self.rows)
        self.named = len(self.malformed)
        self.files.append({key: about[key] for key in ("name", "sha256", "as_of", "as_of_from", "form")})

    def end(self, line: Mapping[str, Any]) -> None:
        self.open = False
        self.settle()
        self.files[-1]["rows"] = line["rows"]
        self.missing += [f"{self.label}: {column}" for column in line["missing"]]
        if line["goes_on"]:
            self.go_on.append(self.label)
        if absent := self.readers.keys() - line["columns"].keys():
            self.unsay(absent)

    def unsay(self, absent: set[str]) -> None:
        """Take back what rows say about columns that their file has not: nothing is known of them."""
        for record in islice(self.rows, self.first, None):
            for name in absent:
                record.pop(name, None)
        # That each of its cells is empty says no more than that there is no such column.
        self.malformed[self.named :] = [
            cell for cell in islice(self.malformed, self.named, None) if cell["column"] not in absent
        ]
        for name in absent:
            self.more.pop((self.label, name), None)

    def record(self, at: str, cells: Mapping[str, object]) -> Record:
        found: Record = {AT: at}
        for name, reader in self.readers.items():
            try:
                if cells.get(name) is not None:
                    found[name] = reader.read(cells[name])
                    continue
                known, value = reader.nothing()
                if known:
                    found[name] = value
                elif reader.column.required:
                    self.name(at, name, "the cell is empty")
            except Ambiguous:
                self.open_dates.append((found, name, cells[name]))
            except Misshapen as error:
                self.name(at, name, str(error))
        return found

    def settle(self) -> None:
        """Read the dates that may mean two days by what the other dates of their file show."""
        shown = set().union(*(reader.orders for reader in self.readers.values())) - {""}
        for record, name, cell in self.open_dates:
            reader = self.readers[name]
            reader.order = next(iter(shown)) if len(shown) == 1 else ""
            try:
                record[name] = reader.read(cell)
            except Misshapen as error:
                self.name(record[AT], name, str(error))
        self.open_dates.clear()

    def name(self, at: str, column: str | None, says: str) -> None:
        """Name a cell or a row that could not be read."""
        if len(self.malformed) < MOST_NAMED:
            self.malformed.append({"at": at, "column": column, "says": says})
        else:
            self.more[self.label, column or ""] += 1

    def facts(self) -> dict[str, object]:
        if self.open:
            raise Unparsable(f"the answer ends inside {self.label}")
        summary = [
            {"at": label, "column": column or None, "says": f"{count:,} more that cannot be read"}
            for (label, column), count in sorted(self.more.items())
        ]
        found: dict[str, object] = {
            ROWS: self.rows,
            "malformed": self.malformed + summary,
            "files": self.files,
            "missing_columns": self.missing,
        }
        gap = self.gap()
        return {**found, "incomplete": {ROWS: gap}} if gap else found

    def gap(self) -> Unread | None:
        """Why the list of rows is not whole; None where it is."""
        if self.lost:
            places = ", ".join(self.lost[:5]) + (" …" if len(self.lost) > 5 else "")
            return Unread(Reason.UNPARSABLE, f"rows that cannot be read ({len(self.lost):,}): {places}"[:200])
        # Only JSON comes in pages: a list of another form beside them is no last page.
        last = [file for file in self.files if file["form"][:4] == "JSON" and file["name"] not in self.go_on]
        if self.go_on and not last:
            return Unread(Reason.INCOMPLETE_RECORD, "the export has a further page that was not given"[:200])
        return None
