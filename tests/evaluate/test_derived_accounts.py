"""Which accounts a password opens, and when they were last seen."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined

MARY = {"name": "mary", "uid": 1000, "kind": "person", "shell": "/bin/sh", "shell_lets_in": True}
PASSWORD = {"account": "mary", "state": "set", "last_changed": "2026-01-01", "expires": None}
AT = "2026-11-01T08:00:00Z"
DENIED = Unread(Reason.DENIED)


def unlocked(
    user: dict[str, Any] | None = None, password: dict[str, Any] | None = None, **unread: dict[str, Unread]
) -> Any:
    """The derived list for one account and one sign-in of mary."""
    accounts = {"users": [{**MARY, **(user or {})}], "passwords": [{**PASSWORD, **(password or {})}]}
    sign_ins = {"last_seen": [{"user": "mary", "at": AT}]}
    groups = {
        "accounts": FactGroup(COLLECTED, "", accounts, unread.get("accounts", {})),
        "sign_ins": FactGroup(COLLECTED, "", sign_ins, unread.get("sign_ins", {})),
    }
    return FactView(groups, DERIVED, Joined(), date(2026, 11, 22)).get(("accounts", "unlocked"))


def test_an_account_with_a_password_is_told_with_its_last_sign_in() -> None:
    assert unlocked() == [{"account": "mary", "last_seen": AT, "last_changed": "2026-01-01"}]


def test_an_account_that_was_never_seen_has_no_time() -> None:
    found = unlocked({"name": "ann"}, {"account": "ann"})
    assert found == [{"account": "ann", "last_seen": None, "last_changed": "2026-01-01"}]


@pytest.mark.parametrize("state", ["locked", "empty"])
def test_without_a_password_there_is_nothing_to_lock(state: str) -> None:
    assert unlocked(password={"state": state}) == []


@pytest.mark.parametrize("change", [{"kind": "system"}, {"kind": "root"}, {"shell_lets_in": False}])
def test_only_people_who_can_sign_in_count(change: dict[str, Any]) -> None:
    assert unlocked(change) == []


@pytest.mark.parametrize(("expires", "number"), [("2026-11-22", 0), ("2026-11-23", 1)])
def test_an_account_that_has_expired_is_as_good_as_locked(expires: str, number: int) -> None:
    assert len(unlocked(password={"expires": expires})) == number


@pytest.mark.parametrize(
    "unread",
    [
        {"accounts": {"passwords": DENIED}},
        {"accounts": {"users": DENIED}},
        {"sign_ins": {"last_seen": DENIED}},
    ],
)
def test_half_of_the_story_is_none(unread: dict[str, dict[str, Unread]]) -> None:
    assert unlocked(**unread) == DENIED


def test_people_who_cannot_be_told_from_the_system_leave_it_open() -> None:
    groups = {
        "accounts": FactGroup(
            COLLECTED, "", {"users": [{"name": "a", "shell_lets_in": True}], "passwords": []}
        ),
        "sign_ins": FactGroup(COLLECTED, "", {"last_seen": []}),
    }
    found = FactView(groups, DERIVED, Joined(), date(2026, 11, 22)).get(("accounts", "unlocked"))
    assert isinstance(found, Unread)
