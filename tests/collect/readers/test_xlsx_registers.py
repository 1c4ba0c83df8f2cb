"""XLSX registers: dates, numbers, formulas, sheets, and workbooks that are damaged or dangerous."""

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from igaudit.collect.readers import xlsx_table
from igaudit.errors import ContentError
from tests.register_files import answer_of, facts_of, file, rows_of, workbook


def change_book(path: Path, change: Callable[[Any], object]) -> None:
    """Do something to the sheet of a workbook, with the program that wrote it."""
    book = load_workbook(path)
    change(book.active)
    book.save(path)


HEAD = ["item", "borrower", "state", "day", "at_time", "paid", "count", "price", "length"]


def test_cells_of_every_kind(tmp_path: Path) -> None:
    day, moment = date(2026, 11, 1), datetime(2026, 11, 1, 9, 30)
    path = workbook(tmp_path, [HEAD, [123456789012, "x", "lent", day, moment, True, 3, 2.5, time(0, 15)]])
    (row,) = rows_of(path, zone="UTC")
    assert row["item"] == "123456789012"
    assert (row["day"], row["at_time"]) == ("2026-11-01", "2026-11-01T09:30:00Z")
    assert (row["paid"], row["count"], row["price"], row["length"]) == (True, 3, 2.5, 900)


def test_lengths_of_time_and_whole_decimals(tmp_path: Path) -> None:
    path = workbook(
        tmp_path, [HEAD, ["a", "x", "lent", None, None, None, 3.0, None, timedelta(hours=1, minutes=30)]]
    )
    (row,) = rows_of(path)
    assert (row["count"], row["length"]) == (3, 5400)


def test_rows_are_numbered_as_the_sheet_numbers_them(tmp_path: Path) -> None:
    rows = [["Loans"], [], HEAD, ["a1", "x", "lent"], [], ["a2", "x", "lent"]]
    facts = facts_of(workbook(tmp_path, rows))
    assert [row["at"] for row in facts["rows"]] == ["loans.xlsx:4", "loans.xlsx:6"]
    assert facts["files"][0]["form"] == "XLSX, sheet Loans"


def test_a_number_has_the_zeros_that_it_shows(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, [123, "x", "lent"], [4567890, "x", "lent"], [12, "x", "lent"]])
    change_book(path, lambda sheet: [setattr(sheet[cell], "number_format", "00000") for cell in ("A2", "A3")])
    assert [row["item"] for row in rows_of(path)] == ["00123", "4567890", "12"]


def test_a_cell_that_is_one_with_the_cell_above_is_no_empty_one(tmp_path: Path) -> None:
    rows = [HEAD, ["a1", "x", "lent", date(2026, 11, 1)], ["a2", None, "lent"], ["a3", "y", "lent"], []]
    path = workbook(tmp_path, rows)
    change_book(path, lambda sheet: [sheet.merge_cells(cells) for cells in ("B2:B3", "D2:D3", "A4:A5")])
    facts = facts_of(path)
    assert [row.get("day", "unread") for row in facts["rows"]] == ["2026-11-01", "unread", None]
    assert [(cell["at"], cell["column"]) for cell in facts["malformed"]] == [
        ("loans.xlsx:3", "borrower"),
        ("loans.xlsx:3", "day"),
    ]
    assert "is one with the cell above it" in facts["malformed"][0]["says"]


def test_a_formula_without_a_value_is_a_gap(tmp_path: Path) -> None:
    facts = facts_of(workbook(tmp_path, [HEAD, ["a1", "x", "lent", "=TODAY()"]]))
    assert "day" not in facts["rows"][0]
    assert (facts["malformed"][0]["column"], facts["malformed"][0]["at"]) == ("day", "loans.xlsx:2")
    assert "a formula without a value" in facts["malformed"][0]["says"]


