"""CSV registers: encodings, separators, quotes, headings, and files that nothing can be read from."""

from pathlib import Path

import pytest

from igaudit.collect.readers import csv_table, opened
from igaudit.collect.readers.registers import read
from igaudit.errors import ContentError
from igaudit.model.organisation import Organisation, SourceFile
from igaudit.parse.registers import rows as parse
from tests.register_files import HEADING, answer_of, facts_of, file, loans, rows_of

ONE = {"item": "A1", "state": "out"}


def named(row: dict[str, object]) -> dict[str, object]:
    return {key: row[key] for key in ("item", "state") if key in row}


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with a mark"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_encodings_are_told_apart_and_said(tmp_path: Path, encoding: str, said: str) -> None:
    text = "item;state;borrower;tags\na1;lent;Zoë;naïve\n"
    facts = facts_of(file(tmp_path, text, encoding=encoding))
    assert facts["rows"][0]["tags"] == ["naïve"]
    assert facts["files"][0]["form"] == f"CSV, {said}, separated by semicolons"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    lines = [["item", "borrower", "state", "tags"], ["a1", '"Doe, J; x|y\tz"', "lent", ""]]
    text = "\n".join(map(separator.join, lines))
    assert [named(row) for row in rows_of(file(tmp_path, text))] == [ONE]


def test_another_separator_is_named_by_its_entry(tmp_path: Path) -> None:
    path = file(tmp_path, "item:borrower:state\na1:x:lent\n")
    assert [named(row) for row in rows_of(path, separator=":")] == [ONE]


def test_headings_are_compared_without_case_space_and_punctuation(tmp_path: Path) -> None:
    path = file(tmp_path, "ITEM NO,na-me, State \na1,x,lent\n")
    assert [named(row) for row in rows_of(path)] == [ONE]


def test_the_organisation_says_what_its_columns_are_called(tmp_path: Path) -> None:
    path = file(tmp_path, "item,Wer,Wo\na1,x,lent\n")
    own = {"borrower": "Wer", "state": "wo"}
    assert [named(row) for row in rows_of(path, columns=own)] == [ONE]


def test_its_own_heading_wins_over_those_that_are_known(tmp_path: Path) -> None:
    path = file(tmp_path, "item,thing,borrower,state\na1,b2,x,lent\n")
    assert rows_of(path)[0]["item"] == "A1"
    assert rows_of(path, columns={"item": "thing"})[0]["item"] == "B2"


def test_its_own_words_add_to_those_that_are_known(tmp_path: Path) -> None:
    path = file(tmp_path, HEADING + "a1,x,weg\na2,x,lent\n")
    assert [row["state"] for row in rows_of(path, values={"state": {"WEG": "back"}})] == ["back", "out"]


def test_the_heading_may_follow_titles_and_blank_lines(tmp_path: Path) -> None:
    path = file(tmp_path, "#TYPE Loan\nLoans of 2026,,\n,,\n" + HEADING + "a1,x,lent\n")
    facts = facts_of(path)
    assert [row["at"] for row in facts["rows"]] == ["loans.csv:5"]
    assert facts["malformed"] == []


def test_the_row_that_names_most_columns_is_the_heading(tmp_path: Path) -> None:
    path = file(tmp_path, "item,borrower,2026\n" + HEADING + "a1,x,lent\n")
    assert [named(row) for row in rows_of(path)] == [ONE]


def test_the_separator_that_names_most_columns_is_taken(tmp_path: Path) -> None:
    path = file(tmp_path, "item,borrower\nitem;borrower;state\na1;x;lent\n")
    assert [named(row) for row in rows_of(path)] == [ONE]


def test_rows_are_numbered_by_the_line_that_they_begin_on(tmp_path: Path) -> None:
    path = file(tmp_path, HEADING + 'a1,"two\nlines",lent\n\na2,x,lent\n')
    assert [row["at"] for row in facts_of(path)["rows"]] == ["loans.csv:2", "loans.csv:5"]


def test_blank_rows_say_nothing(tmp_path: Path) -> None:
    facts = facts_of(file(tmp_path, HEADING + "a1,x,lent\n,,\n  ,,\n\n"))
    assert len(facts["rows"]) == facts["files"][0]["rows"] == 1


def test_a_register_may_be_empty(tmp_path: Path) -> None:
    facts = facts_of(file(tmp_path, HEADING))
    assert facts["rows"] == [] and "incomplete" not in facts


def test_a_quotation_mark_too_much_swallows_no_row(tmp_path: Path) -> None:
    rows = 'a1,x,lent,"12 inch\na2,x,lent,"\na3,x,lent,"two\nlines, one comma"\n'
    facts = facts_of(file(tmp_path, f"item,borrower,state,note\n{rows}"))
    assert [row["item"] for row in facts["rows"]] == ["A3"]
    assert "loans.csv:2" in facts["incomplete"]["rows"].detail
    assert "holds a whole row" in facts["malformed"][0]["says"]


