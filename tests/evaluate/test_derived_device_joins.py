"""Registers joined with one another: what is missing on one side is unknown."""

from datetime import date
from typing import Any

import pytest

from igaudit.content import Content
from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.load.lists import load_lists
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined

JOINED = Joined(load_lists(Content.of()))
TODAY = date(2026, 11, 22)
GAP = Unread(Reason.UNPARSABLE, "a.csv:9")
Rows = list[dict[str, Any]]


def derived(path: str, gaps: tuple[str, ...] = (), **registers: Rows | None) -> Any:
    """The fact at `path`; a register that is None was not provided, those in `gaps` are incomplete."""
    groups = {name: group(name, rows, name in gaps) for name, rows in registers.items()}
    view = FactView(groups, DERIVED, JOINED, TODAY)
    name, fact = path.split(".")
    return view.get((name, fact))


def group(name: str, rows: Rows | None, incomplete: bool) -> FactGroup:
    if rows is None:
        return FactGroup(Reason.NOT_PROVIDED, f"name a file under {name}")
    numbered = [{"at": f"{name}:{number}", **row} for number, row in enumerate(rows, 2)]
    return FactGroup(COLLECTED, "", {"rows": numbered, "malformed": []}, {"rows": GAP} if incomplete else {})


def said(value: object) -> object:
    """The value; the reason of what is unknown."""
    return value.reason if isinstance(value, Unread) else value


# leavers


def leaver(
    gaps: tuple[str, ...] = (), devices: Rows | None = None, phones: Rows | None = None
) -> tuple[Any, Any]:
    gone = [{"account": "u", "left": "2026-11-21"}]
    (found,) = derived("leavers.still_enrolled", gaps, leavers=gone, devices=devices, mobile_devices=phones)
    return said(found["intune"]), said(found["exchange"])


def test_devices_of_a_leaver_are_named_by_their_place() -> None:
    devices = [{"account": "v"}, {"account": "u"}, {"account": "u"}]
    phones = [{"account": "u", "access": "allowed"}, {"account": "u", "access": "blocked"}]
    assert leaver((), devices, phones) == (["devices:3", "devices:4"], ["mobile_devices:2"])


def test_a_leaver_without_devices_has_none() -> None:
    assert leaver((), [{"account": "v"}, {"account": None}], [{"account": "v", "access": "allowed"}]) == (
        [],
        [],
    )


def test_what_was_not_provided_is_unknown() -> None:
    assert leaver() == (Reason.NOT_PROVIDED, Reason.NOT_PROVIDED)


def test_what_could_not_be_read_may_be_a_leavers() -> None:
    assert leaver(("devices",), [], [{"account": "u"}]) == (Reason.UNPARSABLE, Reason.INCOMPLETE_RECORD)
    assert leaver((), [{"device": "d"}], []) == (Reason.INCOMPLETE_RECORD, [])


def test_what_was_found_stands_whatever_else_is_missing() -> None:
    assert leaver(("devices",), [{"account": "u"}], []) == (["devices:2"], [])


@pytest.mark.parametrize(
    ("row", "gone"),
    [
        ({"left": "2026-11-21"}, True),
        ({"left": "2026-11-22"}, False),
        ({"left": "2026-11-21", "enabled": True}, True),
        ({"left": None}, True),
        ({"left": None, "enabled": None}, True),
        ({"left": None, "enabled": False}, True),
        ({"left": None, "enabled": True}, False),
        ({"enabled": False}, True),
        ({"enabled": True}, False),
        ({}, True),
    ],
)
def test_who_has_left(row: dict[str, Any], gone: bool) -> None:
    found = derived(
        "leavers.still_enrolled", leavers=[{"account": "u", **row}], devices=[], mobile_devices=[]
    )
    assert [record["account"] for record in found] == (["u"] if gone else [])


def test_a_leaver_whose_row_has_an_unreadable_cell_leaves_the_list_open() -> None:
    rows = [{"at": "a:2", "account": "u"}, {"at": "a:3", "account": "v", "left": "2026-01-01"}]
    cells = [{"at": "a:2", "column": "left", "says": "`soon` is no day"}]
    groups = {
        "leavers": FactGroup(COLLECTED, "", {"rows": rows, "malformed": cells}),
        "devices": FactGroup(COLLECTED, "", {"rows": []}),
        "mobile_devices": FactGroup(COLLECTED, "", {"rows": []}),
    }
    found = FactView(groups, DERIVED, JOINED, TODAY).get(("leavers", "still_enrolled"))
    assert isinstance(found, Partial) and [record["account"] for record in found.value] == ["v"]
    assert "a:2" in found.gap.detail


@pytest.mark.parametrize(("access", "exchange"), [("allowed", Reason.INCOMPLETE_RECORD), ("blocked", [])])
def test_a_mailbox_that_is_not_named_may_be_the_leavers(access: str, exchange: object) -> None:
    phones = [{"account": None, "access": access}]
    assert leaver(devices=[], phones=phones) == ([], exchange)


