"""The age of the newest backup, by the machine's own clock."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined

ELSEWHERE = Unread(Reason.UNSUPPORTED)
NOW = {"asked_at": "2026-11-22T09:00:00Z"}


def derived(fact: str, **said: Any) -> Any:
    facts = {name: value for name, value in said.items() if not isinstance(value, Unread)}
    unread = {name: value for name, value in said.items() if isinstance(value, Unread)}
    group = FactGroup(COLLECTED, "", ({} if "asked_at" in unread else NOW) | facts, unread)
    return FactView({"backups": group}, DERIVED, Joined(), date(2026, 11, 30)).get(("backups", fact))


@pytest.mark.parametrize(
    ("ended", "hours"),
    [
        ("2026-11-22T09:00:00Z", 0),
        ("2026-11-22T02:30:00Z", 6.5),
        ("2026-11-21T06:59:00Z", 26.02),
        ("2026-11-22T09:05:00Z", -0.08),
        (ELSEWHERE, ELSEWHERE),
    ],
)
def test_hours_to_the_time_of_asking(ended: Any, hours: Any) -> None:
    assert derived("hours_since_known_success", last_known_success=ended) == hours
    assert derived("hours_since_success", last_success=ended) == hours
    assert derived("hours_since_run", last_run=ended) == hours


def test_a_time_ahead_of_the_clock_says_nothing() -> None:
    found = derived("hours_since_run", last_run="2026-11-22T09:07:00Z")
    assert found.reason == "unparsable"


def test_without_the_time_of_asking() -> None:
    assert derived("hours_since_run", last_run="2026-11-22T02:00:00Z", asked_at=ELSEWHERE) == ELSEWHERE
