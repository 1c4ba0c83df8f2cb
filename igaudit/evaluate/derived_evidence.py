"""Approvals, documents and tests of restoring: what their registers show when rows are put together."""

from collections.abc import Iterable
from typing import Any

from igaudit.evaluate.derived_registers import Row, added, days_between, gap_of, rows_of, whole_or_part
from igaudit.evaluate.view import FactView

# The kinds of document that checks ask for.
KINDS = (
    "disposal_policy",
    "disposal_nil_return",
    "byod_policy",
    "byod_dpia",
    "access_abroad_policy",
    "continuity_plan",
    "contact_list",
    "incident_plan",
)
# What is told of them, and the columns whose newest day it is.
_SORTS = {
    "confirmed_on": ("approved_on", "reviewed_on"),
    "printed_on": ("printed_on",),
    "tested_on": ("tested_on",),
}


def judged_approvals(view: FactView) -> object:
    """`travel_approvals.judged`: the requests with the lengths of time that their dates make."""
    rows, gap = rows_of(view, "travel_approvals")
    assets = _Assets(view)
    return whole_or_part([_approval(row, assets) for row in rows], gap)


def _approval(row: Row, assets: "_Assets") -> dict[str, Any]:
    record = {name: row[name] for name in ("at", "decision") if name in row}
    added(record, "days", lambda: days_between(row, "from_date", "to_date"))
    added(record, "decided_before", lambda: days_between(row, "decision_date", "from_date"))
    added(record, "device_listed", lambda: assets.has(row["device_asset_tag"]))
    return record


class _Assets:
    """The asset tags that are in use."""

    def __init__(self, view: FactView) -> None:
        rows, gap = rows_of(view, "assets")
        self.tags = {
            row["asset_tag"] for row in rows if row.get("asset_tag") and row.get("state") == "in_use"
        }
        self.whole = gap is None and gap_of(rows, "asset_tag", "state") is None

    def has(self, tag: str | None) -> bool | None:
        """Whether the list has it; None for no tag. Raises KeyError where the list could not be read."""
        if tag is None:
            return None
        if tag.upper() in self.tags:
            return True
        if not self.whole:
            raise KeyError("assets")
        return False


def newest_documents(view: FactView) -> object:
    """`documents.newest`: kind by kind whether there is one, and the newest day of each sort."""
    rows, gap = rows_of(view, "documents")
    if gap is not None and not rows:
        return gap
    unsure = gap is not None or gap_of(rows, "kind") is not None
    return [_newest(kind, [row for row in rows if row.get("kind") == kind], unsure) for kind in KINDS]


def _newest(kind: str, rows: list[Row], unsure: bool) -> dict[str, Any]:
    record: dict[str, Any] = {"kind": kind}
    if rows or not unsure:
        record["held"] = bool(rows)
    for name, columns in _SORTS.items():
        # Where something could not be read, it may be the newest.
        if not unsure and not gap_of(rows, *columns):
            days = [row[column] for row in rows for column in columns if row[column] is not None]
            record[name] = max(days, default=None)
    return record


def restored_systems(view: FactView) -> object:
    """`restore_tests.systems`: every system that one of the two registers names, with its tests."""
    tests, gap = rows_of(view, "restore_tests")
    backups, other = rows_of(view, "backup_register")
    unsure = gap is not None or gap_of(tests, "system") is not None
    named: dict[str, list[Row]] = {}
    for row in (*tests, *backups):
        named.setdefault(row.get("system", ""), []).append(row)
    named.pop("", None)
    mine: dict[str, list[Row]] = {}
    for row in tests:
        mine.setdefault(row.get("system", ""), []).append(row)
    found = [_restored(name, rows, mine.get(name, []), unsure) for name, rows in named.items()]
    return whole_or_part(found, gap or other or gap_of((*tests, *backups), "system"))


def _restored(name: str, rows: Iterable[Row], tests: list[Row], unsure: bool) -> dict[str, Any]:
    record: dict[str, Any] = {"system": name}
    essential = [row.get("critical", "unread") for row in rows]
    if True in essential:
        record["critical"] = True
    elif False in essential and "unread" not in essential:
        record["critical"] = False
    if not unsure and not gap_of(tests, "tested_on", "result"):
        good = [row for row in tests if row["result"] == "success"]
        last = max(good, key=lambda row: str(row["tested_on"]), default=None)
        record["last_success"] = last["tested_on"] if last else None
        added(record, "tester_known", lambda: None if last is None else last["tested_by"] is not None)
    return record
