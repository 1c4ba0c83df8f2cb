"""The NHS's cyber alerts joined with the organisation's log of its responses."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from igaudit.evaluate.derived_exploited import alert_fields
from igaudit.evaluate.derived_registers import Row, added, gap_of, rows_of
from igaudit.evaluate.feed_use import feed_of
from igaudit.evaluate.matchers import as_time
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread

# A log in another zone than it says, or without the hour, may be so many hours ahead of the alert.
_CLOCKS_DIFFER = 24
_TOO_EARLY = Unread(Reason.CONTRADICTED, "by the log it was acknowledged before it was published")
_LOGGED = ("acknowledged_at", "applicability", "remediated_on", "next_update", "closed_on")


def alerts(view: FactView) -> object:
    """`alert_responses.alerts`: every alert of the feed with what the log says of it."""
    rows, gap = rows_of(view, "alert_responses")
    feed = feed_of(view, "nhs-alerts")
    if isinstance(feed, Unread):
        return feed
    logged = {row["alert"]: row for row in rows if "alert" in row}
    last, named = _last_day(view), gap_of(rows, "alert") is None
    found = []
    for name, alert in sorted(feed.data["alerts"].items()):
        # A row that could not be read may be about any alert that has none, and an old log about no new one.
        silent = gap is None and named and alert["published"][:10] <= last
        row = logged.get(name, dict.fromkeys(_LOGGED) if silent else {})
        found.append(_joined(name, alert, row, view.today))
    gap = gap or (None if feed.data["complete"] else _PART)
    return Partial(found, gap) if gap else found


_PART = Unread(
    Reason.INCOMPLETE_RECORD,
    "the feed nhs-alerts does not hold every alert: igaudit feeds fetch nhs-alerts",
)


def _last_day(view: FactView) -> str:
    """The day up to which the log speaks; "" where that is not known."""
    files = view.get(("alert_responses", "files"))
    return max((file["as_of"] for file in files), default="") if isinstance(files, list) else ""


def _joined(name: str, alert: Mapping[str, Any], row: Row, today: date) -> dict[str, Any]:
    record = alert_fields(name, alert)
    if row.get("severity") and "severity" not in record:
        record["severity"] = row["severity"]
    record |= {field: row[field] for field in _LOGGED if field in row}
    published = as_time(alert["published"])
    added(record, "hours_waited", lambda: _hours(published, row["acknowledged_at"], today))
    if record.get("hours_waited", 0) < -_CLOCKS_DIFFER:
        record["hours_waited"] = _TOO_EARLY
    added(record, "days_waited", lambda: _days(published, row["remediated_on"], today))
    added(record, "days_to_update", lambda: _until(row["next_update"], today))
    return record


def _hours(published: datetime, acknowledged: str | None, today: date) -> int:
    """Begun hours; the judging day counts to its end, as it does for spans of time."""
    midnight = datetime(today.year, today.month, today.day, tzinfo=published.tzinfo)
    end = as_time(acknowledged) if acknowledged else midnight + timedelta(days=1)
    return -((published - end) // timedelta(hours=1))


def _days(published: datetime, remediated: str | None, today: date) -> int:
    return ((date.fromisoformat(remediated) if remediated else today) - published.date()).days


def _until(due: str | None, today: date) -> int | None:
    return (date.fromisoformat(due) - today).days if due else None
