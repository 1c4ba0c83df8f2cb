"""Days that certificates have left, on the judging day."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined

DENIED = Unread(Reason.DENIED)


def lifetimes(*records: dict[str, Any], gap: Unread | None = None) -> Any:
    unread = {"certificates": gap} if gap else {}
    group = FactGroup(COLLECTED, "", {"certificates": list(records)}, unread)
    view = FactView({"certificates": group}, DERIVED, Joined(), date(2026, 11, 22))
    return view.get(("certificates", "lifetimes"))


@pytest.mark.parametrize(
    ("expires", "left"), [("2026-11-22", 0), ("2026-11-21", -1), ("2026-12-22", 30), ("2027-11-22", 365)]
)
def test_days_are_counted_from_the_judging_day(expires: str, left: int) -> None:
    (record,) = lifetimes({"file": "/a", "subject": "CN=a", "starts": "2026-11-20", "expires": expires})
    assert record == {"file": "/a", "subject": "CN=a", "days_left": left, "lifetime_days": left + 2}


@pytest.mark.parametrize("record", [{}, {"expires": "never"}, {"expires": 5}, {"starts": "2026-11-20"}])
def test_without_a_date_there_is_no_number(record: dict[str, Any]) -> None:
    assert lifetimes({"file": "/a", **record}) == [{"file": "/a"}]


def test_a_list_of_which_a_part_was_denied_stays_incomplete() -> None:
    found = lifetimes({"file": "/a", "expires": "2026-11-23"}, gap=DENIED)
    assert found == Partial([{"file": "/a", "days_left": 1}], DENIED)


def test_what_was_not_read_stays_unread() -> None:
    view = FactView(
        {"certificates": FactGroup(COLLECTED, "", {}, {"certificates": DENIED})}, DERIVED, Joined(), date.min
    )
    assert view.get(("certificates", "lifetimes")) == DENIED
