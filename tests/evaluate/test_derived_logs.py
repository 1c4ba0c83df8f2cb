"""How far records reach back, on the judging day."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined

DENIED = Unread(Reason.DENIED)


def derived(fact: str, **said: Any) -> Any:
    facts = {name: value for name, value in said.items() if not isinstance(value, Unread)}
    unread = {name: value for name, value in said.items() if isinstance(value, Unread)}
    view = FactView(
        {"logging": FactGroup(COLLECTED, "", facts, unread)}, DERIVED, Joined(), date(2026, 11, 22)
    )
    return view.get(("logging", fact))


@pytest.mark.parametrize(
    ("oldest", "days"), [("2026-11-22", 0), ("2026-10-23", 30), (None, None), (DENIED, DENIED)]
)
def test_days_kept(oldest: Any, days: Any) -> None:
    assert derived("days_kept", oldest_entry=oldest) == days


@pytest.mark.parametrize(
    ("oldest", "first", "whole"),
    [
        ("2026-11-01", "2026-11-01", True),
        ("2026-10-01", "2026-11-01", True),
        ("2026-11-02", "2026-11-01", True),
        ("2026-11-03", "2026-11-01", False),
        (None, "2026-11-01", False),
        ("2026-11-01", None, False),
        (DENIED, "2026-11-01", DENIED),
        ("2026-11-01", DENIED, DENIED),
    ],
)
def test_records_since_the_first_start(oldest: Any, first: Any, whole: Any) -> None:
    assert derived("kept_since_first_start", oldest_entry=oldest, first_start=first) == whole
