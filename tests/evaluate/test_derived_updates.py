"""`updates.pending`: the list that the machine has, believed while it is fresh."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined

TODAY = date(2026, 11, 22)
ONE = [{"name": "openssl", "security": True, "severity": "critical", "released": "2026-11-01"}]


def pending(fetched: object, names: object = ONE, **unread: Unread) -> Any:
    """The derived fact; a fact given as "unread" is left out, and what is in `unread` has that gap."""
    facts = {"listed": names, "metadata_date": fetched}
    known = {name: value for name, value in facts.items() if value != "unread"}
    group = FactGroup(COLLECTED, "", known, unread)
    return FactView({"updates": group}, DERIVED, Joined(), TODAY).get(("updates", "pending"))


@pytest.mark.parametrize("fetched", ["2026-11-22T23:59:59Z", "2026-11-15T00:00:00Z", "2026-11-23T00:00:00Z"])
def test_a_list_of_the_last_seven_days_is_whole(fetched: str) -> None:
    assert pending(fetched) == ONE


@pytest.mark.parametrize("fetched", ["2026-11-14T23:59:59Z", "2026-11-24T00:00:00Z", None, "unread", "?"])
def test_an_old_or_undated_list_shows_only_a_part(fetched: str | None) -> None:
    found = pending(fetched)
    assert isinstance(found, Partial)
    assert (found.value, found.gap.reason) == (ONE, Reason.FEED_TOO_OLD)


def test_what_was_read_in_part_stays_so() -> None:
    gap = Unread(Reason.UNSUPPORTED, "the updateinfo of epel cannot be unpacked there")
    assert pending("2026-11-22T00:00:00Z", ONE, listed=gap) == Partial(ONE, gap)


def test_what_was_not_read_stays_so() -> None:
    gap = Unread(Reason.DENIED)
    assert pending("2026-11-22T00:00:00Z", "unread", listed=gap) == gap
