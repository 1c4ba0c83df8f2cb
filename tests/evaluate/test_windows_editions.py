"""Which cycle of the list of support dates a Windows belongs to; browsers by their numbers."""

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


def ends(version: str, edition: str, installation: str = "Client", fact: str = "support_ends") -> Any:
    name = "windows" if installation == "Client" else "windows-server"
    facts = {"id": name, "version_id": version, "edition": edition, "installation": installation}
    group = FactGroup(COLLECTED, "", {**facts, "extended_support_until": None})
    return FactView({"os": group}, DERIVED, Joined(LISTS), TODAY).get(("os", fact))


@pytest.mark.parametrize(
    ("version", "edition", "day"),
    [
        ("10 22H2", "Professional", "2025-10-14"),
        ("10 22H2", "EnterpriseN", "2025-10-14"),
        ("11 24H2", "Professional", "2026-10-13"),
        ("11 24H2", "ProfessionalWorkstationN", "2026-10-13"),
        ("11 24H2", "Core", "2026-10-13"),
        ("11 24H2", "Enterprise", "2027-10-12"),
        ("11 24H2", "Education", "2027-10-12"),
        ("11 24H2", "ServerRdsh", "2027-10-12"),
        ("11 24H2", "EnterpriseS", "2029-10-09"),
        ("11 24H2", "IoTEnterpriseS", "2034-10-10"),
        ("10 21H2", "EnterpriseSEval", "2027-01-12"),
        ("10 1809", "IoTEnterpriseS", "2029-01-09"),
        ("10 1607", "EnterpriseS", "2026-10-13"),
        ("8.1", "Professional", "2023-01-10"),
    ],
)
def test_clients_by_release_and_edition(version: str, edition: str, day: str) -> None:
    assert ends(version, edition) == day


@pytest.mark.parametrize(
    ("version", "edition", "installation", "day"),
    [
        ("2012 R2", "ServerStandard", "Server", "2023-10-10"),
        ("2016", "ServerStandard", "Server Core", "2027-01-12"),
        ("2019", "ServerDatacenter", "Server", "2029-01-09"),
        ("2019", "ServerDatacenterACor", "Server Core", "2020-11-10"),
        ("1909", "ServerStandardACor", "Server Core", "2021-05-11"),
        ("23H2", "ServerDatacenterACor", "Server Core", "2026-05-12"),
        ("2022", "ServerTurbine", "Server", "2031-10-14"),
        ("2025", "ServerStandard", "Server", "2034-11-14"),
    ],
)
def test_servers_by_release_and_channel(version: str, edition: str, installation: str, day: str) -> None:
    assert ends(version, edition, installation) == day


@pytest.mark.parametrize(
    ("version", "edition", "installation"),
    [
        ("10 22H2", "PPIPro", "Client"),
        ("11 24H2", "", "Client"),
        ("12 30H1", "Enterprise", "Client"),
        ("2016", "ServerStandardNano", "Nano Server"),
        ("2022", "ServerAzureStackHCICor", "Server Core"),
    ],
)
def test_what_the_list_does_not_tell(version: str, edition: str, installation: str) -> None:
    assert ends(version, edition, installation).reason == Reason.UNSUPPORTED


def test_extended_support_of_windows_10() -> None:
    assert ends("10 22H2", "Professional", fact="extended_support_ends") == "2028-10-10"
    assert ends("11 24H2", "Professional", fact="extended_support_ends") is None


def test_an_edition_that_was_not_read() -> None:
    denied = Unread(Reason.DENIED)
    facts = {"id": "windows", "version_id": "11 24H2", "installation": "Client"}
    group = FactGroup(COLLECTED, "", facts, {"edition": denied})
    view = FactView({"os": group}, DERIVED, Joined(LISTS), TODAY)
    assert view.get(("os", "support_ends")) == denied


def software(fact: str, *packages: tuple[str, str], gap: Unread | None = None, **feed: Any) -> Any:
    records = [{"package": n, "product": p, "version": v} for n, p, v in (("x", *pair) for pair in packages)]
    group = FactGroup(COLLECTED, "", {"packages": records}, {"packages": gap} if gap else {})
    feeds = {"eol": Feed("eol", feed["published"], "", "", "", "", "", 180, feed["data"])} if feed else {}
    return FactView({"software": group}, DERIVED, Joined(LISTS, feeds), TODAY).get(("software", fact))


CHROME = {"products": {"chrome": [{"cycle": "151"}, {"cycle": "153"}, {"cycle": "152"}]}}


def test_browsers_are_so_many_versions_behind() -> None:
    found = software(
        "browsers",
        ("chrome", "153.0.1.2"),
        ("edge", "150.0.1.2"),
        ("firefox", "100.0"),
        published="2026-11-01",
        data=CHROME,
    )
    assert [row["majors_behind"] for row in found] == [0, 3]


@pytest.mark.parametrize("version", ["", "abc", "v153.0", "-153.0", "９９９.0", "9" * 60])
def test_what_is_no_version_is_so_many_behind_as_nobody_knows(version: str) -> None:
    found = software("browsers", ("chrome", version), ("edge", "150.0"), published="2026-11-01", data=CHROME)
    assert found[0]["majors_behind"].reason == Reason.UNPARSABLE
    assert found[1]["majors_behind"] == 3


def test_a_list_of_browsers_ages_fast() -> None:
    fresh = software("browsers", ("chrome", "153.0"), published="2026-10-18", data=CHROME)
    assert [row["majors_behind"] for row in fresh] == [0]
    old = software("browsers", ("chrome", "153.0"), published="2026-10-17", data=CHROME)
    assert old.reason == Reason.FEED_TOO_OLD


def test_without_a_browser_no_feed_is_needed() -> None:
    assert software("browsers", ("firefox", "100.0")) == []
    assert software("browsers", ("edge", "150.0")).reason == Reason.NOT_PROVIDED
    nothing = software("browsers", ("edge", "150.0"), published="2026-11-01", data={"products": {}})
    assert nothing.reason == Reason.UNSUPPORTED


def test_a_part_of_the_programs_gives_a_part_of_the_browsers() -> None:
    found = software("browsers", gap=Unread(Reason.DENIED))
    assert isinstance(found, Partial)


def test_browsers_are_not_judged_by_dates_of_support() -> None:
    assert software("support", ("chrome", "150.0"), ("edge", "150.0")) == []


def test_a_release_that_is_named_decides() -> None:
    record = {"package": "x", "product": "mssqlserver", "version": "13.2.5026.0", "release": "13.0-sp2"}
    group = FactGroup(COLLECTED, "", {"packages": [record, {**record, "release": "13.0-sp9"}]})
    view = FactView({"software": group}, DERIVED, Joined(LISTS), TODAY)
    first, second = view.get(("software", "support"))
    assert (first["cycle"], first["support_ends"]) == ("13.0-sp2", "2022-10-11")
    assert second["cycle"] is None
