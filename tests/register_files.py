"""A small register, and its files read as a run reads them: by the real reader and the real parser."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from igaudit.collect.readers.registers import read
from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.collector import Collector
from igaudit.model.organisation import Organisation, SourceFile
from igaudit.parse.registers import rows

LOANS = """
collector: loans
title: Things that were lent
why: To try registers out.
kinds: [organisation]
probes:
  controller:
    - {id: rows, reader: registers, reads: files, cost: none, parser: registers.rows,
       gives: [rows, malformed, files, missing_columns]}
register:
  one: loan
  columns:
    item: {type: string, required: true, says: What was lent., headings: [Thing, "Item no."], as: serial}
    borrower:
      {type: string, nullable: true, required: true, personal: person, says: To whom., headings: [Name]}
    state:
      type: string
      required: true
      one_of: [out, back]
      says: Where it is.
      words: {out: [lent, "1"], back: [returned, "2"]}
    day: {type: date, nullable: true, says: When.}
    at_time: {type: time, nullable: true, says: The moment., headings: [moment]}
    seen: {type: time, nullable: true, says: When it was seen., zone: UTC}
    paid: {type: boolean, nullable: true, says: Whether it was paid.}
    count: {type: integer, nullable: true, says: How many.}
    price: {type: number, nullable: true, says: How much.}
    address: {type: address, nullable: true, says: Where from.}
    tags: {type: list, of: string, says: Words., as: lower}
    length: {type: integer, nullable: true, as: seconds, says: How long., words: {"null": [unlimited]}}
    card: {type: string, nullable: true, as: mac, personal: card, says: Its card., words: {"null": [none]}}
    steps:
      type: list
      key: name
      says: What was done.
      of:
        name: {type: string, says: What.}
        done_on: {type: date, nullable: true, says: When.}
"""
HEADING = "item,borrower,state\n"


@cache
def loans() -> Collector:
    """The collector of the register above."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "collectors" / "loans" / "collector.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(LOANS, "utf-8")
        return load_collector(path, Content((Path(folder),)))


def answer_of(*paths: Path, **options: object) -> bytes:
    """What the reader says of these files."""
    collector = loans()
    files = tuple(SourceFile(path, path.name, options) for path in paths)
    organisation = Organisation("o", {"loans": files}, (), {}, "trust.yaml")
    return read(files, organisation, collector.probes[0], collector)


def facts_of(*paths: Path, **options: object) -> dict[str, Any]:
    """The facts that come of these files."""
    return dict(rows(answer_of(*paths, **options).decode("utf-8"), loans()))


def file(folder: Path, content: str | bytes, name: str = "loans.csv", encoding: str = "utf-8") -> Path:
    """A file in `folder`, last changed on 20 November 2026."""
    path = folder / name
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    os.utime(path, (1795132800, 1795132800))
    return path


def rows_of(*paths: Path, **options: object) -> list[Mapping[str, Any]]:
    """The rows that come of these files, without their places."""
    return [{k: v for k, v in row.items() if k != "at"} for row in facts_of(*paths, **options)["rows"]]


def workbook(folder: Path, rows_: list[list[Any]], name: str = "loans.xlsx", sheet: str = "Loans") -> Path:
    """An XLSX file of one sheet."""
    from openpyxl import Workbook

    book = Workbook()
    table = book.active
    assert table is not None
    table.title = sheet
    for row in rows_:
        table.append(row)
    book.save(folder / name)
    return folder / name
