"""JSON registers: lists, pages of Microsoft Graph, objects line by line, and what is no JSON."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from igaudit.collect.readers import json_table
from igaudit.errors import ContentError
from tests.register_files import answer_of, facts_of, file, rows_of

A1 = {"item": "a1", "borrower": "x", "state": "lent"}
A2 = {"item": "a2", "borrower": "y", "state": "back"}


def read(folder: Path, text: str) -> list[str]:
    return [str(row["item"]) for row in rows_of(file(folder, text, "loans.json"))]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([A1, A2]),
        json.dumps([A1, A2], indent=3),
        json.dumps({"@odata.context": "x", "value": [A1, A2]}),
        json.dumps({"value": [A1, A2], "@odata.count": 2}),
        json.dumps({"value": [A1]}) + "\n" + json.dumps({"value": [A2]}),
        json.dumps(A1) + "\n" + json.dumps(A2) + "\n",
    ],
)
def test_every_shape_of_a_list(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == ["A1", "A2"]


@pytest.mark.parametrize(
    "text",
    [
        '[{"item": "a1", "state": "out", "state": "back", "borrower": "x"}]',
        '[{"item": "a1", "state": "out", "State": "back", "borrower": "x"}]',
        '[{"item": "a1", "state": "out", "borrower": "x", "sta-te": "out"}]',
    ],
)
def test_of_two_values_by_one_name_none_is_taken(tmp_path: Path, text: str) -> None:
    facts = facts_of(file(tmp_path, text, "loans.json"))
    assert "state" not in facts["rows"][0] and facts["rows"][0]["item"] == "A1"
    assert [(cell["column"], cell["says"][:21]) for cell in facts["malformed"]] == [
        ("state", "its name stands twice")
    ]


def test_half_a_character_in_a_name_is_a_name_all_the_same(tmp_path: Path) -> None:
    text = '[{"item": "a1", "state": "out", "borrower": "\\udfff"}]'
    assert str(rows_of(file(tmp_path, text, "loans.json"))[0]["borrower"]).startswith("person ")


def test_a_number_without_an_end_is_no_json_that_can_be_read(tmp_path: Path) -> None:
    text = '[{"item": ' + "9" * 5000 + ', "state": "out", "borrower": "x"}]'
    with pytest.raises(ContentError, match="is no JSON from here on"):
        facts_of(file(tmp_path, text, "loans.json"))


def test_a_list_inside_one_object_is_no_page(tmp_path: Path) -> None:
    assert rows_of(file(tmp_path, json.dumps({**A1, "tags": ["a", "b"]}), "l.json"))[0]["tags"] == ["a", "b"]


def test_one_object_is_a_list_of_one(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps(A1)) == ["A1"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = file(tmp_path, json.dumps([{**A1, "tags": ["ü"]}], ensure_ascii=False), "l.json", encoding)
    assert rows_of(path)[0]["tags"] == ["ü"]


def test_inner_names_are_dotted_and_found_by_their_headings(tmp_path: Path) -> None:
    path = file(tmp_path, json.dumps([{**A1, "when": {"day": "2026-11-01"}}]), "l.json")
    assert rows_of(path, columns={"day": "when.day"})[0]["day"] == "2026-11-01"


def test_items_are_numbered_from_one(tmp_path: Path) -> None:
    facts = facts_of(file(tmp_path, json.dumps([A1, 5, A2]), "loans.json"))
    assert [row["at"] for row in facts["rows"]] == ["loans.json:item 1", "loans.json:item 3"]
    assert facts["malformed"][0] == {"at": "loans.json:item 2", "column": None, "says": "an object expected"}


def test_values_keep_their_kinds(tmp_path: Path) -> None:
    item = {**A1, "paid": True, "count": 3, "price": 2.5, "tags": ["A", "b"], "day": None}
    (row,) = rows_of(file(tmp_path, json.dumps([item]), "l.json"))
    assert (row["paid"], row["count"], row["price"], row["tags"], row["day"]) == (
        True,
        3,
        2.5,
        ["a", "b"],
        None,
    )


def test_a_list_of_objects_is_a_list_of_records(tmp_path: Path) -> None:
    steps = [{"name": "wiped", "doneOn": "2026-11-01T09:00:00Z", "more": 1}, {"name": "sent", "doneOn": None}]
    (row,) = rows_of(file(tmp_path, json.dumps([{**A1, "steps": steps}]), "l.json"))
    assert row["steps"] == [
        {"name": "wiped", "done_on": "2026-11-01"},
        {"name": "sent", "done_on": None},
    ]


@pytest.mark.parametrize("value", [{"a": {"b": 1}}, [1], [{"x": 1}]])
def test_a_value_of_another_kind_is_a_gap(tmp_path: Path, value: object) -> None:
    facts = facts_of(file(tmp_path, json.dumps([{**A1, "count": value}]), "l.json"))
    assert facts["rows"][0].get("count") is None
    assert [cell["column"] for cell in facts["malformed"]] == ([] if isinstance(value, dict) else ["count"])


def test_a_page_that_names_a_next_one_leaves_the_list_open(tmp_path: Path) -> None:
    first = json.dumps({"@odata.nextLink": "https://x", "value": [A1]})
    last = json.dumps({"value": [A2]})
    one = file(tmp_path, first, "a.json")
    assert "further page" in facts_of(one)["incomplete"]["rows"].detail
    assert "incomplete" not in facts_of(one, file(tmp_path, last, "b.json"))


@pytest.mark.parametrize(
    "text",
    [
        "[",
        '[{"item": "a1"}',
        '[{"item": "a1"},',
        '[{"item": "a1"},]',
        '{"value": [{"item": "a1"}]',
        '{"value": [{"item": "a1"}],}',
        '[{"item": "a1}]',
        '[{"item": NaN}]',
        '[{"item": "a1"}] trailing',
        '[{"item" "a1"}]',
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_what_is_no_json_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContentError, match=r"^loans\.json:1: is no JSON from here on"):
        answer_of(file(tmp_path, text, "loans.json"))


def test_the_line_of_what_is_wrong_is_named(tmp_path: Path) -> None:
    text = json.dumps([A1, A2], indent=1).replace('"a2"', "a2")
    with pytest.raises(ContentError, match=r"^loans\.json:8: "):
        answer_of(file(tmp_path, text, "loans.json"))


@pytest.mark.parametrize("document", [{"error": {"code": "x"}}, [{"a": 1}, {"b": 2}], {"value": [{"x": 1}]}])
def test_json_of_something_else_is_refused(tmp_path: Path, document: object) -> None:
    with pytest.raises(ContentError, match="no heading"):
        answer_of(file(tmp_path, json.dumps(document), "loans.json"))


@pytest.mark.parametrize("document", [[], {"value": []}])
def test_a_list_may_be_empty(tmp_path: Path, document: object) -> None:
    facts = facts_of(file(tmp_path, json.dumps(document), "loans.json"))
    assert (facts["rows"], facts["missing_columns"]) == ([], [])


def test_a_value_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_table, "MAX_ITEM", 100_000)
    with pytest.raises(ContentError, match="a value of more than"):
        answer_of(file(tmp_path, json.dumps([{**A1, "x": "y" * 1_000_000}]), "loans.json"))


def test_half_of_a_character_becomes_a_mark(tmp_path: Path) -> None:
    (row,) = rows_of(file(tmp_path, '[{"item": "a\\ud800", "borrower": "x", "state": "out"}]', "l.json"))
    assert row["item"] == "A?"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS, lambda inner: st.lists(inner, max_size=3), max_leaves=5
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    items=st.lists(st.dictionaries(st.sampled_from(["item", "state", "count", "x"]), VALUES), max_size=5),
    block=st.integers(1, 40),
)
def test_however_it_is_cut_into_blocks_the_items_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, items: list[dict[str, object]], block: int
) -> None:
    monkeypatch.setattr(json_table, "_BLOCK", block)
    path = file(tmp_path, json.dumps(items), "l.json")
    with path.open(encoding="utf-8") as stream:
        assert list(json_table._Stream(stream, "l.json").items()) == items


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    for start in (b"", b"[{", b'{"value": [', b"item,borrower,state\n", b"PK\x03\x04"):
        try:
            facts_of(file(tmp_path, start + content, "x.bin"))
        except ContentError as error:
            assert str(error).startswith("x.bin")
