"""Shares and their permissions, by SID."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.shares import shares
from tests.parse.windows.said import DENIED, EMPTY, asked, rows

SPECIAL = {"Name": "C$", "Path": "C:\\", "Special": True}
PLAIN = {"Name": "Daten", "Path": "D:\\Daten", "Special": False}


def grant(**changed: Any) -> dict[str, Any]:
    usual = {"share": "Daten", "account": "Jeder", "sid": "S-1-1-0", "right": "Full", "type": "Allow"}
    return {**usual, **changed}


def found(**changed: Any) -> dict[str, Any]:
    facts: Any = shares(asked(shares=rows(PLAIN), access=rows(grant(**changed))))
    return dict(facts["access"][0])


def test_a_share_and_whom_it_lets_in() -> None:
    facts: Any = shares(asked(shares=rows(SPECIAL, PLAIN), access=rows(grant())))
    assert facts["shares"] == [
        {"share": "C$", "path": "C:\\", "special": True},
        {"share": "Daten", "path": "D:\\Daten", "special": False},
    ]
    assert facts["access"] == [
        {
            "grant": "Daten: Jeder full",
            "share": "Daten",
            "account": "Jeder",
            "right": "full",
            "allows": True,
            "sid": "S-1-1-0",
            "group": "everyone",
        }
    ]


@pytest.mark.parametrize(
    ("sid", "group"),
    [
        ("S-1-5-7", "nobody-known"),
        ("S-1-5-32-546", "nobody-known"),
        ("S-1-5-21-1-2-3-501", "nobody-known"),
        ("S-1-5-21-1-2-3-514", "nobody-known"),
        ("S-1-1-0", "everyone"),
        ("S-1-2-0", "all-accounts"),
        ("S-1-5-2", "all-accounts"),
        ("S-1-5-3", "all-accounts"),
        ("S-1-5-4", "all-accounts"),
        ("S-1-5-11", "all-accounts"),
        ("S-1-5-13", "all-accounts"),
        ("S-1-5-14", "all-accounts"),
        ("S-1-5-15", "all-accounts"),
        ("S-1-5-113", "all-accounts"),
        ("S-1-2-1", "all-accounts"),
        ("S-1-5-1", "all-accounts"),
        ("S-1-5-64-10", "all-accounts"),
        ("S-1-5-64-14", "all-accounts"),
        ("S-1-5-64-21", "all-accounts"),
        ("S-1-18-1", "all-accounts"),
        ("S-1-18-2", "all-accounts"),
        ("S-1-5-32-545", "all-accounts"),
        ("S-1-5-32-554", "all-accounts"),
        ("S-1-15-2-1", "all-accounts"),
        ("S-1-5-21-1-2-3-515", "all-accounts"),
        ("S-1-5-21-1-2-3-513", "all-accounts"),
        ("S-1-5-21-1-2-3-1190", "named"),
        ("S-1-5-32-544", "named"),
    ],
)
def test_how_many_a_sid_stands_for(sid: str, group: str) -> None:
    assert found(sid=sid)["group"] == group


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("Change", "change"),
        ("Read", "read"),
        (0, "full"),
        (1, "change"),
        (2, "read"),
    ],
)
def test_rights_by_name_or_number(said: object, right: str) -> None:
    assert found(right=said)["right"] == right


@pytest.mark.parametrize("said", ["Custom", 3, 7, None])
def test_a_right_that_may_be_anything_is_untold(said: object) -> None:
    grant = found(right=said)
    assert "right" not in grant
    assert grant["grant"].endswith(" custom")


@pytest.mark.parametrize(("said", "allows"), [("Allow", True), ("Deny", False), (0, True), (1, False)])
def test_what_keeps_out_is_no_grant(said: object, allows: bool) -> None:
    assert found(type=said)["allows"] is allows


def test_an_odd_type_is_neither() -> None:
    assert "allows" not in found(type="Audit")


def test_an_account_that_nobody_knows_any_more_shows_its_sid() -> None:
    for shown in ("S-1-5-21-1-2-3-2211", "*S-1-5-21-1-2-3-2211"):
        gone = found(account=shown, sid=None)
        assert (gone["sid"], gone["group"]) == ("S-1-5-21-1-2-3-2211", "named")


def test_an_account_without_a_sid_may_be_anyone() -> None:
    assert "group" not in found(account="Jeder", sid=None)


def test_a_share_of_which_nothing_was_told_leaves_a_gap() -> None:
    facts: Any = shares(asked(shares=rows(SPECIAL, PLAIN), access=rows()))
    assert facts["incomplete"]["access"].detail == "no permissions were told of Daten"


def test_without_shares_there_is_nothing_to_tell() -> None:
    assert shares(asked(shares=rows(SPECIAL), access=EMPTY)) == {
        "shares": [{"share": "C$", "path": "C:\\", "special": True}],
        "access": [],
    }


def test_no_share_at_all_is_no_answer() -> None:
    facts: Any = shares(asked(shares=rows(), access=rows()))
    assert facts["shares"].reason is Reason.FAILED
    assert facts["incomplete"]["access"].reason is Reason.FAILED


def test_without_the_list_of_shares_permissions_are_a_part() -> None:
    facts: Any = shares(asked(shares=DENIED, access=rows(grant())))
    assert len(facts["access"]) == 1
    assert facts["incomplete"]["access"].reason is Reason.DENIED


def test_no_folder_is_null() -> None:
    facts: Any = shares(asked(shares=rows({"Name": "IPC$", "Path": "", "Special": True}), access=rows()))
    assert facts["shares"][0]["path"] is None


def test_permissions_that_were_denied_are_not_empty() -> None:
    facts = shares(asked(shares=rows(PLAIN), access=DENIED))
    assert facts["access"] == Unread(Reason.DENIED, "access: Access denied")
    assert "incomplete" not in facts
