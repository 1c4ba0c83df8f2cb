"""What Windows Update found, and when it asked."""

import json
from pathlib import Path
from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.windows.steps import Meta, NotRead
from igaudit.parse.windows.updates import scan, search
from tests.parse.windows.said import ABSENT, DENIED, EMPTY, asked, key, ok

SECURITY, DEFINITIONS = "0fa1201d-4330-4fa8-8ae9-b877473b6441", "E0789628-CE08-4437-BE74-2495B842F43B"
META = Meta(build=19045, product="WinNT", utc="2026-10-12T09:00:00Z")
RECORDED = Path(__file__).parents[4] / "shared/samples/windows/cnquery-mpl/update-search.json"


def update(title: str = "2026-10 Kumulatives Update (KB5070011)", **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "kb": ["5070011"],
        "severity": None,
        "hidden": False,
        "published": "2026-10-13T00:00:00Z",
        "cves": [],
        "categories": [SECURITY],
        **more,
    }


def found(*updates: Any, result: int = 2, **steps: Any) -> dict[str, Any]:
    said = ok({"result": result, "service": 0, "scanned": "2026-10-12T03:11:19Z", "rows": list(updates)})
    keys = dict.fromkeys(("policy", "au", "mdm", "user", "state", "microsoft"), ABSENT)
    return search(asked(META, **{"found": said, **keys, **steps}))


def test_an_update_that_waits() -> None:
    assert found(update()) == {
        "listed": [
            {
                "name": "KB5070011",
                "packages": ["2026-10 Kumulatives Update (KB5070011)"],
                "origin": "Microsoft Update",
                "severity": "unrated",
                "held": False,
                "security": True,
                "listed_on": "2026-10-13",
                "released": "2026-10-13",
            }
        ],
        "held": [],
        "automatic_scan": "2026-10-12T03:11:19Z",
        "other_products": False,
    }


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [
        ({"severity": "Critical"}, "severity", "critical"),
        ({"severity": "Low", "categories": []}, "security", True),
        ({"categories": [DEFINITIONS]}, "security", False),
        ({"categories": ["unheard-of"]}, "security", None),
        ({"categories": [DEFINITIONS], "cves": ["CVE-2026-1"]}, "security", True),
        ({"cves": ["CVE-2026-1"]}, "cves", ["CVE-2026-1"]),
        ({"published": None}, "listed_on", None),
        ({"published": "2026-11-02T00:00:00Z"}, "released", None),
        ({"published": "2026-11-02T00:00:00Z"}, "listed_on", "2026-11-02"),
        ({"title": "Treiber"}, "released", "2026-10-13"),
        ({"kb": [], "title": "Treiber"}, "name", "Treiber"),
        ({"kb": {"value": ["5070011"], "Count": 1}}, "name", "KB5070011"),
    ],
)
def test_what_is_told_of_it(more: dict[str, Any], field: str, value: Any) -> None:
    assert found(update(**more))["listed"][0].get(field) == value


def test_a_hidden_one_is_held() -> None:
    facts = found(update(hidden=True))
    assert (facts["held"], facts["listed"][0]["held"]) == (["KB5070011"], True)


def test_a_server_of_ones_own_tells_neither_all_nor_when() -> None:
    facts = found(update(), policy=key(WUServer="http://wsus:8530"), au=key(UseWUServer=1))
    assert facts["incomplete"]["listed"].detail == "http://wsus:8530 offers only what was approved there"
    assert (facts["listed"][0]["origin"], facts["listed"][0].get("released")) == ("WSUS", None)
    assert "incomplete" not in found(update(), policy=key(WUServer="http://wsus:8530"))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"mdm": key(DeferQualityUpdatesPeriodInDays=7)}, "what was released in the last 7 days is deferred"),
        ({"user": key(PauseUpdatesExpiryTime="2026-10-12T08:00:00Z")}, "updates are paused until 2026-10-12"),
        ({"state": key(PausedQualityStatus=1)}, "updates are paused, and it is not said until when"),
        ({"mdm": DENIED}, "mdm: Access denied"),
    ],
)
def test_what_is_put_off_is_not_found(more: dict[str, Any], why: str) -> None:
    assert why in found(**more)["incomplete"]["listed"].detail


def test_a_pause_that_is_over_hides_nothing() -> None:
    assert "incomplete" not in found(user=key(PauseUpdatesExpiryTime="2026-10-11T08:00:00Z"))


def test_the_server_may_be_named_by_a_management_service() -> None:
    facts = found(update(), mdm=key(UpdateServiceUrl="http://wsus:8530"))
    assert facts["incomplete"]["listed"].detail == "http://wsus:8530 offers only what was approved there"
    assert "incomplete" not in found(update(), mdm=key(UpdateServiceUrl="CORPWSUS"))


def test_a_server_that_could_not_be_told_vouches_for_no_day() -> None:
    (row,) = found(update(), au=DENIED)["listed"]
    assert (row["origin"], row.get("released"), row["listed_on"]) == ("not known", None, "2026-10-13")


