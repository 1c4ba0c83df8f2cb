"""What a register calls gone, and machines of the same run or other registers show all the same."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from igaudit.evaluate.derived_registers import Row, gap_of, rows_of, whole_or_part
from igaudit.evaluate.view import FactView
from igaudit.model.estate import Estate, Identity
from igaudit.model.facts import Reason, Unread
from igaudit.model.register import pseudonym

# What stays in the organisation, or comes back to it, is seen again and should be.
_STAYS = ("reuse_internal", "repair")
HELD = ("in_use", "spare", "repair")
NO_MACHINES = Unread(
    Reason.NOT_COLLECTED, "no machine was read in this run: name them beside the organisation"
)


def _seen(needed: str, *looked: tuple[str, str]) -> Callable[[FactView], object]:
    """A derived list of the entries of which one of these (column, kind of identity) was seen again.

    The column `needed` must have been read in every row. Of the others a register may have none; then it
    names nothing that could be seen again.
    """

    def derive(view: FactView) -> object:
        rows, gap = rows_of(view, "disposals")
        if not view.estate.machines:
            return gap if gap else NO_MACHINES
        gap = gap or gap_of(rows, needed, "reason", "performed_on")
        gap = gap or _lost(view, {column for column, _ in looked})
        gap = gap or unsaid(view.estate, {kind for _, kind in looked})
        found = [match for row in rows for match in _matches(row, looked, view.estate)]
        return whole_or_part(found, gap)

    return derive


# A medium that was disposed of by itself has its serial number where devices have theirs.
seen_again = _seen(
    "serial_number",
    ("serial_number", "serial"),
    ("serial_number", "disk_serial"),
    ("media_serials", "disk_serial"),
    ("mac_addresses", "mac"),
)
names_seen_again = _seen("hostname", ("hostname", "name"))
neighbours_seen_again = _seen("mac_addresses", ("mac_addresses", "neighbour_mac"))


def _lost(view: FactView, columns: set[str]) -> Unread | None:
    """Why cells of these columns are not all known; None where each could be read."""
    malformed = view.get(("disposals", "malformed"))
    if not isinstance(malformed, list):
        return malformed if isinstance(malformed, Unread) else Unread(Reason.INCOMPLETE_RECORD)
    places = [cell["at"] for cell in malformed if cell["column"] in columns]
    said = f"could not be read: {', '.join(places[:5])}"
    return Unread(Reason.UNPARSABLE, said[:200]) if places else None


def _matches(row: Row, looked: Iterable[tuple[str, str]], estate: Estate) -> Iterator[dict[str, Any]]:
    day = row.get("performed_on")
    if row.get("reason") in (None, *_STAYS) or day is None:
        return
    for column, kind in looked:
        for value in _values(row.get(column)):
            for identity in estate.of(kind, value):
                # On the day itself the machine may have been read first and erased later.
                if identity.seen_at[:10] > day:
                    yield _match(row, kind, value, identity)


def _match(row: Row, kind: str, value: str, identity: Identity) -> dict[str, Any]:
    return {"at": row["at"], "what": kind, "value": value, "seen_on": seen_on(identity)}


def seen_on(identity: Identity) -> str:
    return f"{identity.target} on {identity.seen_at[:10]}"


def _values(cell: Any) -> list[str]:
    return cell if isinstance(cell, list) else [cell] if cell else []


def unsaid(estate: Estate, kinds: Iterable[str]) -> Unread | None:
    """Why not every identity of these kinds is known; None where they are."""
    machines = sorted({target for kind in kinds for target in estate.unsaid.get(kind, ())})
    if not machines:
        return None
    more = " …" if len(machines) > 5 else ""
    said = f"could not be read of {', '.join(machines[:5])}{more}: {', '.join(sorted(kinds))}"
    return Unread(Reason.NOT_COLLECTED, said[:200])


Known = Callable[[Row], str]


def still_registered(view: FactView) -> object:
    """`disposals.still_registered`: disposed devices that Intune or the asset list still has as theirs."""
    rows, gap = rows_of(view, "disposals")
    registers = [_devices(view), _assets(view)]
    given = [
        (known, lacks) for known, lacks in registers if lacks is None or lacks.reason != Reason.NOT_PROVIDED
    ]
    gap = gap or gap_of(rows, "serial_number", "reason", "performed_on")
    gap = gap or next((lacks for _, lacks in given or registers if lacks), None)
    found = [
        {"at": row["at"], "serial": row["serial_number"], "registered_in": place}
        for row in rows
        if row.get("serial_number") and row.get("reason") not in (None, *_STAYS)
        for known, _ in given
        if (place := known(row))
    ]
    return whole_or_part(found, gap)


def _devices(view: FactView) -> tuple[Known, Unread | None]:
    """Where Intune knows a serial number, in exports that are newer than the disposal; "" for nowhere."""
    rows, gap = rows_of(view, "devices")
    places = {row["serial"]: row["at"] for row in rows if row.get("serial")}
    files = view.get(("devices", "files"))
    day = min((file["as_of"] for file in files), default="") if isinstance(files, list) else ""

    def known(row: Row) -> str:
        place = places.get(pseudonym("serial", row["serial_number"]))
        return f"devices, {place}" if place and row.get("performed_on", "9999") < day else ""

    return known, gap or gap_of(rows, "serial")


def _assets(view: FactView) -> tuple[Known, Unread | None]:
    """Where the asset list has a serial number as in use, spare or in repair; "" for nowhere."""
    rows, gap = rows_of(view, "assets")
    held = [row for row in rows if row.get("serial_number") and row.get("state") in HELD]
    places = {row["serial_number"]: row["at"] for row in held}

    def known(row: Row) -> str:
        place = places.get(row["serial_number"])
        return f"assets, {place}" if place else ""

    return known, gap or gap_of(rows, "serial_number", "state")
