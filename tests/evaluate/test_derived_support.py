"""Support dates of the operating system and of software, from the shipped list."""

from datetime import date
from typing import Any

import pytest

from igaudit.content import Content
from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.derived_support import LIST_DATE, MONTH, OPEN_ENDED, PRODUCTS, cycle_of, end_of, index
from igaudit.evaluate.view import FactView, Partial
from igaudit.load.lists import load_lists
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.feed import Feed
from igaudit.model.joined import Joined
from igaudit.parse import software as software_parser

LISTS = load_lists(Content.of())
TODAY = date(2026, 11, 22)
DENIED = Unread(Reason.DENIED)


def seen(group: str, fact: str, facts: dict[str, Any], today: date = TODAY, **unread: Unread) -> Any:
    """A derived fact of a target with these facts and gaps."""
    view = FactView({group: FactGroup(COLLECTED, "", facts, unread)}, DERIVED, Joined(LISTS), today)
    return view.get((group, fact))


def os(fact: str, name: str, version: str | None, title: str = "", **more: Any) -> Any:
    return seen("os", fact, {"id": name, "version_id": version, "name": title, **more})


def software(*packages: dict[str, Any], **unread: Unread) -> Any:
    return seen("software", "support", {"packages": list(packages)}, **unread)


@pytest.mark.parametrize(
    ("name", "version", "title", "ends"),
    [
        ("debian", "12", "", "2026-07-11"),
        ("debian", "13", "", "2028-08-09"),
        ("ubuntu", "22.04", "", "2027-04-01"),
        ("rhel", "8.10", "", "2029-05-31"),
        ("rocky", "9.4", "", "2032-05-31"),
        ("almalinux", "8.9", "", "2029-05-31"),
        ("centos", "8", "CentOS Linux 8", "2021-12-31"),
        ("centos", "8", "CentOS Stream 8", "2024-05-31"),
        ("ol", "7.9", "", "2024-12-31"),
        ("sles", "15.6", "", "2025-12-31"),
        ("sles", "15", "", "2019-12-31"),
        ("opensuse-leap", "15.6", "", "2026-04-30"),
        ("amzn", "2", "", "2026-06-30"),
        ("amzn", "2018.03", "", "2023-12-31"),
        ("fedora", "43", "", "2026-12-09"),
        ("alpine", "3.21.2", "", "2026-11-01"),
    ],
)
def test_a_release_in_the_list_has_its_day(name: str, version: str, title: str, ends: str) -> None:
    assert os("support_ends", name, version, title) == ends


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("debian", "99"),
        ("debian", None),
        ("debian", ""),
        ("ubuntu", "22"),
        ("sles", "15.9"),
        ("sles_sap", "15.6"),
        ("opensuse-tumbleweed", "20261120"),
        ("kali", "2026.3"),
        ("php", "8.2"),
        ("", "12"),
    ],
)
def test_a_release_that_is_not_in_the_list_is_unknown(name: str, version: str | None) -> None:
    for fact in ("support_ends", "support_days_left", "extended_support_ends", "extended_support_days_left"):
        found = os(fact, name, version)
        assert isinstance(found, Unread) and found.reason is Reason.UNSUPPORTED


@pytest.mark.parametrize("missing", ["id", "version_id"])
def test_without_the_release_nothing_is_known(missing: str) -> None:
    facts = {name: value for name, value in {"id": "debian", "version_id": "12"}.items() if name != missing}
    assert seen("os", "support_ends", facts, **{missing: DENIED}) == DENIED


def test_an_open_end_is_believed_for_as_long_as_the_list_is_young() -> None:
    assert end_of("false", LIST_DATE + OPEN_ENDED) is None
    late = end_of("false", date.fromordinal((LIST_DATE + OPEN_ENDED).toordinal() + 1))
    assert isinstance(late, Unread) and late.reason is Reason.FEED_TOO_OLD


def test_an_open_end_of_what_ends_every_month_is_believed_for_a_month() -> None:
    packages = [{"package": "Mozilla Firefox", "product": "firefox", "version": "154.0.1"}]
    last = LIST_DATE + MONTH
    (there,) = seen("software", "support", {"packages": packages}, last)
    assert (there["cycle"], there["support_ends"]) == ("154", None)
    (late,) = seen("software", "support", {"packages": packages}, date.fromordinal(last.toordinal() + 1))
    assert late["cycle"] == "154" and "support_ends" not in late
    (known,) = software({**packages[0], "version": "152.0"})
    assert known["support_ends"] == "2026-07-21"


def test_an_end_without_a_day_is_unknown() -> None:
    assert isinstance(end_of("true", TODAY), Unread)
    assert isinstance(end_of("", TODAY), Unread)


@pytest.mark.parametrize(
    ("name", "version", "ends"),
    [("debian", "12", "2028-06-30"), ("ubuntu", "20.04", "2030-04-02"), ("rocky", "9", None)],
)
def test_extended_support(name: str, version: str, ends: str | None) -> None:
    assert os("extended_support_ends", name, version, extended_support_until=None) == ends


@pytest.mark.parametrize(
    ("until", "ends"),
    [("2027-01-31", "2027-01-31"), ("9999-12-31", "2030-04-02"), (None, "2030-04-02")],
)
def test_extended_support_ends_with_the_contract(until: str | None, ends: str) -> None:
    assert os("extended_support_ends", "ubuntu", "20.04", extended_support_until=until) == ends


