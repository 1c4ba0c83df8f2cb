"""FortiGate's event log, key=value: SSL VPN and dial-up IPsec tunnels of users, and administrators."""

import re
from collections.abc import Iterable, Mapping

from igaudit.collect.readers.logs.clock import NO_ZONE, Clock, epoch
from igaudit.collect.readers.logs.event import FAILURE, OTHER, Event, Events, Moment, sign_in, unreadable

_TIME = re.compile(r"\bdate=\"?([0-9-]{10})\"? time=\"?([0-9:]{8})\"?")
_VALUE = re.compile(r'([A-Za-z_][A-Za-z0-9_]{0,40})=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))')
_ACTIONS = ("tunnel-up", "ssl-login-fail", "login")


def events(lines: Iterable[tuple[int, str]], clock: Clock) -> Events:
    """One event per line."""
    for number, line in lines:
        at = _TIME.search(line)
        if not at or "logid=" not in line:
            yield _foreign(number, line, clock)
            continue
        try:
            moment = _moment(line, f"{at[1]} {at[2]}", clock)
        except ValueError:
            yield unreadable(number, "no calendar has its date")
            continue
        if (
            'subtype="vpn"' in line
            or "subtype=vpn" in line
            or 'action="login"' in line
            or "action=login" in line
        ):
            yield _event(number, line, moment)
        else:
            yield Event(OTHER, number, moment)


def _foreign(number: int, line: str, clock: Clock) -> Event:
    """A line of something else in the same syslog, or one that cannot be read."""
    try:
        moment = clock.stamp(line[:80])
    except ValueError:
        moment = None
    cut = "devname=" in line or "devid=" in line or "logid=" in line
    if moment is None or cut:
        return unreadable(number, "no date=, time= and logid= of a FortiGate")
    return Event(OTHER, number, moment)


def _moment(line: str, local: str, clock: Clock) -> Moment:
    """By its own zone (`tz`), or by its seconds since 1970 (`eventtime`), or by the zone of the entry."""
    zone = re.search(r'\btz="?([+-][0-9]{4})', line)
    moment = clock.date(f"{local}{zone[1] if zone else ''}")
    seconds = re.search(r'\beventtime="?([0-9]{9,19})\b', line)
    return epoch(seconds[1]) if moment == NO_ZONE and seconds else moment


def _event(number: int, line: str, moment: Moment) -> Event:
    pairs = [(name, quoted or bare) for name, quoted, bare in _VALUE.findall(line)]
    said = dict(reversed(pairs))
    # Whoever types a quotation mark as a name must not write the rest of the line.
    if any(name in _WHO and said[name] != value for name, value in pairs):
        return unreadable(number, "names a user or an address twice")
    match said.get("action"):
        case "ssl-login-fail":
            return Event(FAILURE, number, moment)
        case "tunnel-up":
            return _tunnel(number, said, moment)
        case "login" if said.get("type") == "event" and said.get("subtype") == "system":
            return _administrator(number, said, moment)
    return Event(OTHER, number, moment)


_WHO = ("user", "xauthuser", "remip", "srcip", "action", "status")


def _tunnel(number: int, said: Mapping[str, str], moment: Moment) -> Event:
    user = _known(said.get("xauthuser", "")) or _known(said.get("user", ""))
    if not user:
        # A tunnel between two sites: nobody signs in. Who dials in is given an address.
        site = said.get("tunneltype", "").startswith("ipsec") and not _known(said.get("assignip", ""))
        return Event(OTHER, number, moment) if site else unreadable(number, "a tunnel without a user")
    return sign_in(number, moment, user, said.get("remip", ""), said.get("tunneltype", "tunnel") or "tunnel")


def _administrator(number: int, said: Mapping[str, str], moment: Moment) -> Event:
    if said.get("status") != "success":
        return Event(FAILURE, number, moment)
    if not _known(said.get("srcip", "")):
        # At the console.
        return Event(OTHER, number, moment)
    return sign_in(number, moment, said.get("user", ""), said["srcip"], "administration")


def _known(value: str) -> str:
    return "" if value.strip().upper() in ("", "N/A", "(NULL)", "NONE") else value
