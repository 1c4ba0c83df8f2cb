"""What a line of a log says."""

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

# A time in seconds since 1970 with by how many seconds it may be later than that; or why there is none.
Moment = tuple[int, int] | str

SIGN_IN, FAILURE, OTHER, UNREADABLE = "sign_ins", "failures", "other", "unreadable"

# Longer than any name of an account (Entra ID: 113, sAMAccountName: 256).
LONGEST_NAME = 256


class Event(NamedTuple):
    """One line, or one record.

    `kind` is SIGN_IN, FAILURE, OTHER (a line of another kind) or UNREADABLE, then `why` says why. `address`
    is an IP address as it is written canonically, "" where none was given. `factors` is single, multi, or ""
    where the log does not say. `country` is what the log itself says of it, an ISO code or "".
    """

    kind: str
    line: int
    moment: Moment | None = None
    user: str = ""
    address: str = ""
    method: str = ""
    factors: str = ""
    country: str = ""
    why: str = ""


Events = Iterator[Event]

# Anonymisers, satellites, Europe or Asia as a whole, and what is not known.
_NO_COUNTRY = ("A1", "A2", "AP", "EU", "O1", "T1", "XX", "ZZ")


def sign_in(line: int, moment: Moment | None, user: str, address: str, method: str, **more: str) -> Event:
    """A sign-in; a line without a name, or with one longer than any, is UNREADABLE."""
    name = user.strip()
    if not name or len(name) > LONGEST_NAME:
        return unreadable(line, "a sign-in without a name" if not name else "a name that is too long")
    return Event(SIGN_IN, line, moment, name, canonical(address), method[:60], **more)


def unreadable(line: int, why: str) -> Event:
    """A line that could not be read; `why` holds nothing of the line itself."""
    return Event(UNREADABLE, line, why=why)


@lru_cache(maxsize=65536)
def canonical(text: str) -> str:
    """An address as all sources write it; "" for what is none. A zone (`%eth0`) is left out.

    `::ffff:192.0.2.1` is how a socket for IPv6 shows 192.0.2.1.
    """
    try:
        found = ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


def without_port(text: str) -> str:
    """The address of `192.0.2.1:1194`, `[2001:db8::1]:1194`, `2001:db8::1:1194`, `udp4:192.0.2.1:1194`."""
    found = text.strip().rstrip(",")
    protocol, colon, rest = found.partition(":")
    if colon and protocol[:3] in ("udp", "tcp"):
        found = rest
    if found.startswith("["):
        return canonical(found[1:].partition("]")[0])
    return canonical(found.rpartition(":")[0])


def two_letters(text: object) -> str:
    """A country code as a log gives it; "" for what is none."""
    word = text.strip().upper() if isinstance(text, str) else ""
    known = len(word) == 2 and word.isascii() and word.isalpha() and word not in _NO_COUNTRY
    return {"UK": "GB", "EL": "GR"}.get(word, word) if known else ""
