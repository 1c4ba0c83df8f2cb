"""Shared folders, and whom their own permissions let in. The permissions of the files below are not read."""

from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import sids
from igaudit.parse.windows.steps import Steps, not_read, told

# Get-SmbShareAccess names its enumerations, or, where it does not, numbers them.
_RIGHTS = {"full": "full", "0": "full", "change": "change", "1": "change", "read": "read", "2": "read"}
_ALLOWS = {"allow": True, "0": True, "deny": False, "1": False}
Row = Mapping[str, Any]


def shares(steps: Steps) -> dict[str, object]:
    """The shares, and their access; what is not among both is named as a gap."""
    facts = told(
        shares=lambda: _shares(steps),
        access=lambda: [_grant(row) for row in steps.rows("access")],
    )
    gap = _gap(facts["shares"], facts["access"])
    return {**facts, "incomplete": {"access": gap}} if gap else facts


def _shares(steps: Steps) -> list[dict[str, object]]:
    found = [_share(row) for row in steps.rows("shares")]
    if not found:
        raise not_read(Reason.FAILED, "shares: none at all, not even IPC$, which cannot be")
    return found


def _share(row: Row) -> dict[str, object]:
    path = str(row.get("Path") or "") or None
    return {"share": str(row.get("Name") or ""), "path": path, "special": row.get("Special") is True}


def _grant(row: Row) -> dict[str, object]:
    account, share = str(row.get("account") or ""), str(row.get("share") or "")
    right = _RIGHTS.get(str(row.get("right")).lower())
    said = {"grant": f"{share}: {account} {right or 'custom'}", "share": share, "account": account}
    # A right that is none of the three may be anything.
    said |= {"right": right} if right else {}
    # What belongs to nobody any more is shown by its SID, which cannot be looked up.
    return said | dict(_telling(row, str(row.get("sid") or account.removeprefix("*"))))


def _telling(row: Row, sid: str) -> Iterator[tuple[str, object]]:
    allows = _ALLOWS.get(str(row.get("type")).lower())
    if allows is not None:
        yield "allows", allows
    if sids.is_sid(sid):
        yield "sid", sid
        yield "group", sids.group_of(sid)


def _gap(found: object, access: object) -> Unread | None:
    """Why the permissions are a part: of a share, other than those of administrators, none was told."""
    if isinstance(found, Unread) and not isinstance(access, Unread):
        return found
    if not isinstance(found, list) or not isinstance(access, list):
        return None
    told_of = {grant["share"] for grant in access}
    missing = sorted({share["share"] for share in found if not share["special"]} - told_of)
    named = ", ".join(missing)[:100]
    return Unread(Reason.FAILED, f"no permissions were told of {named}") if missing else None
