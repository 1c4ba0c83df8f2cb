"""Each matcher at its boundary."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.evaluate.matchers import MATCHERS, compile_matcher, version_key
from igaudit.model.facts import Reason
from igaudit.model.policy import ParameterRef

DAY = date(2026, 11, 22)


def says(name: str, argument: Any, value: Any) -> Any:
    return compile_matcher(name, argument, {"p": ["a", "b"]}, DAY).test(value)


@pytest.mark.parametrize(
    ("name", "argument", "right", "wrong"),
    [
        ("equals", "no", "no", "yes"),
        ("equals", None, None, "x"),
        ("equals", ["a"], ["a"], ["a", "b"]),
        ("one_of", ["a", None], None, "c"),
        ("none_of", ["a"], "b", "a"),
        ("at_least", 3, 3, 2),
        ("at_most", 3, 3, 4),
        ("subset_of", ["a", "b"], ["b"], ["b", "c"]),
        ("subset_of", ["a"], [], ["b"]),
        ("includes", "a", ["a", "b"], ["b"]),
        ("includes", ["a", "b"], ["a", "b", "c"], ["a"]),
        ("excludes", "a", ["b"], ["a", "b"]),
        ("excludes", ["a", "b"], ["c"], ["c", "b"]),
        ("matches", "a+", "aaa", "aaab"),
        ("empty", True, [], ["a"]),
        ("empty", False, "x", ""),
        ("count", {"at_most": 2}, ["a", "b"], ["a", "b", "c"]),
        ("count", 1, ["a"], []),
        ("present", True, "x", None),
        ("present", False, None, "x"),
        ("within_last", "14 days", "2026-11-08", "2026-11-07"),
        ("within_last", "14 days", "2026-11-23", "2026-11-24"),
        ("within_last", "14 days", "2026-11-08T00:00:00Z", "2026-11-07T23:59:59Z"),
        ("within_last", "36 hours", "2026-11-21T12:00:00Z", "2026-11-21T11:59:59Z"),
        ("on_or_after", "today", "2026-11-22", "2026-11-21"),
        ("on_or_after", "2026-01-01", "2026-01-01", "2025-12-31"),
        ("before", "today", "2026-11-21", "2026-11-22"),
        ("in_networks", ["10.0.0.0/8", "fd00::/8"], "fd00::1", "11.0.0.1"),
        ("in_networks", ["10.0.0.0/8"], "::ffff:10.1.1.1", "::ffff:11.1.1.1"),
        ("version_at_least", "9.6", "9.6", "9.5p2"),
        ("differs_from", "a", "b", "a"),
    ],
)
def test_matcher_at_its_boundary(name: str, argument: Any, right: Any, wrong: Any) -> None:
    assert says(name, argument, right) is True
    assert says(name, argument, wrong) is False


def test_every_matcher_is_tested_above() -> None:
    marks = test_matcher_at_its_boundary.pytestmark  # type: ignore[attr-defined]
    assert {row[0] for row in marks[0].args[1]} == set(MATCHERS)


@pytest.mark.parametrize(
    "name", [m for m in MATCHERS if m not in ("equals", "one_of", "none_of", "present", "empty")]
)
def test_nothing_found_matches_only_what_speaks_of_nothing(name: str) -> None:
    arguments = {
        "matches": ".*",
        "within_last": "9 days",
        "on_or_after": "today",
        "before": "today",
        "count": 0,
    }
    arguments |= {"at_least": -9, "at_most": 9, "version_at_least": "0", "includes": "a", "excludes": "a"}
    assert says(name, arguments.get(name, []), None) is False


def test_a_parameter_stands_for_its_value() -> None:
    assert says("subset_of", ParameterRef("p"), ["a"]) is True
    assert says("subset_of", ParameterRef("p"), ["c"]) is False


def test_what_cannot_be_compared_is_unknown() -> None:
    assert says("at_least", 3, "many") is Reason.UNPARSABLE
    assert says("in_networks", ["10.0.0.0/8"], "elsewhere") is Reason.UNPARSABLE
    assert says("version_at_least", "1", "unknown") is Reason.UNPARSABLE


@pytest.mark.parametrize(
    "order",
    [["1.0~rc1", "1.0", "1.0a", "1.0.1"], ["9.6", "9.6p1", "9.7"], ["1.9", "1.10"], ["2", "2.1", "10"]],
)
def test_versions_stand_in_their_order(order: list[str]) -> None:
    assert all(version_key(one) < version_key(next_) for one, next_ in pairwise(order))


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_can_be_compared_as_versions(one: str, other: str) -> None:
    assert (version_key(one) < version_key(other)) + (version_key(one) >= version_key(other)) == 1


@pytest.mark.parametrize("span", ["14 days", "36 hours", "999999 weeks"])
@pytest.mark.parametrize("today", [date.min, DAY, date.max])
def test_a_span_past_the_ends_of_the_calendar_is_no_error(span: str, today: date) -> None:
    assert compile_matcher("within_last", span, {}, today).test(today.isoformat()) is True


def test_text_too_long_to_match_in_bounded_time_is_not_judged() -> None:
    assert says("matches", ".*", "a" * 256) is True
    assert says("matches", ".*", "a" * 257) is Reason.TOO_LARGE
