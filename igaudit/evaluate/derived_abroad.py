"""Sign-ins with the country that they came from, and the approval that covers them.

Two witnesses tell the country: the database, by the address, and the log itself (Entra ID, GlobalProtect).
Where they differ it is not known. What the organisation says of its own networks goes before both.
Fields of which nothing can be known are Unread, each with its reason.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from igaudit.evaluate.derived_approvals import Approvals
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread

Record = Mapping[str, Any]
LOGS = "gateway_sign_ins"

# An older database gives no pass: networks change hands (`igaudit feeds fetch geoip` brings this month's).
OLDEST_DATABASE = timedelta(days=60)
# So many accounts from one private address are not so many people at one machine.
MANY = 10
CLOUD, WINDOWS = ("entra",), ("windows",)
# In none of these is anyone in a country; of a local address, the log may know better.
_LOCAL = ("private", "loopback", "link-local")
_INSIDE = (*_LOCAL, "tor", "anonymiser")
# So long may a log be silent before what is not in it is unknown.
_QUIET = timedelta(days=3)
_GET = "fetch one with `igaudit feeds fetch geoip`, or name a file with --geoip"


def located(group: str, fact: str, wanted: Callable[[Record], bool]) -> Callable[[FactView], object]:
    """The sign-ins of `group.fact` that are `wanted`, each with its place and what covers it."""

    def derive(view: FactView) -> object:
        found = view.get((group, fact))
        if isinstance(found, Unread):
            return found
        records = found.value if isinstance(found, Partial) else found
        records = [*records, *_since(view, records)] if group == LOGS else records
        places, approvals = _Places(view, records), Approvals(view)
        judged = [_judged(record, places, approvals) for record in records if wanted(record)]
        return Partial(judged, found.gap) if isinstance(found, Partial) else judged

    return derive


def _since(view: FactView, records: Iterable[Record]) -> Iterable[Record]:
    """What stands for the time since the logs were read, where they are judged later: it is not known."""
    read_at = view.get((LOGS, "read_at"))
    if not isinstance(read_at, str) or view.today - date.fromisoformat(read_at[:10]) <= _QUIET:
        return
    for gateway, form in sorted({(record["gateway"], record["format"]) for record in records}):
        said = f"{gateway} after {read_at}, when its log was read"
        yield {"sign_in": said, "gateway": gateway, "format": form, "at": f"{view.today}T00:00:00Z"}


def of_logs(wanted: Callable[[Record], bool], what: str = "") -> Callable[[FactView], object]:
    """The sign-ins of logs that are `wanted`; Unread where no such log (`what`) was read."""
    derive_all = located(LOGS, "sign_ins", wanted)

    def derive(view: FactView) -> object:
        found = derive_all(view)
        # Each gateway has an entry for where its record begins: without any, nobody looked.
        return (
            Unread(Reason.NOT_PROVIDED, f"no log of {what} is named under `gateway_sign_ins`")
            if found == []
            else found
        )

    return derive


def every(record: Record) -> bool:
    """Whatever the source."""
    return True


def through_gateway(record: Record) -> bool:
    """What came through a VPN gateway."""
    return record["format"] not in (*CLOUD, *WINDOWS)


def to_cloud(record: Record) -> bool:
    """What came to Entra ID."""
    return record["format"] in CLOUD


def to_windows(record: Record) -> bool:
    """What came to a Windows machine."""
    return record["format"] in WINDOWS


def _judged(record: Record, places: "_Places", approvals: Approvals) -> dict[str, Any]:
    """An entry that only stands for a time without record stays as it is: nothing is known of it."""
    if "user" not in record:
        return dict(record)
    placed = {**record, **places.carried(record), **places.of(record)}
    return {**placed, **_covered(placed, approvals)}


def _covered(record: Record, approvals: Approvals) -> dict[str, Any]:
    country = record["country"]
    if isinstance(country, Unread):
        return {"cover": country}
    if country is None:
        return {"cover": "no-country", "approval": None}
    if "at" not in record:
        return {"cover": Unread(Reason.INCOMPLETE_RECORD, "when it was cannot be told")}
    first, last = record.get("first", record["at"])[:10], record["at"][:10]
    covers = [approvals.cover(record["user"], country, day) for day in dict.fromkeys((last, first))]
    lacking = next((cover for cover in covers if cover["cover"] != "approved"), None)
    if lacking or record.get("count", 1) <= 2:
        return lacking or covers[0]
    between = _days(first, last)
    if all(approvals.cover(record["user"], country, day)["cover"] == "approved" for day in between):
        return covers[0]
    said = f"it signed in {record['count']} times from {first} to {last}, and not all days are covered"
    return {"cover": Unread(Reason.INCOMPLETE_RECORD, said)}


def _days(first: str, last: str) -> list[str]:
    """The days from the one to the other: a machine's sign-ins are summed up over all that it remembers."""
    start = date.fromisoformat(first)
    return [str(start + timedelta(days=days)) for days in range((date.fromisoformat(last) - start).days + 1)]


