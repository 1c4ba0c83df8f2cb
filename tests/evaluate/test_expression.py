"""Bodies: Kleene logic, records, incomplete lists, and what the messages say."""

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from igaudit.evaluate.expression import FAIL, PASS, UNKNOWN, Compiler, Judgement
from igaudit.evaluate.view import FactView
from igaudit.load.policies import load_policy
from igaudit.model.facts import COLLECTED, FactGroup, FactType, Reason, Unread
from igaudit.model.joined import Joined

DAY = date(2026, 11, 22)
RECORD = FactType(
    "record", fields={"name": FactType("string"), "n": FactType("integer"), "in": FactType("boolean")}
)
TYPES = {"g.items": FactType("list", key="name", of=RECORD)}
HEAD = """policy: p
title: t
owner: o
source: {document: d, edition: e}
checks:
- {id: p.c, title: t, severity: low, remedy: r, """


def judged(
    tmp_path: Path, body: str, facts: dict[str, object], unread: dict[str, Unread] | None = None
) -> Judgement:
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + body + "}\n", "utf-8")
    check = load_policy(path, {}, "p.yaml").checks[0]
    view = FactView({"g": FactGroup(COLLECTED, "", facts, unread or {})}, {}, Joined(), DAY)
    return Compiler({}, DAY, TYPES).body(check.body)(view)


STATES = {PASS: "{g.p: 1}", FAIL: "{g.p: 2}", UNKNOWN: "{g.u: 1}"}


@pytest.mark.parametrize(("one", "other"), list(product(STATES, STATES)))
def test_all_is_the_least_and_any_the_greatest(tmp_path: Path, one: int, other: int) -> None:
    parts = f"[{{expect: {STATES[one]}}}, {{expect: {STATES[other]}}}]"
    assert judged(tmp_path, f"all: {parts}", {"p": 1})[0] == min(one, other)
    assert judged(tmp_path, f"any: {parts}", {"p": 1})[0] == max(one, other)


def test_a_mismatch_names_path_item_expected_and_found(tmp_path: Path) -> None:
    body = "for_each: g.items, expect: {n: {at_most: 2}}"
    state, mismatches, _ = judged(tmp_path, body, {"items": [{"name": "a", "n": 3}, {"name": "b", "n": 1}]})
    assert state == FAIL
    assert [str(m) for m in mismatches] == ["g.items[a].n: expected at most 2; found 3"]
    assert mismatches[0].item == "a"


EACH = "for_each: g.items, where: {in: true}, expect: {n: 1}"


@pytest.mark.parametrize(
    ("items", "state"),
    [
        ([], PASS),
        ([{"name": "a", "in": True, "n": 1}], PASS),
        ([{"name": "a", "in": False, "n": 2}], PASS),
        ([{"name": "a", "in": True, "n": 2}], FAIL),
        ([{"name": "a", "in": True}], UNKNOWN),
        ([{"name": "a", "n": 2}], UNKNOWN),
        ([{"name": "a", "n": 1}], PASS),
        ([{"name": "a", "n": 2}, {"name": "b", "in": True, "n": 2}], FAIL),
        ([{"name": "a", "in": False}], PASS),
    ],
)
def test_records_are_selected_then_judged(tmp_path: Path, items: list[object], state: int) -> None:
    assert judged(tmp_path, EACH, {"items": items})[0] == state


def test_a_record_that_may_be_meant_is_a_gap_beside_the_mismatches(tmp_path: Path) -> None:
    items = [{"name": "a", "n": 2}, {"name": "b", "in": True, "n": 2}]
    _, mismatches, gaps = judged(tmp_path, EACH, {"items": items})
    assert [m.path for m in mismatches] == ["g.items[b].n"]
    assert [str(g) for g in gaps] == ["g.items[a].in: incomplete-record"]


@pytest.mark.parametrize(("n", "state"), [(1, UNKNOWN), (2, FAIL)])
def test_an_incomplete_list_can_fail_and_never_pass(tmp_path: Path, n: int, state: int) -> None:
    unread = {"items": Unread(Reason.DENIED, "two homes")}
    assert judged(tmp_path, EACH, {"items": [{"name": "a", "in": True, "n": n}]}, unread)[0] == state


