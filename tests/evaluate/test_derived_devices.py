"""Personal devices: support, grace, wipes and how many one has."""

from datetime import date
from typing import Any

import pytest

from igaudit.content import Content
from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.derived_devices import system_of
from igaudit.evaluate.view import FactView, Partial
from igaudit.load.lists import load_lists
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.feed import Feed
from igaudit.model.joined import Joined

JOINED = Joined(load_lists(Content.of()))
TODAY = date(2026, 11, 22)
GAP = Unread(Reason.UNPARSABLE, "a.csv:9")


def derived(path: str, *rows: dict[str, Any], gap: Unread | None = None, today: date = TODAY) -> Any:
    group, fact = path.split(".")
    given = [{"at": f"a.csv:{number}", **row} for number, row in enumerate(rows, 2)]
    facts = {"rows": given, "malformed": []}
    view = FactView(
        {group: FactGroup(COLLECTED, "", facts, {"rows": gap} if gap else {})}, DERIVED, JOINED, today
    )
    return view.get((group, fact))


def ends(system: str, version: str, edition: str | None = None, today: date = TODAY) -> Any:
    row = {"owner": "personal", "device": "d", "system": system, "os_version": version, "edition": edition}
    (found,) = derived("devices.support", row, today=today)
    return found["support_ends"]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("iOS", "ios"),
        ("iPadOS", "ipados"),
        ("IPhone", "ios"),
        ("IPad", "ipados"),
        ("AndroidForWork", "android"),
        ("android (personally-owned work profile)", "android"),
        ("macOS", "macos"),
        ("MacMDM", "macos"),
        ("Windows 10", "windows"),
        ("Linux", "linux"),
        ("", ""),
    ],
)
def test_systems_by_any_name(said: str, name: str) -> None:
    assert system_of(said)[0] == name


@pytest.mark.parametrize(
    ("system", "version", "last_day"),
    [
        ("android", "13", "2026-03-02"),
        ("android", "13.0", "2026-03-02"),
        ("android", "12.1", "2025-03-03"),
        ("android", "8.0.0", "2021-01-01"),
        ("android", "14", None),
        ("ios", "26.6.1", None),
        ("ios", "18.7", None),
        ("ipados", "14.8", "2021-10-01"),
        ("macos", "13.7.8 (22H730)", "2025-09-15"),
        ("macos", "10.15.7", "2026-02-02"),
        ("macos", "26.1", None),
        ("windows", "10.0.19045.6456", "2025-10-14"),
        ("windows", "6.1.7601", "2020-01-14"),
    ],
)
def test_the_last_day_of_a_version(system: str, version: str, last_day: str | None) -> None:
    assert ends(system, version) == last_day


@pytest.mark.parametrize(
    ("version", "edition", "last_day"),
    [
        ("10.0.26200.7171", None, "2027-10-12"),  # all editions go on: the earliest end
        ("10.0.22631.5000", None, "2026-11-10"),  # all have ended: the latest end
        ("10.0.26100.1", "pro", "2026-10-13"),
        ("10.0.26100.1", "home", "2026-10-13"),
        ("10.0.26100.1", "enterprise", "2027-10-12"),
        ("10.0.26100", "education", "2027-10-12"),
    ],
)
def test_the_last_day_of_a_build_of_windows(version: str, edition: str | None, last_day: str) -> None:
    assert ends("windows", version, edition) == last_day


@pytest.mark.parametrize(
    ("system", "version"),
    [
        ("windows", "10.0.26100.1"),  # over for Pro, not for Enterprise
        ("windows", "10.0.99999.1"),
        ("ios", "27.0"),
        ("ios", "17.7"),  # over for iPhones, not for iPads, and Intune may call both iOS
        ("linux", "24.04"),
        ("android", "4.3"),
        ("ios", "unknown"),
    ],
)
def test_what_the_list_does_not_settle_is_unknown(system: str, version: str) -> None:
    assert isinstance(ends(system, version), Unread)


def test_a_newer_feed_takes_the_place_of_the_list() -> None:
    rows = {
        "ios": [{"cycle": "27", "security_support_end": "false"}],
        "ipados": [{"cycle": "27", "security_support_end": "false"}],
        "windows": [{"cycle": "11-25h2-w", "security_support_end": "2027-12-31"}],
    }
    feed = Feed("eol", "2026-11-20", "2026-11-20T08:00:00Z", "", "", "MIT", "", 30, {"products": rows})
    devices = [("ios", "27.0.1"), ("windows", "10.0.26200.1")]
    given = [
        {"at": "a", "owner": "personal", "system": name, "os_version": version} for name, version in devices
    ]
    groups = {"devices": FactGroup(COLLECTED, "", {"rows": given})}
    view = FactView(groups, DERIVED, Joined(JOINED.lists, {"eol": feed}), TODAY)
    assert [record["support_ends"] for record in view.get(("devices", "support"))] == [None, "2027-12-31"]


def test_an_open_end_is_not_believed_for_ever() -> None:
    found = ends("android", "15", today=date(2027, 11, 22))
    assert isinstance(found, Unread) and found.reason is Reason.FEED_TOO_OLD


def test_without_a_version_there_is_no_last_day() -> None:
    (found,) = derived("devices.support", {"owner": "unknown", "device": "d", "system": "ios"})
    assert found == {"at": "a.csv:2", "device": "d", "system": "ios"}


@pytest.mark.parametrize("fact", ["support", "grace", "users", "newest_sync"])
def test_the_organisations_own_devices_do_not_count(fact: str) -> None:
    ours = {
        "owner": "company",
        "device": "d",
        "account": "u",
        "compliance": "in-grace-period",
        "last_sync": None,
    }
    assert derived(f"devices.{fact}", ours) in ([], None)


