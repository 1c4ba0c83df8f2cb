"""Macros in Office."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows.office import settings
from tests.parse.windows.said import ABSENT, DENIED, asked, key, rows

APPS = ("word", "excel", "powerpoint")


def installed(*apps: str, view: int = 64) -> dict[str, Any]:
    steps = {f"{app}_{bits}": ABSENT for app in APPS for bits in (32, 64)}
    steps |= {f"{app}_start": key() if app in apps else ABSENT for app in APPS}
    return steps | {f"{app}_{view}": key(Path="C:\\Office16\\") for app in apps}


def user(sessions: Any = ("1",), policy: Any = None, cloud: Any = None, **more: Any) -> dict[str, Any]:
    trees = {name: tree(said) for name, said in (("policy", policy), ("cloud", cloud))}
    return {"sid": "S-1-5-21-1-2-3-1201", "mine": False, "sessions": sessions, **trees, **more}


def tree(said: dict[str, int] | None) -> dict[str, Any]:
    return ABSENT if said is None else key({"Word": key({"Security": key(**said)}), "common": key()})


def macros(*users: dict[str, Any]) -> Any:
    return settings(asked(**installed("word"), users=rows(*users)))["macros"]


GOOD = {"vbawarnings": 4, "blockcontentexecutionfrominternet": 1}


def test_what_policy_says_of_each_user() -> None:
    (record,) = macros(user(policy=GOOD))
    assert record == {
        "who": "word of S-1-5-21-1-2-3-1201",
        "from_internet_blocked": True,
        "macros": "none-run",
    }


@pytest.mark.parametrize(("value", "word"), [(1, "all-run"), (2, "users-decide"), (3, "signed-run")])
def test_what_policy_does_with_macros(value: int, word: str) -> None:
    assert macros(user(policy={"vbawarnings": value}))[0]["macros"] == word


def test_no_policy_is_known() -> None:
    (record,) = macros(user())
    assert record["macros"] is None
    assert record["from_internet_blocked"] is False


def test_the_cloud_policy_beats_group_policy() -> None:
    (record,) = macros(user(policy=GOOD, cloud={"vbawarnings": 1}))
    assert record["macros"] == "all-run"
    assert record["from_internet_blocked"] is True


@pytest.mark.parametrize("view", [32, 64])
def test_an_application_counts_in_either_view(view: int) -> None:
    facts = settings(asked(**installed("excel", view=view), users=rows(user())))
    assert [record["who"].split()[0] for record in facts["macros"]] == ["excel"]  # type: ignore[attr-defined]


def test_no_office_is_absent() -> None:
    with pytest.raises(Absent):
        settings(asked(**installed(), users=rows()))


def test_an_older_office_is_not_taken_for_none() -> None:
    assert isinstance(settings(asked(**{**installed(), "word_start": key()}, users=rows()))["macros"], Unread)
    assert isinstance(settings(asked(**{**installed(), "word_64": DENIED}, users=rows()))["macros"], Unread)


@pytest.mark.parametrize("who", [user(mine=True), user(()), user(("0",)), user(None), user(["none"])])
def test_services_and_the_auditor_are_not_at_a_screen(who: dict[str, Any]) -> None:
    said = macros(who)
    assert isinstance(said, Unread)
    assert said.reason is Reason.NOT_COLLECTED
    assert len(macros(who, user())) == 1


@pytest.mark.parametrize("sessions", ["1", ["0", "2"], {"value": ["1"], "Count": 1}])
def test_a_list_of_sessions_in_any_of_its_shapes(sessions: object) -> None:
    assert len(macros(user(sessions))) == 1


def test_a_part_that_was_denied_is_not_passed_over() -> None:
    assert isinstance(macros(user(policy=GOOD), user(policy=GOOD, cloud=None) | {"cloud": DENIED}), Unread)
    assert isinstance(macros(user() | {"policy": None}), Unread)
    assert isinstance(macros(user() | {"policy": key({"Word": DENIED})}), Unread)