class _Places:
    """Where records came from. What is not known is an Unread that says why."""

    def __init__(self, view: FactView, records: Iterable[Record]) -> None:
        self.countries = view.countries
        self._doubt = _doubt(self.countries.database, view.today)
        self._translated = _translated(records)

    def of(self, record: Record) -> dict[str, Any]:
        """`place`, `country` (null for no country at all) and `countries`, all that are said."""
        address, said = record.get("address", ""), record.get("said_country", "")
        place = self.countries.places.get(address, "not-asked" if address else "not-told")
        if name := self.countries.own.get(address):
            return {"place": "own-network", "network": name, "country": place, "countries": [place]}
        if place == "private" and address in self._translated:
            said_by = f"{MANY} accounts or more came through {address}: others are translated to it (NAT)"
            return {**_unknown(Unread(Reason.INCOMPLETE_RECORD, said_by)), "place": "translated"}
        if place in _INSIDE and not (said and place in _LOCAL):
            return {"place": place, "country": None, "countries": []}
        # An old database proves nothing by itself, and can still contradict the log.
        known = place if _is_code(place) and (said or not self._doubt) else ""
        if said or known:
            return _told(said, known)
        if _is_code(place):
            return self._doubted(place)
        if place == "not-asked":
            return _unknown(self._doubt or Unread(Reason.NOT_PROVIDED, f"not looked up: {_GET}"))
        return {**_unknown(Unread(Reason.INCOMPLETE_RECORD, f"{place}: no country is known")), "place": place}

    def carried(self, record: Record) -> dict[str, str]:
        """How an IPv6 address carries the IPv4 address that was looked up, if it does."""
        way = self.countries.carried.get(record.get("address", ""))
        return {"carried": way} if way else {}

    def _doubted(self, place: str) -> dict[str, Any]:
        """What a database says that is too old: it can name a country that is denied, and prove no other."""
        assert self._doubt
        said = Unread(self._doubt.reason, f"{place}, says the database; {self._doubt.detail}")
        return {**_unknown(said), "countries": Partial([place], said)}


def _translated(records: Iterable[Record]) -> frozenset[str]:
    """The addresses through which many accounts came to VPN gateways.

    Nobody dials in from within a network; there a private address is that of a balancer, or of a router that
    puts its own in place of all others.
    """
    accounts: dict[str, set[str]] = {}
    for record in records:
        if "format" in record and through_gateway(record) and "user" in record and "address" in record:
            accounts.setdefault(record["address"], set()).add(record["user"])
    return frozenset(address for address, users in accounts.items() if len(users) >= MANY)


def _told(said: str, known: str) -> dict[str, Any]:
    """By the log, by the database, or by both."""
    countries = sorted({said, known} - {""})
    if len(countries) == 1:
        return {"place": "country", "country": countries[0], "countries": countries}
    both = Unread(Reason.CONTRADICTED, f"the log: {said}, the database: {known}")
    return {"place": "contradicted", "country": both, "countries": countries}


def _unknown(why: Unread) -> dict[str, Any]:
    return dict.fromkeys(("place", "country", "countries"), why)


def _is_code(place: str) -> bool:
    return len(place) == 2


def _doubt(database: Mapping[str, str], today: date) -> Unread | None:
    """Why the database proves no pass; None where it does."""
    if not database:
        return Unread(Reason.NOT_PROVIDED, f"there is no database of countries: {_GET}")
    made = database.get("date", "")
    if not made:
        return Unread(Reason.FEED_TOO_OLD, f"{database.get('name')}: when it was made is not known; {_GET}")
    if today - date.fromisoformat(made) > OLDEST_DATABASE:
        return Unread(Reason.FEED_TOO_OLD, f"{database.get('name')} is of {made}: {_GET}")
    return None


def database_date(view: FactView) -> object:
    """`….database_date`: the day on which the database of countries was made."""
    made = view.countries.database.get("date")
    return made or Unread(Reason.NOT_PROVIDED, f"there is no database of countries of a known day: {_GET}")


def database_licence(view: FactView) -> object:
    """`….database_licence`: its licence, null where it names none that is known."""
    if not view.countries.database:
        return Unread(Reason.NOT_PROVIDED, f"there is no database of countries: {_GET}")
    return view.countries.database.get("licence") or None


def tor_list_current(view: FactView) -> object:
    """`….tor_list_current`: true, where the list of Tor's exits is there and not too old; or unknown."""
    feed = view.feeds.get("tor-exits")
    if feed is None:
        return Unread(Reason.NOT_PROVIDED, "there is no list of Tor's exits: igaudit feeds fetch tor-exits")
    if view.today - date.fromisoformat(feed.published) > timedelta(days=feed.max_age_days):
        said = f"the list of Tor's exits is of {feed.published}: igaudit feeds fetch tor-exits"
        return Unread(Reason.FEED_TOO_OLD, said)
    return True
