"""Journeys: successive sign-ins of one account from two countries, and how fast it would have had to travel.

The distance is the least that is possible: between the nearest places of the list `countries`, less how far
from them each country reaches. So neighbours are never apart, and what is found cannot be travelled. The
first and the last sign-in by account, address, method and day are compared (on a machine, of all its record):
where more lie between, and another country too, a journey may be hidden, and the list is no whole one.
Whoever comes from the organisation's own network may have come into it through the VPN: that is no place.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple

from igaudit.evaluate.derived_approvals import account, of_organisation, own_domains
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread
from igaudit.model.lists import ReferenceList

Record = Mapping[str, Any]
_EARTH_KM = 6371.0
# Said of two places at one time.
FASTEST = 99_999


class _Stop(NamedTuple):
    at: str
    country: str
    doubt: int
    where: str


def of_gateways(view: FactView) -> object:
    """`gateway_sign_ins.journeys`: between the sign-ins of all logs."""
    return _journeys(view, view.get(("gateway_sign_ins", "located")), None)


def of_machine(view: FactView) -> object:
    """`sign_ins.journeys`: between a machine's own sign-ins and those of all logs."""
    logs = of_organisation(view, "gateway_sign_ins", "sign_ins")
    return _journeys(view, view.get(("sign_ins", "located")), logs)


def _journeys(view: FactView, found: Any, beside: Any) -> object:
    if isinstance(found, Unread):
        return found
    records = found.value if isinstance(found, Partial) else found
    known = [record for record in records if "user" in record]
    entries = [_unknown_time(record) for record in records if "user" not in record]
    every = [*known, *_placed(view, beside)]
    stops = _stops(view, every)
    if beside is not None:
        stops = {
            name: places for name, places in stops.items() if any(stop.where == "here" for stop in places)
        }
    journeys = [
        journey
        for name, places in stops.items()
        for journey in _between(name, places, view.lists["countries"])
    ]
    gap = found.gap if isinstance(found, Partial) else _gap(known) or _hidden(view, every, stops)
    return Partial(journeys + entries, gap) if gap else journeys + entries


def _gap(known: list[Record]) -> Unread | None:
    lost = sum(isinstance(record["country"], Unread) or "at" not in record for record in known)
    said = f"{lost} sign-ins without a known country and time"
    return Unread(Reason.INCOMPLETE_RECORD, said) if lost else None


def _hidden(view: FactView, records: Iterable[Record], stops: Mapping[str, list[_Stop]]) -> Unread | None:
    """Why a journey may not show: of a sum of many sign-ins only the ends are known, and between them the
    account came from elsewhere.
    """
    domains, times = own_domains(view), {name: _times(places) for name, places in stops.items()}
    for record in records:
        if record.get("count", 1) <= 2 or not _is_stop(record):
            continue
        first, last, home = record.get("first", record["at"]), record["at"], record["country"]
        name = account(record["user"], domains)
        for country, seen in times.get(name, {}).items():
            at = bisect_right(seen, first)
            between = at < len(seen) and seen[at] < last
            if between and least_distance(view.lists["countries"], *sorted((home, country))):
                said = f"{name} signed in from {home} {record['count']} times from {first} to {last}"
                return Unread(Reason.INCOMPLETE_RECORD, f"{said}, and from {country} in between")
    return None


def _times(places: Iterable[_Stop]) -> dict[str, list[str]]:
    """The times by country, in order."""
    found: dict[str, list[str]] = {}
    for stop in sorted(places):
        found.setdefault(stop.country, []).append(stop.at)
    return found


def _is_stop(record: Record) -> bool:
    return isinstance(record["country"], str) and "at" in record and record.get("place") != "own-network"


def _unknown_time(record: Record) -> dict[str, Any]:
    time = {"at": record["at"]} if "at" in record else {}
    return {"journey": record["sign_in"], **time}


def _placed(view: FactView, beside: Any) -> Iterator[Record]:
    """The sign-ins of logs with the countries that the run's database knows."""
    value = beside.value if isinstance(beside, Partial) else beside
    for record in value if isinstance(value, list) else ():
        place = view.countries.places.get(record.get("address", ""), "")
        own = record.get("address", "") in view.countries.own
        if "at" in record and len(place) == 2 and not own:
            yield {**record, "country": place, "where": "logs"}


def _stops(view: FactView, records: Iterable[Record]) -> dict[str, list[_Stop]]:
    domains = own_domains(view)
    found: dict[str, list[_Stop]] = {}
    for record in records:
        if _is_stop(record):
            places = found.setdefault(account(record["user"], domains), [])
            for at in dict.fromkeys((record.get("first", record["at"]), record["at"])):
                where = record.get("where", "here")
                places.append(_Stop(at, record["country"], record.get("doubt", 0), where))
    return found


def _between(name: str, places: list[_Stop], listed: ReferenceList) -> Iterator[dict[str, Any]]:
    for one, other in pairwise(sorted(places)):
        if one.country == other.country:
            continue
        km = least_distance(listed, *sorted((one.country, other.country)))
        yield {
            "journey": f"{name}: {one.country} {one.at} to {other.country} {other.at}",
            "account": name,
            "left": one.at,
            "at": other.at,
            "km": km,
            "km_per_hour": _speed(km, _seconds(other.at) - _seconds(one.at) + other.doubt),
        }


def _speed(km: int, seconds: int) -> int:
    if km == 0:
        return 0
    return FASTEST if seconds <= 0 else min(FASTEST, round(km * 3600 / seconds))


def _seconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())


@lru_cache(maxsize=4096)
def least_distance(listed: ReferenceList, one: str, other: str) -> int:
    """The least kilometres between two countries; 0 where the list does not know one of them."""
    rows = _rows(listed)
    if one not in rows or other not in rows:
        return 0
    nearest = min(
        _apart(a[:2], b[:2]) - a[2] - b[2] for a in _points(rows[one]) for b in _points(rows[other])
    )
    return max(0, int(nearest))


@lru_cache(maxsize=4)
def _rows(listed: ReferenceList) -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: row for row in listed.rows}


def _points(row: Mapping[str, str]) -> list[tuple[float, float, float]]:
    """Latitude, longitude, and how far the country reaches from there: as a whole, or by the point's own."""
    parts = (point.split("/") for point in row["points"].split())
    return [
        (float(latitude), float(longitude), float(own[0] if own else row["reach_km"]))
        for latitude, longitude, *own in parts
    ]


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres along the great circle (haversine)."""
    (a, b), (c, d) = (tuple(map(radians, point)) for point in (one, other))
    part = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(part)))
