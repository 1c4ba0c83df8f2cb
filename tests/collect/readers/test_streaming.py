"""Rows come one at a time: the first is there although the last cannot be read."""

import json
from pathlib import Path

import pytest

from igaudit.collect.readers.csv_table import CsvTable
from igaudit.collect.readers.json_table import JsonTable
from igaudit.collect.readers.opened import open_file
from igaudit.collect.readers.tables import Wanted
from igaudit.errors import ContentError
from tests.register_files import HEADING, file, loans

ROW = {"item": "a1", "borrower": "x", "state": "lent"}


def wanted() -> Wanted:
    register = loans().register
    assert register is not None
    return Wanted(register)


def test_csv_is_read_as_it_is_asked_for(tmp_path: Path) -> None:
    path = file(tmp_path, HEADING + "a1,x,lent\n" * 100 + '"a2,x,lent\n')
    records = CsvTable(open_file(path, "l.csv"), wanted(), "l.csv").records()
    assert next(records).at == "l.csv:2"
    with pytest.raises(ContentError, match=r"l\.csv:102"):
        list(records)


def test_json_is_read_as_it_is_asked_for(tmp_path: Path) -> None:
    text = "[" + ",\n".join([json.dumps(ROW)] * 20_000) + ",\n{]"
    table = JsonTable(open_file(file(tmp_path, text), "l.json"), wanted(), "l.json")
    records = table.records()
    assert next(records).at == "l.json:item 1"
    with pytest.raises(ContentError, match=r"l\.json:20001"):
        list(records)