@pytest.mark.parametrize("fact", ["support", "grace", "users", "wipes"])
def test_a_register_with_unreadable_rows_stays_incomplete(fact: str) -> None:
    row = {
        "owner": "personal",
        "device": "d",
        "account": "u",
        "compliance": "in-grace-period",
        "grace_until": None,
        "actions": [{"action_name": "wipe", "action_state": "pending", "start_date_time": None}],
    }
    found = derived(f"devices.{fact}", row, gap=GAP)
    assert isinstance(found, Partial) and found.gap == GAP and len(found.value) == 1
    assert derived(f"devices.{fact}", gap=GAP) == GAP


@pytest.mark.parametrize("fact", ["support", "grace", "users"])
def test_a_device_whose_owner_could_not_be_read_leaves_the_list_open(fact: str) -> None:
    mine = {"device": "d", "account": "u", "compliance": "in-grace-period", "grace_until": None}
    found = derived(f"devices.{fact}", {**mine, "owner": "personal"}, mine)
    assert isinstance(found, Partial) and len(found.value) == 1 and "a.csv:3" in found.gap.detail


def test_days_of_grace_are_counted_from_the_judging_day() -> None:
    rows = [
        {"owner": "personal", "compliance": "in-grace-period", "grace_until": until}
        for until in ("2026-11-29T23:59:59Z", "2026-11-21T00:00:00Z", None)
    ]
    unsaid = {"owner": "personal", "compliance": "in-grace-period"}
    found = derived("devices.grace", *rows, unsaid, {"owner": "personal", "compliance": "compliant"})
    assert [record.get("days_left", "unsaid") for record in found] == [7, -1, None, "unsaid"]


def test_the_newest_check_in() -> None:
    rows = [{"last_sync": said} for said in ("2026-11-01T08:00:00Z", None, "2026-11-20T08:00:00Z")]
    assert derived("devices.newest_sync", *rows) == "2026-11-20T08:00:00Z"
    assert derived("devices.newest_sync", {"last_sync": None}) is None
    assert isinstance(derived("devices.newest_sync", *rows, {}), Partial)
    assert isinstance(derived("devices.newest_sync", {}), Unread)
    assert derived("devices.newest_sync", gap=GAP) == GAP


def test_a_device_in_two_exports_is_one_device() -> None:
    rows = [{"owner": "personal", "device": name, "account": "u"} for name in ("d", "d", "e")]
    assert derived("devices.users", *rows) == [{"account": "u", "at": "a.csv:2", "devices": 2}]


def test_a_device_of_nobody_knows_whom_may_be_anybodys() -> None:
    mine, nameless = (
        {"owner": "personal", "device": "d", "account": "u"},
        {"owner": "personal", "device": "e"},
    )
    assert isinstance(derived("devices.users", mine, nameless), Partial)
    assert derived("devices.users", mine, {**nameless, "account": None}) == [
        {"account": "u", "at": "a.csv:2", "devices": 1}
    ]


def action(name: str, state: str, start: str | None, last: str | None) -> dict[str, Any]:
    said = {
        "action_name": name,
        "action_state": state,
        "start_date_time": start,
        "last_updated_date_time": last,
    }
    return {"device": "d", "actions": [said]}


@pytest.mark.parametrize(
    ("asked", "done", "days"),
    [
        (action("factoryReset", "pending", "2026-11-15T09:00:00Z", None), False, 7),
        (action("removeCompanyData", "done", "2026-11-01T09:00:00Z", "2026-11-03T08:00:00Z"), True, 2),
        (action("retire", "failed", "2026-11-01T09:00:00Z", "2026-11-03T08:00:00Z"), False, 21),
        (action("wipe", "pending", None, None), False, None),
        (action("wipe", "done", "2026-11-01T09:00:00Z", "0001-01-01T00:00:00Z"), True, None),
    ],
)
def test_wipes_of_intune(asked: dict[str, Any], done: bool, days: int | None) -> None:
    (found,) = derived("devices.wipes", asked)
    assert (found["acknowledged"], found.get("days")) == (done, days)


def test_other_actions_and_those_called_off_are_no_wipes() -> None:
    rows = [
        action("remoteLock", "pending", None, None),
        action("wipe", "canceled", None, None),
        {"actions": []},
    ]
    assert derived("devices.wipes", *rows) == []


def test_an_export_without_actions_says_nothing_of_wipes() -> None:
    assert isinstance(derived("devices.wipes", {"device": "d"}), Unread)


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ({"wipe_requested": None, "wipe_acknowledged": None}, []),
        ({"wipe_requested": "0001-01-01T00:01:15Z", "wipe_acknowledged": None}, []),
        ({"wipe_requested": "2026-11-15T09:00:00Z", "wipe_acknowledged": None}, [(False, 7)]),
        (
            {"wipe_requested": "2026-11-15T09:00:00Z", "wipe_acknowledged": "0001-01-01T00:00:00Z"},
            [(False, 7)],
        ),
        (
            {"wipe_requested": "2026-11-15T09:00:00Z", "wipe_acknowledged": "2026-11-16T08:00:00Z"},
            [(True, 1)],
        ),
        ({"wipe_requested": "2026-11-15T09:00:00Z"}, [(None, None)]),
    ],
)
def test_wipes_of_exchange(row: dict[str, Any], wanted: list[tuple[bool | None, int | None]]) -> None:
    found = derived("mobile_device_statistics.wipes", row)
    assert [(record.get("acknowledged"), record.get("days")) for record in found] == wanted


def test_an_export_without_requests_says_nothing_of_wipes() -> None:
    assert isinstance(derived("mobile_device_statistics.wipes", {"device": "d"}), Unread)