def test_a_heading_that_its_entry_names_and_the_file_has_not_is_named(tmp_path: Path) -> None:
    path = file(tmp_path, HEADING + "a1,x,lent\n")
    assert facts_of(path, columns={"item": "Nummer"})["missing_columns"] == ["loans.csv: item (Nummer)"]


def test_an_empty_cell_too_many_shows_that_cells_have_moved(tmp_path: Path) -> None:
    """A name with a comma and without quotes, in a row that ends with an empty cell."""
    facts = facts_of(file(tmp_path, "item,borrower,state,tags\na1,Doe, J,lent,\na2,x,lent,\n"))
    assert [row["item"] for row in facts["rows"]] == ["A2"]
    assert facts["malformed"][0] == {
        "at": "loans.csv:2",
        "column": None,
        "says": "5 cells, and the heading has 4",
    }


@pytest.mark.parametrize("written", ['="0012"', '"=""0012"""', " 0012 ", "\ufeff0012", "00\u200b12\u00ad"])
def test_a_number_is_read_as_a_spreadsheet_shows_it(tmp_path: Path, written: str) -> None:
    assert rows_of(file(tmp_path, f"{HEADING}{written},x,lent\n"))[0]["item"] == "0012"


@pytest.mark.parametrize("written", ["'0012", "=A1", "=HYPERLINK(0012)"])
def test_a_spreadsheets_sign_is_no_part_of_a_serial_number(tmp_path: Path, written: str) -> None:
    facts = facts_of(file(tmp_path, f"{HEADING}{written},x,lent\n"))
    assert "item" not in facts["rows"][0]
    assert "begins with a spreadsheet's sign" in facts["malformed"][0]["says"]


def test_one_person_is_one_whatever_marks_stand_unseen_in_the_name(tmp_path: Path) -> None:
    names = ["Zoë Roe", "Zoe\u0308 Roe", "Zoë\u200b Roe\ufeff", "zoë  roe"]
    rows = rows_of(file(tmp_path, HEADING + "".join(f"a1,{name},lent\n" for name in names)))
    assert len({row["borrower"] for row in rows}) == 1


@pytest.mark.parametrize("row", ["a2,x", "a2", "a2,x,lent,more", 'a2,"x"y,lent', "a2,x,lent,,z"])
def test_a_row_that_makes_no_sense_is_named_and_leaves_the_list_open(tmp_path: Path, row: str) -> None:
    facts = facts_of(file(tmp_path, f"{HEADING}a1,x,lent\n{row}\na3,x,lent\n"))
    assert [item["item"] for item in facts["rows"]] == ["A1", "A3"]
    assert [(cell["at"], cell["column"]) for cell in facts["malformed"]] == [("loans.csv:3", None)]
    assert "loans.csv:3" in facts["incomplete"]["rows"].detail


def test_a_file_cut_off_in_its_last_row_is_not_whole(tmp_path: Path) -> None:
    facts = facts_of(file(tmp_path, HEADING + "a1,x,lent\na2,x"))
    assert facts["incomplete"]["rows"]


def test_formulas_are_text_and_nothing_else(tmp_path: Path) -> None:
    path = file(tmp_path, "item,state,borrower,tags\na1,lent,x,\"=1+1;@SUM(A1);+cmd|' /C calc'!A0;-2+3\"\n")
    (row,) = rows_of(path)
    assert row["tags"][0] == "=1+1" and "@sum(a1)" in row["tags"] and "-2+3" in row["tags"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old Excel workbook, or one with a password"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x1f\x8b\x08....", "compressed (gzip)"),
        (b"item,state\n\x00\x01\x02binary", "bytes of no text"),
        (b"<html><table><tr><td>item", "a web page"),
        (b"nothing,that,is,known\n1,2,3,4\n", "no heading in its first 30 rows"),
        (b"\n" * 40 + HEADING.encode(), "no heading in its first 30 rows"),
        (HEADING.encode() + b'a1,"x,lent\na2,x,lent\n', "never closed"),
        ("item,borrower,state\né,x,lent\n".encode() + b"\xe9,x,lent\n", "UTF-8 in some places"),
        (HEADING.encode() + b"\x81\xfe,x,lent\n", "neither UTF-8 nor cp1252"),
        ("item,state\na".encode("utf-16")[:-1], "ends inside a character"),
        (b"item,state,item\na,lent,b\n", "stands over two columns"),
    ],
)
def test_a_file_that_cannot_be_used_says_so_and_what_to_do(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(ContentError) as error:
        answer_of(file(tmp_path, content))
    assert says in str(error.value) and str(error.value).startswith("loans.csv")


def test_the_place_of_what_is_wrong_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"^loans\.csv:3: "):
        answer_of(file(tmp_path, HEADING + 'a1,x,lent\na2,"x,lent\na3,x,lent\n'))
    with pytest.raises(ContentError, match=r"^loans\.csv:2: a byte is neither"):
        answer_of(file(tmp_path, HEADING.encode() + b"\x81,x,lent\n"))


