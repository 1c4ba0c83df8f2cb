"""How far browsers are behind: Chrome by its own numbers, Edge by the same, since it is built from it."""

import re
from datetime import timedelta

from igaudit.evaluate.feed_use import feed_of
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread

BROWSERS = ("chrome", "edge")
# A new major version comes every four weeks: an older list names a newest one that no longer is.
FRESH = timedelta(days=35)


def majors_behind(view: FactView) -> object:
    """`software.browsers`: each with the number of major versions that it is behind."""
    packages = view.get(("software", "packages"))
    if isinstance(packages, Unread):
        return packages
    whole = packages.value if isinstance(packages, Partial) else packages
    found = [package for package in whole if package["product"] in BROWSERS]
    newest = _newest(view) if found else 0
    if isinstance(newest, Unread):
        return newest
    judged = [
        {
            "package": p["package"],
            "version": p["version"],
            "majors_behind": _behind(newest, str(p["version"])),
        }
        for p in found
    ]
    return Partial(judged, packages.gap) if isinstance(packages, Partial) else judged


def _newest(view: FactView) -> int | Unread:
    feed = feed_of(view, "eol")
    if isinstance(feed, Unread):
        return feed
    if feed.published < (view.today - FRESH).isoformat():
        words = (
            f"the feed eol is of {feed.published}, and browsers change every month: igaudit feeds fetch eol"
        )
        return Unread(Reason.FEED_TOO_OLD, words)
    cycles = [row["cycle"] for row in feed.data["products"].get("chrome", ())]
    majors = [int(cycle) for cycle in cycles if cycle.isdecimal()]
    if not majors:
        return Unread(Reason.UNSUPPORTED, "the feed eol does not name the versions of Chrome")
    return max(majors)


def _behind(newest: int, version: str) -> int | Unread:
    major = version.partition(".")[0]
    if not re.fullmatch("[0-9]{1,4}", major):
        return Unread(Reason.UNPARSABLE, f"{version[:40]!r} is no version of a browser")
    return newest - int(major)
