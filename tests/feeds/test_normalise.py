"""Publishers' documents → small data; what is something else is refused, and nothing else ever happens."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from igaudit.errors import ContentError
from igaudit.feeds import cisa_kev, debian_dsa, eol, geoip, msrc, nhs_alerts, tor_exits, ubuntu_usn
from igaudit.feeds.catalogue import FEEDS
from igaudit.feeds.source import Document, Reading, json_of, sha256_of, unpacked
from tests.feeds import samples
from tests.feeds.samples import document

TODAY = date(2026, 11, 22)


class Site:
    """A publisher whose pages are in memory, for what is asked of it and when it stops."""

    def __init__(self, pages: Mapping[str, object]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def __call__(self, address: str) -> Document:
        return document(self.if_there(address).content, address)

    def if_there(self, address: str) -> Any:
        self.asked.append(address)
        return document(self.pages[address], address) if address in self.pages else None


def wrong(normalise: Any, *contents: object) -> str:
    """What is said of documents that are something else."""
    with pytest.raises(ContentError) as stop:
        normalise([document(content) for content in contents], {})
    return str(stop.value)


# --- CISA


def test_the_catalogue_of_exploited_vulnerabilities() -> None:
    reading = cisa_kev.normalise([document(samples.kev())], {})
    assert reading.published == "2026-11-20"
    assert reading.data["cves"]["CVE-2026-1001"] == {"added": "2026-11-20", "ransomware": True}
    assert reading.data["cves"]["CVE-2026-0900"]["ransomware"] is False


@pytest.mark.parametrize(
    "catalogue",
    [
        samples.kev(count=3),
        samples.kev(vulnerabilities=[], count=0),
        samples.kev("CVE-2026-1"),
        samples.kev(vulnerabilities=[{"cveID": "CVE-2026-1001"}], count=1),
        {},
    ],
)
def test_a_catalogue_that_is_not_whole_is_refused(catalogue: dict[str, Any]) -> None:
    assert wrong(cisa_kev.normalise, catalogue)


# --- Debian


def dsa(*texts: str) -> Reading:
    return debian_dsa.normalise([document(text) for text in texts], {})


def test_advisories_with_their_days_cves_and_fixes() -> None:
    data = dsa(samples.DSA, samples.DLA).data
    assert data["fixes"]["trixie"]["openssl"] == [
        ("3.5.4-1~deb13u2", "DSA-6501-1"),
        ("3.5.4-1~deb13u1", "DSA-6400-1"),
    ]
    assert data["advisories"]["DSA-6501-1"] == ["2026-11-20", ["CVE-2026-1001", "CVE-2026-1002"]]
    assert data["advisories"]["DSA-6490-2"] == ["2026-11-01", []]
    assert data["fixes"]["bookworm"]["openssl"][1] == ("3.0.22-1~deb12u2", "DLA-4500-1")


def test_a_package_without_a_fixed_version_has_none() -> None:
    fixes = dsa(samples.DSA, samples.DLA).data["fixes"]
    assert fixes["bullseye"] == {"curl": [("7.74.0-1.3+deb11u16", "DLA-4400-1")]}


def test_both_lists_are_as_old_as_the_older_one() -> None:
    reading = dsa(samples.DLA, samples.DSA)
    assert reading.published == "2026-11-19"


def test_both_lists_reach_back_as_far_as_the_shorter_one() -> None:
    assert dsa(samples.DLA, samples.DSA).data["since"] == "2014-06-01"
    only_new = "".join(samples.DSA.splitlines(keepends=True)[:4])
    assert dsa(samples.DLA, only_new).data["since"] == "2026-11-20"


@pytest.mark.parametrize("name", ["debian-dsa", "tor-exits"])
def test_a_text_that_ends_within_a_line_is_cut_short(name: str) -> None:
    assert "cut short" in wrong(FEEDS[name].normalise, "198.51.100.7\n198.51.100.1")


def test_releases_that_are_long_gone_are_left_out() -> None:
    data = dsa(samples.DSA, samples.DLA).data
    assert "sarge" not in data["fixes"] and "DSA-775-1" not in data["advisories"]


def test_one_list_without_the_other_is_refused() -> None:
    assert "DLA list is missing" in wrong(debian_dsa.normalise, samples.DSA)
    assert "DSA list is missing" in wrong(debian_dsa.normalise, samples.DLA)


@pytest.mark.parametrize("text", ["", "hello\n", "<html>\n", b"\xff\xfe", "[31 Nov 2026] DSA-1-1 x - y\n"])
def test_a_text_that_is_no_list_is_refused(text: object) -> None:
    assert wrong(debian_dsa.normalise, samples.DSA, text)


def test_both_lists_are_asked_for() -> None:
    site = Site({f"http://x/{name}/list": "" for name in ("DSA", "DLA")})
    assert len(list(debian_dsa.gather("http://x", site, {}, TODAY))) == 2


# --- Ubuntu


def usn(*pages: dict[str, Any], before: Mapping[str, Any] = {}) -> Reading:
    return ubuntu_usn.normalise([document(page) for page in pages], before)


def test_notices_with_their_days_severities_and_fixes() -> None:
    reading = usn(samples.notices(samples.notice("USN-8620-4", "2026-11-20")))
    assert reading.published == reading.data["since"] == "2026-11-20"
    assert reading.data["notices"] == {"USN-8620-4": ["2026-11-20", "important", ["CVE-2026-1001"]]}
    assert reading.data["sources"] == {"noble": {"openssl": [["3.0.13-0ubuntu3.7", "USN-8620-4"]]}}


def test_binary_packages_are_kept_where_their_version_is_their_own() -> None:
    kernel = [
        {"name": "linux", "version": "6.8.0-90.91", "is_source": "true"},
        {"name": "linux-image-6.8.0-90-generic", "version": "6.8.0-90.92", "is_source": "false"},
        {"name": "linux-image-generic", "version": "6.8.0-90.95", "is_source": "false"},
        {"name": "linux-tools-common", "version": "6.8.0-90.91", "is_source": "false"},
    ]
    listed = samples.notice("USN-1-1", "2026-11-20", release_packages={"noble": kernel, "jammy": "?"})
    assert usn(samples.notices(listed)).data["binaries"] == {
        "noble": {"linux-image-generic": [["6.8.0-90.95", "USN-1-1"]]}
    }


@pytest.mark.parametrize(
    "package", [{"name": "x"}, {"version": "1"}, {"name": "", "version": "1"}, {"name": 1, "version": "1"}]
)
def test_a_package_without_name_or_version_is_left_out(package: dict[str, Any]) -> None:
    listed = samples.notice(
        "USN-1-1", "2026-11-20", release_packages={"noble": [{**package, "is_source": True}]}
    )
    assert usn(samples.notices(listed)).data["sources"] == {}


@pytest.mark.parametrize(
    ("cves", "severity"),
    [
        ([{"id": "CVE-2026-1001", "priority": "medium", "cvss3": 6.9}], "moderate"),
        ([{"id": "CVE-2026-1001", "priority": "medium", "cvss3": 7.0}], "important"),
        ([{"id": "CVE-2026-1001", "priority": "critical", "cvss3": None}], "critical"),
        ([{"id": "CVE-2026-1001", "priority": "negligible"}], "low"),
        ([{"id": "CVE-2026-1001", "priority": "untriaged"}], "unrated"),
        ([{"id": "CVE-2026-1001", "priority": "low"}, {"id": "CVE-2026-1002"}], "unrated"),
        (["CVE-2026-1001"], ""),
        ([{"id": "CVE-2026-1001", "priority": "low"}, "CVE-2026-1002"], ""),
    ],
)
def test_a_notice_is_as_grave_as_its_gravest_cve(cves: list[Any], severity: str) -> None:
    reading = usn(samples.notices(samples.notice("USN-1-1", "2026-11-20", cves=cves, cves_ids=[])))
    assert reading.data["notices"]["USN-1-1"][1] == severity


def test_a_notice_without_cves_is_not_rated() -> None:
    listed = samples.notice("USN-1-1", "2026-11-20", cves=[], cves_ids=[])
    assert usn(samples.notices(listed)).data["notices"]["USN-1-1"][1:] == ["unrated", []]


def test_notices_about_other_things_are_left_out() -> None:
    page = samples.notices(samples.notice("LSN-1-1", "2026-11-20"), samples.notice("USN-1-1", "2026-11-19"))
    assert list(usn(page).data["notices"]) == ["USN-1-1"]


def test_pages_count_as_far_as_none_is_missing_between_them() -> None:
    first = samples.notices(samples.notice("USN-3-1", "2026-11-20"))
    second = samples.notices(samples.notice("USN-2-1", "2026-11-10"), offset=1)
    fourth = samples.notices(samples.notice("USN-1-1", "2026-01-01"), offset=3)
    data = usn(fourth, second, first).data
    assert (data["since"], list(data["notices"])) == ("2026-11-10", ["USN-3-1", "USN-2-1"])


def test_pages_without_the_newest_notices_are_refused() -> None:
    assert "first page" in wrong(
        ubuntu_usn.normalise, samples.notices(samples.notice("USN-1-1", "2026-11-20"), offset=20)
    )


def test_pages_are_asked_for_until_they_are_old_enough() -> None:
    days = ["2026-11-20", "2026-01-01", "2025-10-01", "2025-09-01"]
    pages = {
        f"http://x?limit=20&offset={n}": samples.notices(samples.notice(f"USN-{n}-1", day), offset=n)
        for n, day in enumerate(days)
    }
    site = Site(pages)
    documents = list(ubuntu_usn.gather("http://x", site, {}, TODAY))
    assert len(documents) == 3


def test_pages_are_asked_for_until_nothing_is_new() -> None:
    older = usn(
        samples.notices(samples.notice("USN-1-1", "2026-11-01"), samples.notice("USN-0-1", "2026-01-01"))
    )
    pages = {
        "http://x?limit=20&offset=0": samples.notices(samples.notice("USN-2-1", "2026-11-20")),
        "http://x?limit=20&offset=1": samples.notices(samples.notice("USN-1-1", "2026-11-01"), offset=1),
    }
    site = Site(pages)
    documents = list(ubuntu_usn.gather("http://x", site, older.data, TODAY))
    merged = ubuntu_usn.normalise(documents, older.data)
    assert len(documents) == 2
    assert (merged.published, merged.data["since"]) == ("2026-11-20", "2026-01-01")
    assert set(merged.data["notices"]) == {"USN-2-1", "USN-1-1", "USN-0-1"}
    assert len(merged.data["sources"]["noble"]["openssl"]) == 3


def test_pages_that_were_saved_may_reach_back_as_far_as_they_like() -> None:
    page = samples.notices(samples.notice("USN-2-1", "2026-11-20"), samples.notice("USN-1-1", "2012-01-01"))
    assert usn(page).data["since"] == "2012-01-01"


# --- NHS


def nhs(*pages: dict[str, Any], before: Mapping[str, Any] = {}) -> Reading:
    return nhs_alerts.normalise([document(page) for page in pages], before)


def test_alerts_with_their_times_severities_and_cves() -> None:
    reading = nhs(samples.alerts(samples.alert()))
    (entry,) = reading.data["alerts"].values()
    assert {**entry, "mark": ""} == {
        "title": "OpenSSL Releases Security Update",
        "published": "2026-11-20T12:00:00Z",
        "severity": "high",
        "cves": ["CVE-2026-1001"],
        "mark": "",
    }
    assert (reading.published, reading.data["complete"]) == ("2026-11-20", True)


def test_an_empty_severity_is_none() -> None:
    history = [{"severity": " High ", "date": 2000}]
    reading = nhs(samples.alerts(samples.alert(severity="", severityStatusHistory=history)))
    assert reading.data["alerts"]["CC-4701"]["severity"] == "high"


def test_an_alert_that_is_not_public_has_no_severity() -> None:
    reading = nhs({"threatId": "CC-4701", "publishedDate": 1_795_176_000_000})
    assert reading.data["alerts"]["CC-4701"]["severity"] == ""
    assert reading.data["complete"] is False


def test_the_latest_severity_of_the_history_counts() -> None:
    history = [
        {"severity": "High", "date": 2000},
        {"severity": "Medium", "date": 5000},
        {"severity": "Low", "date": 3000},
    ]
    reading = nhs(samples.alerts(samples.alert(severity=None, severityStatusHistory=history)))
    assert reading.data["alerts"]["CC-4701"]["severity"] == "medium"


def test_alerts_are_complete_when_as_many_as_are_counted_are_here() -> None:
    first = samples.alerts(samples.alert("CC-1"), total=2, pages=2)
    second = samples.alerts(samples.alert("CC-2"), total=2, pages=2, page=2)
    assert nhs(first).data["complete"] is False
    assert nhs(first, second).data["complete"] is True


def test_all_pages_of_alerts_are_asked_for_once_and_then_the_changed_ones() -> None:
    pages = {
        f"http://x/page?page={n}": samples.alerts(samples.alert(f"CC-{n}"), page=n, pages=3, total=3)
        for n in (1, 2, 3)
    }
    all_of_them = list(nhs_alerts.gather("http://x", Site(pages), {}, TODAY))
    before = nhs_alerts.normalise(all_of_them, {}).data
    changed = samples.alerts(samples.alert("CC-3", summary="<p>more</p>"), page=1, pages=3, total=3)
    moved = {**pages, "http://x/page?page=1": changed, "http://x/page?page=2": pages["http://x/page?page=1"]}
    documents = list(nhs_alerts.gather("http://x", Site(moved), before, TODAY))
    assert (len(all_of_them), len(documents)) == (3, 2)
    merged = nhs_alerts.normalise(documents, before).data
    assert set(merged["alerts"]) == {"CC-1", "CC-2", "CC-3"} and merged["complete"]
    assert merged["alerts"]["CC-3"] != before["alerts"]["CC-3"]


def test_what_is_not_complete_is_no_ground_to_build_on() -> None:
    before = {"alerts": {"CC-9": {}}, "complete": False}
    assert list(nhs(samples.alerts(samples.alert()), before=before).data["alerts"]) == ["CC-4701"]


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "Unknown threat id"},
        {},
        samples.alerts(),
        samples.alert("4701"),
        samples.alert(published=-1),
    ],
)
def test_an_answer_without_alerts_is_refused(answer: dict[str, Any]) -> None:
    assert wrong(nhs_alerts.normalise, answer)


# --- endoflife.date


def test_support_dates_in_the_columns_of_the_shipped_list() -> None:
    page = samples.products(
        samples.product(),
        samples.product("php", isEol=True, eolFrom=None, isEoes=None, eoesFrom=None),
        samples.product("git", isEol=False, eolFrom=None, releaseDate="2026-13-01"),
    )
    reading = eol.normalise([document(page)], {})
    assert reading.published == ""
    assert reading.data["products"]["debian"] == [
        {
            "cycle": "13",
            "released": "2025-08-09",
            "security_support_end": "2028-08-09",
            "extended_support_end": "2030-06-30",
            "extended_support_name": "LTS",
        }
    ]
    (php,), (git,) = reading.data["products"]["php"], reading.data["products"]["git"]
    assert (php["security_support_end"], php["extended_support_name"]) == ("true", "")
    assert (git["security_support_end"], git["released"]) == ("false", "")


def test_the_page_of_one_product_is_enough() -> None:
    page = {"schema_version": "1.2.0", "last_modified": "2020-01-01T00:00:00Z", "result": samples.product()}
    reading = eol.normalise([document(page)], {})
    assert (list(reading.data["products"]), reading.published) == (["debian"], "")


def test_a_list_that_says_when_it_was_made_is_of_that_day() -> None:
    page = samples.products(samples.product(), generated_at="2026-11-21T10:00:00+00:00")
    assert eol.normalise([document(page)], {}).published == "2026-11-21"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"result": []},
        {"result": [{"name": "debian", "uri": "https://endoflife.date/api/v1/products/debian/"}]},
    ],
)
def test_an_answer_without_releases_is_refused(answer: dict[str, Any]) -> None:
    assert wrong(eol.normalise, answer)


# --- Microsoft


def test_updates_with_their_days_severities_cves_and_builds() -> None:
    older = samples.cvrf("2026-Oct", "2026-10-13", Vulnerability=[samples.flaw("CVE-2026-1999", "Low")])
    reading = msrc.normalise([document(samples.cvrf()), document(older)], {})
    assert reading.data["kbs"] == {
        "5071234": {
            "released": "2026-10-13",
            "severity": "critical",
            "cves": ["CVE-2026-1999", "CVE-2026-2001", "CVE-2026-2002"],
            "systems": ["client"],
        }
    }
    assert reading.data["builds"] == {
        "10.0.19045": [
            ["2026-10-13", "10.0.19045.6575", "5071234"],
            ["2026-11-10", "10.0.19045.6575", "5071234"],
        ]
    }
    assert (reading.published, reading.data["documents"]) == ("2026-11-19", ["2026-Nov", "2026-Oct"])


@pytest.mark.parametrize(
    ("products", "systems"),
    [
        ({"1": "Windows Server 2025 (Server Core installation)"}, ["server"]),
        ({"1": "Windows 11 Version 24H2 for x64-based Systems"}, ["client"]),
        (
            {"1": "Windows Server 2019", "2": "Windows 10 Version 1809 for 32-bit Systems"},
            ["client", "server"],
        ),
        ({"1": "Windows Server 2019", "2": "Microsoft .NET Framework 4.8"}, None),
        ({"1": "Windows Admin Center"}, None),
        ({}, None),
    ],
)
def test_the_systems_that_an_update_is_for(products: dict[str, str], systems: list[str] | None) -> None:
    answer = samples.cvrf()
    for flaw in answer["Vulnerability"]:
        for fix in flaw["Remediations"]:
            fix["ProductID"] = list(products)
    named = [{"ProductID": number, "Value": name} for number, name in products.items()]
    reading = msrc.normalise([document({**answer, "ProductTree": {"FullProductName": named}})], {})
    assert [kb.get("systems") for kb in reading.data["kbs"].values()] == [systems] * len(reading.data["kbs"])


def test_the_documents_of_fifteen_months_are_asked_for() -> None:
    site = Site({"http://x/cvrf/2026-Oct": samples.cvrf()})
    assert [found.name for found in msrc.gather("http://x", site, {}, TODAY)] == ["http://x/cvrf/2026-Oct"]
    assert (site.asked[0], site.asked[-1], len(site.asked)) == (
        "http://x/cvrf/2026-Nov",
        "http://x/cvrf/2025-Sep",
        15,
    )


@pytest.mark.parametrize(
    "answer", [{}, {"value": []}, samples.cvrf(Vulnerability=None), samples.cvrf(released="?")]
)
def test_a_document_that_is_no_cvrf_is_refused(answer: dict[str, Any]) -> None:
    assert wrong(msrc.normalise, answer)


def test_no_document_at_all_is_refused() -> None:
    assert wrong(msrc.normalise)


# --- DB-IP


def test_a_database_says_what_it_is_and_when_it_was_made() -> None:
    reading = geoip.normalise([document(samples.mmdb())], {})
    assert reading.published == "2026-11-01"
    assert reading.data == {"type": "DBIP-Country-Lite", "made": "2026-11-01", "nodes": 1234}


def test_a_database_with_a_long_name_is_read() -> None:
    assert geoip.normalise([document(samples.mmdb(kind="X" * 40))], {}).data["type"] == "X" * 40


@pytest.mark.parametrize("content", [b"", b"\xab\xcd\xefMaxMind.com", samples.mmdb()[:-60], bytes(200_000)])
def test_what_is_no_database_is_refused(content: bytes) -> None:
    assert wrong(geoip.normalise, content)


def test_the_month_before_is_taken_while_this_one_is_not_there() -> None:
    site = Site({"http://x/dbip-country-lite-2026-10.mmdb.gz": samples.packed_mmdb()})
    (found,) = geoip.gather("http://x", site, {}, TODAY)
    assert found.name.endswith("2026-10.mmdb.gz")
    assert site.asked[0].endswith("2026-11.mmdb.gz")


# --- Tor


def test_addresses_each_once() -> None:
    reading = tor_exits.normalise([document("# exits\n198.51.100.7\n2001:DB8::1\n198.51.100.7\n\n")], {})
    assert reading == Reading("", {"addresses": ["198.51.100.7", "2001:db8::1"]})


@pytest.mark.parametrize("text", ["", "# nothing\n", "198.51.100.7\nexit.example\n", "198.51.100.0/24\n"])
def test_a_list_of_something_else_is_refused(text: str) -> None:
    assert wrong(tor_exits.normalise, text)


# --- All of them


KEYS = """
    result name releases labels notices published release_packages noble id version is_source cves
    priority cvss3 items threatId publishedDate severity total totalPages cveIdentifiers
    severityStatusHistory date Value DocumentTracking InitialReleaseDate Vulnerability Remediations
    Threats Type FixedBuild Description offset vulnerabilities count dateReleased cveID dateAdded
    isEol eolFrom CVE ProductTree FullProductName ProductID