def test_a_heading_that_is_nearly_right_is_pointed_out(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="did you mean `borower`"):
        answer_of(file(tmp_path, "borower,x,y\n1,2,3\n"))


def test_the_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    empty, foreign = file(tmp_path, b"", "a.csv"), file(tmp_path, b"%PDF", "b.csv")
    with pytest.raises(ContentError) as error:
        answer_of(empty, foreign)
    assert [problem.path for problem in error.value.problems] == ["a.csv", "b.csv"]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "MAX_BYTES", 1000)
    with pytest.raises(ContentError, match="larger than"):
        answer_of(file(tmp_path, HEADING + "a1,x,lent\n" * 200))


def test_a_cell_of_a_hundred_thousand_characters_is_a_gap(tmp_path: Path) -> None:
    facts = facts_of(file(tmp_path, HEADING + f"{'a' * 100_000},x,lent\n"))
    assert "item" not in facts["rows"][0]
    assert facts["malformed"][0]["says"] == "longer than 4000 characters"


def test_a_field_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="never closed"):
        answer_of(file(tmp_path, HEADING + f"{'a' * (csv_table.MAX_FIELD + 1)},x,lent\n"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"colums": {}}, "unknown key `colums` (did you mean `columns`?)"),
        ({"columns": {"itm": "x"}}, "no column `itm` (did you mean `item`?)"),
        ({"columns": "x"}, "`columns` is a mapping"),
        ({"values": {"state": {"x": "outt"}}}, "`state` knows no `outt` (did you mean `out`?)"),
        ({"values": {"state": "x"}}, "`state` is a mapping"),
        ({"encoding": "klingon"}, "`klingon` is none"),
        ({"format": "xls"}, "`xls` is none"),
        ({"separator": "::"}, "one character"),
        ({"zone": "Mars/Olympus"}, "no time zone"),
        ({"as_of": "yesterday"}, "`yesterday` is none"),
        ({"day_first": "maybe"}, "true or false"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(
    tmp_path: Path, options: dict[str, object], says: str
) -> None:
    with pytest.raises(ContentError) as error:
        answer_of(file(tmp_path, HEADING), **options)
    assert says in str(error.value) and str(error.value).startswith("trust.yaml: ")


def test_only_what_serves_a_fact_leaves_the_file(tmp_path: Path) -> None:
    path = file(tmp_path, "item,borrower,state,Phone,Notes\na1,Jo Doe,lent,07700 900123,secret note\n")
    said = answer_of(path).decode()
    assert "07700" not in said and "secret" not in said and "Doe" not in said


def test_a_person_is_the_same_hash_everywhere(tmp_path: Path) -> None:
    path = file(tmp_path, HEADING + "a1,Jo Doe,lent\na2,jo  doe ,lent\na3,Al Roe,lent\n")
    first, second, third = (row["borrower"] for row in rows_of(path))
    assert first == second != third and first.startswith("person ")


def test_a_word_for_nothing_is_not_taken_for_a_name(tmp_path: Path) -> None:
    path = file(tmp_path, "item,borrower,state,card\na1,x,lent,None\na2,x,lent,00163E000001\n")
    first, second = rows_of(path)
    assert first["card"] is None and second["card"].startswith("card ")


def test_a_personal_value_of_the_wrong_form_is_not_shown(tmp_path: Path) -> None:
    path = file(tmp_path, "item,borrower,state,card\na1,x,lent,0770090012\n")
    said = answer_of(path).decode()
    assert "0770090012" not in said and "has not the form of a mac" in said


@pytest.mark.parametrize(
    ("name", "options", "day", "source"),
    [
        ("loans.csv", {}, "2026-11-20", "modified"),
        ("loans_2026-11-01.csv", {}, "2026-11-01", "name"),
        ("loans_20261101T0900.csv", {}, "2026-11-01", "name"),
        ("loans_120261101.csv", {}, "2026-11-20", "modified"),
        ("Export 20261101.csv", {}, "2026-11-01", "name"),
        ("loans_2026-13-01.csv", {}, "2026-11-20", "modified"),
        ("loans_2026-11-01.csv", {"as_of": "2026-10-31"}, "2026-10-31", "entry"),
    ],
)
def test_the_day_that_a_file_shows(
    tmp_path: Path, name: str, options: dict[str, object], day: str, source: str
) -> None:
    (about,) = facts_of(file(tmp_path, HEADING, name), **options)["files"]
    assert (about["as_of"], about["as_of_from"]) == (day, source)


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    paths = [file(tmp_path / folder, HEADING + "a1,x,lent\n") for folder in ("a", "b")]
    files = tuple(SourceFile(path, f"{path.parent.name}/{path.name}", {}) for path in paths)
    organisation = Organisation("o", {"loans": files}, (), {}, "trust.yaml")
    answer = read(files, organisation, loans().probes[0], loans())
    found = [row["at"] for row in parse(answer.decode(), loans())["rows"]]  # type: ignore[attr-defined]
    assert found == ["a/loans.csv:2", "b/loans.csv:2"]
