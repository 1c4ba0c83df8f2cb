"""The stored form of a snapshot."""

import json
from typing import Any

from igaudit.errors import StoreError
from igaudit.model.facts import FactGroup, Reason, Snapshot, Unread

SCHEMA = "igaudit-snapshot/1"
_TEXTS = ("target", "address", "transport", "platform", "kind", "collected_at", "status", "detail", "advice")


def dump_snapshot(snapshot: Snapshot) -> str:
    """A snapshot as JSON text, the same for the same snapshot."""
    data = {
        "schema": SCHEMA,
        **{name: getattr(snapshot, name) for name in _TEXTS},
        "privilege": snapshot.privilege,
        "roles": list(snapshot.roles),
        "tags": list(snapshot.tags),
        "groups": {name: group_json(group) for name, group in sorted(snapshot.groups.items())},
    }
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def group_json(group: FactGroup) -> dict[str, Any]:
    """A fact group as plain JSON values."""
    unread = {name: {"reason": gap.reason, "detail": gap.detail} for name, gap in group.unread.items()}
    return {
        "status": group.status,
        "detail": group.detail,
        "facts": dict(group.facts),
        "unread": unread,
        "probes": dict(group.probes),
    }


def parse_snapshot(text: str | bytes, name: str) -> Snapshot:
    """The snapshot in a file's text; raises StoreError that says where `name` is wrong."""
    try:
        data = json.loads(text)
    except UnicodeDecodeError as error:
        raise StoreError(f"{name}: byte {error.start}: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise StoreError(
            f"{name}:{error.lineno}: byte {error.pos}: {error.msg}: cut short or altered"
        ) from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise StoreError(f"{name}: this is no {SCHEMA}")
    try:
        return _snapshot(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"{name}: not what {SCHEMA} says: {error}") from None


def _snapshot(data: dict[str, Any]) -> Snapshot:
    return Snapshot(
        **{name: data[name] for name in _TEXTS},
        privilege=data["privilege"],
        roles=tuple(data["roles"]),
        tags=tuple(data["tags"]),
        groups={name: _group(group) for name, group in data["groups"].items()},
    )


def _group(data: dict[str, Any]) -> FactGroup:
    unread = {name: Unread(Reason(gap["reason"]), gap["detail"]) for name, gap in data["unread"].items()}
    return FactGroup(data["status"], data["detail"], data["facts"], unread, data["probes"])
