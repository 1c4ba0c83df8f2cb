"""The stored form of a snapshot."""

import json
from typing import Any

from igaudit.errors import StoreError
from igaudit.model import stored
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Snapshot, Unread

SCHEMA = "igaudit-snapshot/1"
_TEXTS = ("target", "address", "transport", "platform", "kind", "status", "detail", "advice")


def dump_snapshot(snapshot: Snapshot) -> str:
    """A snapshot as JSON text, the same for the same snapshot."""
    data = {
        "schema": SCHEMA,
        **{name: getattr(snapshot, name) for name in _TEXTS},
        "collected_at": snapshot.collected_at,
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
    data = stored.read_json(text, name)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise StoreError(f"{name}: this is no {SCHEMA}")
    try:
        return _snapshot(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"{name}: not what {SCHEMA} says: {error}") from None


def _snapshot(data: dict[str, Any]) -> Snapshot:
    return Snapshot(
        **{name: stored.text(data[name]) for name in _TEXTS},
        collected_at=stored.moment(data["collected_at"]),
        privilege=stored.text(data["privilege"]),
        roles=stored.texts(data["roles"]),
        tags=stored.texts(data["tags"]),
        groups={name: _group(group) for name, group in data["groups"].items()},
    )


def _group(data: dict[str, Any]) -> FactGroup:
    gaps = data["unread"].items()
    unread = {name: Unread(Reason(gap["reason"]), stored.text(gap["detail"])) for name, gap in gaps}
    status = data["status"] if data["status"] == COLLECTED else Reason(data["status"])
    probes = {name: stored.text(digest) for name, digest in data["probes"].items()}
    return FactGroup(status, stored.text(data["detail"]), stored.mapping(data["facts"]), unread, probes)
