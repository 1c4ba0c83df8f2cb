"""Cisco ASA and FTD syslog: AnyConnect and WebVPN sessions, and administrators at the firewall itself."""

import re
from collections.abc import Iterable

from igaudit.collect.readers.logs.clock import Clock
from igaudit.collect.readers.logs.event import FAILURE, OTHER, Event, Events, Moment, sign_in, unreadable

_MESSAGE = re.compile(r"%(?:ASA|FTD)-(?:[a-z]{1,12}-)?[0-7]-([0-9]{6}):? ?")
_NAME, _ADDRESS = r"[^<>'\"]{1,256}", r"[0-9A-Fa-f:.]{2,45}"
_SESSION = re.compile(
    rf"Group [<'\"]?{_NAME}?[>'\"]? User (?:[<'\"]({_NAME})[>'\"]|(\S{{1,256}})) "
    rf"IP [<'\"]?({_ADDRESS})[>'\"]?[ ,]"
)
_IPSEC = re.compile(rf"Group = {_NAME}?, Username = ({_NAME}), IP = ({_ADDRESS}),? Assigned private IP ")
_ADMINISTRATOR = re.compile(
    rf'Login permitted from ({_ADDRESS})/[0-9]{{1,5}} to .{{1,100}} for user "?([^"]{{1,256}})"?'
)

# What says that a session of a user has begun. 722022, which follows them, says it once more.
_SESSIONS = {
    "113039": "AnyConnect session",
    "716001": "WebVPN session",
    "722051": "address assigned",
    "713228": "IPsec session",
}
# Refused: AAA (113005, 113015), administrators (605004, 611102), WebVPN (716039).
_FAILURES = ("113005", "113015", "605004", "611102", "716039")


def events(lines: Iterable[tuple[int, str]], clock: Clock) -> Events:
    """One event per line."""
    for number, line in lines:
        found = _MESSAGE.search(line, 0, 400)
        try:
            moment = clock.stamp(line[: found.start()] if found else line[:120])
        except ValueError:
            yield unreadable(number, "no calendar has its date")
            continue
        if found:
            yield _message(number, found[1], line[found.end() :], moment)
        elif moment is None:
            yield unreadable(number, "neither a time nor a message of an ASA")
        else:
            yield Event(OTHER, number, moment)


def _message(number: int, code: str, text: str, moment: Moment | None) -> Event:
    if code in _SESSIONS:
        return _session(number, code, text, moment)
    if code == "605005":
        return _administrator(number, code, text, moment)
    return Event(FAILURE if code in _FAILURES else OTHER, number, moment)


def _session(number: int, code: str, text: str, moment: Moment | None) -> Event:
    found = (_IPSEC if code == "713228" else _SESSION).match(f"{text} ")
    if not found:
        return unreadable(number, f"message {code} without a user and an address")
    *names, address = found.groups()
    return sign_in(number, moment, next(filter(None, names)), address, _SESSIONS[code])


def _administrator(number: int, code: str, text: str, moment: Moment | None) -> Event:
    if text.startswith(("Login permitted from serial", "Login permitted from console")):
        return Event(OTHER, number, moment)
    found = _ADMINISTRATOR.match(text)
    if not found:
        return unreadable(number, f"message {code} without a user and an address")
    return sign_in(number, moment, found[2], found[1], "administration")
