"""How long updates are held back still, on the judging day."""

from datetime import date
from typing import Any

from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Unread


def snaps_held_days(view: FactView) -> list[dict[str, Any]] | Partial | Unread:
    """`app_updates.snaps_held_days`: the days until each hold ends."""
    held = view.get(("app_updates", "snaps_held"))
    if isinstance(held, Unread):
        return held
    known = held.value if isinstance(held, Partial) else held
    rows = [
        {"snap": row["snap"], "days": (date.fromisoformat(row["until"]) - view.today).days} for row in known
    ]
    return Partial(rows, held.gap) if isinstance(held, Partial) else rows
