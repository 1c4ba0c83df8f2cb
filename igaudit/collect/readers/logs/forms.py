"""The forms of logs: how each is told from the others, and read."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from igaudit.collect.readers.logs import (
    cisco_asa,
    entra,
    fortigate,
    globalprotect,
    openvpn_log,
    openvpn_status,
    windows,
    wireguard,
)
from igaudit.collect.readers.logs.clock import Clock, day_first, is_locale
from igaudit.collect.readers.logs.event import Events
from igaudit.collect.readers.logs.tables import Row, csv_rows, json_objects, plain
from igaudit.collect.readers.logs.text import LogText
from igaudit.errors import ContentError
from igaudit.model.organisation import SourceFile

FORMATS = ("openvpn", "wireguard", "cisco-asa", "fortigate", "globalprotect", "entra", "windows")
_TABLES = ("entra", "windows")
_ROWS_LOOKED_AT = 50
Rows = Iterator[tuple[int, Row | str]]


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is read. `state` says that it shows one moment, and no record of what was before."""

    name: str
    state: bool
    events: Callable[[LogText, Clock], Events]
    rows: Callable[[LogText], Rows] | None = None
    dates: Callable[[Row], str] | None = None


def form_of(file: SourceFile, head: str) -> Form:
    """The form of a file that begins with `head`.

    Raises ContentError where `format:` names none there is or the file is plainly another, and where it is
    not named and cannot be told.
    """
    named = file.options.get("format")
    if named is not None and named not in FORMATS:
        raise ContentError.at(file.shown, f"no format `{named}`: it is one of {', '.join(FORMATS)}")
    if len(str(file.options.get("separator", ","))) != 1:
        raise ContentError.at(file.shown, "its `separator:` must be a single sign")
    found = [name for name in FORMATS if _LOOKS[name](head)]
    if named is not None and found and named not in found:
        raise ContentError.at(file.shown, f"is no log of `{named}`: it looks like {' or '.join(found)}")
    if named in _TABLES and not found:
        raise ContentError.at(file.shown, f"has not the headings, or the fields, of an export of `{named}`")
    if named is None and len(found) != 1:
        what = f"could be {' or '.join(found)}" if found else "is no log that is known from its beginning"
        raise ContentError.at(file.shown, f"{what}: name its `format:`, one of {', '.join(FORMATS)}")
    return _form(str(named or found[0]), head, file.options)


def order_of_dates(form: Form, file: SourceFile) -> bool | None:
    """Whether the day comes first in dates of the order of some locale, by all rows of the file.

    None where the first rows have none such, where no row shows it, and where rows differ.
    """
    assert form.rows and form.dates
    seen: set[bool] = set()
    with LogText(file) as text:
        for number, (_, row) in enumerate(form.rows(text)):
            date = "" if isinstance(row, str) else form.dates(row)
            if number >= _ROWS_LOOKED_AT and not seen and not is_locale(date):
                return None
            seen |= _shown_order(date)
    return seen.pop() if len(seen) == 1 else None


def _shown_order(date: str) -> set[bool]:
    try:
        found = day_first(date)
    except ValueError:
        return set()
    return set() if found is None else {found}


def _form(name: str, head: str, options: Mapping[str, object]) -> Form:
    if name == "openvpn" and openvpn_status.is_status(head):
        return Form(name, True, lambda text, clock: openvpn_status.events(text.lines(), clock))
    if name == "wireguard":
        users = options.get("values", {})
        names = users.get("user", {}) if isinstance(users, Mapping) else {}
        return Form(name, True, lambda text, _: wireguard.events(text.lines(), names))
    if name in _LINES:
        lines = LogText.lines if "format" in options else lambda text: _of_one(text, name)
        return Form(name, False, lambda text, clock: _LINES[name](lines(text), clock))
    return _table(name, head, str(options.get("separator", "")) or _separator(head))


_LINES: Mapping[str, Callable[[Iterator[tuple[int, str]], Clock], Events]] = {
    "openvpn": openvpn_log.events,
    "cisco-asa": cisco_asa.events,
    "fortigate": fortigate.events,
    "globalprotect": globalprotect.events,
}


# What shows in a line that it is of this form, wherever it comes: the beginning of a file shows only that.
_MARKS: Mapping[str, tuple[str, ...]] = {
    "openvpn": (" Peer Connection Initiated with [AF_INET",),
    "cisco-asa": ("%ASA-", "%FTD-"),
    "fortigate": (" logid=",),
    "globalprotect": (",SYSTEM,globalprotect,", ",GLOBALPROTECT,"),
}


def _of_one(text: LogText, name: str) -> Iterator[tuple[int, str]]:
    """The lines of a log whose form was told by its beginning; raises ContentError at a line of another."""
    others = [(mark, other) for other, marks in _MARKS.items() if other != name for mark in marks]
    for number, line in text.lines():
        for mark, other in others:
            if mark in line:
                said = f"line {number} looks like {other}, others like {name}: name its `format:`"
                raise ContentError.at(text.shown, f"{said}; a log of both needs an entry for each")
        yield number, line


def _table(name: str, head: str, separator: str) -> Form:
    module = {"entra": entra, "windows": windows}[name]
    if "<Event" in head[:4096]:
        rows: Callable[[LogText], Rows] = _xml
    elif head.lstrip("\ufeff \r\n\t")[:1] in ("{", "["):
        rows = json_objects
    else:
        rows = lambda text: csv_rows(text, separator)  # noqa: E731
    return Form(name, False, lambda text, clock: module.events(rows(text), clock), rows, module.dates)


def _xml(text: LogText) -> Rows:
    return windows.xml_rows(text.chunks())


def _first_line(head: str) -> str:
    """The first line that says something."""
    return next((line for line in head.lstrip("\ufeff").splitlines() if line.strip()), "")[:8192]


def _separator(head: str) -> str:
    """What parts the headings: the sign of the three that is there most often."""
    return max((",", ";", "\t"), key=_first_line(head).count)


def _headings(head: str) -> list[str]:
    """The plain headings of the first line, as CSV."""
    try:
        return [plain(cell) for cell in next(csv.reader([_first_line(head)], delimiter=_separator(head)), [])]
    except csv.Error:
        return []


def _is_json(head: str) -> bool:
    return head.lstrip("\ufeff \r\n\t")[:1] in ("{", "[")


def _looks_entra(head: str) -> bool:
    folded = head.casefold()
    if _is_json(head):
        return '"userprincipalname"' in folded and '"ipaddress"' in folded
    return entra.is_entra(_headings(head))


def _looks_windows(head: str) -> bool:
    if _is_json(head):
        return '"targetusername"' in head.casefold()
    return ("<Event " in head[:8192] and "<EventID" in head) or windows.is_windows(_headings(head))


def _looks_openvpn(head: str) -> bool:
    marks = (" Peer Connection Initiated with [AF_INET", "OpenVPN 2.", " MULTI: ", "TLS: Username/Password")
    return openvpn_status.is_status(head) or any(mark in head for mark in marks)


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "openvpn": _looks_openvpn,
    "wireguard": lambda head: not _is_json(head) and wireguard.is_peers(head),
    "cisco-asa": lambda head: "%ASA-" in head or "%FTD-" in head,
    "fortigate": lambda head: "devname=" in head and "logid=" in head,
    "globalprotect": lambda head: ",SYSTEM,globalprotect," in head or ",GLOBALPROTECT," in head,
    "entra": _looks_entra,
    "windows": _looks_windows,
}
