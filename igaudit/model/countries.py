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

    `database` says what was asked: name, date, licence, attribution, sha256; empty where there was none.
    `places` maps an address to an ISO 3166 code, or to a word for what has no country: private, shared,
    loopback, link-local, reserved, tor, not-found.
    """

    database: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)


def dump_countries(countries: Countries) -> bytes:
    """The countries as JSON, the same for the same countries."""
    data = {"schema": SCHEMA, "database": dict(countries.database), "places": dict(countries.places)}
    return (json.dumps(data, sort_keys=True, indent=1) + "\n").encode()


def parse_countries(content: bytes, name: str) -> Countries:
    """The countries in a file's content; raises StoreError that says where `name` is wrong."""
    data = stored.read_json(content, name)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise StoreError(f"{name}: this is no {SCHEMA}")
    try:
        database, places = (stored.mapping(data[key]) for key in ("database", "places"))
        for value in (*database.values(), *places.values()):
            stored.text(value)
    except (KeyError, TypeError) as error:
        raise StoreError(f"{name}: not what {SCHEMA} says: {error}") from None
    return Countries(database, places)
