"""Countries of addresses: what each address is, what the organisation knows, and what a database says."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from igaudit.errors import ContentError
from igaudit.geo import check_database, countries_of
from igaudit.model.countries import Countries, dump_countries, parse_countries
from igaudit.model.organisation import KnownNetwork
from tests.mmdb import write_mmdb

MADE = 1_795_000_000  # 2026-11-18
SAYS = {
    "81.2.69.0/24": "GB",
    "2.16.0.0/16": "FR",
    "2a02:c7f::/32": "GB",
    "175.45.176.0/22": "KP",
    "5.0.0.0/8": "UK",
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    words = {"9.9.9.0/24": "A1", "9.9.8.0/24": "EU", "8.8.8.0/24": {"continent": {"code": "NA"}}}
    other = {"7.0.0.0/8": {"country_code": "DE"}, "6.0.0.0/8": {"registered_country": {"iso_code": "US"}}}
    return write_mmdb(tmp_path / "t.mmdb", {**SAYS, **words, **other}, MADE, "DBIP-Country-Lite")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("81.2.69.142", "GB"),
        ("2.16.1.1", "FR"),
        ("2a02:c7f::1", "GB"),
        ("5.1.1.1", "GB"),
        ("7.1.1.1", "DE"),
        ("1.1.1.1", "not-found"),
        ("8.8.8.8", "not-found"),
        ("9.9.8.1", "not-found"),
        ("6.1.1.1", "not-found"),
        ("9.9.9.9", "anonymiser"),
        ("10.1.1.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("fd12::1", "private"),
        ("100.64.0.1", "shared"),
        ("127.1.2.3", "loopback"),
        ("::1", "loopback"),
        ("169.254.1.1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("192.0.2.1", "reserved"),
        ("2001:db8::1", "reserved"),
        ("224.0.0.1", "reserved"),
        ("240.0.0.1", "reserved"),
        ("64:ff9b:1:5102:45:8e00::", "reserved"),
        ("64:ff9b:1:0:9:205:5100:0", "reserved"),
        ("0.0.0.0", "reserved"),
        ("255.255.255.255", "reserved"),
    ],
)
def test_each_address_has_a_country_or_a_word(database: Path, address: str, place: str) -> None:
    assert countries_of([address], database).places == {address: place}


@pytest.mark.parametrize(
    ("address", "way", "place"),
    [
        ("::ffff:2.16.1.1", "mapped", "FR"),
        ("::ffff:10.0.0.1", "mapped", "private"),
        ("2002:5102:458e::1", "6to4", "GB"),
        ("2002:a00:1::1", "6to4", "reserved"),
        ("2001:0:4136:e378:8000:63bf:aefd:ba71", "Teredo", "GB"),
        ("64:ff9b::5102:458e", "NAT64", "GB"),
        ("64:ff9b::a00:1", "NAT64", "private"),
        ("64:ff9b:1::5102:458e", "NAT64", "GB"),
    ],
)
def test_an_ipv6_address_that_carries_an_ipv4_address_is_where_that_is(
    database: Path, address: str, way: str, place: str
) -> None:
    found = countries_of([address], database)
    assert (found.places, found.carried) == ({address: place}, {address: way})


def test_the_organisation_knows_its_own_networks_better(database: Path) -> None:
    networks = (
        KnownNetwork("2.16.0.0/16", "IE", "supplier"),
        KnownNetwork("2.16.1.0/24", "GB", "HSCN egress"),
        KnownNetwork("10.9.0.0/16", "JE", "Jersey site"),
    )
    found = countries_of(
        ["2.16.1.1", "2.16.2.1", "10.9.0.1", "10.8.0.1", "::ffff:2.16.1.1"], database, networks
    )
    assert found.places == {
        "2.16.1.1": "GB",
        "2.16.2.1": "IE",
        "10.9.0.1": "JE",
        "10.8.0.1": "private",
        "::ffff:2.16.1.1": "GB",
    }
    assert found.own["2.16.2.1"] == "supplier" and "10.8.0.1" not in found.own


def test_an_exit_of_tor_has_no_country(database: Path) -> None:
    found = countries_of(
        ["81.2.69.142", "::ffff:81.2.69.142", "81.2.69.143"], database, (), ["81.2.69.142", "x"]
    )
    assert found.places == {"81.2.69.142": "tor", "::ffff:81.2.69.142": "tor", "81.2.69.143": "GB"}


def test_without_a_database_only_what_an_address_is_by_itself_is_known() -> None:
    found = countries_of(["10.1.1.1", "81.2.69.142", "no address"], None)
    assert found == Countries({}, {"10.1.1.1": "private", "81.2.69.142": "not-asked"})


def test_the_database_says_what_it_is_and_on_what_terms(database: Path) -> None:
    said = countries_of(["81.2.69.142"], database).database
    assert (said["name"], said["date"], said["licence"]) == ("DBIP-Country-Lite", "2026-11-18", "CC BY 4.0")
    assert "https://db-ip.com" in said["attribution"] and len(said["sha256"]) == 64
    unknown = write_mmdb(database.with_name("u.mmdb"), SAYS, MADE, "Homemade")
    assert countries_of(["81.2.69.142"], unknown).database["licence"] == ""


@pytest.mark.parametrize("packed", [False, True])
def test_db_ip_s_table_does_as_well(tmp_path: Path, packed: bool) -> None:
    british = '"81.2.69.0","81.2.69.255","GB"\n2a02:c7f::,2a02:c7f:ffff::,GB\n'
    text = f"{british}2.16.0.0,2.16.255.255,FR\n9.9.9.0,9.9.9.255,ZZ\n"
    path = tmp_path / f"dbip-country-lite-2026-11.csv{'.gz' if packed else ''}"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    found = countries_of(["81.2.69.255", "2.16.0.0", "2a02:c7f::9", "9.9.9.9", "3.3.3.3"], path)
    assert found.places == {
        "81.2.69.255": "GB",
        "2.16.0.0": "FR",
        "2a02:c7f::9": "GB",
        "9.9.9.9": "not-found",
        "3.3.3.3": "not-found",
    }
    assert (found.database["date"], found.database["licence"]) == ("2026-11-01", "CC BY 4.0")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.mmdb", b"", "cannot be read as a database"),
        ("a.mmdb", b"\xab\xcd\xefMaxMind.com\xe0", "cannot be read as a database"),
        ("a.csv", b"", "it is empty"),
        ("a.csv", b"1.1.1.1,GB\n", "row 1: first address, last address and code expected"),
        ("a.csv", b"1.1.1.1,nowhere,GB\n", "does not appear to be an IPv4 or IPv6 address"),
        ("a.csv.gz", b"no gzip", "cannot be read as DB-IP's table"),
        ("a.txt", b"x", "no country database"),
    ],
)
def test_what_is_no_database_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ContentError, match=said):
        countries_of(["81.2.69.142"], path)
    with pytest.raises(ContentError, match=said):
        check_database(path)


def test_what_is_a_database_passes_the_check(database: Path) -> None:
    table = database.with_name("dbip-country-lite-2026-11.csv")
    table.write_text("81.2.69.0,81.2.69.255,GB\n")
    for path in (database, table):
        check_database(path)


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    says = {"81.2.69.0/24": {"autonomous_system_number": 1, "autonomous_system_organization": "x"}}
    path = write_mmdb(tmp_path / "asn.mmdb", says, MADE, "GeoLite2-ASN")
    with pytest.raises(ContentError, match=r"it says nothing of countries \(GeoLite2-ASN\)"):
        countries_of(["81.2.69.142"], path)
    assert countries_of(["1.1.1.1"], path).places == {"1.1.1.1": "not-found"}


def test_a_table_whose_packing_is_damaged_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"81.{a}.{b}.0,81.{a}.{b}.255,GB\n" for a in range(40) for b in range(200))
    content = bytearray(gzip.compress(rows.encode()))
    path = tmp_path / "dbip-country-lite-2026-11.csv.gz"
    for at in range(20, len(content) - 20, len(content) // 40):
        path.write_bytes(content[:at] + b"\xff" * 12 + content[at + 12 :])
        with pytest.raises(ContentError, match="cannot be read as DB-IP's table"):
            countries_of(["81.2.69.142"], path)


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "0000-05", "2026-110"])
def test_a_name_without_a_month_of_the_calendar_says_no_day(tmp_path: Path, month: str) -> None:
    path = tmp_path / f"dbip-country-lite-{month}.csv"
    path.write_text("81.2.69.0,81.2.69.255,GB\n")
    assert countries_of(["81.2.69.142"], path).database["date"] == ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_a_damaged_database_is_refused_or_knows_less(database: Path, at: int, junk: bytes) -> None:
    content = database.read_bytes()
    damaged = database.with_name("damaged.mmdb")
    damaged.write_bytes(content[:at] + junk + content[at + len(junk) :])
    try:
        found = countries_of(["81.2.69.142", "2a02:c7f::1"], damaged)
    except ContentError:
        return
    assert all(
        len(place) == 2 or place in ("not-found", "anonymiser", "tor") for place in found.places.values()
    )


def test_countries_are_kept_with_a_run_and_read_again(database: Path) -> None:
    found = countries_of(
        ["81.2.69.142", "::ffff:2.16.1.1"], database, (KnownNetwork("10.0.0.0/8", "GB", "x"),)
    )
    assert parse_countries(dump_countries(found), "countries.json") == found
