"""What waits for a restart of Windows, and since when."""

from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse.windows.restart import signals
from tests.parse.windows.said import ABSENT, DENIED, EMPTY, asked, key, ok, rows

BOOT = "2026-09-10T02:00:00Z"


def log(*events: tuple[int, str]) -> dict[str, Any]:
    told = [{"id": number, "at": at, "fields": ["KB1"]} for number, at in events]
    return ok({"rows": told, "capped": False})


BEFORE = (2, "2026-09-09T00:00:00Z")
UPDATED = (19, "2026-09-09T00:00:00Z")


def found(**more: Any) -> dict[str, Any]:
    usual = {
        "servicing_pending": ABSENT,
        "update_pending": ABSENT,
        "volatile": ABSENT,
        "session": key(),
        "active_name": key(ComputerName="PC-1"),
        "name": key(ComputerName="pc-1"),
        "netlogon": key(),
        "servicing": log(BEFORE),
        "updates": log(UPDATED),
        "system": rows({"LastBootUpTime": BOOT}),
    }
    return signals(asked(**{**usual, **more}))


def test_nothing_waits() -> None:
    assert found() == {
        "required": False,
        "required_since": None,
        "required_by_then": None,
        "other_reasons": [],
    }


@pytest.mark.parametrize(
    "more",
    [
        {"servicing_pending": key()},
        {"update_pending": key()},
        {"volatile": key(UpdateExeVolatile=2)},
    ],
)
def test_each_sign_of_an_update(more: dict[str, Any]) -> None:
    assert found(**more)["required"] is True


def test_a_sign_that_was_denied() -> None:
    assert isinstance(found(update_pending=DENIED)["required"], Unread)
    assert found(volatile=key(UpdateExeVolatile=0))["required"] is False


def test_since_the_first_event_after_the_last_start() -> None:
    servicing = log((4, "2026-10-02T00:00:00Z"), (4, "2026-10-01T00:00:00Z"), (4, "2026-09-01T00:00:00Z"))
    facts = found(servicing_pending=key(), servicing=servicing)
    assert facts["required_since"] == facts["required_by_then"] == "2026-10-01T00:00:00Z"


def test_logs_that_do_not_go_back_tell_only_the_latest_start_of_waiting() -> None:
    facts = found(update_pending=key(), servicing=EMPTY, updates=log((22, "2026-10-01T00:00:00Z")))
    assert isinstance(facts["required_since"], Unread)
    assert facts["required_by_then"] == "2026-10-01T00:00:00Z"


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"servicing": DENIED},
        {"system": rows()},
        {"system": DENIED},
        {"servicing": log((1, "2026-10-01T00:00:00Z"))},
    ],
)
def test_logs_that_tell_nothing(more: dict[str, Any]) -> None:
    facts = found(**{"servicing_pending": key(), **more})
    assert facts["required"] is True
    assert isinstance(facts["required_since"], Unread)
    assert isinstance(facts["required_by_then"], Unread)


def test_other_reasons() -> None:
    renames = {"PendingFileRenameOperations": {"kind": "MultiString", "data": [r"\??\C:\a.dll", ""]}}
    facts = found(
        session=ok({"values": renames}),
        name=key(ComputerName="PC-2"),
        netlogon=ok({"values": {}, "names": ["JoinDomain"]}),
    )
    assert facts["other_reasons"] == ["files to rename", "a new computer name", "a change of domain"]
    assert facts["required"] is False
