"""What only several registers together show: leavers with devices, unmanaged phones, admins without MFA.

People and devices are compared by the hashes that stand for them. What is missing on one side is unknown.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from igaudit.evaluate.derived_devices import Row, Supports
from igaudit.evaluate.derived_registers import rows_of, whole_or_part
from igaudit.evaluate.view import FactView
from igaudit.model.facts import Reason, Unread

# The apps of Outlook, as Exchange calls what they ask with.
_OUTLOOK = ("outlook", "rest")
_IN = ("allowed", "discovery")
_NAMELESS = Unread(Reason.INCOMPLETE_RECORD, "what the device is called could not be read")


def still_enrolled(view: FactView) -> object:
    """`leavers.still_enrolled`: the devices of those whose last day is over."""
    rows, gap = rows_of(view, "leavers")
    managed = _places(view, "devices", ("account",), lambda row: True)
    # A device of Intune may have no user; Exchange lets each into somebody's mailbox.
    inside = _places(view, "mobile_devices", ("account", "access"), lambda row: row["access"] in _IN, True)
    broken = _unreadable(view)
    unsure = {row["at"]: True for row in rows if _is_broken(row, broken) or "account" not in row}
    missing = Unread(Reason.UNPARSABLE, f"{', '.join([*unsure][:5])}: who left, or when, could not be read")
    gone = [row for row in rows if row["at"] not in unsure and _has_left(row, view.today.isoformat())]
    found = [
        {"at": row["at"], "account": who, "intune": managed(who), "exchange": inside(who)}
        for row, who in ((row, row["account"]) for row in gone)
    ]
    return whole_or_part(found, gap or (missing if unsure else None))


def let_in(view: FactView) -> object:
    """`mobile_devices.let_in`: the devices that Exchange lets in, and whether something keeps them safe."""
    rows, gap = rows_of(view, "mobile_devices")
    inside = [row for row in rows if row.get("access") == "allowed"]
    unsaid = any("access" not in row for row in rows)
    missing = Unread(Reason.INCOMPLETE_RECORD, "whether a device is let in could not be read")
    enrolled, protection = _Known(view, "devices", "eas"), _Outlook(view, inside)
    judged = [
        {
            **{name: row[name] for name in ("at", "device") if name in row},
            "managed": _enrolled(row, enrolled),
            "protected": protection.of(row),
        }
        for row in inside
    ]
    return whole_or_part(judged, gap or (missing if unsaid else None))


def personal(view: FactView) -> object:
    """`entra_devices.personal`: the registered devices, with their support, management and protection."""
    rows, gap = rows_of(view, "entra_devices")
    supports, enrolled, apps = Supports(view), _Known(view, "devices", "entra"), _Apps(view)
    unsaid = [row["at"] for row in rows if "trust" not in row or "enabled" not in row]
    missing = Unread(
        Reason.INCOMPLETE_RECORD, f"{', '.join(unsaid[:5])}: whether it is one could not be read"
    )
    judged = [
        {
            **{name: row[name] for name in ("at", "device") if name in row},
            **supports.of(row),
            "managed": _managed(row, enrolled),
            "protected": apps.of(row.get("device")),
        }
        for row in rows
        if row.get("trust", "unsaid") in (None, "registered") and row.get("enabled")
    ]
    return whole_or_part(judged, gap or (missing if unsaid else None))


def registrations(view: FactView) -> object:
    """`privileged_accounts.registrations`: the members of roles, with what they have registered."""
    rows, gap = rows_of(view, "privileged_accounts")
    others, other_gap = rows_of(view, "mfa_registration")
    found: dict[object, set[bool]] = {}
    for other in others:
        if "account" in other and "mfa" in other:
            found.setdefault(other["account"], set()).add(other["mfa"])
    judged = [
        {
            **{name: row[name] for name in ("at", "account", "role") if name in row},
            "mfa": _agreed(found.get(row.get("account"), set()), other_gap),
        }
        for row in rows
    ]
    return whole_or_part(judged, gap)


def _agreed(said: set[bool], gap: Unread | None) -> bool | Unread:
    """What all exports say of an account; Unread where they differ, or say nothing."""
    if len(said) == 1:
        return next(iter(said))
    if said:
        return Unread(Reason.CONTRADICTED, "the exports differ about this account")
    return gap or Unread(Reason.INCOMPLETE_RECORD, "the export has no registration of this account")


class _Known:
    """The values of one field of a register; what is not among them may still be in what was not read."""

    def __init__(self, view: FactView, group: str, field: str) -> None:
        rows, gap = rows_of(view, group)
        self.values = {row[field] for row in rows if row.get(field)}
        unsaid = any(field not in row for row in rows)
        missing = Unread(Reason.INCOMPLETE_RECORD, f"{group}: an export does not say {field}")
        self.gap = gap or (missing if unsaid else None)

    def has(self, value: object) -> bool | Unread:
        """Whether it is there; Unread where that cannot be told."""
        if value in self.values:
            return True
        return self.gap or (_NAMELESS if value is None else False)


class _Apps:
    """The apps seen on each registered device, and whether all of them are protected."""

    def __init__(self, view: FactView) -> None:
        rows, gap = rows_of(view, "app_protection")
        unsaid = any("device" not in row or "status" not in row for row in rows)
        missing = Unread(
            Reason.INCOMPLETE_RECORD, "app_protection: an app's device or status could not be read"
        )
        self.gap = gap or (missing if unsaid else None)
        self.statuses: dict[object, set[str]] = {}
        for row in rows:
            if row.get("device"):
                self.statuses.setdefault(row["device"], set()).add(str(row.get("status")))

    def of(self, device: object) -> bool | Unread:
        """Whether protected apps and no others were seen on it."""
        seen = self.statuses.get(device, set())
        if "unprotected" in seen:
            return False
        return self.gap or (_NAMELESS if device is None else bool(seen))


class _Outlook:
    """Whether Outlook is protected on the devices of each user.

    Exchange and Intune have no common name for a device with Outlook, but for its user: only where every
    Outlook of the user is protected, and there are as many as Exchange knows, is each of them.
    """

    def __init__(self, view: FactView, inside: Iterable[Row]) -> None:
        rows, self.gap = rows_of(view, "app_protection")
        self.partnerships = Counter(row.get("account") for row in inside if row.get("client") in _OUTLOOK)
        self.statuses: dict[object, set[object]] = {}
        # A device may stand in several exports. Those without a name cannot be told apart: they count as one.
        self.devices: dict[object, set[object]] = {}
        for row in rows:
            if "outlook" in str(row.get("app", "")).lower():
                self.statuses.setdefault(row.get("account"), set()).add(row.get("status"))
                self.devices.setdefault(row.get("account"), set()).add(row.get("device"))

    def of(self, row: Row) -> bool | Unread:
        """Whether this device asks with a protected app; the mail app of a phone is never one."""
        user = row.get("account")
        if row.get("client") == "eas":
            return False
        if self.gap:
            return self.gap
        if row.get("client") not in _OUTLOOK or not user:
            return Unread(Reason.INCOMPLETE_RECORD, "whose Outlook it is, is not said")
        seen = self.statuses.get(user)
        if not seen:
            return False
        if seen == {"protected"} and len(self.devices[user]) >= self.partnerships[user]:
            return True
        return Unread(Reason.UNSUPPORTED, "which Outlook of this user is protected cannot be told")


def _enrolled(row: Row, enrolled: _Known) -> bool | Unread:
    """Intune knows the devices with Exchange ActiveSync by Exchange's name, and no others."""
    if row.get("managed") is True:
        return True
    known = enrolled.has(row.get("device"))
    if known is False and row.get("client") != "eas":
        return Unread(Reason.UNSUPPORTED, "Intune has no name in common with Exchange for this client")
    return known


