"""Registers of an organisation: CSV, XLSX or JSON files → one JSON line per row.

The answer begins each file with a line `file` (what it is, and how the organisation file says to read it),
has one line `at` per row with its cells in the order of the file's `columns`, and ends it with a line `end`.
Cells stay as they are written, but for personal ones: a hash stands for those from here on.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from igaudit.collect.readers.csv_table import CsvTable
from igaudit.collect.readers.opened import ENCODINGS, FORMATS, JSON, XLSX, Opened, open_file
from igaudit.collect.readers.tables import MAX_CELL, Cell, Record, Unreadable, Wanted
from igaudit.errors import ContentError, Gathered, Problem, near
from igaudit.model.collector import Collector, Probe
from igaudit.model.conform import misfit
from igaudit.model.facts import FactType
from igaudit.model.organisation import Organisation, SourceFile
from igaudit.model.register import Column, Register, heading, pseudonym, word
from igaudit.model.shapes import Misshapen, shaped

MAX_ROWS = 1_000_000
OPTIONS = ("columns", "values", "format", "encoding", "separator", "sheet", "day_first", "zone", "as_of")
_ORDERS: Mapping[object, str] = {True: "day-first", False: "month-first"}
_DAY = re.compile(r"(?<![0-9])(20[0-9]{2})[-_]?([01][0-9])[-_]?([0-3][0-9])(?![0-9])")


class Table(Protocol):
    """A file whose columns were found."""

    form: str
    columns: dict[str, str]

    def records(self) -> Iterator[Record]:
        """Its rows."""


def read(
    files: tuple[SourceFile, ...], organisation: Organisation, probe: Probe, collector: Collector
) -> bytes:
    """The rows of all files as JSON lines; raises ContentError with the problems of all files."""
    assert collector.register is not None, f"{collector.file}: its reader wants a section `register`"
    gathered, out = Gathered(), io.BytesIO()
    for file in files:
        with gathered.caught():
            for line in _file(file, collector.register, _label(file, files), organisation.file):
                out.write(line)
    gathered.raise_any()
    return out.getvalue()


def _label(file: SourceFile, files: tuple[SourceFile, ...]) -> str:
    """What rows are called after: the file's name, with its folder where two files have that name."""
    alike = sum(other.path.name == file.path.name for other in files) > 1
    return file.shown if alike else file.path.name


def _file(file: SourceFile, register: Register, label: str, named_in: str) -> Iterator[bytes]:
    problems = list(_option_problems(file, register, named_in))
    if problems:
        raise ContentError(problems)
    options = {name: str(value) for name, value in file.options.items() if isinstance(value, str | int)}
    opened = open_file(file.path, file.shown, options.get("format", ""), options.get("encoding", ""))
    own = file.options.get("columns", {})
    wanted = Wanted(register, own if isinstance(own, dict) else {})
    table = _table(opened, wanted, label, options)
    names = [column.name for column in register.columns]
    yield _line({"file": {**_about(file, label, opened, table), "columns": names}})
    rows = 0
    for record in table.records():
        rows += 1
        if rows > MAX_ROWS:
            raise ContentError.at(file.shown, f"more than {MAX_ROWS:,} rows: split it into several files")
        yield _line(_row(record, register))
    # A list of no items names no columns, and lacks none.
    missing = wanted.missing(table.columns) if rows or opened.format != JSON else []
    ending = {"columns": table.columns, "missing": missing, "goes_on": getattr(table, "goes_on", False)}
    yield _line({"end": label, "rows": rows, **ending})


def _table(opened: Opened, wanted: Wanted, label: str, options: Mapping[str, str]) -> Table:
    if opened.format == JSON:
        from igaudit.collect.readers.json_table import JsonTable

        return JsonTable(opened, wanted, label)
    if opened.format == XLSX:
        from igaudit.collect.readers.xlsx_table import XlsxTable

        return XlsxTable(opened, wanted, label, options.get("sheet", ""))
    return CsvTable(opened, wanted, label, options.get("separator", ""))


def _about(file: SourceFile, label: str, opened: Opened, table: Table) -> dict[str, object]:
    as_of, source = _as_of(file, opened)
    return {
        "name": label,
        "shown": file.shown,
        "sha256": opened.sha256,
        "bytes": opened.bytes,
        "modified": opened.modified,
        "form": table.form,
        "as_of": as_of,
        "as_of_from": source,
        "dates": _ORDERS.get(file.options.get("day_first"), ""),
        "zone": file.options.get("zone", ""),
        "values": file.options.get("values", {}),
    }


