"""Country databases: MaxMind's format (mmdb), and the CSV of DB-IP. None ships with igaudit."""

import bisect
import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Any, Protocol

from igaudit.errors import ContentError
from igaudit.geo.addresses import Address

NOT_FOUND = "not-found"
# Codes that databases give to what is no country: anonymisers, satellites, Europe or Asia as a whole.
_WORDS = {"T1": "tor", "A1": "anonymiser"}
_PLACES = {"country", "country_code", "registered_country", "represented_country", "continent", "traits"}
_NO_COUNTRY = ("A2", "AP", "EU", "XX", "ZZ", "O1")
# By the beginning of the type that a database gives itself: licence, and what its licence wants to be said.
_TERMS = (
    ("dbip", "CC BY 4.0", "IP Geolocation by DB-IP, https://db-ip.com"),
    (
        "geolite",
        "GeoLite EULA",
        "This product includes GeoLite data created by MaxMind, https://www.maxmind.com",
    ),
    ("geoip2", "MaxMind EULA", "GeoIP2 data by MaxMind, https://www.maxmind.com"),
    ("ip2location", "CC BY-SA 4.0", "This product uses IP2Location LITE data, https://lite.ip2location.com"),
    ("ipinfo", "CC BY-SA 4.0", "IP address data powered by IPinfo, https://ipinfo.io"),
)


@dataclass(frozen=True, slots=True)
class Places:
    """What was asked, and what it said of each address."""

    database: Mapping[str, str]
    places: Mapping[str, str]


class Database(Protocol):
    """A database that can be asked."""

    def check(self) -> None:
        """Raises ContentError where its beginning shows that it is none."""

    def look_up(self, asked: Mapping[str, Address]) -> Places:
        """The place of each address; raises ContentError where the database is damaged."""


def open_database(path: Path) -> Database:
    """The database in a file, by the end of its name; raises ContentError."""
    if path.name.endswith((".csv", ".csv.gz")):
        return _Csv(path)
    if path.name.endswith(".mmdb"):
        return _Mmdb(path)
    raise ContentError.at(path, "no country database: an .mmdb file is expected, or DB-IP's .csv or .csv.gz")


@dataclass(frozen=True, slots=True)
class _Mmdb:
    path: Path

    def check(self) -> None:
        self.look_up({})

    def look_up(self, asked: Mapping[str, Address]) -> Places:
        import maxminddb

        try:
            with maxminddb.open_database(self.path) as reader:
                said = reader.metadata()
                made = datetime.fromtimestamp(said.build_epoch, UTC).date().isoformat()
                records = {text: _record(reader, address, said.ip_version) for text, address in asked.items()}
                _speaks_of_countries(records.values(), str(said.database_type))
        except (maxminddb.InvalidDatabaseError, OSError, ValueError, TypeError, OverflowError) as error:
            raise ContentError.at(self.path, f"cannot be read as a database of countries: {error}") from None
        places = {text: _code(_country(record)) for text, record in records.items()}
        return Places(_named(self.path, str(said.database_type), made), places)


def _record(reader: Any, address: Address, version: int) -> object:
    return None if address.version == 6 and version == 4 else reader.get(str(address))


def _speaks_of_countries(records: Iterable[object], kind: str) -> None:
    """Raises ValueError where each record is of something else, of networks' owners for example."""
    found = [record for record in records if isinstance(record, dict)]
    if found and not any(_PLACES & record.keys() for record in found):
        raise ValueError(f"it says nothing of countries ({kind[:60]})")


def _country(record: Any) -> object:
    """Where an address is used; never where its network is registered, which says nothing of that."""
    if not isinstance(record, dict):
        return None
    country = record.get("country", record.get("country_code"))
    return country.get("iso_code") if isinstance(country, dict) else record.get("country_code", country)


def _code(value: object) -> str:
    code = value.strip().upper() if isinstance(value, str) else ""
    if code in _WORDS:
        return _WORDS[code]
    known = re.fullmatch("[A-Z]{2}", code) and code not in _NO_COUNTRY
    return {"UK": "GB", "EL": "GR"}.get(code, code) if known else NOT_FOUND


_BROKEN = (OSError, EOFError, ValueError, csv.Error, zlib.error)


@dataclass(frozen=True, slots=True)
class _Csv:
    """`first address, last address, code` in each row, in any order of rows."""

    path: Path

    def check(self) -> None:
        try:
            next(self._rows(), None)
        except _BROKEN as error:
            raise self._refused(error) from None

    def look_up(self, asked: Mapping[str, Address]) -> Places:
        order = sorted((address.version, int(address), text) for text, address in asked.items())
        places = dict.fromkeys(asked, NOT_FOUND)
        try:
            for first, last, code in self._rows():
                start = bisect.bisect_left(order, (*first, ""))
                while start < len(order) and order[start][:2] <= last:
                    places[order[start][2]] = _code(code)
                    start += 1
        except _BROKEN as error:
            raise self._refused(error) from None
        month = re.search(r"-(2[0-9]{3}-(?:0[1-9]|1[0-2]))(?![0-9])", self.path.name)
        return Places(_named(self.path, "DBIP-Country-Lite (CSV)", f"{month[1]}-01" if month else ""), places)

    def _refused(self, error: Exception) -> ContentError:
        return ContentError.at(self.path, f"cannot be read as DB-IP's table of countries: {error}")

    def _rows(self) -> Iterator[tuple[tuple[int, int], tuple[int, int], str]]:
        number = 0
        with _opened(self.path) as file:
            for number, row in enumerate(csv.reader(file, strict=True), 1):
                if len(row) != 3:
                    raise ValueError(f"row {number}: first address, last address and code expected")
                first, last = ip_address(row[0]), ip_address(row[1])
                yield (first.version, int(first)), (last.version, int(last)), row[2]
        if not number:
            raise ValueError("it is empty")


def _opened(path: Path) -> IO[str]:
    if path.name.endswith(".gz"):
        return io.TextIOWrapper(gzip.open(path), "utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _named(path: Path, kind: str, made: str) -> Mapping[str, str]:
    folded = kind.casefold()
    terms = next(
        ((licence, credit) for start, licence, credit in _TERMS if folded.startswith(start)), ("", "")
    )
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": kind[:80],
        "date": made,
        "licence": terms[0],
        "attribution": terms[1],
        "sha256": digest,
        "path": str(path),
    }
