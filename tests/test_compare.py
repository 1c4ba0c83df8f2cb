"""What changed from one assessment to another."""

from dataclasses import replace

import pytest

from igaudit.compare import Change, compare
from igaudit.model.result import AppliedWaiver, ContentFile, Mismatch, Outcome, Result
from tests.report.report_samples import ordinary

PASS, FAIL, UNKNOWN, NONE = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE
MANUAL = Outcome.MANUAL
BASE = replace(ordinary(), results=())
TARGET = BASE.targets[0].name
WAIVER = AppliedWaiver("r", "r", "a", "", "2027-01-01")


def result(outcome: Outcome, *items: str, waived: bool = False) -> Result:
    mismatches = tuple(Mismatch("p", item, "e", "f") for item in items)
    return Result(TARGET, "a.b", outcome, mismatches=mismatches, waiver=WAIVER if waived else None)


def changes(before: Result | None, after: Result | None) -> list[tuple[Change, tuple[str, ...]]]:
    runs = (replace(BASE, results=(one,) if one else ()) for one in (before, after))
    return [(found.change, found.items) for found in compare(*runs).results]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (result(PASS), result(FAIL), Change.FAILS),
        (None, result(FAIL), Change.FAILS),
        (result(FAIL, waived=True), result(FAIL), Change.FAILS),
        (result(UNKNOWN), result(FAIL), Change.FAILS),
        (result(FAIL), result(PASS), Change.FIXED),
        (result(FAIL), result(FAIL, waived=True), Change.ACCEPTED),
        (result(FAIL), result(NONE), Change.NO_LONGER_APPLIES),
        (result(FAIL), result(UNKNOWN), Change.UNTOLD),
        (result(PASS), result(UNKNOWN), Change.UNTOLD),
        (result(PASS), result(MANUAL), Change.UNTOLD),
        (result(MANUAL), result(PASS), Change.TOLD),
        (result(PASS), None, Change.NOT_ASKED),
        (result(UNKNOWN), result(PASS), Change.TOLD),
    ],
)
def test_what_became_of_a_check(before: Result | None, after: Result | None, change: Change) -> None:
    assert changes(before, after) == [(change, ())]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (result(PASS), result(PASS)),
        (result(FAIL, "x"), result(FAIL, "x")),
        (result(UNKNOWN), result(UNKNOWN)),
        (result(NONE), result(PASS)),
        (result(UNKNOWN), None),
        (None, result(PASS)),
    ],
)
def test_what_is_no_change(before: Result | None, after: Result | None) -> None:
    assert changes(before, after) == []


def test_a_check_that_fails_in_more_names_them() -> None:
    assert changes(result(FAIL, "x"), result(FAIL, "x", "y")) == [(Change.FAILS_MORE, ("y",))]
    assert changes(result(FAIL, "x"), result(FAIL, "y")) == [(Change.FAILS_MORE, ("y",))]
    assert changes(result(FAIL, "x", "y"), result(FAIL, "x")) == [(Change.FAILS_LESS, ("y",))]


def test_targets_that_came_and_went_are_named_once() -> None:
    before = replace(BASE, targets=BASE.targets[:2], results=(result(PASS),))
    after = replace(BASE, targets=BASE.targets[1:3])
    found = compare(before, after)
    assert (found.gone_targets, found.new_targets) == ((TARGET,), (BASE.targets[2].name,))
    assert found.results == ()


def test_other_content_and_other_standings_are_named() -> None:
    row = BASE.requirements[0]
    other = next(r.standing for r in BASE.requirements if r.standing != row.standing)
    after = replace(
        BASE,
        content=(*BASE.content, ContentFile("policies/x.yaml", "0")),
        requirements=(replace(row, standing=other), *BASE.requirements[1:]),
    )
    found = compare(BASE, after)
    assert found.content == ("policies/x.yaml",)
    assert [(s.id, s.before, s.after) for s in found.standings] == [(row.id, row.standing, other)]
