"""What registers show when their dates, their rows and the shipped lists are put together."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread
from igaudit.model.lists import ReferenceList

Row = Mapping[str, Any]
# Methods after which nothing is left to read back.
PHYSICAL = ("shred", "crush", "incinerate", "disintegrate")
_REUSED = ("reuse_internal",)
_DATES = ("approved_on", "performed_on", "verified_on", "certificate_date")
_KEPT = ("media_type", "method", "reason", "contractor", "performed_on", "certificate_ref")


def rows_of(view: FactView, group: str) -> tuple[list[Row], Unread | None]:
    """The rows that could be read, and why they are not all of them; None where they are."""
    found = view.get((group, "rows"))
    if isinstance(found, Unread):
        return [], found
    return (found.value, found.gap) if isinstance(found, Partial) else (found, None)


def whole_or_part(value: list[Any], gap: Unread | None) -> object:
    """The list; a part of it where something is missing, and the reason alone where nothing is there."""
    if gap is None:
        return value
    return Partial(value, gap) if value else gap


def days_between(row: Row, first: str, last: str) -> int | None:
    """Days from one date of a row to the other; None where one is null; KeyError where it was not read."""
    one, other = row[first], row[last]
    return None if None in (one, other) else (date.fromisoformat(other) - date.fromisoformat(one)).days


def added(record: dict[str, Any], name: str, value: Callable[[], Any]) -> None:
    """Put a worked-out field into `record`, unless a field that it comes from was not read."""
    try:
        record[name] = value()
    except KeyError:
        return


def judged_disposals(view: FactView) -> object:
    """`disposals.judged`: each entry with what follows from its dates and from the list of methods."""
    rows, gap = rows_of(view, "disposals")
    methods = _methods(view.lists["disposal-methods"])
    times = Counter(key for row in rows for key in _keys(row))
    return whole_or_part([_disposal(row, methods, times, view.today) for row in rows], gap)


def _disposal(
    row: Row, methods: Mapping[tuple[str, str], Row], times: Counter[Any], today: date
) -> dict[str, Any]:
    record = {"at": row["at"], **{name: row[name] for name in _KEPT if name in row}}
    added(record, "suits", lambda: _suits(row, methods))
    added(record, "physical", lambda: row["method"] in PHYSICAL)
    added(record, "particles_fit", lambda: _particles_fit(row, methods))
    added(record, "approved_before", lambda: days_between(row, "approved_on", "performed_on"))
    added(record, "verified_after", lambda: days_between(row, "performed_on", "verified_on"))
    added(record, "certified_after", lambda: days_between(row, "performed_on", "certificate_date"))
    added(record, "contract_held", lambda: _contract_held(row))
    added(record, "in_future", lambda: _in_future(row, today))
    added(record, "repeated", lambda: _repeated(row, times))
    return record


def _suits(row: Row, methods: Mapping[tuple[str, str], Row]) -> bool:
    listed = methods.get((row["media_type"], row["method"]))
    if listed is None:
        return False
    says = listed["inside" if row["reason"] in _REUSED else "outside"]
    return says == "yes" or (says == "encrypted" and bool(row["encrypted_in_life"] == "yes"))


def _particles_fit(row: Row, methods: Mapping[tuple[str, str], Row]) -> bool | None:
    listed = methods.get((row["media_type"], row["method"]), {})
    if not listed.get("particle_mm"):
        return None
    length: float | None = row["particle_mm"]
    return length is not None and length <= float(listed["particle_mm"])


def _contract_held(row: Row) -> bool:
    days = days_between(row, "performed_on", "contract_ends")
    return days is None or days >= 0


def _in_future(row: Row, today: date) -> bool:
    known = [row[name] for name in _DATES if row.get(name)]
    if any(day > today.isoformat() for day in known):
        return True
    # The date that matters most must have been read before none can be said to lie ahead.
    _ = row["performed_on"]
    return False


def _keys(row: Row) -> list[tuple[str, str]]:
    """What an entry may have only once: each serial number on its day."""
    if "performed_on" not in row:
        return []
    own = row.get("serial_number")
    serials = {*([own] if own else []), *row.get("media_serials", ())}
    return [(serial, row["performed_on"]) for serial in serials]


def _repeated(row: Row, times: Counter[Any]) -> bool:
    if any(times[key] > 1 for key in _keys(row)):
        return True
    (
        row["serial_number"],
        row["performed_on"],
    )  # both must have been read before the entry can be called the only one
    return False


def last_disposal(view: FactView) -> object:
    """`disposals.last_entry`: the newest day; only a part of the truth where some could not be read."""
    rows, gap = rows_of(view, "disposals")
    newest = max((row["performed_on"] for row in rows if "performed_on" in row), default=None)
    gap = gap or gap_of(rows, "performed_on")
    if gap is None:
        return newest
    return gap if newest is None else Partial(newest, gap)


def gap_of(rows: Iterable[Row], *names: str) -> Unread | None:
    """Why what these fields of the rows say together is not all; None where each could be read."""
    places = [row["at"] for row in rows if any(name not in row for name in names)]
    if not places:
        return None
    more = " …" if len(places) > 5 else ""
    said = f"{' or '.join(names)} could not be read: {', '.join(places[:5])}{more}"
    return Unread(Reason.INCOMPLETE_RECORD, said[:200])


@lru_cache(maxsize=4)
def _methods(listed: ReferenceList) -> Mapping[tuple[str, str], Row]:
    return {(row["medium"], row["method"]): row for row in listed.rows}
