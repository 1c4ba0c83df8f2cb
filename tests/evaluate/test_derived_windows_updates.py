"""What waits on Windows, joined with Microsoft's builds."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from igaudit.content import Content
from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.load.lists import load_lists
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.feed import Feed
from igaudit.model.joined import Joined

LISTS = load_lists(Content.of())
TODAY = date(2026, 11, 22)
DENIED = Unread(Reason.DENIED, "refused")
KBS = {
    "5070001": {"released": "2026-09-08", "severity": "critical", "cves": ["CVE-2026-1"]},
    "5070002": {"released": "2026-10-13", "severity": "important", "cves": ["CVE-2026-2"]},
    "5070003": {"released": "2026-11-10", "severity": "", "cves": ["CVE-2026-3"]},
    "5079999": {"released": "2026-10-13", "severity": "critical", "cves": ["CVE-2026-9"]},
}
BUILDS = [
    ["2026-09-08", "10.0.26100.100", "5070001"],
    ["2026-10-13", "10.0.26100.200", "5070002"],
    ["2026-10-13", "10.0.26100.150", "5079999"],
    ["2026-11-10", "10.0.26100.300", "5070003"],
    ["2026-12-01", "10.0.26100.300", "5070003"],
]


def msrc(published: str = "2026-11-20", *documents: str) -> Feed:
    months = documents or ("2026-Nov", "2026-Oct", "2026-Sep")
    data = {"kbs": KBS, "builds": {"10.0.26100": BUILDS}, "documents": list(months)}
    return Feed("msrc", published, f"{published}T00:00:00Z", "", "", "", "", 14, data)


def update(name: str = "KB5071111", **more: Any) -> dict[str, Any]:
    usual = {"packages": ["t"], "origin": "Microsoft Update", "security": True, "severity": "unrated"}
    days = {"released": "2026-11-12", "listed_on": "2026-11-12"}
    return {"name": name, **usual, **days, "held": False, **more}


def seen(
    fact: str,
    build: str | Unread = "10.0.26100.300",
    listed: Any = (),
    gap: Unread | None = None,
    feed: Feed | None = None,
    name: str = "windows",
    automatic: str | None = None,
    others: bool | None = None,
    asked: str | None = "2026-11-22T01:00:00Z",  # when it last looked; a search goes through what it has
) -> Any:
    known = {} if isinstance(build, Unread) else {"kernel": build}
    unread = {"kernel": build} if isinstance(build, Unread) else {}
    facts: dict[str, Any] = {"manager": "windows-update"}
    if asked:
        facts["metadata_date"] = asked
    if others is not None:
        facts["other_products"] = others
    if automatic:
        facts["automatic_scan"] = automatic
    if listed is not None:
        facts["listed"] = list(listed)
    groups = {
        "os": FactGroup(COLLECTED, "", {"id": name, **known}, unread),
        "updates": FactGroup(COLLECTED, "", facts, {"listed": gap} if gap else {}),
    }
    joined = Joined(LISTS, {"msrc": feed} if feed else {})
    return FactView(groups, DERIVED, joined, TODAY).get(("updates", fact))


def test_nothing_waits_on_the_newest_build() -> None:
    assert seen("pending", feed=msrc()) == []
    assert seen("builds_missed", feed=msrc()) == []


def test_without_the_feed_an_empty_search_is_believed() -> None:
    assert seen("pending") == []
    assert seen("builds_missed").reason == Reason.NOT_PROVIDED


def test_every_build_that_was_missed_has_its_own_day() -> None:
    missed = seen("builds_missed", "10.0.26100.90", feed=msrc())
    assert isinstance(missed, Partial)  # and older ones that the feed does not know
    assert [(row["name"], row["released"]) for row in missed.value] == [
        ("KB5070001", "2026-09-08"),
        ("KB5079999", "2026-10-13"),
        ("KB5070002", "2026-10-13"),
        ("KB5070003", "2026-11-10"),
    ]


def test_what_the_agent_calls_new_carries_what_is_old() -> None:
    pending = seen("pending", "10.0.26100.100", [update("KB5070003")], feed=msrc())
    assert [(row["name"], row["released"], row["severity"]) for row in pending] == [
        ("KB5079999", "2026-10-13", "critical"),
        ("KB5070002", "2026-10-13", "important"),
        ("KB5070003", "2026-11-10", "unrated"),
    ]
    assert pending[1]["cves"] == ["CVE-2026-2"]


def test_a_hotpatch_has_what_came_on_its_day() -> None:
    missed = seen("builds_missed", "10.0.26100.150", feed=msrc())
    assert [row["name"] for row in missed] == ["KB5070003"]
    # A build between the two is none of them, and may be older.
    assert len(seen("builds_missed", "10.0.26100.160", feed=msrc())) == 2


def test_a_build_that_is_named_again_later_hides_none_that_came_between() -> None:
    named_again = {"10.0.26100": [*BUILDS, ["2026-11-10", "10.0.26100.200", "5070009"]]}
    feed = msrc()
    data = {**feed.data, "builds": named_again, "kbs": {**KBS, "5070009": KBS["5070002"]}}
    missed = seen("builds_missed", "10.0.26100.200", feed=replace(feed, data=data))
    assert [row["name"] for row in missed] == ["KB5070003"]


@pytest.mark.parametrize(
    ("systems", "name", "missed"),
    [
        ({"systems": ["server"]}, "windows", []),
        ({"systems": ["server"]}, "windows-server", ["KB5070003"]),
        ({"systems": ["client"]}, "windows-server", []),
        ({"systems": ["client", "server"]}, "windows", ["KB5070003"]),
        ({}, "windows", ["KB5070003"]),
        ({"systems": ["server"]}, "another", ["KB5070003"]),
    ],
)
def test_what_came_for_servers_alone_is_missed_by_no_client(
    systems: dict[str, Any], name: str, missed: list[str]
) -> None:
    feed = msrc()
    data = {**feed.data, "kbs": {**KBS, "5070003": {**KBS["5070003"], **systems}}}
    found = seen("builds_missed", "10.0.26100.200", feed=replace(feed, data=data), name=name)
    assert [row["name"] for row in found] == missed


def test_a_hidden_build_is_held() -> None:
    pending = seen("pending", "10.0.26100.200", [update("KB5070003", held=True)], feed=msrc())
    assert [(row["name"], row["held"]) for row in pending] == [("KB5070003", True)]


def test_of_other_updates_it_is_not_known_what_they_replace() -> None:
    (row,) = seen("pending", listed=[update()], feed=msrc())
    assert row["released"].reason == Reason.INCOMPLETE_RECORD
    assert row["listed_on"] == "2026-11-12"


def test_the_feed_knows_when_another_update_was_there_first() -> None:
    (row,) = seen("pending", listed=[update("KB5079999", security=False)], feed=msrc())
    assert (row["listed_on"], row["severity"], row["security"]) == ("2026-10-13", "critical", True)


def test_without_the_feed_a_day_is_no_proof() -> None:
    (row,) = seen("pending", listed=[update("KB5070003")])
    assert row["released"].reason == Reason.NOT_PROVIDED
    (row,) = seen("pending", listed=[update("KB2267602", security=False)])
    assert row["released"] == "2026-11-12"


def test_what_windows_update_does_not_say_is_not_known() -> None:
    record = update()
    del record["security"]
    (row,) = seen("pending", listed=[record])
    assert isinstance(row["security"], Unread)


def test_where_the_search_is_refused_the_builds_still_tell() -> None:
    found = seen("pending", "10.0.26100.200", None, DENIED, msrc())
    assert isinstance(found, Partial)
    assert ([row["name"] for row in found.value], found.gap) == (["KB5070003"], DENIED)
    assert seen("pending", listed=None, gap=DENIED, feed=msrc()) == DENIED
    assert seen("pending", listed=None, gap=DENIED) == DENIED


def test_a_part_of_the_search_stays_a_part() -> None:
    found = seen("pending", listed=[update()], gap=DENIED, feed=msrc())
    assert isinstance(found, Partial)
    assert found.gap == DENIED


@pytest.mark.parametrize("asked", ["2026-11-14T23:00:00Z", "2026-11-24T00:00:00Z", None])
def test_a_scan_of_long_ago_is_a_part(asked: str | None) -> None:
    found = seen("pending", asked=asked)
    assert isinstance(found, Partial)
    assert found.gap.reason == Reason.FEED_TOO_OLD
    assert seen("pending", asked="2026-11-15T00:00:00Z") == []


def test_a_scan_by_another_program_is_none_of_automatic_updates() -> None:
    assert seen("pending", automatic="2026-11-15T00:00:00Z") == []
    found = seen("pending", automatic="2026-11-14T23:00:00Z")
    assert found.gap.detail == "Windows Update last looked for updates on 2026-11-14"


def with_software(others: bool | None, *products: str, gap: Unread | None = None) -> Any:
    packages = [{"package": name, "product": name, "version": "1"} for name in products]
    facts = {"manager": "windows-update", "listed": [], "metadata_date": "2026-11-22T01:00:00Z"}
    groups = {
        "updates": FactGroup(COLLECTED, "", facts if others is None else {**facts, "other_products": others}),
        "software": FactGroup(COLLECTED, "", {"packages": packages}, {"packages": gap} if gap else {}),
    }
    return FactView(groups, DERIVED, Joined(LISTS), TODAY).get(("updates", "pending"))


def test_without_microsoft_update_only_windows_is_looked_after() -> None:
    found = with_software(False, "chrome", "mssqlserver")
    assert isinstance(found, Partial)
    words = "Windows Update does not look for updates of mssqlserver: Microsoft Update is not set up"
    assert found.gap.detail == words
    assert with_software(False, "chrome", "office") == []
    assert with_software(True, "mssqlserver") == with_software(None, "mssqlserver") == []
    assert with_software(False, "chrome", gap=DENIED).gap == DENIED
    assert seen("pending", others=False).gap.reason == Reason.NOT_COLLECTED


def test_builds_that_cannot_be_told() -> None:
    assert seen("builds_missed", DENIED, feed=msrc()) == DENIED
    assert seen("builds_missed", feed=msrc("2026-11-01")).reason == Reason.FEED_TOO_OLD
    assert seen("builds_missed", "10.0.19043.1", feed=msrc()).reason == Reason.UNSUPPORTED


def test_a_feed_that_lacks_a_month_is_a_part() -> None:
    found = seen("builds_missed", "10.0.26100.100", feed=msrc("2026-11-20", "2026-Nov", "2026-Sep"))
    assert found.gap.detail == "the feed msrc lacks 2026-Oct: igaudit feeds fetch msrc"
    found = seen("builds_missed", "10.0.26100.200", feed=msrc("2026-11-20", "2026-Nov", "2026-Oct"))
    assert [row["name"] for row in found] == ["KB5070003"]
    found = seen("builds_missed", "10.0.26100.200", feed=msrc("2026-11-10", "2026-Oct"))
    assert found.gap.detail == "the feed msrc lacks 2026-Nov: igaudit feeds fetch msrc"
    # The document of November appears on the tenth.
    assert isinstance(seen("builds_missed", "10.0.26100.200", feed=msrc("2026-11-09", "2026-Oct")), list)


def test_a_part_of_the_builds_makes_what_waits_a_part() -> None:
    found = seen("pending", "10.0.26100.100", [update()], feed=msrc("2026-11-20", "2026-Nov", "2026-Sep"))
    assert isinstance(found, Partial)
    assert len(found.value) == 4
    assert seen("pending", "10.0.26100.300", feed=msrc("2026-11-20", "2026-Oct")) == []


def test_exploited_vulnerabilities_of_missed_builds() -> None:
    kev = Feed(
        "cisa-kev", "2026-11-20", "", "", "", "", "", 14, {"cves": {"CVE-2026-3": {"added": "2026-11-19"}}}
    )
    groups = {
        "os": FactGroup(COLLECTED, "", {"id": "windows", "kernel": "10.0.26100.200"}),
        "updates": FactGroup(
            COLLECTED,
            "",
            {"manager": "windows-update", "listed": [], "metadata_date": "2026-11-22T01:00:00Z"},
        ),
    }
    view = FactView(groups, DERIVED, Joined(LISTS, {"msrc": msrc(), "cisa-kev": kev}), TODAY)
    assert view.get(("updates", "known_exploited")) == [
        {"cve": "CVE-2026-3", "added": "2026-11-19", "waiting": ["KB5070003"]}
    ]
