"""Microsoft Entra ID's sign-in logs: Graph's JSON, the diagnostic settings' JSON, and the portal's CSV.

All of their times are UTC. Of each sign-in are kept: account, address, time, country, whether a second
factor was demanded. Names of persons, cities, devices and browsers stay behind.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from igaudit.collect.readers.logs.clock import Clock
from igaudit.collect.readers.logs.event import (
    FAILURE,
    OTHER,
    Event,
    Events,
    Moment,
    sign_in,
    two_letters,
    unreadable,
)
from igaudit.collect.readers.logs.tables import Row

_WHEN = ("date(utc)", "createddatetime", "timegenerated", "time", "date")
_WHO = ("username", "userprincipalname")
_FROM = ("ipaddress", "calleripaddress")
_FACTORS = {
    "multifactorauthentication": "multi",
    "multi-factorauthentication": "multi",
    "singlefactorauthentication": "single",
    "single-factorauthentication": "single",
}


def is_entra(keys: Iterable[str]) -> bool:
    """Whether these plain headings, or keys, are those of a sign-in log."""
    known = set(keys)
    return bool(known & set(_WHO)) and bool(known & set(_FROM)) and bool(known & set(_WHEN))


def dates(row: Row) -> str:
    """The cell that holds the time of a row."""
    return str(_first(row, _WHEN))


def events(rows: Iterable[tuple[int, Row | str]], clock: Clock) -> Events:
    """One event per row or object."""
    for line, row in rows:
        yield unreadable(line, row) if isinstance(row, str) else _event(line, row, clock)


def _event(line: int, row: Row, clock: Clock) -> Event:
    nested = row.get("properties")
    said: Row = {**row, **nested} if isinstance(nested, Mapping) else row
    try:
        moment = clock.date(dates(said))
    except ValueError:
        return unreadable(line, "no date and time in it")
    who = str(_first(said, _WHO))
    if not who:
        service = _first(said, ("serviceprincipalid", "serviceprincipalname"))
        return Event(OTHER, line, moment) if service else unreadable(line, "no account in it")
    succeeded = _succeeded(said)
    if succeeded is None:
        return unreadable(line, "whether it succeeded is not in it")
    if not succeeded:
        return Event(FAILURE, line, moment)
    return _signed_in(line, moment, who, said)


def _signed_in(line: int, moment: Moment, who: str, said: Row) -> Event:
    factors = _FACTORS.get("".join(str(said.get("authenticationrequirement", "")).split()).casefold(), "")
    return sign_in(
        line, moment, who, str(_first(said, _FROM)), _method(said), factors=factors, country=_country(said)
    )


def _first(said: Row, names: Iterable[str]) -> Any:
    return next((said[name] for name in names if said.get(name) not in (None, "")), "")


def _succeeded(said: Row) -> bool | None:
    """By the error code, 0 for none; else by the word of the portal. None where neither is there."""
    status = said.get("status")
    inner = status if isinstance(status, Mapping) else {}
    code = _first({**said, **inner}, ("errorcode", "sign-inerrorcode", "resulttype"))
    if str(code).strip().isdecimal():
        return int(str(code)) == 0
    word = str(status).strip().casefold() if isinstance(status, str | int) else ""
    return None if word not in ("success", "failure", "interrupted", "0") else word in ("success", "0")


def _country(said: Row) -> str:
    """Graph: `location.countryOrRegion`; the portal: `City, State, CC`; older exports: a column."""
    location = said.get("location", "")
    if isinstance(location, Mapping):
        return two_letters(location.get("countryorregion"))
    return two_letters(said.get("country")) or two_letters(str(location).rpartition(",")[2])


def _method(said: Row) -> str:
    interactive = said.get("isinteractive")
    if isinstance(interactive, bool):
        return "interactive" if interactive else "non-interactive"
    return {"true": "interactive", "false": "non-interactive"}.get(str(interactive).casefold(), "sign-in")
