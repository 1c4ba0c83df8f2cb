"""How long certificates are valid, counted from the judging day."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Unread


def lifetimes(view: FactView) -> list[dict[str, Any]] | Partial | Unread:
    """`certificates.lifetimes`: for each certificate the days that are left, and those it has in all."""
    found = view.get(("certificates", "certificates"))
    if isinstance(found, Unread):
        return found
    records = found.value if isinstance(found, Partial) else found
    counted = [dict(_counted(record, view.today)) for record in records]
    return Partial(counted, found.gap) if isinstance(found, Partial) else counted


def _counted(record: Mapping[str, Any], today: date) -> Iterator[tuple[str, Any]]:
    """A date that is missing in the record leaves the number out."""
    yield from ((name, record[name]) for name in ("file", "subject") if name in record)
    starts, expires = day_of(record.get("starts")), day_of(record.get("expires"))
    if expires:
        yield "days_left", (expires - today).days
    if starts and expires:
        yield "lifetime_days", (expires - starts).days


def day_of(value: object) -> date | None:
    """The day that a fact holds; None where it holds none."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
