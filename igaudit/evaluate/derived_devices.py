"""Personal devices: support of their operating systems, periods of grace, wipes, and how many one has."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from igaudit.evaluate.derived_registers import rows_of, whole_or_part
from igaudit.evaluate.derived_support import Index, cycle_of, end_in, index
from igaudit.evaluate.matchers import as_time
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread

Row = Mapping[str, Any]
Cycle = Mapping[str, str]
COMPANY = "company"

# How exports call a system, by its beginning → the products of the list that it may be.
# Intune calls an iPad an iOS device where nobody asked it to tell them apart.
_SYSTEMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("ipad", "ipados", ("ipados",)),
    ("ios", "ios", ("ios", "ipados")),
    ("iphone", "ios", ("ios",)),
    ("android", "android", ("android",)),
    ("mac", "macos", ("macos",)),
    ("os x", "macos", ("macos",)),
    ("windows", "windows", ("windows",)),
)
# How Intune calls what removes the organisation's data, in lower case.
_WIPES = {"wipe", "factoryreset", "retire", "removecompanydata"}
# Editions of Windows: those of home and small offices have shorter lives than those of enterprises.
_SHORT, _LONG = ("pro", "home", "core"), ("enterprise", "education")


def newest_sync(view: FactView) -> object:
    """`devices.newest_sync`: the newest check-in; only a part of the truth where some could not be read."""
    rows, gap = rows_of(view, "devices")
    said = [row["last_sync"] for row in rows if row.get("last_sync")]
    newest = max(said, default=None)
    if all("last_sync" in row for row in rows) and not gap:
        return newest
    missing = gap or Unread(Reason.INCOMPLETE_RECORD, "the export does not say when a device checked in")
    return Partial(newest, missing) if newest else missing


def support(view: FactView) -> object:
    """`devices.support`: what is known of each device that is not the organisation's own."""
    rows, gap = _not_ours(view)
    supports = Supports(view)
    judged = [{**_named(row), **supports.of(row)} for row in rows]
    return whole_or_part(judged, gap)


def grace(view: FactView) -> object:
    """`devices.grace`: how long devices that do not comply are let in all the same."""
    rows, gap = _not_ours(view)
    waiting = [row for row in rows if row.get("compliance") == "in-grace-period"]
    return whole_or_part([{**_named(row), **_days_left(row, view.today)} for row in waiting], gap)


def users(view: FactView) -> object:
    """`devices.users`: one record per user of a device that is not the organisation's own."""
    rows, gap = _not_ours(view)
    counted: dict[str, dict[str, Any]] = {}
    seen: dict[str, set[object]] = {}
    for row in rows:
        if who := row.get("account"):
            # a device may stand in several exports
            seen.setdefault(who, set()).add(row.get("device", row["at"]))
            counted.setdefault(who, {"account": who, "at": row["at"]})["devices"] = len(seen[who])
    unnamed = any("account" not in row for row in rows)
    missing = Unread(Reason.INCOMPLETE_RECORD, "the export does not say whose a device is")
    return whole_or_part(list(counted.values()), gap or (missing if unnamed else None))


def actions(view: FactView) -> object:
    """`devices.wipes`: each wipe that Intune was asked for, and how long it took or is waited for."""
    rows, gap = rows_of(view, "devices")
    unsaid = any("actions" not in row for row in rows)
    missing = Unread(Reason.INCOMPLETE_RECORD, "the export does not say what was asked of devices: use JSON")
    found = [_action(row, action, view.today) for row in rows for action in _wiping(row)]
    return whole_or_part(found, gap or (missing if unsaid else None))


def wipes(view: FactView) -> object:
    """`mobile_device_statistics.wipes`: each wipe, and how long its confirmation took or is waited for."""
    rows, gap = rows_of(view, "mobile_device_statistics")
    asked = [row for row in rows if _moment(row.get("wipe_requested"))]
    unsaid = any("wipe_requested" not in row for row in rows)
    missing = Unread(Reason.INCOMPLETE_RECORD, "the export does not say whether a wipe was asked for")
    return whole_or_part([_wipe(row, view.today) for row in asked], gap or (missing if unsaid else None))