def test_leavers_whose_unreadable_cells_are_counted_and_not_named_leave_the_list_open() -> None:
    rows = [{"at": "a.csv:1002", "account": "u"}, {"at": "b.csv:2", "account": "v", "left": "2026-01-01"}]
    cells = [{"at": "a.csv", "column": "left", "says": "1 more that cannot be read"}]
    groups = {
        "leavers": FactGroup(COLLECTED, "", {"rows": rows, "malformed": cells}),
        "devices": FactGroup(COLLECTED, "", {"rows": []}),
        "mobile_devices": FactGroup(COLLECTED, "", {"rows": []}),
    }
    found = FactView(groups, DERIVED, JOINED, TODAY).get(("leavers", "still_enrolled"))
    assert isinstance(found, Partial) and [record["account"] for record in found.value] == ["v"]


def test_a_leaver_without_an_account_leaves_the_list_open() -> None:
    assert isinstance(derived("leavers.still_enrolled", leavers=[{"left": "2026-01-01"}]), Unread)


# what Exchange lets in


def inside(row: dict[str, Any], devices: Rows | None, apps: Rows | None, gaps: tuple[str, ...] = ()) -> Any:
    phone = {"device": "d", "account": "u", "access": "allowed", "client": "eas", "managed": False, **row}
    (found,) = derived(
        "mobile_devices.let_in", gaps, mobile_devices=[phone], devices=devices, app_protection=apps
    )
    return said(found["managed"]), said(found["protected"])


def test_a_device_that_intune_knows_is_managed() -> None:
    assert inside({}, [{"eas": None}, {"eas": "d"}], None) == (True, False)


def test_a_device_that_intune_does_not_know_is_not() -> None:
    assert inside({}, [{"eas": "e"}], None) == (False, False)


def test_a_device_that_exchange_calls_managed_is() -> None:
    assert inside({"managed": True}, None, None) == (True, False)


@pytest.mark.parametrize(
    ("devices", "gaps", "reason"),
    [
        (None, (), Reason.NOT_PROVIDED),
        ([], ("devices",), Reason.UNPARSABLE),
        ([{"device": "x"}], (), Reason.INCOMPLETE_RECORD),
    ],
)
def test_whether_an_unread_register_knows_it_is_unknown(
    devices: Rows | None, gaps: tuple[str, ...], reason: Reason
) -> None:
    assert inside({}, devices, None, gaps) == (reason, False)


def test_intune_has_no_name_for_what_asks_with_outlook() -> None:
    assert inside({"client": "outlook"}, [{"eas": "e"}], [])[0] is Reason.UNSUPPORTED


OUTLOOK = {"app": "Outlook", "account": "u", "status": "protected"}


@pytest.mark.parametrize(
    ("apps", "protected"),
    [
        ([OUTLOOK], True),
        ([{**OUTLOOK, "app": "com.microsoft.office.outlook"}], True),
        ([{**OUTLOOK, "app": "Teams"}], False),
        ([{**OUTLOOK, "account": "v"}], False),
        ([OUTLOOK, {**OUTLOOK, "status": "unprotected"}], Reason.UNSUPPORTED),
        ([{"app": "Outlook", "account": "u"}], Reason.UNSUPPORTED),
        ([], False),
        (None, Reason.NOT_PROVIDED),
    ],
)
def test_outlook_is_protected_where_all_of_the_users_are(apps: Rows | None, protected: object) -> None:
    assert inside({"client": "outlook"}, [], apps)[1] == protected


def test_one_protected_outlook_does_not_speak_for_two_phones() -> None:
    phones = [
        {"device": name, "account": "u", "access": "allowed", "client": "outlook"} for name in ("d", "e")
    ]
    one, other = {**OUTLOOK, "device": "x"}, {**OUTLOOK, "device": "y"}
    cases: list[tuple[Rows, object]] = [
        ([one], Reason.UNSUPPORTED),
        # the same again, from another export
        ([one, one], Reason.UNSUPPORTED),
        ([OUTLOOK, OUTLOOK], Reason.UNSUPPORTED),
        ([one, other], True),
        ([one, OUTLOOK], True),
    ]
    for apps, protected in cases:
        found = derived("mobile_devices.let_in", mobile_devices=phones, devices=[], app_protection=apps)
        assert [said(record["protected"]) for record in found] == [protected, protected]


def test_an_outlook_of_nobody_is_unknown() -> None:
    assert inside({"client": "outlook", "account": None}, [], [])[1] is Reason.INCOMPLETE_RECORD


def test_only_what_is_let_in_counts() -> None:
    rows = [{"device": "d", "access": state} for state in ("blocked", "quarantined", "discovery", "unknown")]
    assert derived("mobile_devices.let_in", mobile_devices=rows, devices=[], app_protection=[]) == []
    assert isinstance(derived("mobile_devices.let_in", mobile_devices=[{"device": "d"}]), Unread)