def _managed(row: Row, enrolled: _Known) -> bool | Unread:
    """Managed by either account; not managed where Entra ID says so or Intune does not have it."""
    known = enrolled.has(row.get("device"))
    if row.get("managed") is True or known is True:
        return True
    return False if row.get("managed") is False else known


def _places(
    view: FactView, group: str, fields: tuple[str, ...], counts: Callable[[Row], bool], owned: bool = False
) -> Callable[[str], list[str] | Unread]:
    """A function from an account to the places of its rows in `group` that count.

    Where there are none and something is missing, it gives Unread. `fields` are those that it takes; of
    what is always `owned` by somebody, a row without an account may be anybody's.
    """
    rows, gap = rows_of(view, group)
    whole = [row for row in rows if all(field in row for field in fields)]
    whole = [row for row in whole if row["account"] or not (owned and counts(row))]
    missing = Unread(Reason.INCOMPLETE_RECORD, f"{group}: an export does not say {' or '.join(fields)}")
    why = gap or (missing if len(whole) < len(rows) else None)
    places: dict[str, list[str]] = {}
    for row in whole:
        if row["account"] and counts(row):
            places.setdefault(row["account"], []).append(row["at"])
    return lambda account: places.get(account) or why or []


def _unreadable(view: FactView) -> set[str]:
    """The places in the list of leavers with a cell that could not be read."""
    cells = view.get(("leavers", "malformed"))
    return {cell["at"] for cell in cells} if isinstance(cells, list) else set()


def _is_broken(row: Row, broken: set[str]) -> bool:
    """Whether a cell of the row could not be read. Of very many only the file is named."""
    return row["at"] in broken or row["at"].rpartition(":")[0] in broken


def _has_left(row: Row, today: str) -> bool:
    """Whether the last day is over; one without a day has left, unless the account is still in use."""
    day = row.get("left")
    if day:
        return str(day) < today
    return row.get("enabled") is not True