class Supports:
    """Joins operating systems with the list of support dates: many devices share few versions."""

    def __init__(self, view: FactView) -> None:
        self.known = index(view)
        self.today = view.today
        self.builds = _builds(view, self.known)
        self._ends: dict[tuple[str, ...], str | Unread | None] = {}

    def of(self, row: Row) -> dict[str, Any]:
        """`system`, `os_version` and `support_ends` of a device, as far as they are known."""
        name, products = system_of(str(row.get("system") or ""))
        facts = {"system": name} if name else {}
        if "os_version" not in row:
            return facts
        version, edition = str(row["os_version"]), str(row.get("edition") or "")
        key = (name, version, edition)
        if key not in self._ends:
            what = f"{name or 'a system without a name'} {version}"[:100]
            self._ends[key] = self._end(products, version, edition, what)
        return {**facts, "os_version": version, "support_ends": self._ends[key]}

    def _end(self, products: tuple[str, ...], version: str, edition: str, what: str) -> str | Unread | None:
        cycles = self._cycles(products, version, edition)
        ends = [end_in(cycle, "security_support_end", self.today) for cycle in cycles]
        return _agreed(ends, self.today, what)

    def _cycles(self, products: tuple[str, ...], version: str, edition: str) -> Iterator[Cycle]:
        if products == ("windows",):
            # One cycle per edition, or those of the edition that is named.
            of_build = self.builds.get(".".join(version.split(".")[:3]), ())
            yield from (row for cycle, row in of_build if _of_edition(cycle, edition))
            return
        for product in products:
            if cycle := cycle_of(product, version, self.known):
                yield self.known[product, cycle]


def _builds(view: FactView, known: Index) -> dict[str, list[tuple[str, Cycle]]]:
    """The cycles of Windows by build; the shipped list names the build where a newer feed does not."""
    shipped = {
        row["cycle"]: row["latest"] for row in view.lists["eol-dates"].rows if row["product"] == "windows"
    }
    found: dict[str, list[tuple[str, Cycle]]] = {}
    for (product, cycle), row in known.items():
        if product == "windows" and (build := row.get("latest") or shipped.get(cycle)):
            found.setdefault(build, []).append((cycle, row))
    return found


def system_of(said: str) -> tuple[str, tuple[str, ...]]:
    """Our name of an operating system, and the products of the list that it may be."""
    text = said.strip().lower()
    for beginning, name, products in _SYSTEMS:
        if text.startswith(beginning):
            return name, products
    return text, ()


def _of_edition(cycle: str, edition: str) -> bool:
    if edition.startswith(_SHORT):
        return not cycle.endswith(("-e", "-lts", "-iot"))
    return not (edition.startswith(_LONG) and cycle.endswith(("-w", "-iot", "-iot-lts")))


def _agreed(ends: list[str | Unread | None], today: date, what: str) -> str | Unread | None:
    """The end on which all agree; where they differ, one that says on which side of today all of them lie."""
    for end in ends:
        if isinstance(end, Unread):
            return end
    if not ends:
        return Unread(
            Reason.UNSUPPORTED,
            f"the list of support dates has no {what}: renew it with igaudit feeds fetch eol",
        )
    days = [str(end) for end in ends if end is not None]
    first, last = min(days, default=None), max(days) if len(days) == len(ends) else None
    if first is None or first >= today.isoformat():
        return first
    if last is not None and last < today.isoformat():
        return last
    return Unread(Reason.UNSUPPORTED, f"the end of {what} depends on an edition that is not named")


def _not_ours(view: FactView) -> tuple[list[Row], Unread | None]:
    """The devices that are not the organisation's own, and why they may not be all of them."""
    rows, gap = rows_of(view, "devices")
    unsaid = [row["at"] for row in rows if "owner" not in row]
    missing = Unread(Reason.INCOMPLETE_RECORD, f"{', '.join(unsaid[:5])}: whose it is could not be read")
    found = [row for row in rows if row.get("owner", COMPANY) != COMPANY]
    return found, gap or (missing if unsaid else None)


def _named(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("at", "device") if name in row}


def _days_left(row: Row, today: date) -> dict[str, Any]:
    if "grace_until" not in row:
        return {}
    until = row["grace_until"]
    return {"days_left": (as_time(until).date() - today).days if until else None}


def _wiping(row: Row) -> Iterator[Row]:
    """The wipes among what was asked of a device; one that was called off is none."""
    for action in row.get("actions", ()):
        state = str(action.get("action_state")).lower()
        if str(action.get("action_name")).lower() in _WIPES and state not in ("canceled", "none"):
            yield action


def _action(row: Row, action: Row, today: date) -> dict[str, Any]:
    done = str(action.get("action_state")).lower() == "done"
    facts = {**_named(row), "action": action["action_name"], "acknowledged": done}
    start, end = _moment(action.get("start_date_time")), _moment(action.get("last_updated_date_time"))
    if not start or (done and not end):
        return facts
    last = as_time(str(end)).date() if done else today
    return {**facts, "days": (last - as_time(start).date()).days}


def _moment(said: object) -> str:
    """The time; "" for none. Exports write the year 1, in any form and zone, for what never happened."""
    return said if isinstance(said, str) and said >= "1601" else ""


def _wipe(row: Row, today: date) -> dict[str, Any]:
    facts = {**_named(row), "requested": row["wipe_requested"]}
    if "wipe_acknowledged" not in row:
        return facts
    done = _moment(row["wipe_acknowledged"])
    last = as_time(done).date() if done else today
    return {**facts, "acknowledged": bool(done), "days": (last - as_time(row["wipe_requested"]).date()).days}
