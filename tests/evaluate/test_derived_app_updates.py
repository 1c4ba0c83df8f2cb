"""How long updates are held back still."""

from datetime import date
from typing import Any

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined


def days(facts: dict[str, Any], unread: dict[str, Unread]) -> Any:
    group = FactGroup(COLLECTED, "", facts, unread)
    view = FactView({"app_updates": group}, DERIVED, Joined(), date(2026, 11, 22))
    return view.get(("app_updates", "snaps_held_days"))


def test_days_from_the_judging_day() -> None:
    held = [{"snap": "a", "until": "2026-12-06"}, {"snap": "b", "until": "2026-11-21"}]
    assert days({"snaps_held": held}, {}) == [{"snap": "a", "days": 14}, {"snap": "b", "days": -1}]


def test_what_was_not_read_stays_so() -> None:
    gap = Unread(Reason.DENIED)
    assert days({}, {"snaps_held": gap}) == gap
    assert days({"snaps_held": []}, {"snaps_held": gap}).gap == gap
