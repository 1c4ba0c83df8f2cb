"""Palo Alto GlobalProtect in syslog's form: the older SYSTEM log, and since PAN-OS 9.1 one of its own.

Columns of the latter: https://docs.paloaltonetworks.com, GlobalProtect Log Fields (PAN-OS 10.0).
"""

import csv
import re
from collections.abc import Iterable

from igaudit.collect.readers.logs.clock import Clock
from igaudit.collect.readers.logs.event import (
    FAILURE,
    OTHER,
    Event,
    Events,
    Moment,
    canonical,
    sign_in,
    two_letters,
    unreadable,
)

# Columns after the one that says GLOBALPROTECT, or SYSTEM.
_GENERATED, _EVENT = 3, 5
_METHOD, _USER, _REGION, _PUBLIC, _PUBLIC6, _STATUS, _PRECISE = 7, 9, 10, 12, 13, 25, 33
_DESCRIPTION = 11
_SIGN_INS = ("gateway-auth", "gateway-connected", "portal-auth", "gateway-login", "portal-login")
_FORM = re.compile(
    r"[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2},[^,]{0,40},(?:[^,]{0,20},){0,3}[A-Z]{4,20},"
)
_FROM = re.compile(r"(?:Login from|Public IP|Source IP): ([0-9A-Fa-f:.]{2,45}?)[.]?(?:,|\s|$)")
_WHO = re.compile(r"User name: ([^,]{1,256}?)(?:,|[.]?$)")
_WHERE = re.compile(r"Source region: ([A-Z]{2})\b")


def events(lines: Iterable[tuple[int, str]], clock: Clock) -> Events:
    """One event per line."""
    for number, line in lines:
        try:
            yield _line(number, line, clock)
        except (ValueError, csv.Error):
            yield unreadable(number, "no calendar has its date, or its quotation marks do not match")
        except IndexError:
            yield unreadable(number, "it has too few columns: it is cut short")


def _line(number: int, line: str, clock: Clock) -> Event:
    if ",GLOBALPROTECT," in line:
        return _own(number, *_cells(line, "GLOBALPROTECT"), clock)
    if ",SYSTEM,globalprotect," in line:
        return _older(number, *_cells(line, "SYSTEM"), clock)
    if found := _FORM.search(line):
        return Event(OTHER, number, clock.stamp(line[found.start() : found.end()]))
    moment = clock.stamp(line[:80])
    return (
        unreadable(number, "neither a time nor a log of PAN-OS")
        if moment is None
        else Event(OTHER, number, moment)
    )


def _cells(line: str, kind: str) -> tuple[list[str], int]:
    """The cells, and where the kind of the log stands: PAN-OS 9.1.0 has two more before it."""
    cells = next(csv.reader([line], strict=True))
    return cells, cells.index(kind, 0, 8)


def _own(number: int, cells: list[str], at: int, clock: Clock) -> Event:
    event = cells[at + _EVENT]
    moment = _precise(cells, at, clock)
    if event not in _SIGN_INS:
        return Event(OTHER, number, moment)
    if cells[at + _STATUS].lower() != "success":
        return Event(FAILURE, number, moment)
    addresses = [canonical(cells[at + column]) for column in (_PUBLIC, _PUBLIC6)]
    address = next((found for found in addresses if found not in ("", "0.0.0.0", "::")), "")
    region = two_letters(cells[at + _REGION])
    return sign_in(number, moment, cells[at + _USER], address, event, country=region)


def _precise(cells: list[str], at: int, clock: Clock) -> Moment | None:
    """PAN-OS 10.0 and later writes the time with its zone too."""
    if (
        len(cells) > at + _PRECISE
        and (moment := clock.stamp(cells[at + _PRECISE]))
        and not isinstance(moment, str)
    ):
        return moment
    return clock.stamp(cells[at + _GENERATED])


def _older(number: int, cells: list[str], at: int, clock: Clock) -> Event:
    event, moment = cells[at + _EVENT], clock.stamp(cells[at + _GENERATED])
    if event.endswith(("auth-fail", "login-fail")):
        return Event(FAILURE, number, moment)
    if not event.endswith(("auth-succ", "login-succ")):
        return Event(OTHER, number, moment)
    said = cells[at + _DESCRIPTION]
    who, where, region = _WHO.search(said), _FROM.search(said), _WHERE.search(said)
    if not who or not where:
        return unreadable(number, f"{event[:60]} without a user and an address")
    method = event.removeprefix("globalprotect").removesuffix("-succ")
    return sign_in(number, moment, who[1], where[1], method, country=region[1] if region else "")
