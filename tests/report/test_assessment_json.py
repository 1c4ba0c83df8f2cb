"""The assessment as JSON, and back."""

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from igaudit.errors import StoreError
from igaudit.load.schema import validator
from igaudit.model.assessment_json import dumps, from_json, to_json
from tests.report.report_samples import KEX, hostile, ordinary, single


@pytest.mark.parametrize("assessment", [ordinary(), single()], ids=["everything", "single"])
def test_a_real_output_is_as_the_schema_says(assessment: Any) -> None:
    assert list(validator("assessment").iter_errors(json.loads(dumps(assessment)))) == []


def test_every_key_of_the_schema_is_described() -> None:
    nodes = _nodes(validator("assessment").schema, "")
    assert [place for place, node in nodes if "description" not in node] == []


def _nodes(node: Any, place: str) -> Any:
    """Every property and item of a schema that is not a mere reference."""
    for name in ("properties", "$defs"):
        for key, inner in node.get(name, {}).items():
            if "$ref" not in inner:
                yield f"{place}.{key}", inner
            yield from _nodes(inner, f"{place}.{key}")
    if "items" in node and "$ref" not in node["items"]:
        yield f"{place}[]", node["items"]


@pytest.mark.parametrize("assessment", [ordinary(), single(), hostile(" \x1b\u202e")])
def test_it_comes_back_as_it_was(assessment: Any) -> None:
    assert from_json(json.loads(dumps(assessment))) == assessment
    assert from_json(to_json(assessment)) == assessment


def test_a_result_carries_what_its_check_says() -> None:
    first = to_json(ordinary())["results"][0]
    assert list(first)[:7] == ["target", "check", "policy", "title", "severity", "outcome", "reason"]
    assert (first["check"], first["policy"], first["severity"]) == (KEX, "cryptography", "high")


def test_counts_stand_in_one_order_however_they_were_counted() -> None:
    whole = ordinary()
    turned = {name: dict(reversed(list(counts.items()))) for name, counts in whole.totals.items()}
    assert dumps(replace(whole, totals=turned)) == dumps(whole)


def test_the_text_is_ascii_and_holds_no_half_of_a_pair() -> None:
    text = dumps(hostile("\ud83d and \U0001f600 and \ude00"))
    assert text.isascii()
    for line in json.loads(text)["notices"]:
        assert line.endswith("\ufffd and \U0001f600 and \ufffd")


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("schema",), "igaudit-assessment/2", "reads 'igaudit-assessment/1'"),
        (("run",), None, "`run` is not an object|missing in run|is not"),
        (("results", 0, "outcome"), "passed", r"`results\[0\].outcome` is not one of pass, fail"),
        (("results", 0, "mismatches"), {}, r"`results\[0\].mismatches` is not a list"),
        (("targets", 1, "name"), 7, r"`targets\[1\].name` is not a text"),
        (("totals", "net"), [], "`totals.net` is not an object"),
        (("requirements", 1, "counts", "fail"), "2", r"counts.fail` is not a whole number"),
        (("requirements", 1, "counts", "fail"), True, "is not a whole number"),
        (("results", 0, "waiver"), "none", r"results\[0\].waiver` is not an object"),
    ],
)
def test_what_is_not_of_that_form_is_refused_with_its_place(
    path: tuple[Any, ...], value: object, message: str
) -> None:
    data = copy.deepcopy(to_json(ordinary()))
    inner: Any = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(StoreError, match=message):
        from_json(data)


def test_a_missing_key_is_named() -> None:
    data = to_json(ordinary())
    del data["results"][2]["evidence"]
    with pytest.raises(StoreError, match=r"`evidence` is missing in results\[2\]"):
        from_json(data)


@pytest.mark.parametrize("data", [None, [], {}, "x"])
def test_something_else_is_refused(data: Any) -> None:
    with pytest.raises(StoreError, match="schema"):
        from_json(data)
