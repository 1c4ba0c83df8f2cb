"""Local accounts and members of groups: by SID and RID, in any language."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent, Unparsable
from igaudit.parse.windows import local_accounts, members
from igaudit.parse.windows.steps import Meta, NotRead
from tests.parse.windows.said import DENIED, SERVER_2022, asked, ok

MACHINE, DOMAIN = "S-1-5-21-1-2-3", "S-1-5-21-10-20-30"
HERE = Meta(build=20348, product="ServerNT", host="SRV-1")
CONTROLLER = Meta(build=20348, product="LanmanNT", host="DC-1")


def user(name: str, number: int, **more: Any) -> dict[str, Any]:
    usual = {"Enabled": True, "PasswordRequired": True, "PasswordLastSet": None, "LastLogon": None}
    return {"Name": name, "SID": f"{MACHINE}-{number}", **usual, **more}


def listed(*users: dict[str, Any], controller: bool = False) -> dict[str, Any]:
    return ok({"controller": controller, "accounts": list(users)})


def accounts(*users: dict[str, Any], meta: Meta = SERVER_2022) -> list[Any]:
    found: Any = local_accounts.accounts(asked(meta, accounts=listed(*users)))["accounts"]
    return list(found)


def member(path: str, sid: str, kind: str = "User", users: Any = None, meta: Meta = HERE) -> dict[str, Any]:
    said = {"group": "Administratoren", "members": [{"path": f"WinNT://{path}", "class": kind, "sid": sid}]}
    steps = asked(meta, members=ok(said), accounts=users or listed(user("Administrator", 500)))
    found: Any = members.administrators(steps)["members"]
    return dict(found[0])


@pytest.mark.parametrize(
    ("name", "number", "kind"),
    [
        ("Администратор", 500, "built-in-administrator"),
        ("Invité", 501, "guest"),
        ("DefaultAccount", 503, "default-account"),
        ("WDAGUtilityAccount", 504, "application-guard"),
        ("Administrator", 1001, "account"),
        ("Guest", 1500, "account"),
    ],
)
def test_a_built_in_account_is_known_by_its_number(name: str, number: int, kind: str) -> None:
    assert accounts(user(name, number))[0]["kind"] == kind


def test_what_windows_says_of_an_account() -> None:
    row = user("anna", 1001, Enabled=False, PasswordRequired=False, LastLogon="2026-10-01T08:00:00Z")
    assert accounts(row) == [
        {
            "account": "anna",
            "sid": f"{MACHINE}-1001",
            "kind": "account",
            "enabled": False,
            "password_required": False,
            "password_last_set": None,
            "last_sign_in": "2026-10-01T08:00:00Z",
        }
    ]


def test_a_property_that_failed_is_untold_and_not_never() -> None:
    row = {"Name": "anna", "SID": f"{MACHINE}-1001", "Enabled": True, "LastLogon!": "Access denied"}
    assert accounts(row) == [
        {"account": "anna", "sid": f"{MACHINE}-1001", "kind": "account", "enabled": True}
    ]


def test_one_account_comes_bare() -> None:
    steps = asked(accounts=ok({"controller": False, "accounts": user("anna", 1001)}))
    assert len(list(local_accounts.accounts(steps)["accounts"])) == 1  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("meta", "said"),
    [(CONTROLLER, listed(user("anna", 1001))), (CONTROLLER, DENIED), (SERVER_2022, listed(controller=True))],
)
def test_a_domain_controller_has_none(meta: Meta, said: dict[str, Any]) -> None:
    with pytest.raises(Absent):
        local_accounts.accounts(asked(meta, accounts=said))


def test_without_rights_there_is_no_list() -> None:
    with pytest.raises(NotRead):
        local_accounts.accounts(asked(accounts=DENIED))


def test_a_list_without_the_built_in_administrator_is_a_part_of_one() -> None:
    facts: Any = local_accounts.accounts(asked(accounts=listed(user("anna", 1001))))
    assert len(facts["accounts"]) == 1
    assert facts["incomplete"]["accounts"].reason is Reason.FAILED
    whole = local_accounts.accounts(asked(accounts=listed(user("Chef", 500), user("anna", 1001))))
    assert "incomplete" not in whole


@pytest.mark.parametrize("sid", [None, "", "anna", 7])
def test_an_account_without_a_sid_may_be_the_guest(sid: Any) -> None:
    with pytest.raises(Unparsable):
        accounts(user("Gast", 501, SID=sid))


@pytest.mark.parametrize("said", [[], "no", {"accounts": None}, {"accounts": [1]}])
def test_what_is_no_list_of_accounts(said: object) -> None:
    with pytest.raises(Unparsable):
        local_accounts.accounts(asked(accounts=ok(said)))


@pytest.mark.parametrize(
    ("path", "sid", "class_", "name", "kind"),
    [
        ("TRUST/SRV-1/Chef", f"{MACHINE}-500", "User", ".\\Chef", "built-in-administrator"),
        ("WORKGROUP/srv-1/anna", f"{MACHINE}-1001", "User", ".\\anna", "local-account"),
        ("TRUST/Domänen-Admins", f"{DOMAIN}-512", "Group", "TRUST\\Domänen-Admins", "domain-admins"),
        ("TRUST/Forest", f"{DOMAIN}-519", "Group", "TRUST\\Forest", "enterprise-admins"),
        ("TRUST/Administrator", f"{DOMAIN}-500", "User", "TRUST\\Administrator", "domain-account"),
        ("TRUST/Equipe", f"{DOMAIN}-1190", "Group", "TRUST\\Equipe", "domain-group"),
        ("TRUST/Domain Users", f"{DOMAIN}-513", "Group", "TRUST\\Domain Users", "everybody"),
        ("NT AUTHORITY/Все", "S-1-5-11", "Group", "NT AUTHORITY\\Все", "everybody"),
        ("Jeder", "S-1-1-0", "Group", "Jeder", "everybody"),
        ("S-1-12-1-1-2-3-4", "S-1-12-1-1-2-3-4", "", "S-1-12-1-1-2-3-4", "entra"),
        (f"{DOMAIN}-2211", f"{DOMAIN}-2211", "", f"{DOMAIN}-2211", "unresolved"),
        ("NT SERVICE/MSSQL", "S-1-5-80-1-2-3-4-5", "User", "NT SERVICE\\MSSQL", "service"),
    ],
)
def test_whom_a_sid_stands_for(path: str, sid: str, class_: str, name: str, kind: str) -> None:
    found = member(path, sid, class_)
    assert (found["name"], found["kind"]) == (name, kind)


def test_an_account_of_the_machine_says_whether_it_can_be_used() -> None:
    users = listed(user("anna", 1001, Enabled=False))
    assert member("TRUST/SRV-1/anna", f"{MACHINE}-1001", users=users)["enabled"] is False


def test_without_the_list_of_accounts_that_stays_untold() -> None:
    found = member("TRUST/SRV-1/anna", f"{MACHINE}-1001", users=DENIED)
    assert found["kind"] == "local-account"
    assert "enabled" not in found


def test_an_account_of_a_domain_says_nothing_of_that() -> None:
    assert "enabled" not in member("TRUST/anna", f"{DOMAIN}-1001")


def test_on_a_domain_controller_the_members_are_those_of_the_domain() -> None:
    said = {"users": listed(controller=True), "meta": CONTROLLER}
    assert member("TRUST/Administrator", f"{DOMAIN}-500", **said)["kind"] == "built-in-administrator"
    anna = member("TRUST/DC-1/anna", f"{DOMAIN}-1001", **said)
    assert (anna["name"], anna["kind"]) == ("DC-1\\anna", "domain-account")


@pytest.mark.parametrize("sid", ["", "Administrators", "S-1-5-21-", "S-1-5-32-544\n"])
def test_a_member_without_a_sid_makes_no_sense(sid: str) -> None:
    with pytest.raises(Unparsable):
        member("TRUST/x", sid)


def test_a_group_that_was_not_read_is_no_empty_one() -> None:
    with pytest.raises(NotRead) as refused:
        members.remote_users(asked(members=DENIED))
    assert isinstance(refused.value.gap, Unread)


def test_a_group_of_administrators_without_members_was_not_read() -> None:
    empty = ok({"group": "Administrators", "members": []})
    with pytest.raises(NotRead) as refused:
        members.administrators(asked(members=empty, accounts=listed(user("Chef", 500))))
    assert refused.value.gap.reason is Reason.FAILED


def test_nobody_may_use_remote_desktop() -> None:
    assert members.remote_users(asked(members=ok({"group": "g", "members": []}))) == {"users": []}