def _as_of(file: SourceFile, opened: Opened) -> tuple[str, str]:
    """The day that a file shows: as its entry says, as its name says, or when it was last changed."""
    if said := file.options.get("as_of"):
        return str(said), "entry"
    if found := _DAY.search(file.path.name):
        day = "-".join(found.groups())
        if not misfit(day, FactType("date"), ""):
            return day, "name"
    return opened.modified[:10], "modified"


def _row(record: Record, register: Register) -> dict[str, object]:
    if record.wrong:
        return {"at": record.at, "wrong": record.wrong}
    cells = [
        _cell(record.cells[column.name], column) if column.name in record.cells else None
        for column in register.columns
    ]
    while cells and cells[-1] is None:
        cells.pop()
    return {"at": record.at, "cells": cells}


def _cell(cell: Cell, column: Column) -> object:
    """A cell as the answer has it; what cannot be read is an object that says why."""
    if isinstance(cell, Unreadable):
        return {"unread": cell.says}
    if column.type.of and column.type.of.fields:
        cell = _objects(cell, column.type.of)
    if len(str(cell)) > MAX_CELL:
        return {"unread": f"longer than {MAX_CELL} characters"}
    if not column.personal:
        return cell
    if isinstance(cell, list):
        return [_hidden(str(item), column) for item in cell]
    return _hidden(str(cell), column)


def _objects(cell: Cell, kind: FactType) -> Cell:
    """Of each object in a list the fields that serve a fact: beside them may stand a passcode, or a place."""
    if not isinstance(cell, list):
        return {"unread": "a list of objects expected"}
    wanted = set(map(heading, kind.fields))
    return [
        {
            name: value
            for name, value in item.items()
            if heading(name) in wanted and not isinstance(value, dict | list)
        }
        if isinstance(item, dict)
        else None
        for item in cell
    ]


def _hidden(text: str, column: Column) -> object:
    """The hash that stands for a personal value. A word that means none stays what it is."""
    if word(text) in column.words:
        return text
    try:
        return pseudonym(column.personal, shaped(column.form, text))
    except Misshapen:
        # Why it is wrong would show what it is.
        return {"unread": f"has not the form of a {column.form}"}


def _line(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _option_problems(file: SourceFile, register: Register, named_in: str) -> Iterator[Problem]:
    """What is wrong with the entry of a file."""
    for key in file.options:
        if key not in OPTIONS:
            yield Problem(named_in, 0, f"{file.shown}: unknown key `{key}`{near(key, OPTIONS)}")
    for key in ("columns", "values"):
        given = file.options.get(key, {})
        if not isinstance(given, dict):
            yield Problem(named_in, 0, f"{file.shown}: `{key}` is a mapping, column by column")
            continue
        names = [column.name for column in register.columns]
        for name in (name for name in given if name not in names):
            yield Problem(named_in, 0, f"{file.shown}: `{key}`: no column `{name}`{near(name, names)}")
    for message in (*_value_problems(file.options, register), *_word_problems(file.options)):
        yield Problem(named_in, 0, f"{file.shown}: {message}")


def _value_problems(options: Mapping[str, object], register: Register) -> Iterator[str]:
    values = options.get("values", {})
    for column in register.columns:
        given: Any = values.get(column.name, {}) if isinstance(values, dict) else {}
        if not isinstance(given, dict):
            yield f"`values`: `{column.name}` is a mapping from words of the file to values"
            continue
        kind = column.type.of or column.type
        allowed = list(kind.one_of) or (["true", "false"] if kind.type == "boolean" else [])
        for value in given.values():
            said = str(value).lower() if isinstance(value, bool) else value
            if allowed and said not in allowed and said is not None:
                known = f"{near(said, allowed)}; there are {', '.join(allowed)}"
                yield f"`values`: `{column.name}` knows no `{said}`{known}"


def _word_problems(options: Mapping[str, object]) -> Iterator[str]:
    for key, known in (("format", tuple(FORMATS)), ("encoding", ENCODINGS)):
        if key in options and str(options[key]).lower() not in known:
            wrong = f"`{options[key]}` is none{near(options[key], known)}"
            yield f"`{key}` is one of {', '.join(known)}, and {wrong}"
    separator = options.get("separator", ",")
    if not isinstance(separator, str) or len(separator) != 1 or separator in '"\r\n':
        yield "`separator` is one character"
    if options.get("day_first", True) not in (True, False):
        yield "`day_first` is true or false"
    if "as_of" in options and misfit(options["as_of"], FactType("date"), ""):
        yield f"`as_of` is a day, YYYY-MM-DD, and `{options['as_of']}` is none"
    if "zone" in options and not _known_zone(options["zone"]):
        yield f"`zone`: `{options['zone']}` is no time zone: write for example Europe/London"


def _known_zone(name: object) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
