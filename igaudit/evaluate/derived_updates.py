"""Which updates wait: the list that the machine has, and whether it is fresh enough to be believed."""

from datetime import timedelta

from igaudit.evaluate import derived_windows_updates as windows
from igaudit.evaluate.derived_advisories import dated
from igaudit.evaluate.matchers import CLOCK_TOLERANCE, as_time
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread

# Debian and Ubuntu let their own lists lapse after as many days (`Valid-Until` in the Release file).
BELIEVED_FOR = timedelta(days=7)


def pending(view: FactView) -> object:
    """`updates.listed` with the days of release; only a part of what waits where the lists are not fresh."""
    if view.get(("updates", "manager")) == windows.MANAGER:
        return windows.pending(view)
    listed = view.get(("updates", "listed"))
    if isinstance(listed, Unread):
        return listed
    if isinstance(listed, Partial):
        return Partial(dated(view, listed.value), listed.gap)
    doubt, updates = _doubt(view), dated(view, listed)
    return Partial(updates, Unread(Reason.FEED_TOO_OLD, doubt)) if doubt else updates


def _doubt(view: FactView) -> str:
    """Why the lists do not show all that waits; "" where they do."""
    fetched = view.get(("updates", "metadata_date"))
    if isinstance(fetched, Unread):
        return "how old the lists are is not known"
    if not isinstance(fetched, str):
        return "there is no list of a security repository"
    try:
        age = view.today - as_time(fetched).date()
    except ValueError:
        return "how old the lists are is not known"
    fresh = -CLOCK_TOLERANCE <= age <= BELIEVED_FOR
    return "" if fresh else f"the lists are of {fetched[:10]}"
