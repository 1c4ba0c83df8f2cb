"""How old the newest backup was when the machine was asked."""

from datetime import datetime

from igaudit.evaluate.view import FactView
from igaudit.model.facts import Reason, Unread


def hours_since_known_success(view: FactView) -> float | Unread:
    """`backups.hours_since_known_success`: since the newest backup on record that ended well."""
    return _hours(view, "last_known_success")


def hours_since_success(view: FactView) -> float | Unread:
    """`backups.hours_since_success`: the same, where no other record can hide a newer one."""
    return _hours(view, "last_success")


def hours_since_run(view: FactView) -> float | Unread:
    """`backups.hours_since_run`: since the time after which no backup program has run."""
    return _hours(view, "last_run")


def _hours(view: FactView, fact: str) -> float | Unread:
    """By the machine's own clock; a time that lies ahead of it says nothing."""
    ended, asked = view.get(("backups", fact)), view.get(("backups", "asked_at"))
    for value in (ended, asked):
        if isinstance(value, Unread):
            return value
    hours = (datetime.fromisoformat(asked) - datetime.fromisoformat(ended)).total_seconds() / 3600
    if hours < -0.1:
        return Unread(Reason.UNPARSABLE, f"{ended} lies ahead of the machine's clock")
    return round(hours, 2)
