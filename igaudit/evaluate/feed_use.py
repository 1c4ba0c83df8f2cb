"""How a feed is asked for: there and young enough, or an honest word about why not."""

from igaudit.evaluate.view import FactView
from igaudit.model.facts import Reason, Unread
from igaudit.model.feed import Feed


def feed_of(view: FactView, name: str) -> Feed | Unread:
    """The feed `name`; Unread with the command that brings it where it is missing or too old."""
    command = f"igaudit feeds fetch {name}"
    feed = view.feeds.get(name)
    if feed is None:
        return Unread(Reason.NOT_PROVIDED, f"there is no feed {name}: {command}")
    if feed.too_old(view.today):
        return Unread(Reason.FEED_TOO_OLD, f"the feed {name} is of {feed.published}: {command}")
    return feed
