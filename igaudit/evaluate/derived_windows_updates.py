"""What waits on Windows: what its agent found, and the builds that Microsoft released since (feed msrc).

An update of Windows carries all before it, so that the one that waits may be new while the oldest that is
missing is months old. The builds of the feed show each that was missed, with its own day. Of any other
update it is not known what it replaces: its day can show a failure, and never a pass.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from igaudit.evaluate.feed_use import feed_of
from igaudit.evaluate.matchers import CLOCK_TOLERANCE, as_time
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread
from igaudit.model.feed import Feed

Record = Mapping[str, Any]
MANAGER, FEED = "windows-update", "msrc"
# For so long what the agent found is believed, as the lists of Linux are.
BELIEVED_FOR = timedelta(days=7)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# os.id → what the feed calls it.
_SYSTEMS = {"windows": "client", "windows-server": "server"}
# Office is not among them: it updates itself, but for versions that get no updates any more.
_BY_MICROSOFT_UPDATE = frozenset({"mssqlserver", "dotnet", "msexchange", "sharepoint"})
_DECIDING = ("security", "severity", "released")
_CARRIES = Unread(Reason.INCOMPLETE_RECORD, "it may carry older fixes that wait too")


def pending(view: FactView) -> object:
    """`updates.pending` of a Windows machine."""
    listed, builds, feed = view.get(("updates", "listed")), builds_missed(view), feed_of(view, FEED)
    known = builds.value if isinstance(builds, Partial) else builds
    missed = [] if isinstance(known, Unread) else [_waiting(build, feed) for build in known]
    if isinstance(listed, Unread):
        return Partial(missed, listed) if missed else listed
    whole = listed.value if isinstance(listed, Partial) else listed
    numbers = {record["name"] for record in missed}
    # Windows hides an update by its own number: a build that is missed may be one that is hidden.
    held = {record["name"] for record in whole if record.get("held")}
    missed = [{**record, "held": record["name"] in held} for record in missed]
    found = [_known(record, feed, known) for record in whole if record["name"] not in numbers]
    gap = listed.gap if isinstance(listed, Partial) else _doubt(view)
    if isinstance(builds, Partial) and missed:
        gap = gap or builds.gap
    return Partial(found + missed, gap) if gap else found + missed


def _doubt(view: FactView) -> Unread | None:
    """Why the search does not show all that waits: it knows what the last scan found, weeks ago perhaps.

    Other programs look for updates too, for their own only: where Automatic Updates says when it did, both
    must be recent.
    """
    scanned = [view.get(("updates", fact)) for fact in ("metadata_date", "automatic_scan")]
    if not isinstance(scanned[0], str):
        return Unread(Reason.FEED_TOO_OLD, "when Windows Update last looked for updates is not known")
    oldest = min(as_time(said) for said in scanned if isinstance(said, str)).date()
    fresh = -CLOCK_TOLERANCE <= view.today - oldest <= BELIEVED_FOR
    if not fresh:
        return Unread(Reason.FEED_TOO_OLD, f"Windows Update last looked for updates on {oldest}")
    return _not_looked_for(view)


def _not_looked_for(view: FactView) -> Unread | None:
    """Without Microsoft Update, only updates of Windows itself are looked for."""
    if view.get(("updates", "other_products")) is not False:
        return None
    packages = view.get(("software", "packages"))
    if isinstance(packages, Unread):
        return packages
    whole = packages.value if isinstance(packages, Partial) else packages
    found = next((str(p["package"]) for p in whole if p["product"] in _BY_MICROSOFT_UPDATE), "")
    if found:
        words = f"Windows Update does not look for updates of {found[:80]}: Microsoft Update is not set up"
        return Unread(Reason.INCOMPLETE_RECORD, words)
    return packages.gap if isinstance(packages, Partial) else None


def builds_missed(view: FactView) -> list[dict[str, Any]] | Partial | Unread:
    """`updates.builds_missed`: the builds that Microsoft released since the installed one.

    Only a part of them where the feed does not begin early enough, or lacks a month.
    """
    feed, installed = feed_of(view, FEED), view.get(("os", "kernel"))
    if isinstance(installed, Unread):
        return installed
    if isinstance(feed, Unread):
        return feed
    branch, _, _ = str(installed).rpartition(".")
    builds = _for_this(view, feed, feed.data["builds"].get(branch, ()))
    if not builds:
        words = f"the feed {FEED} of {feed.published} has no build of {branch}: is it supported still?"
        return Unread(Reason.UNSUPPORTED, words)
    days = _first_days(builds)
    missed = list(_newer(days, str(installed)))
    known = (day for (build, _), day in days.items() if _parts(build) <= _parts(str(installed)))
    gap = _lacks(feed, max(known, default=""))
    return Partial(missed, gap) if gap else missed


def _for_this(view: FactView, feed: Feed, builds: Iterable[list[str]]) -> list[list[str]]:
    """Without what came for servers, where this is none, and the other way round: they share their builds."""
    mine = _SYSTEMS.get(str(view.get(("os", "id"))))
    kbs = feed.data["kbs"]
    return [row for row in builds if not mine or mine in kbs.get(row[2], {}).get("systems", (mine,))]


def _lacks(feed: Feed, since: str) -> Unread | None:
    """What the feed lacks of the months from `since` to its own day; "" for before its beginning."""
    command = f"igaudit feeds fetch {FEED}"
    if not since:
        words = f"the installed build is older than the feed {FEED} goes back: {command}"
        return Unread(Reason.INCOMPLETE_RECORD, words)
    have, day, last = (
        set(feed.data["documents"]),
        date.fromisoformat(since),
        date.fromisoformat(feed.published),
    )
    while (day.year, day.month) <= (last.year, last.month):
        name = f"{day.year}-{MONTHS[day.month - 1]}"
        # The document of a month appears on its second Tuesday.
        if name not in have and last >= _second_tuesday(day):
            return Unread(Reason.INCOMPLETE_RECORD, f"the feed {FEED} lacks {name}: {command}")
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return None


def _second_tuesday(day: date) -> date:
    first = day.replace(day=1)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 7)


def _first_days(builds: list[list[str]]) -> dict[tuple[str, str], str]:
    """The first day of each build, by the build and the number of the update that brings it."""
    days: dict[tuple[str, str], str] = {}
    for day, build, number in builds:
        days[build, number] = min(day, days.get((build, number), day))
    return days


def _newer(days: Mapping[tuple[str, str], str], installed: str) -> Iterator[dict[str, Any]]:
    """Each newer build, the oldest first.

    A machine on the very build of a hotpatch has what came on that day, though its number is the lower.
    """
    exact = min((day for (build, _), day in days.items() if _parts(build) == _parts(installed)), default="")
    for (build, number), day in sorted(days.items(), key=lambda item: (item[1], _parts(item[0][0]))):
        if _parts(build) > _parts(installed) and day > exact:
            yield {"name": f"KB{number}", "build": build, "released": day}


def _parts(build: str) -> tuple[int, ...]:
    return tuple(int(part) for part in build.split("."))


def _waiting(build: Record, feed: Feed | Unread) -> dict[str, Any]:
    """A missed build in the form of an update that waits."""
    assert isinstance(feed, Feed)
    known = feed.data["kbs"][build["name"].removeprefix("KB")]
    return {
        "name": build["name"],
        "packages": [f"build {build['build']}"],
        "origin": "Microsoft",
        "security": True,
        "severity": known["severity"] or "unrated",
        "released": build["released"],
        "listed_on": build["released"],
        "held": False,
        "cves": known["cves"],
    }


def _known(record: Record, feed: Feed | Unread, builds: list[dict[str, Any]] | Unread) -> dict[str, Any]:
    """What the agent found, with what the feed tells of it; a word where something is not known."""
    said = dict(record)
    known = feed.data["kbs"].get(record["name"].removeprefix("KB")) if isinstance(feed, Feed) else None
    if known:
        day = min(filter(None, (known["released"], record.get("listed_on"))))
        said |= {"security": True, "cves": known["cves"], "listed_on": day}
        if record.get("severity") == "unrated" and known["severity"]:
            said["severity"] = known["severity"]
    if said.get("security") is not False:
        gap = builds if isinstance(builds, Unread) and not known else _CARRIES
        said["released"] = gap
    missing = Unread(Reason.INCOMPLETE_RECORD, "Windows Update does not say it")
    return said | {name: missing for name in _DECIDING if name not in said}
