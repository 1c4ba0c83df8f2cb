"""Samples that can be drawn again, and exact limits held against published figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.result import Outcome, Result
from igaudit.sampling import limits, population, sample


def results(**counts: int) -> list[Result]:
    return [
        Result(f"t{n}", f"p.{check}", Outcome.PASS) for check, count in counts.items() for n in range(count)
    ]


def strata(**counts: int) -> dict[str, list[Result]]:
    return population(results(**counts), [f"p.{check}" for check in counts])


def test_what_came_to_no_verdict_is_not_in_the_population() -> None:
    mixed = [Result("t", "p.a", outcome) for outcome in Outcome]
    assert [r.outcome for r in population(mixed, ["p.a"])["p.a"]] == [Outcome.PASS, Outcome.FAIL]
    assert population(mixed, ["p.b"]) == {}


def test_the_same_seed_draws_the_same_whatever_the_order() -> None:
    found = results(a=50, b=50)
    one, other = (population(some, ["p.a", "p.b"]) for some in (found, list(reversed(found))))
    assert sample(one, 10, "2027") == sample(other, 10, "2027") != sample(one, 10, "2028")


def test_each_check_has_its_share_and_none_is_left_out() -> None:
    drawn = sample(strata(a=80, b=18, c=2), 10, "x")
    counts = [sum(item.check == f"p.{check}" for item in drawn) for check in "abc"]
    assert counts == [7, 2, 1]


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 30), min_size=1), st.integers(1, 60))
def test_a_sample_is_as_large_as_it_can_be_and_without_repeats(sizes: dict[str, int], size: int) -> None:
    drawn = sample(strata(**sizes), size, "seed")
    assert len(drawn) == min(size, sum(sizes.values()))
    assert len({(item.check, item.target) for item in drawn}) == len(drawn)
    assert len({item.check for item in drawn}) == min(len(sizes), len(drawn))


@pytest.mark.parametrize(
    ("found", "size", "low", "high"),
    [
        (0, 25, 0.0, 0.1372),  # the "rule of three" is about this
        (1, 25, 0.0010, 0.2035),
        (5, 10, 0.1871, 0.8129),
        (10, 10, 0.6915, 1.0),
    ],
)
def test_limits_are_those_of_clopper_and_pearson(found: int, size: int, low: float, high: float) -> None:
    assert limits(found, size) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("found", "size"), [(1, 0), (-1, 5), (6, 5)])
def test_what_cannot_be_is_refused(found: int, size: int) -> None:
    with pytest.raises(ValueError, match="of"):
        limits(found, size)