"""


def json_values() -> st.SearchStrategy[Any]:
    """Any JSON, with the keys that the parsers look for."""
    keys = st.sampled_from(KEYS.split())
    texts = st.sampled_from(
        ["CC-1", "USN-1-1", "2026-11-20", "CVE-2026-1001", "5071234", "High", "", "2026-99-99"]
    )
    scalars = (
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts | st.text(max_size=5)
    )
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=12,
    )


def attempt(normalise: Any, documents: Sequence[Document]) -> None:
    try:
        reading = normalise(documents, {})
    except ContentError:
        return
    assert reading.published == "" or date.fromisoformat(reading.published)
    json.dumps(reading.data)


NAMES = list(FEEDS)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(name: str, content: bytes) -> None:
    attempt(FEEDS[name].normalise, [Document("x", content)])


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(
    value=st.dictionaries(
        st.sampled_from(["result", "notices", "items", "vulnerabilities", "Vulnerability"]), json_values()
    )
    | json_values()
)
def test_any_json_is_read_or_refused(name: str, value: Any) -> None:
    attempt(FEEDS[name].normalise, [document(value)])


def shaken(value: Any, draw: Any) -> Any:
    """The value with one of its parts replaced by something else."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: shaken(value[key], draw)}
    if isinstance(value, list) and value and draw(st.booleans()):
        return [shaken(value[0], draw), *value[1:]]
    return draw(json_values())


