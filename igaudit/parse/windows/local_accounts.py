"""The accounts of the machine itself, by RID: the names of the built-in ones are translated or changed."""

from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent, Unparsable
from igaudit.parse.windows.sids import is_sid, rid
from igaudit.parse.windows.steps import Steps, unwrapped

CONTROLLER = "LanmanNT"
BUILT_IN = "built-in-administrator"
_KINDS = {500: BUILT_IN, 501: "guest", 503: "default-account", 504: "application-guard"}
_FIELDS = {
    "enabled": ("Enabled", bool),
    "password_required": ("PasswordRequired", bool),
}
_TIMES = {"password_last_set": "PasswordLastSet", "last_sign_in": "LastLogon"}
Row = Mapping[str, Any]


def accounts(steps: Steps) -> dict[str, object]:
    """`local_accounts.accounts`; raises Absent on a domain controller, whose accounts are the domain's."""
    if steps.meta.product == CONTROLLER or controller(steps):
        raise Absent("a domain controller has no accounts of its own")
    found = [_account(row) for row in rows(steps)]
    said: dict[str, object] = {"accounts": found}
    if any(account["kind"] == BUILT_IN for account in found):
        return said
    # It cannot be deleted: where it is not listed, others may be missing too.
    gap = Unread(Reason.FAILED, "accounts: the built-in administrator (RID 500) is not among them")
    return {**said, "incomplete": {"accounts": gap}}


def controller(steps: Steps) -> bool:
    """Whether the step `accounts` says that this is a domain controller; raises NotRead."""
    said = steps.data("accounts")
    if not isinstance(said, dict):
        raise Unparsable("accounts: an object expected")
    return said.get("controller") is True


def rows(steps: Steps) -> list[Row]:
    """The accounts of the step `accounts`; raises NotRead."""
    said = steps.data("accounts")
    found = unwrapped(said.get("accounts")) if isinstance(said, dict) else None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Unparsable("accounts: a list of accounts expected")
    return found


def _account(row: Row) -> dict[str, object]:
    sid, name = str(row.get("SID") or ""), str(row.get("Name") or "")
    if not is_sid(sid):
        raise Unparsable(f"accounts: a SID expected, {sid[:60]!r} found")
    kind = _KINDS.get(rid(sid) or 0, "account")
    return {"account": name, "sid": sid, "kind": kind, **dict(_read(row))}


def _read(row: Row) -> Iterator[tuple[str, object]]:
    """What could be read of it: a property that failed is not there, and stays untold."""
    for field, (name, kind) in _FIELDS.items():
        if isinstance(row.get(name), kind):
            yield field, row[name]
    for field, name in _TIMES.items():
        if name in row and isinstance(row[name], str | None):
            yield field, row[name]