def test_a_device_whose_name_could_not_be_read_is_unknown() -> None:
    rows = [{"account": "u", "access": "allowed", "client": "eas"}]
    (found,) = derived(
        "mobile_devices.let_in", mobile_devices=rows, devices=[{"eas": "e"}], app_protection=[]
    )
    assert said(found["managed"]) is Reason.INCOMPLETE_RECORD


# what Entra ID knows


def registered(row: dict[str, Any], devices: Rows | None, apps: Rows | None) -> Any:
    known = {
        "device": "d",
        "trust": "registered",
        "enabled": True,
        "managed": None,
        "system": "android",
        **row,
    }
    (found,) = derived("entra_devices.personal", entra_devices=[known], devices=devices, app_protection=apps)
    return said(found["managed"]), said(found["protected"])


@pytest.mark.parametrize(
    ("row", "devices", "managed"),
    [
        ({}, [{"entra": "d"}], True),
        ({}, [{"entra": "e"}], False),
        ({}, None, Reason.NOT_PROVIDED),
        ({"managed": True}, None, True),
        ({"managed": False}, None, False),
        ({"managed": False}, [{"entra": "d"}], True),
    ],
)
def test_a_device_is_managed_by_either_account(
    row: dict[str, Any], devices: Rows | None, managed: object
) -> None:
    assert registered(row, devices, [])[0] == managed


@pytest.mark.parametrize(
    ("apps", "protected"),
    [
        ([{"device": "d", "status": "protected"}], True),
        ([{"device": "d", "status": "protected"}, {"device": "d", "status": "unprotected"}], False),
        ([{"device": "e", "status": "protected"}], False),
        ([{"device": "d"}], Reason.INCOMPLETE_RECORD),
        ([{"status": "protected"}], Reason.INCOMPLETE_RECORD),
        ([{"device": None, "status": "protected"}], False),
        (None, Reason.NOT_PROVIDED),
    ],
)
def test_a_device_is_protected_where_all_its_apps_are(apps: Rows | None, protected: object) -> None:
    assert registered({}, [], apps)[1] == protected


def test_the_support_of_a_registered_device_is_told() -> None:
    rows = [{"device": "d", "trust": "registered", "enabled": True, "system": "android", "os_version": "13"}]
    (found,) = derived("entra_devices.personal", entra_devices=rows, devices=[], app_protection=[])
    assert (found["system"], found["support_ends"]) == ("android", "2026-03-02")


def entra(*rows: dict[str, Any]) -> Any:
    return derived("entra_devices.personal", entra_devices=list(rows), devices=[], app_protection=[])


def test_joined_and_disabled_devices_are_not_personal() -> None:
    joined = [{"device": "a", "trust": trust, "enabled": True} for trust in ("joined", "hybrid")]
    disabled = {"device": "b", "trust": "registered", "enabled": False}
    unknown = {"device": "c", "trust": None, "enabled": True}
    assert [record["device"] for record in entra(*joined, disabled, unknown)] == ["c"]


@pytest.mark.parametrize("unread", ["trust", "enabled"])
def test_a_device_of_which_that_could_not_be_read_leaves_the_list_open(unread: str) -> None:
    whole = {"device": "a", "trust": "registered", "enabled": True}
    torn = {name: value for name, value in whole.items() if name != unread}
    found = entra(whole, torn)
    assert isinstance(found, Partial) and len(found.value) == 1 and "entra_devices:3" in found.gap.detail
    assert isinstance(entra(torn), Unread)


# privileged accounts


@pytest.mark.parametrize(
    ("registrations", "mfa"),
    [
        ([{"account": "u", "mfa": True}], True),
        ([{"account": "u", "mfa": False}], False),
        ([{"account": "u", "mfa": True}, {"account": "u", "mfa": True}], True),
        ([{"account": "u", "mfa": True}, {"account": "u", "mfa": False}], Reason.CONTRADICTED),
        ([{"account": "v", "mfa": True}], Reason.INCOMPLETE_RECORD),
        ([{"account": "u"}], Reason.INCOMPLETE_RECORD),
        (None, Reason.NOT_PROVIDED),
    ],
)
def test_members_of_roles_with_what_they_registered(registrations: Rows | None, mfa: object) -> None:
    (found,) = derived(
        "privileged_accounts.registrations",
        privileged_accounts=[{"account": "u", "role": "Global Administrator"}],
        mfa_registration=registrations,
    )
    assert (found["role"], said(found["mfa"])) == ("Global Administrator", mfa)


def test_a_member_whose_account_could_not_be_read_is_unknown() -> None:
    (found,) = derived(
        "privileged_accounts.registrations",
        privileged_accounts=[{"role": "Global Administrator"}],
        mfa_registration=[{"account": "u", "mfa": True}],
    )
    assert said(found["mfa"]) is Reason.INCOMPLETE_RECORD
