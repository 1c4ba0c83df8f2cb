"""Rows of registers: cells → values of their types, and a name for all that cannot be read."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from igaudit.model.conform import misfit
from igaudit.model.facts import FactType
from igaudit.model.register import Column
from igaudit.parse import Unparsable, registers
from igaudit.parse.cells import CellReader, Ways
from igaudit.parse.registers import rows
from tests.register_files import HEADING, answer_of, facts_of, file, loans, rows_of


def one(folder: Path, column: str, cell: str, **options: object) -> object:
    """What comes of one cell: its value, or what is said of it."""
    out = io.StringIO()
    csv.writer(out).writerows([["item", "borrower", "state", column], ["a1", "x", "lent", cell]])
    facts = facts_of(file(folder, out.getvalue()), **options)
    said = [item["says"] for item in facts["malformed"]]
    return said[0] if said else facts["rows"][0].get(column, "left out")


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("day", "2026-11-01", "2026-11-01"),
        ("day", "", None),
        ("at_time", "2026-11-01T09:00:00Z", "2026-11-01T09:00:00Z"),
        ("paid", "Yes", True),
        ("paid", "N", False),
        ("paid", "0", False),
        ("paid", "", None),
        ("count", "7", 7),
        ("count", "-7.00", -7),
        ("price", "2.50", 2.5),
        ("price", "3", 3),
        ("address", "2001:DB8::1", "2001:db8::1"),
        ("tags", "A; b|c", ["a", "b", "c"]),
        ("tags", "", []),
        ("tags", " ; ;", []),
        ("length", "00:15:00", 900),
        ("length", "Unlimited", None),
    ],
)
def test_cells_of_every_type(tmp_path: Path, column: str, cell: str, value: object) -> None:
    assert one(tmp_path, column, cell) == value


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("day", "soon", "no day"),
        ("at_time", "2026-11-01 09:00", "names no time zone"),
        ("paid", "perhaps", "none of yes, no"),
        ("count", "7.5", "no whole number"),
        ("count", "1,000", "no whole number"),
        ("price", "1e5", "no number"),
        ("price", "inf", "no number"),
        ("address", "here", "no IP address"),
        ("length", "long", "no length of time"),
        ("count", "#N/A", "an error"),
        ("count", "####", "an error"),
    ],
)
def test_a_cell_that_cannot_be_read_is_left_out_and_named(
    tmp_path: Path, column: str, cell: str, says: str
) -> None:
    assert says in str(one(tmp_path, column, cell))


def test_times_without_a_zone_are_in_that_of_the_entry_or_of_the_column(tmp_path: Path) -> None:
    assert one(tmp_path, "seen", "2026-07-01 12:00") == "2026-07-01T12:00:00Z"
    assert one(tmp_path, "seen", "2026-07-01 12:00", zone="Europe/London") == "2026-07-01T11:00:00Z"


def test_an_empty_cell_says_nothing_only_where_it_may() -> None:
    texts = FactType("list", of=FactType("string"))
    found = [
        CellReader(column, Ways()).nothing()
        for column in (
            Column("x", texts),
            Column("x", texts, required=True),
            Column("x", FactType("string", nullable=True), required=True),
            Column("x", FactType("string")),
        )
    ]
    assert found == [(True, []), (False, []), (True, None), (False, None)]


def test_a_word_that_nobody_knows_is_named_with_what_to_do(tmp_path: Path) -> None:
    facts = facts_of(file(tmp_path, HEADING + "a1,x,gone\n"))
    assert facts["malformed"] == [
        {
            "at": "loans.csv:2",
            "column": "state",
            "says": "`gone` is none of out, back; say under `values:` which of them it means",
        }
    ]
    assert "state" not in facts["rows"][0]


def test_a_column_that_must_be_filled_is_named_where_it_is_empty(tmp_path: Path) -> None:
    facts = facts_of(file(tmp_path, HEADING + "a1,x,lent\n,x,lent\na3,,lent\n"))
    assert [(cell["at"], cell["column"]) for cell in facts["malformed"]] == [("loans.csv:3", "item")]
    assert facts["rows"][2]["borrower"] is None


def test_nothing_is_known_of_a_column_that_the_file_has_not(tmp_path: Path) -> None:
    facts = facts_of(file(tmp_path, "item,state\na1,lent\n"))
    assert facts["missing_columns"] == ["loans.csv: borrower (Name)"]
    assert facts["rows"] == [{"at": "loans.csv:2", "item": "A1", "state": "out"}]
    assert facts["malformed"] == []


def test_a_column_is_missing_in_the_one_file_that_has_it_not(tmp_path: Path) -> None:
    whole = file(tmp_path, HEADING + "a1,x,lent\n", "a.csv")
    other = file(tmp_path, "item,borrower\na2,x\n", "b.csv")
    facts = facts_of(whole, other)
    assert facts["missing_columns"] == ["b.csv: state"]
    assert [row.get("state") for row in facts["rows"]] == ["out", None]


def test_a_required_column_that_no_item_has_is_missing_once(tmp_path: Path) -> None:
    items = [{"item": "a1", "borrower": "x"}, {"item": "a2", "borrower": "y"}]
    facts = facts_of(file(tmp_path, json.dumps(items), "l.json"))
    assert (facts["missing_columns"], facts["malformed"]) == (["l.json: state"], [])


def test_the_other_dates_of_a_file_settle_the_order_of_day_and_month(tmp_path: Path) -> None:
    head = "item,borrower,state,day\n"
    assert [
        row["day"] for row in rows_of(file(tmp_path, head + "a1,x,out,1/2/2026\na2,x,out,13/2/2026\n"))
    ] == [
        "2026-02-01",
        "2026-02-13",
    ]
    assert rows_of(file(tmp_path, head + "a1,x,out,1/2/2026\na2,x,out,2/13/2026\n"))[0]["day"] == "2026-01-02"


def test_dates_of_both_orders_settle_nothing(tmp_path: Path) -> None:
    text = "item,borrower,state,day\na1,x,out,1/2/2026\na2,x,out,13/2/2026\na3,x,out,2/13/2026\n"
    facts = facts_of(file(tmp_path, text))
    assert "day" not in facts["rows"][0] and "day_first" in facts["malformed"][0]["says"]


def test_another_file_settles_nothing(tmp_path: Path) -> None:
    head = "item,borrower,state,day\n"
    first, second = (
        file(tmp_path, head + "a1,x,out,13/2/2026\n", "a.csv"),
        file(tmp_path, head + "a1,x,out,1/2/2026\n", "b.csv"),
    )
    assert [cell["at"] for cell in facts_of(first, second)["malformed"]] == ["b.csv:2"]


def test_an_entry_settles_it_too(tmp_path: Path) -> None:
    path = file(tmp_path, "item,borrower,state,day\na1,x,out,1/2/2026\n")
    assert rows_of(path, day_first=True)[0]["day"] == "2026-02-01"
    assert rows_of(path, day_first=False)[0]["day"] == "2026-01-02"


def test_most_faults_are_counted_and_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registers, "MOST_NAMED", 3)
    facts = facts_of(file(tmp_path, HEADING + "a1,x,gone\n" * 8))
    assert len(facts["malformed"]) == 4
    assert facts["malformed"][3] == {
        "at": "loans.csv",
        "column": "state",
        "says": "5 more that cannot be read",
    }


def test_marks_that_end_lines_elsewhere_do_not_part_rows(tmp_path: Path) -> None:
    path = file(tmp_path, "item,borrower,state,tags\na1,x,lent,b\u2028c\x0bd\n")
    assert rows_of(path)[0]["tags"] == ["b\u2028c\x0bd"]


@pytest.mark.parametrize("text", ["x", "{}", '{"at": "a"}', '{"file": {}}', '["a"]', "5\n", '{"end": "a"}'])
def test_an_answer_that_makes_no_sense_is_unparsable(text: str) -> None:
    with pytest.raises(Unparsable):
        rows(text, loans())


def test_an_answer_that_stops_inside_a_file_is_unparsable(tmp_path: Path) -> None:
    lines = answer_of(file(tmp_path, HEADING + "a1,x,lent\n")).decode().splitlines(keepends=True)
    with pytest.raises(Unparsable, match=r"ends inside loans\.csv"):
        rows("".join(lines[:-1]), loans())


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
COLUMNS = ("item", "borrower", "state", "day", "at_time", "paid", "count", "price", "address", "tags", "card")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(CELLS, min_size=11, max_size=11), max_size=6), st.sampled_from([",", ";", "\t", "|"])
)
def test_whatever_cells_hold_the_facts_are_of_their_types(
    tmp_path: Path, table: list[list[str]], separator: str
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([COLUMNS, *table])
    facts = facts_of(file(tmp_path, out.getvalue()))
    facts.pop("incomplete", None)
    for name, value in facts.items():
        assert misfit(value, loans().facts.fields[name], name) == ""


NAMES = st.text("abcdefghijklmnopqrstuvwxyzäöü ,;|\"'\t\n", min_size=1, max_size=12).filter(
    lambda text: text.strip() == text and text[0] != "'"
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(NAMES, st.sampled_from(["out", "back"]), st.dates(), st.integers(0, 10**9)), max_size=6
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_what_is_written_comes_back(
    tmp_path: Path, table: list[tuple[str, str, object, int]], separator: str, encoding: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(["item", "borrower", "state", "day", "count"])
    writer.writerows([name, "x", state, day, count] for name, state, day, count in table)
    found = rows_of(file(tmp_path, out.getvalue(), encoding=encoding))
    assert [(row["state"], row["day"], row["count"]) for row in found] == [
        (state, str(day), count) for _, state, day, count in table
    ]
    assert [row["item"] for row in found] == ["".join(name.split()).upper() for name, *_ in table]
