"""The NHS's alerts joined with the log of responses: what the log says, and what it is silent about."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.feeds import nhs_alerts
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.feed import Feed
from igaudit.model.joined import Joined
from tests.feeds import samples
from tests.feeds.samples import document

TODAY = date(2026, 11, 22)
FILE = {
    "name": "log.csv",
    "sha256": "",
    "rows": 1,
    "as_of": "2026-11-22",
    "as_of_from": "name",
    "form": "CSV",
}
ROW = {
    "at": "log.csv:2",
    "alert": "CC-4701",
    "severity": "low",
    "acknowledged_at": "2026-11-20T13:30:00Z",
    "applicability": "applicable",
    "status": "in-progress",
    "next_update": "2026-11-23",
    "remediated_on": None,
    "closed_on": None,
}


def feed(published: str = "2026-11-20", total: int = 1, **alert: Any) -> Feed:
    page = samples.alerts(samples.alert(**alert), total=total)
    data = nhs_alerts.normalise([document(page)], {}).data
    return Feed("nhs-alerts", published, "", "", "", "", "", 14, data)


def joined(*rows: dict[str, Any], by: Feed | None = None, as_of: str = "2026-11-22", **unread: Unread) -> Any:
    facts = {"rows": list(rows), "files": [{**FILE, "as_of": as_of}]}
    groups = {"alert_responses": FactGroup(COLLECTED, "", facts, unread)}
    feeds = {"nhs-alerts": by or feed()}
    return FactView(groups, DERIVED, Joined(feeds=feeds), TODAY).get(("alert_responses", "alerts"))


def test_an_alert_has_what_the_log_says_of_it() -> None:
    (alert,) = joined(ROW)
    assert alert == {
        "alert": "CC-4701",
        "title": "OpenSSL Releases Security Update",
        "published": "2026-11-20T12:00:00Z",
        "severity": "high",
        "acknowledged_at": "2026-11-20T13:30:00Z",
        "hours_waited": 2,
        "applicability": "applicable",
        "remediated_on": None,
        "days_waited": 2,
        "next_update": "2026-11-23",
        "days_to_update": 1,
        "closed_on": None,
    }


def test_an_alert_without_a_row_was_not_answered() -> None:
    (alert,) = joined({**ROW, "alert": "CC-1"})
    assert (alert["acknowledged_at"], alert["hours_waited"], alert["days_to_update"]) == (None, 60, None)


@pytest.mark.parametrize(
    ("acknowledged", "hours"),
    [
        ("2026-11-20T12:00:00Z", 0),
        ("2026-11-20T12:00:01Z", 1),
        ("2026-11-22T12:00:00Z", 48),
        ("2026-11-22T12:00:01Z", 49),
        (None, 60),
    ],
)
def test_hours_count_once_they_have_begun(acknowledged: str | None, hours: int) -> None:
    assert joined({**ROW, "acknowledged_at": acknowledged})[0]["hours_waited"] == hours


def test_nobody_acknowledges_an_alert_before_it_is_published() -> None:
    waited = joined({**ROW, "acknowledged_at": "2025-11-20T12:00:00Z"})[0]["hours_waited"]
    assert isinstance(waited, Unread) and waited.reason == Reason.CONTRADICTED
    assert joined({**ROW, "acknowledged_at": "2026-11-19T12:00:00Z"})[0]["hours_waited"] == -24


@pytest.mark.parametrize(("remediated", "days"), [("2026-11-20", 0), ("2026-12-04", 14), (None, 2)])
def test_days_count_from_the_day_of_publication(remediated: str | None, days: int) -> None:
    assert joined({**ROW, "remediated_on": remediated})[0]["days_waited"] == days


def test_the_last_row_about_an_alert_counts() -> None:
    (alert,) = joined(ROW, {**ROW, "closed_on": "2026-11-21"})
    assert alert["closed_on"] == "2026-11-21"


def test_a_cell_that_could_not_be_read_leaves_its_fields_out() -> None:
    row = {name: value for name, value in ROW.items() if name != "acknowledged_at"}
    (alert,) = joined(row)
    assert "acknowledged_at" not in alert and "hours_waited" not in alert and alert["days_waited"] == 2


@pytest.mark.parametrize(
    "rows",
    [
        ({name: value for name, value in ROW.items() if name != "alert"},),
        (),
    ],
)
def test_a_row_that_may_be_about_any_alert_leaves_the_others_open(rows: tuple[dict[str, Any], ...]) -> None:
    gap = {} if rows else {"rows": Unread(Reason.INCOMPLETE_RECORD, "log.csv:7")}
    found = joined(*rows, **gap)
    (alert,) = found.value if isinstance(found, Partial) else found
    assert "hours_waited" not in alert and "acknowledged_at" not in alert


def test_a_log_says_nothing_of_alerts_that_are_newer_than_it() -> None:
    assert "hours_waited" not in joined(as_of="2026-11-19")[0]
    assert "hours_waited" in joined(as_of="2026-11-20")[0]


def test_the_log_may_name_the_severity_of_an_alert_that_is_not_public() -> None:
    hidden = feed(severity=None, severityStatusHistory=[])
    assert joined(ROW, by=hidden)[0]["severity"] == "low"
    assert "severity" not in joined({**ROW, "severity": None}, by=hidden)[0]


def test_alerts_that_are_not_all_here_are_a_part() -> None:
    part = joined(ROW, by=feed(total=2))
    assert isinstance(part, Partial) and "igaudit feeds fetch nhs-alerts" in part.gap.detail


def test_without_a_fresh_feed_nothing_is_known() -> None:
    found = joined(ROW, by=feed("2026-11-07"))
    assert isinstance(found, Unread) and found.reason is Reason.FEED_TOO_OLD
    groups = {"alert_responses": FactGroup(COLLECTED, "", {"rows": [], "files": []})}
    none = FactView(groups, DERIVED, Joined(), TODAY).get(("alert_responses", "alerts"))
    assert none.reason is Reason.NOT_PROVIDED