SHAPES = {
    "cisa-kev": samples.kev(),
    "eol": samples.products(samples.product()),
    "msrc": samples.cvrf(),
    "nhs-alerts": samples.alerts(samples.alert()),
    "ubuntu-usn": samples.notices(samples.notice("USN-1-1", "2026-11-20")),
}


@pytest.mark.parametrize("name", SHAPES)
@settings(parent=QUICK, max_examples=150)
@given(data=st.data())
def test_a_shape_with_something_else_in_it_is_read_or_refused(name: str, data: Any) -> None:
    attempt(FEEDS[name].normalise, [document(shaken(SHAPES[name], data.draw))])


def lines() -> Iterator[str]:
    yield from (samples.DSA + samples.DLA).splitlines()


@QUICK
@given(st.lists(st.sampled_from(list(lines())) | st.text(max_size=30), max_size=12))
def test_any_lines_are_read_or_refused(chosen: list[str]) -> None:
    attempt(debian_dsa.normalise, [document("\n".join(chosen) + "\n"), document(samples.DLA)])


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("geoip",)])
def test_a_sign_in_page_is_no_feed(name: str) -> None:
    page = "<!DOCTYPE html><title>Sign in</title>"
    assert "sign-in page" in wrong(FEEDS[name].normalise, page)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"a": 1', "cut short"),
        (b"[" * 100_000, "nested too deep"),
        (b"[]", "an object"),
        (b"\xff", "UTF-8"),
        (b'{"a": NaN}', "NaN"),
    ],
)
def test_json_that_is_none_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(ContentError, match=says):
        json_of(Document("x", content))


def test_a_coat_of_gzip_is_taken_off_within_bounds() -> None:
    assert unpacked(Document("x", gzip.compress(b"abc")), 3).content == b"abc"
    bomb = gzip.compress(bytes(20_000_000))
    with pytest.raises(ContentError, match="larger than 1000 bytes"):
        unpacked(Document("x", bomb), 1000)
    for broken in (bomb[:-9], b"\x1f\x8bnothing"):
        with pytest.raises(ContentError, match="cut short"):
            unpacked(Document("x", broken), 30_000_000)


def test_one_hash_stands_for_several_documents() -> None:
    one, two = Document("a", b"1"), Document("b", b"2")
    assert sha256_of([one]) == one.sha256
    assert sha256_of([one, two]) == sha256_of([two, one]) != sha256_of([one, Document("b", b"3")])
