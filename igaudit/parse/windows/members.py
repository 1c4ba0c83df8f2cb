"""Members of a group, by SID. Groups of a domain are listed and not looked into."""

from collections.abc import Mapping
from typing import Any

from igaudit.model.facts import Reason
from igaudit.parse import Unparsable
from igaudit.parse.windows import local_accounts, sids
from igaudit.parse.windows.steps import Meta, NotRead, Steps, not_read, unwrapped

_PROVIDER = "WinNT://"
_BY_RID = {sids.DOMAIN_ADMINS: "domain-admins", sids.ENTERPRISE_ADMINS: "enterprise-admins"}
Row = Mapping[str, Any]


def administrators(steps: Steps) -> dict[str, object]:
    """`administrators.members`, and of local accounts whether they are enabled."""
    try:
        accounts = [] if local_accounts.controller(steps) else local_accounts.rows(steps)
    except NotRead:
        accounts = []
    enabled = {str(row.get("SID")): row.get("Enabled") for row in accounts}
    members = [_member(row, steps.meta, enabled) for row in _rows(steps)]
    if not members:  # the built-in administrator cannot be taken out
        raise not_read(Reason.FAILED, "members: nobody at all, which cannot be")
    return {"members": members}


def remote_users(steps: Steps) -> dict[str, object]:
    """`rdp.users`: who is in the group Remote Desktop Users."""
    return {"users": [_member(row, steps.meta, {}) for row in _rows(steps)]}


def _rows(steps: Steps) -> list[Row]:
    said = steps.data("members")
    found = unwrapped(said.get("members")) if isinstance(said, dict) else None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Unparsable("members: a list of members expected")
    return found


def _member(row: Row, meta: Meta, enabled: Mapping[str, object]) -> dict[str, object]:
    sid = str(row.get("sid") or "")
    if not sids.is_sid(sid):
        raise Unparsable(f"members: a SID expected, {sid[:60]!r} found")
    parts = str(row.get("path") or "").removeprefix(_PROVIDER).split("/")
    local = _local(sid, parts, meta, enabled)
    name = _name(parts, local, sid)
    said = {"member": f"{name} ({sid})" if name != sid else sid, "name": name, "sid": sid}
    told = {"enabled": enabled[sid]} if isinstance(enabled.get(sid), bool) else {}
    # The Administrator of a domain is that of its controllers.
    built_in = sids.rid(sid) == sids.ADMINISTRATOR and (local or meta.product == local_accounts.CONTROLLER)
    kind = local_accounts.BUILT_IN if built_in else _kind(sid, row.get("class") == "Group", local, name)
    return {**said, "kind": kind, **told}


def _local(sid: str, parts: list[str], meta: Meta, enabled: Mapping[str, object]) -> bool:
    """Whether it is an account of the machine itself: of its own authority, or below its name in the path."""
    if meta.product == local_accounts.CONTROLLER:
        return False
    if sid in enabled or sids.authority(sid) in {sids.authority(known) for known in enabled} - {""}:
        return True
    return len(parts) > 1 and bool(sids.rid(sid)) and parts[-2].lower() == meta.host.lower() != ""


def _name(parts: list[str], local: bool, sid: str) -> str:
    if sids.is_sid(parts[-1]) or not parts[-1]:
        return sid
    return f".\\{parts[-1]}" if local else "\\".join(parts[-2:])


def _kind(sid: str, group: bool, local: bool, name: str) -> str:
    if sids.wide(sid):
        return "everybody"
    if sids.entra(sid):
        return "entra"
    if sids.rid(sid) in _BY_RID and not local:
        return _BY_RID[sids.rid(sid) or 0]
    if name == sid and not local:
        return "unresolved"
    if local:
        return "local-account"
    if not sids.rid(sid):
        return "service" if sids.service(sid) else "other"
    return "domain-group" if group else "domain-account"
