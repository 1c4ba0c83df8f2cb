"""Where addresses are: the part of a country database that a run needs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from igaudit.errors import StoreError
from igaudit.model import stored

SCHEMA = "igaudit-countries/1"


@dataclass(frozen=True, slots=True)
class Countries:
    """The country of every address that occurs in a run.

    `database` says what was asked: name, date (when it was made), licence, attribution, sha256, and path;
    empty where there was none. A value that is not known is "".
    `places` maps an address to an ISO 3166 code, or to a word for what has no country: private, shared,
    loopback, link-local, reserved, tor, anonymiser, not-found; or not-asked, where there was no database.
    `own` maps an address to the name of the organisation's network that it is in: its place comes from there.
    `carried` maps an IPv6 address to how it carries an IPv4 address, whose place counts: mapped, 6to4, Teredo
    or NAT64.
    """

    database: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    carried: Mapping[str, str] = field(default_factory=dict)


_PARTS = ("database", "places", "own", "carried")


def dump_countries(countries: Countries) -> bytes:
    """The countries as JSON, the same for the same countries."""
    data = {"schema": SCHEMA, **{part: dict(getattr(countries, part)) for part in _PARTS}}
    return (json.dumps(data, sort_keys=True, indent=1) + "\n").encode()


def parse_countries(content: bytes, name: str) -> Countries:
    """The countries in a file's content; raises StoreError that says where `name` is wrong."""
    data = stored.read_json(content, name)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise StoreError(f"{name}: this is no {SCHEMA}")
    try:
        parts = [stored.mapping(data[part]) for part in _PARTS]
        for part in parts:
            for value in part.values():
                stored.text(value)
    except (KeyError, TypeError) as error:
        raise StoreError(f"{name}: not what {SCHEMA} says: {error}") from None
    return Countries(*parts)
