"""How a check held over a period, worked out by hand."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.effectiveness import (
    FAILED,
    NOT_APPLICABLE,
    NOT_EVIDENCED,
    PASSED,
    Look,
    effectiveness,
    spans,
)

START = datetime(2026, 4, 1, tzinfo=UTC)
END = START + timedelta(days=100)
HOLDS = timedelta(days=35)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def told(*looks: tuple[float, str]) -> list[tuple[str, float, float]]:
    found = spans([Look(day(at), outcome) for at, outcome in looks], START, END, HOLDS)
    one = timedelta(days=1)
    return [(span.state, (span.since - START) / one, (span.until - START) / one) for span in found]


@pytest.mark.parametrize(
    ("looks", "wanted"),
    [
        ([], [(NOT_EVIDENCED, 0, 100)]),
        ([(10, "pass")], [(NOT_EVIDENCED, 0, 10), (PASSED, 10, 45), (NOT_EVIDENCED, 45, 100)]),
        ([(0, "pass"), (30, "pass"), (60, "pass"), (90, "pass")], [(PASSED, 0, 100)]),
        (
            [(0, "pass"), (20, "fail"), (30, "pass"), (40, "unknown"), (70, "pass")],
            [(PASSED, 0, 20), (FAILED, 20, 30), (PASSED, 30, 40), (NOT_EVIDENCED, 40, 70), (PASSED, 70, 100)],
        ),
        ([(-10, "fail")], [(FAILED, 0, 25), (NOT_EVIDENCED, 25, 100)]),
        ([(-50, "pass")], [(NOT_EVIDENCED, 0, 100)]),
        ([(90, "pass"), (200, "fail")], [(NOT_EVIDENCED, 0, 90), (PASSED, 90, 100)]),
        ([(0, "pass"), (5, "")], [(PASSED, 0, 5), (NOT_EVIDENCED, 5, 100)]),
        ([(70, "not-applicable")], [(NOT_EVIDENCED, 0, 70), (NOT_APPLICABLE, 70, 100)]),
    ],
)
def test_spans(looks: list[tuple[float, str]], wanted: list[tuple[str, float, float]]) -> None:
    assert told(*looks) == wanted


def test_two_targets_are_added_up() -> None:
    good = spans([Look(day(at), "pass") for at in (0, 30, 60, 90)], START, END, HOLDS)
    looks = [(0, "fail"), (30, "fail"), (40, "pass"), (70, "fail")]
    bad = spans([Look(day(at), outcome) for at, outcome in looks], START, END, HOLDS)
    found = effectiveness("a.b", [good, bad])
    assert (found.targets, found.breaches) == (2, 2)
    assert (found.passed, found.failed) == (timedelta(days=130), timedelta(days=70))
    assert found.longest_breach == timedelta(days=40)
    assert found.fixed == (timedelta(days=40),)
    assert found.not_evidenced == timedelta()


def test_a_breach_whose_end_nobody_saw_is_not_fixed() -> None:
    found = effectiveness("a.b", [spans([Look(day(0), "fail"), Look(day(60), "pass")], START, END, HOLDS)])
    assert found.fixed == ()
    assert found.not_evidenced == timedelta(days=30)


def test_a_target_that_it_never_applied_to_does_not_count() -> None:
    found = effectiveness("a.b", [spans([Look(day(0), "not-applicable")], START, END, HOLDS)])
    assert found.targets == 0


@given(st.lists(st.tuples(st.integers(-50, 150), st.sampled_from(["pass", "fail", "unknown", "", "manual"]))))
def test_the_spans_fill_the_period_and_never_overlap(looks: list[tuple[int, str]]) -> None:
    found = spans([Look(day(at), outcome) for at, outcome in looks], START, END, HOLDS)
    assert found[0].since == START and found[-1].until == END
    assert all(a.until == b.since and a.state != b.state for a, b in itertools.pairwise(found))
