"""The asset list, held against the machines of the same run."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from igaudit.evaluate.derived_registers import Row, gap_of, rows_of, whole_or_part
from igaudit.evaluate.derived_seen import HELD, NO_MACHINES, seen_on, unsaid
from igaudit.evaluate.view import FactView
from igaudit.model.estate import Estate

_GONE = ("disposed", "lost")
_KINDS = ("serial", "name")


def repeated(view: FactView) -> object:
    """`assets.repeated`: serial numbers of more than one row that is neither disposed of nor lost."""
    rows, gap = rows_of(view, "assets")
    held = Counter(
        row["serial_number"] for row in rows if row.get("serial_number") and row.get("state") in HELD
    )
    twice = sorted(serial for serial, times in held.items() if times > 1)
    return whole_or_part(twice, gap or gap_of(rows, "serial_number", "state"))


def machines(view: FactView) -> object:
    """`assets.machines`: the machines of this run, and whether a row of the asset list names them."""
    rows, gap = rows_of(view, "assets")
    if gap is not None and not rows:
        return gap
    if not view.estate.machines:
        return NO_MACHINES
    # A row that could not be read may be any machine's.
    whole = gap is None and gap_of(rows, "serial_number", "name") is None
    listed, known = _listed(rows), {kind: _by_target(view.estate, kind) for kind in _KINDS}
    return [_machine(target, listed, known, whole, view.estate) for target in sorted(view.estate.machines)]


def _listed(rows: Iterable[Row]) -> set[tuple[str, str]]:
    serials = {("serial", str(row["serial_number"]).lower()) for row in rows if row.get("serial_number")}
    names = {name for row in rows if row.get("name") for name in (row["name"], row["name"].split(".")[0])}
    return serials | {("name", name) for name in names}


def _by_target(estate: Estate, kind: str) -> dict[str, set[str]]:
    """The values of a kind by machine; names with and without their domain."""
    found: dict[str, set[str]] = {}
    for identity in estate.all(kind):
        values = {identity.value, identity.value.split(".")[0]} if kind == "name" else {identity.value}
        found.setdefault(identity.target, set()).update(values)
    return found


def _machine(
    target: str,
    listed: set[tuple[str, str]],
    known: Mapping[str, Mapping[str, set[str]]],
    whole: bool,
    estate: Estate,
) -> dict[str, Any]:
    mine = {kind: sorted(values.get(target, ())) for kind, values in known.items()}
    record: dict[str, Any] = {"target": target, "serials": mine["serial"], "names": mine["name"]}
    if any((kind, value) in listed for kind, values in mine.items() for value in values):
        record["listed"] = True
    elif whole and not any(target in estate.unsaid.get(kind, ()) for kind in _KINDS):
        record["listed"] = False
    return record


def gone_but_seen(view: FactView) -> object:
    """`assets.gone_but_seen`: rows that say disposed or lost, and whose machine is in this run."""
    rows, gap = rows_of(view, "assets")
    if not view.estate.machines:
        return gap if gap else NO_MACHINES
    gap = gap or gap_of(rows, "serial_number", "name", "state") or unsaid(view.estate, _KINDS)
    # A name that another machine has been given since is no sign of the old one.
    held = {row["name"] for row in rows if row.get("name") and row.get("state") in HELD}
    gone = [row for row in rows if row.get("state") in _GONE]
    return whole_or_part([found for row in gone for found in _sightings(row, held, view.estate)], gap)


def _sightings(row: Row, held: set[str], estate: Estate) -> Iterator[dict[str, Any]]:
    name = row.get("name")
    for what, value in (("serial", row.get("serial_number")), ("name", None if name in held else name)):
        for seen in estate.of(what, value) if value else ():
            record = {"at": row["at"], "state": row["state"], "what": what, "value": value}
            yield {**record, "seen_on": seen_on(seen)}