@pytest.mark.parametrize(
    ("expect", "state"),
    [
        ("{subset_of: [a]}", FAIL),
        ("{subset_of: [a, b]}", UNKNOWN),
        ("{excludes: b}", FAIL),
        ("{excludes: c}", UNKNOWN),
        ("{includes: a}", PASS),
        ("{includes: c}", UNKNOWN),
        ("{empty: false}", UNKNOWN),
        ("{empty: true}", FAIL),
        ("{count: {at_least: 1}}", UNKNOWN),
    ],
)
def test_a_part_of_a_list_decides_only_what_the_rest_cannot_change(
    tmp_path: Path, expect: str, state: int
) -> None:
    body = f"expect: {{g.names: {expect}}}"
    assert judged(tmp_path, body, {"names": ["a", "b"]}, {"names": Unread(Reason.TOO_LARGE)})[0] == state


@pytest.mark.parametrize(
    ("expect", "state"),
    [("{subset_of: [a]}", FAIL), ("{subset_of: [a, b]}", UNKNOWN), ("{includes: a}", UNKNOWN)],
)
def test_a_contradicted_list_decides_nothing_by_what_is_in_it(
    tmp_path: Path, expect: str, state: int
) -> None:
    unread = {"names": Unread(Reason.CONTRADICTED, "only the network has b")}
    body = f"expect: {{g.names: {expect}}}"
    found, _, gaps = judged(tmp_path, body, {"names": ["a", "b"]}, unread)
    assert found == state
    assert [str(gap) for gap in gaps] == ["g.names: contradicted (only the network has b)"]


@pytest.mark.parametrize(
    ("record", "state"),
    [
        ({"by": "a", "on": "b"}, PASS),
        ({"by": "a", "on": "a"}, FAIL),
        ({"by": None, "on": "b"}, FAIL),
        ({"by": "a"}, UNKNOWN),
    ],
)
def test_differs_from_compares_two_fields_of_a_record(
    tmp_path: Path, record: dict[str, object], state: int
) -> None:
    body = "expect: {g.r.by: {differs_from: g.r.on}}"
    assert judged(tmp_path, body, {"r": record})[0] == state


def test_below_null_there_is_nothing(tmp_path: Path) -> None:
    assert judged(tmp_path, "expect: {g.r.by: null}", {"r": None})[0] == PASS


def test_a_value_of_the_wrong_type_is_unknown_and_no_crash(tmp_path: Path) -> None:
    for expect in (
        "{within_last: 3 days}",
        "{matches: a}",
        "{subset_of: [a]}",
        "{count: 1}",
        "{at_least: 1}",
    ):
        assert judged(tmp_path, f"expect: {{g.x: {expect}}}", {"x": object()})[0] == UNKNOWN


def test_a_key_with_brackets_passes_for_no_other_item(tmp_path: Path) -> None:
    body = "for_each: g.items, expect: {n: 1}"
    _, mismatches, _ = judged(tmp_path, body, {"items": [{"name": "evil[a]", "n": 3}]})
    assert mismatches[0].item == "evil[a]"


@pytest.mark.parametrize("value", [False, "text", {"name": "a"}, ["a"], [{"name": "a", "n": True}], [None]])
def test_a_stored_fact_of_another_type_is_never_judged(value: object) -> None:
    view = FactView({"g": FactGroup(COLLECTED, "", {"items": value})}, {}, Joined(), DAY, TYPES)
    found = view.get(("g", "items"))
    assert isinstance(found, Unread)
    assert found.reason == Reason.UNPARSABLE


def test_a_derived_fact_that_stored_records_do_not_carry_is_unread() -> None:
    group = FactGroup(COLLECTED, "", {"items": [{}]})
    view = FactView({"g": group}, {"g.first": lambda v: v.get(("g", "items"))[0]["name"]}, Joined(), DAY)
    assert view.get(("g", "first")) == Unread(Reason.INCOMPLETE_RECORD, "KeyError: 'name'")