@pytest.mark.parametrize("day", ["9999-12-31T23:00:00Z", "2026-13-45T00:00:00Z", "ffffffffffffffff", "soon"])
def test_one_update_with_a_day_that_is_none_costs_no_other(day: str) -> None:
    first, second = found(update(published=day), update())["listed"]
    assert "listed_on" not in first and "released" not in first
    assert second["listed_on"] == "2026-10-13"


def test_a_search_with_errors_is_a_part_and_one_that_failed_nothing() -> None:
    broken = found(result=3)["incomplete"]
    assert broken["listed"].reason == broken["held"].reason == Reason.INCOMPLETE_RECORD
    assert "held" not in found(mdm=key(DeferQualityUpdatesPeriodInDays=7))["incomplete"]
    for said in (ok({"result": 4, "rows": []}), ok([]), DENIED):
        with pytest.raises(NotRead):
            found(found=said)


@pytest.mark.parametrize("rows", [{}, {"rows": None}, {"rows": {}}])
def test_a_search_without_its_list_did_not_find_nothing(rows: dict[str, Any]) -> None:
    with pytest.raises(Unparsable):
        search(asked(META, found=ok({"result": 2, **rows})))


@pytest.mark.parametrize(
    ("said", "others"),
    [
        ({"microsoft": key(RegisteredWithAU=1)}, True),
        ({"microsoft": key(RegisteredWithAU=0)}, False),
        ({"user": key(AllowMUUpdateService=1)}, True),
        ({"mdm": key(AllowMUUpdateService=1)}, True),
        ({"au": key(AllowMUUpdateService=0), "microsoft": key(RegisteredWithAU=1)}, False),
        ({"microsoft": DENIED}, None),
    ],
)
def test_whether_other_products_are_looked_for(said: dict[str, Any], others: bool | None) -> None:
    value = found(**said)["other_products"]
    assert (None if isinstance(value, Unread) else value) is others


@pytest.mark.parametrize("scanned", [None, "", "1899-12-30T00:00:00Z"])
def test_when_automatic_updates_searched_may_not_be_told(scanned: str | None) -> None:
    assert "automatic_scan" not in found(found=ok({"result": 2, "scanned": scanned, "rows": []}))


def test_an_empty_search_found_nothing() -> None:
    assert found()["listed"] == []


def test_one_update_alone_is_an_object() -> None:
    assert len(found(found=ok({"result": 2, "rows": update()}))["listed"]) == 1


OLD = Meta(build=9600, product="ServerNT")


def scanned(scans: dict[str, Any], detected: dict[str, Any] = ABSENT, meta: Meta = OLD) -> Any:
    return scan(asked(meta, scans=scans, detected=detected))["metadata_date"]


def test_when_it_asked() -> None:
    event = {"id": 26, "at": "2026-10-12T03:11:20Z", "fields": ["0"]}
    assert scanned(ok({"rows": [event], "capped": True})) == "2026-10-12T03:11:20Z"
    old = key(LastSuccessTime="2026-10-11 22:14:09")
    assert scanned(ABSENT, old) == scanned(EMPTY, old) == "2026-10-11T22:14:09Z"
    # Windows 10 leaves the value as it was before the upgrade.
    assert isinstance(scanned(EMPTY, old, META), Unread)


def test_a_search_for_apps_of_the_store_is_none_for_updates() -> None:
    store = {"id": 26, "at": "2026-10-12T03:11:20Z", "fields": ["3", "855E8A7C-ECB4-4CA3-B045-1DFA50104289"]}
    fields = ["0", "{9482f4b4-e343-43b6-b170-9a65bc822c77}"]
    microsoft = {"id": 26, "at": "2026-09-01T03:11:20Z", "fields": fields}
    assert scanned(ok({"rows": [store, microsoft], "capped": False}), meta=META) == "2026-09-01T03:11:20Z"
    assert isinstance(scanned(ok({"rows": [store], "capped": True}), meta=META), Unread)


@pytest.mark.parametrize(
    ("scans", "detected"),
    [
        (EMPTY, ABSENT),
        (ABSENT, ABSENT),
        (DENIED, key(LastSuccessTime="2026-10-11 22:14:09")),
        (EMPTY, key(LastSuccessTime="11.10.2026 22:14:09")),
    ],
)
def test_when_it_asked_is_not_on_record(scans: dict[str, Any], detected: dict[str, Any]) -> None:
    assert isinstance(scanned(scans, detected), Unread)


@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings are not here")
def test_a_recorded_search() -> None:
    recorded = json.loads(RECORDED.read_text("utf-8"))
    names = {
        "Title": "title",
        "KBArticleIDs": "kb",
        "MsrcSeverity": "severity",
        "CveIDs": "cves",
        "CategoryIDs": "categories",
    }
    updates = [{ours: row[theirs] for theirs, ours in names.items()} for row in recorded]
    listed = found(*updates)["listed"]
    assert [(row["name"], row.get("security"), row["severity"]) for row in listed][:3] == [
        ("KB4462930", False, "unrated"),
        ("KB4537759", True, "critical"),
        ("KB4538156", False, "unrated"),
    ]
