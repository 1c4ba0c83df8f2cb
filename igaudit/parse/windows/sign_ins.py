"""Sign-ins to Windows from other machines, summed up on the spot from its Security log.

Events 4624 of the types 3 (over the network), 8 (the same with the password in the clear), 10 and 12 (remote
desktop), and 4625 for those that failed. Accounts of computers, which end in $, are left out.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.windows.audit_policy import recorded
from igaudit.parse.windows.steps import NotRead, Steps, not_read, unwrapped

Record = dict[str, Any]

_TYPES = {
    "3": "network",
    "8": "network, password in clear text",
    "10": "remote desktop",
    "12": "remote desktop",
}
_SUCCESS, _FAILURE = 1, 2
_MOST_FAILED = 200
# They stand in other events (4768, 4771), which are not summed up.
_BY_KERBEROS = Unread(
    Reason.INCOMPLETE_RECORD, "tries by Kerberos against this domain controller are not counted"
)
_NAMES = ("user", "domain", "type", "from", "computer", "status", "sub", "program", "sid")
# The OpenSSH server signs people in itself: the event names this machine, and no address.
_SSH_SERVER = "sshd.exe"
# Anonymous: sessions that Windows opens to itself as it starts have neither an address nor a machine.
_NOBODY = "S-1-5-7"


def remote(steps: Steps) -> dict[str, object]:
    """The facts of `sign_ins`; what was not recorded, or not counted to its end, is a gap."""
    try:
        said = _Said(steps)
    except NotRead as error:
        return dict.fromkeys(("remote", "failed", "covers_since", "covered_days", "read_at"), error.gap)
    facts = {"read_at": _shown(said.now), **_signed_in(said), **_failed(said)}
    return {**facts, "incomplete": {n: gap for n in ("remote", "failed") if (gap := said.gaps.get(n))}}


class _Said:
    """The answer of the function that sums up; raises NotRead."""

    def __init__(self, steps: Steps) -> None:
        data = steps.data("sign_ins")
        if not isinstance(data, dict) or not isinstance(data.get("sets"), dict):
            raise Unparsable("sign_ins: sums of sign-ins expected")
        self.gap: Unread | None = None
        self.elsewhere = _BY_KERBEROS if steps.meta.product == "LanmanNT" else None
        self.gaps: dict[str, Unread] = {}
        self.audited = self._audited(steps)
        self.now = _instant(steps.meta.utc)
        self.host = steps.meta.host.casefold()
        asked = self.now - timedelta(days=data["days"]) if isinstance(data.get("days"), int) else self.now
        oldest = data.get("oldest")
        self.since = max(asked, _instant(oldest)) if isinstance(oldest, str) else self.now
        self._sets = data["sets"]

    def _audited(self, steps: Steps) -> int:
        """Whether successes and failures are recorded; `gap` says that it could not be told."""
        try:
            return recorded(steps, "audit")["logon"]
        except NotRead as error:
            self.gap = error.gap
            return _SUCCESS + _FAILURE

    def set(self, name: str) -> Mapping[str, Any]:
        found = self._sets.get(name)
        if not isinstance(found, dict) or found.get("state") not in ("ok", "empty"):
            state = found.get("state") if isinstance(found, dict) else "missing"
            reason = Reason.DENIED if state == "denied" else Reason.FAILED
            raise not_read(reason, f"sign_ins: {name} is {str(state)[:40]}")
        return found

    def rows(self, name: str) -> list[Mapping[str, Any]]:
        rows = unwrapped(self.set(name).get("rows") or [])
        return [row for row in rows if isinstance(row, dict)]

    def begins(self, name: str) -> datetime:
        """When the record begins: where events were too many, with the oldest that was counted."""
        if not self.set(name).get("capped"):
            return self.since
        return min((_instant(row.get("first")) for row in self.rows(name)), default=self.now)

    def cut(self, name: str) -> Unread | None:
        """Whether there are more accounts and addresses than were told."""
        said, told = self.set(name).get("keys"), len(self.rows(name))
        if isinstance(said, int) and said > told:
            return Unread(
                Reason.TOO_LARGE, f"{said} pairs of accounts and addresses, of which {told} were told"
            )
        return self.gap


def _signed_in(said: _Said) -> dict[str, object]:
    if not said.audited & _SUCCESS:
        said.since = said.now
    try:
        counted, cut = said.begins("signed_in"), said.cut("signed_in")
        found = list(_summed(said.rows("signed_in"), said.host))
    except NotRead as error:
        return dict.fromkeys(("remote", "covers_since", "covered_days"), error.gap)
    if cut:
        said.gaps["remote"] = cut
    return {
        "remote": [{"sign_in": _before(counted), "at": _shown(counted)}, *found],
        "covers_since": _shown(said.since),
        "covered_days": said.gap or max((said.now - said.since).days, 0),
    }


def _failed(said: _Said) -> dict[str, object]:
    if not said.audited & _FAILURE:
        gap = Unread(Reason.UNSUPPORTED, "Windows is not set to record sign-ins that fail")
        return {"failed": gap}
    try:
        since, rows, cut = said.begins("failed"), said.rows("failed"), said.cut("failed")
    except NotRead as error:
        return {"failed": error.gap}
    cut = cut or said.elsewhere
    if cut:
        said.gaps["failed"] = cut
    sums: dict[str, Record] = {}
    for row in rows:
        origin = _parts(row)["from"]
        if address := _address(origin):
            _add(sums, address, {"origin": address, "address": address, **_times(row)})
    worst = sorted(sums.values(), key=lambda one: (-one["count"], one["origin"]))[:_MOST_FAILED]
    return {"failed": [{"origin": _before(since), "at": _shown(since)}, *worst]}


def _summed(rows: list[Mapping[str, Any]], host: str) -> Iterator[Record]:
    sums: dict[str, Record] = {}
    for row in rows:
        part = _parts(row)
        address, computer = _address(part["from"]), part["computer"]
        if part["type"] in _TYPES and not (_of_itself(part, host) or _of_a_computer(part, host)):
            user = f"{part['domain']}\\{part['user']}" if part["domain"] else part["user"]
            origin, method = address or computer or "nowhere that is told", _TYPES[part["type"]]
            record = {"user": user, "method": method, "source": "Security log", **_times(row)}
            where = {"address": address} if address else {}
            name = f"{user} from {origin} by {method}"
            _add(sums, name, {"sign_in": name, **record, **where})
    yield from (sums[name] for name in sorted(sums))


def _of_itself(part: Mapping[str, str], host: str) -> bool:
    """A program of the machine itself that signs in names this machine, and no address."""
    if part["type"] != "3" or _address(part["from"]):
        return False
    served = part["program"].rpartition("\\")[2].casefold() == _SSH_SERVER
    nobody = part["sid"] == _NOBODY and not (part["computer"] or part["from"])
    return nobody or (part["computer"].casefold() == host and not served)


def _of_a_computer(part: Mapping[str, str], host: str) -> bool:
    """Accounts of computers sign in over the network; one of the machine itself may be called so too."""
    own = part["domain"].casefold() == host
    return part["user"].endswith("$") and part["type"] == "3" and not own


def _add(sums: dict[str, Record], name: str, record: Record) -> None:
    known = sums.get(name)
    if known is None:
        sums[name] = record
        return
    known["count"] += record["count"]
    known["first"], known["at"] = min(known["first"], record["first"]), max(known["at"], record["at"])


def _parts(row: Mapping[str, Any]) -> dict[str, str]:
    key = unwrapped(row.get("key"))
    if not isinstance(key, list) or len(key) != len(_NAMES):
        raise Unparsable("sign_ins: nine parts expected")
    parts = (str(part).strip() for part in key)
    return {name: "" if part == "-" else part for name, part in zip(_NAMES, parts, strict=True)}


def _times(row: Mapping[str, Any]) -> Record:
    count = row.get("count")
    if not isinstance(count, int) or isinstance(count, bool):
        raise Unparsable("sign_ins: a count expected")
    return {
        "count": count,
        "first": _shown(_instant(row.get("first"))),
        "at": _shown(_instant(row.get("last"))),
    }


def _address(text: str) -> str | None:
    """An address without its zone; IPv4 in IPv6 form as IPv4. None where none is told (`-`, `LOCAL`)."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


def _before(since: datetime) -> str:
    return f"before {_shown(since)}, where the record begins"


def _instant(text: object) -> datetime:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unparsable(f"sign_ins: a time expected, {str(text)[:40]!r} found") from None


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