def test_days_are_counted_from_the_judging_day() -> None:
    assert os("support_days_left", "debian", "12") == -134
    assert os("support_days_left", "ol", "10") is None
    assert os("extended_support_days_left", "debian", "12") == 586
    assert os("extended_support_days_left", "rocky", "9") is None


@pytest.mark.parametrize(
    ("product", "version", "cycle"),
    [
        ("php", "7.4.33-1+deb11u5", "7.4"),
        ("openssl", "1.1.1w-0+deb11u1", "1.1.1"),
        ("openssl", "3.0.17-1~deb12u2", "3.0"),
        ("postgresql", "16.4-1.pgdg120+1", "16"),
        ("postgresql", "9.6.24", "9.6"),
        ("dotnet", "8.0.8", "8"),
        ("tomcat", "7.0.109", "7"),
        ("eclipse-temurin", "17.0.12.0.0+7-0", "17"),
        ("nodejs", "99.1", None),
        ("nodejs", "", None),
        ("nodejs", "nightly", None),
        ("unheard-of", "1.0", None),
    ],
)
def test_the_longest_beginning_of_a_version_is_its_cycle(
    product: str, version: str, cycle: str | None
) -> None:
    view = FactView({}, DERIVED, Joined(LISTS), TODAY)
    assert cycle_of(product, version, index(view)) == cycle


def test_software_carries_the_day_of_its_cycle() -> None:
    package = {"package": "nodejs", "product": "nodejs", "version": "20.19.4", "from_distribution": False}
    assert software(package) == [
        {**package, "cycle": "20", "support_ends": "2026-04-30", "support_days_left": -206}
    ]


def test_java_8_calls_itself_1_8() -> None:
    (found,) = software({"package": "jdk-1.8", "product": "oracle-jdk", "version": "1.8.0_421"})
    assert (found["cycle"], found["support_ends"]) == ("8", "2022-03-31")


def test_software_without_announced_end_has_none() -> None:
    (found,) = software({"package": "httpd", "product": "apache-http-server", "version": "2.4.62"})
    assert (found["support_ends"], found["support_days_left"]) == (None, None)


def test_a_version_that_the_list_does_not_know_has_no_day() -> None:
    (found,) = software({"package": "nodejs", "product": "nodejs", "version": "99.1"})
    assert found["cycle"] is None
    assert "support_ends" not in found


def test_a_list_of_which_a_part_was_denied_stays_incomplete() -> None:
    found = software({"package": "nodejs", "product": "nodejs", "version": "99.1"}, packages=DENIED)
    assert isinstance(found, Partial) and found.gap == DENIED and len(found.value) == 1


def test_what_was_not_read_stays_unread() -> None:
    assert seen("software", "support", {}, packages=DENIED) == DENIED


def test_no_release_in_the_list_is_younger_than_the_list() -> None:
    # Whoever renews the list must renew its date.
    assert max(row["released"] for row in LISTS["eol-dates"].rows) <= LIST_DATE.isoformat()


def test_products_are_in_the_list() -> None:
    in_the_feed_alone = {"chrome"}
    listed = {row["product"] for row in LISTS["eol-dates"].rows} | in_the_feed_alone
    assert {*PRODUCTS.values(), *(product for _, product in software_parser.PRODUCTS)} <= listed


def with_feed(published: str, fact: str, today: date = TODAY, **row: str) -> Any:
    """A fact of Debian 13, judged with a feed that has one release of Debian, as changed."""
    release = {
        "cycle": "13",
        "released": "2025-08-09",
        "security_support_end": "2029-01-31",
        "extended_support_end": "2031-06-30",
        "extended_support_name": "LTS",
        **row,
    }
    data = {"products": {"debian": [release], "php": []}}
    feed = Feed("eol", published, f"{published}T09:00:00Z", "", "", "MIT", "", 180, data)
    facts = {"id": "debian", "version_id": "13", "name": "", "extended_support_until": None}
    joined = Joined(LISTS, {"eol": feed})
    view = FactView({"os": FactGroup(COLLECTED, "", facts)}, DERIVED, joined, today)
    return index(view) if fact == "index" else view.get(("os", fact))


def test_a_newer_feed_goes_before_the_shipped_list() -> None:
    assert with_feed("2026-11-01", "support_ends") == "2029-01-31"
    assert with_feed("2026-11-01", "extended_support_ends") == "2031-06-30"


def test_an_older_feed_does_not() -> None:
    assert with_feed("2026-08-22", "support_ends") == "2028-08-09"


def test_a_product_is_taken_from_one_of_them_as_a_whole() -> None:
    rows = with_feed("2026-11-01", "index")
    assert ("debian", "12") not in rows
    assert ("ubuntu", "24.04") in rows and ("php", "8.2") in rows


def test_an_open_end_in_a_feed_is_believed_from_its_own_day_on() -> None:
    last = date(2026, 11, 1) + OPEN_ENDED
    assert with_feed("2026-11-01", "support_ends", last, security_support_end="false") is None
    late = with_feed(
        "2026-11-01", "support_ends", date.fromordinal(last.toordinal() + 1), security_support_end="false"
    )
    assert isinstance(late, Unread) and late.reason is Reason.FEED_TOO_OLD
    assert "igaudit feeds fetch eol" in late.detail
