"""OpenVPN's status file, versions 1, 2 (commas) and 3 (tabs): who is connected at one moment."""

from collections.abc import Iterable

from igaudit.collect.readers.logs.clock import Clock, epoch
from igaudit.collect.readers.logs.event import (
    OTHER,
    Event,
    Events,
    Moment,
    sign_in,
    unreadable,
    without_port,
)

_FIRST = ("OpenVPN CLIENT LIST", "TITLE,", "TITLE\t")
_V1 = "Common Name,Real Address,"


def is_status(head: str) -> bool:
    """Whether a text begins as a status file does."""
    return head.lstrip("\ufeff \r\n").startswith((*_FIRST, "HEADER,CLIENT_LIST", "HEADER\tCLIENT_LIST"))


def events(lines: Iterable[tuple[int, str]], clock: Clock) -> Events:
    """One event per line; each client that is connected is a sign-in at the time since when it is."""
    heading: list[str] = []
    listing = False
    for number, line in lines:
        separator = "\t" if "\t" in line else ","
        cells = line.split(separator)
        if line.startswith(_V1):
            heading, listing = cells, True
        elif cells[0] == "HEADER" and cells[1:2] == ["CLIENT_LIST"]:
            heading = cells[2:]
        elif line.startswith("ROUTING TABLE") or cells[0] == "ROUTING_TABLE":
            listing = False
        elif listing or cells[0] == "CLIENT_LIST":
            yield _client(number, heading, cells if listing else cells[1:], clock)
            continue
        yield _told(number, cells, clock)


def _told(number: int, cells: list[str], clock: Clock) -> Event:
    """A line of another kind; that of the time says when the state was as it shows."""
    if cells[0] not in ("Updated", "TIME"):
        return Event(OTHER, number)
    try:
        return Event(OTHER, number, epoch(cells[2]) if len(cells) > 2 else clock.stamp(cells[1]))
    except (ValueError, IndexError):
        return unreadable(number, "the time of the status file cannot be read")


def _client(number: int, heading: list[str], cells: list[str], clock: Clock) -> Event:
    if not heading or len(cells) < len(heading) - 1 or len(cells) > len(heading):
        return unreadable(number, f"{len(heading)} cells of a client expected, {len(cells)} found")
    client = dict(zip(heading, cells, strict=False))
    try:
        moment = _since(client, clock)
    except ValueError:
        return unreadable(number, "the time of a client cannot be read")
    name = _known(client.get("Username", "")) or _known(client["Common Name"])
    if not name:
        # TLS has only begun: nobody is signed in.
        return Event(OTHER, number)
    return sign_in(number, moment, name, without_port(client.get("Real Address", "")), "session")


def _known(name: str) -> str:
    return "" if name.strip() in ("UNDEF", "N/A") else name.strip()


def _since(client: dict[str, str], clock: Clock) -> Moment | None:
    seconds = client.get("Connected Since (time_t)", "")
    return epoch(seconds) if seconds else clock.stamp(client.get("Connected Since", ""))
