"""Suppliers and services by the groups of the list of countries."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from igaudit.evaluate.derived_registers import Row, added, rows_of, whole_or_part
from igaudit.evaluate.view import FactView
from igaudit.model.lists import ReferenceList

# Groups of the list of countries; what it does not have is nowhere that data may be kept.
PARTLY, OTHER = "adequate-partial", "other"
Groups = Mapping[str, str]


def supplier_places(view: FactView) -> object:
    """`suppliers.places`: where each supplier keeps data and works, outside what is adequate."""
    return _by_row(view, "suppliers", _supplier)


def _supplier(row: Row, groups: Groups) -> dict[str, Any]:
    def those(column: str, wanted: str) -> list[str]:
        return [code for code in row[column] if groups.get(code, OTHER) == wanted]

    record = {name: row[name] for name in ("at", "supplier", "transfer_ref") if name in row}
    added(record, "stored_elsewhere", lambda: those("storage_countries", OTHER))
    added(record, "stored_partly_adequate", lambda: those("storage_countries", PARTLY))
    added(record, "works_elsewhere", lambda: those("access_countries", OTHER))
    return record


def hosting_places(view: FactView) -> object:
    """`hosting.places`: each service and the group of countries that it keeps data in."""
    return _by_row(view, "hosting", _service)


def _service(row: Row, groups: Groups) -> dict[str, Any]:
    kept = ("at", "service", "country", "siro_approval_ref", "transfer_ref")
    record = {name: row[name] for name in kept if name in row}
    added(record, "group", lambda: groups.get(row["country"], OTHER))
    return record


def _by_row(view: FactView, register: str, judge: Callable[[Row, Groups], dict[str, Any]]) -> object:
    rows, gap = rows_of(view, register)
    groups = _groups(view.lists["countries"])
    return whole_or_part([judge(row, groups) for row in rows], gap)


@lru_cache(maxsize=4)
def _groups(listed: ReferenceList) -> Groups:
    return {row["code"]: row["group"] for row in listed.rows}
