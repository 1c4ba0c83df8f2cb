"""How far the records on a machine reach back."""

from datetime import date, timedelta

from igaudit.evaluate.view import FactView
from igaudit.model.facts import Unread

# The first records of a machine may be of the day after its first start: some are only written daily.
_FIRST_RECORDS = timedelta(days=1)


def days_kept(view: FactView) -> object:
    """`logging.days_kept`: whole days from the earliest day with records to the judging day."""
    oldest = view.get(("logging", "oldest_entry"))
    return oldest if isinstance(oldest, Unread | None) else (view.today - date.fromisoformat(oldest)).days


def kept_since_first_start(view: FactView) -> object:
    """`logging.kept_since_first_start`: whether nothing that the machine ever recorded is gone."""
    oldest, first = view.get(("logging", "oldest_entry")), view.get(("logging", "first_start"))
    for value in (oldest, first):
        if isinstance(value, Unread):
            return value
    if oldest is None or first is None:
        return False
    return date.fromisoformat(oldest) <= date.fromisoformat(first) + _FIRST_RECORDS