def test_a_formula_with_a_value_is_that_value(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, ["a1", "x", "lent", None, None, None, "=1+2"]])
    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace(b"<v></v>", b"<v>3</v>").replace(b"<v />", b"<v>3</v>"),
    )
    assert rows_of(path)[0]["count"] == 3


def test_a_formula_that_came_to_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, ["a1", "x", "lent", '=IF(1,"","x")'], *[[None] * 3 + ['=""']] * 3])
    change = re.compile(rb'(<c r="D[0-9]+")([^>]*)>(<f>[^<]*</f>)<v */>')
    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda text: change.sub(rb'\1 t="str">\3<v></v>', text.replace(b"<v></v>", b"<v/>")),
    )
    facts = facts_of(path)
    assert facts["malformed"] == [] and [row["day"] for row in facts["rows"]] == [None]


def test_formulas_are_found_behind_a_prefix_too(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, ["a1", "x", "lent", "=TODAY()"]])
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def prefixed(text: bytes) -> bytes:
        text = text.replace(b'xmlns="' + main, b'xmlns:x="' + main)
        return re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", text)

    rewrite(path, "xl/worksheets/sheet1.xml", prefixed)
    assert "a formula without a value" in facts_of(path)["malformed"][0]["says"]


def test_a_row_far_below_the_end_of_any_sheet_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, ["a1", "x", "lent"]])
    rewrite(path, "xl/worksheets/sheet1.xml", lambda text: text.replace(b'r="2"', b'r="99999999999"'))
    with pytest.raises(ContentError, match="rows that no sheet can have"):
        answer_of(path)


def test_an_error_of_the_spreadsheet_is_a_gap(tmp_path: Path) -> None:
    facts = facts_of(workbook(tmp_path, [HEAD, ["#REF!", "x", "lent"]]))
    assert "item" not in facts["rows"][0] and "an error" in facts["malformed"][0]["says"]


@pytest.mark.parametrize("number", [12345678901234567890, 1.5e300, float(2**53)])
def test_a_number_that_has_lost_digits_is_a_gap(tmp_path: Path, number: float) -> None:
    facts = facts_of(workbook(tmp_path, [HEAD, [number, "x", "lent"]]))
    assert "item" not in facts["rows"][0] and "more digits" in facts["malformed"][0]["says"]


def test_the_sheet_with_the_heading_is_taken(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.create_sheet("Second").append(HEAD)
    book.save(tmp_path / "two.xlsx")
    assert facts_of(tmp_path / "two.xlsx")["files"][0]["form"] == "XLSX, sheet Second"
    book.create_sheet("Third").append(HEAD)
    book.save(tmp_path / "three.xlsx")
    with pytest.raises(ContentError, match="several sheets may be meant: Second, Third"):
        answer_of(tmp_path / "three.xlsx")
    assert facts_of(tmp_path / "three.xlsx", sheet="Third")["files"][0]["form"] == "XLSX, sheet Third"
    with pytest.raises(ContentError, match="has no sheet `Fourth`; there are Sheet, Second, Third"):
        answer_of(tmp_path / "three.xlsx", sheet="Fourth")


def test_the_name_of_the_file_is_not_believed(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, ["a1", "x", "lent"]], "loans.csv")
    assert len(rows_of(path)) == 1


def rewrite(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Change one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, *[["a1", "x", "lent"]] * 200])
    whole = path.read_bytes()
    for size in (10, len(whole) // 2, len(whole) - 10):
        path.write_bytes(whole[:size])
        with pytest.raises(ContentError, match="cut short or damaged"):
            answer_of(path)


def test_a_workbook_with_a_flipped_byte_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, *[[f"a{n}", "x", "lent"] for n in range(200)]])
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 200
    whole[at] ^= 0xFF
    path.write_bytes(bytes(whole))
    with pytest.raises(ContentError, match="cut short or damaged"):
        answer_of(path)


SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def share_strings(path: Path) -> None:
    """Put the texts of the sheet into a part of their own, as Excel does."""
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    texts = re.findall(r"<is><t>(.*?)</t></is>", sheet)
    for number, text in enumerate(texts):
        sheet = sheet.replace(f"<is><t>{text}</t></is>", f"<v>{number}</v>", 1)
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    shared = f'<?xml version="1.0"?><sst xmlns="{space}">{strings}</sst>'
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED}"/></Types>'
    rewrite(path, "xl/worksheets/sheet1.xml", lambda _: sheet.replace('t="inlineStr"', 't="s"').encode())
    rewrite(path, "xl/sharedStrings.xml", lambda _: shared.encode())
    rewrite(path, "[Content_Types].xml", lambda text: text.replace(b"</Types>", override.encode()))


def test_texts_in_a_part_of_their_own(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, ["a1", "x", "lent"]])
    share_strings(path)
    assert rows_of(path)[0]["item"] == "A1"
    rewrite(path, "xl/sharedStrings.xml", lambda text: text[: len(text) // 2])
    with pytest.raises(ContentError, match="cut short or damaged"):
        answer_of(path)
    rewrite(path, "xl/sharedStrings.xml", lambda _: b"<sst/>")
    with pytest.raises(ContentError, match="cannot be read from here on"):
        answer_of(path)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_part_that_is_no_xml_is_refused(tmp_path: Path, part: str) -> None:
    path = workbook(tmp_path, [HEAD, ["a1", "x", "lent"]])
    rewrite(path, part, lambda text: text[: len(text) // 2])
    with pytest.raises(ContentError, match=r"loans\.xlsx"):
        answer_of(path)


def test_what_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path, [HEAD, ["a1", "x", "lent"]])
    monkeypatch.setattr(xlsx_table, "SMALL", 100_000)
    rewrite(path, "xl/bomb.xml", lambda _: b"0" * 2_000_000)
    with pytest.raises(ContentError, match="unpacks to 200 times its size"):
        answer_of(path)


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path, [HEAD, ["a1", "x", "lent"]])
    monkeypatch.setattr(xlsx_table, "MAX_UNPACKED", 2000)
    with pytest.raises(ContentError, match="unpacks to more than"):
        answer_of(path)


def test_declared_entities_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, ["a1", "x", "lent"]])
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    rewrite(path, "xl/worksheets/sheet1.xml", lambda text: bomb + text)
    with pytest.raises(ContentError, match="declares a document type"):
        answer_of(path)


def test_entities_cannot_hide_in_another_encoding(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, ["a1", "x", "lent"]])
    bomb = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    rewrite(path, "xl/worksheets/sheet1.xml", lambda _: bomb.encode("utf-16"))
    with pytest.raises(ContentError, match="is not in UTF-8"):
        answer_of(path)


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "loans.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("loans.csv", "item,borrower,state\n")
    with pytest.raises(ContentError, match="no Excel workbook: unpack it"):
        answer_of(path)


def test_a_workbook_without_the_heading_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no heading in its first 30 rows"):
        answer_of(workbook(tmp_path, [["x", "y"], [1, 2]]))


def test_two_columns_of_one_heading_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"loans\.xlsx:1: the heading `state` stands over two columns"):
        answer_of(workbook(tmp_path, [["item", "state", "State"], ["a", "lent", "back"]]))


def test_cells_beyond_the_heading_are_a_wrong_row(tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEAD, [*["a"] * 9, "more"], ["a2", "x", "lent"]]
    facts = facts_of(workbook(tmp_path, rows))
    assert [row["item"] for row in facts["rows"]] == ["A2"]
    assert facts["malformed"][0]["at"] == "loans.xlsx:2"


def test_csv_that_is_called_xlsx_is_read(tmp_path: Path) -> None:
    assert len(rows_of(file(tmp_path, "item,borrower,state\na1,x,lent\n", "loans.xlsx"))) == 1
