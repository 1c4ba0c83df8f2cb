"""What apt would offer, and what its lists say of it."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.apt import updates

SECURITY = """release d.example_debian-security_dists_bookworm-security_InRelease
Origin: Debian
Label: Debian-Security
Suite: oldstable-security
Codename: bookworm-security
Date: Fri, 20 Nov 2026 00:12:41 UTC
"""
MAIN = """release d.example_debian_dists_bookworm_InRelease
Origin: Debian
Label: Debian
Suite: oldstable
Codename: bookworm
Date: Sat, 11 Jul 2026 10:16:37 UTC
"""
OTHER = """release v.example_apt_dists_bookworm_InRelease
Origin: Vendor
Label: Vendor
Suite: bookworm
Date: Mon, 02 Nov 2026 08:00:00 UTC
"""
FIX = "500 http://d.example/debian-security bookworm-security/main amd64 Packages"
PLAIN = "500 http://d.example/debian bookworm/main amd64 Packages"
VENDOR = "500 https://v.example/apt bookworm/main amd64 Packages"


def table(name: str, candidate: str, *newer: tuple[str, list[str]], installed: str = "1") -> str:
    """What `apt-cache policy` prints of one package; `newer` are the versions above the installed one."""
    lines = [f"{name}:", f"  Installed: {installed}", f"  Candidate: {candidate}", "  Version table:"]
    for version, places in newer:
        lines += [f"     {version} 500", *(f"        {place}" for place in places)]
    return "\n".join([*lines, f" *** {installed} 100", "        100 /var/lib/dpkg/status", ""])


def found(*tables: str, releases: str = SECURITY + MAIN + OTHER, head: str = "") -> Any:
    return updates(f"manager apt\nnative amd64\n{head}{releases}{''.join(tables)}")


def only(*tables: str, **more: str) -> dict[str, Any]:
    (record,) = found(*tables, **more)["listed"]
    return dict(record)


def test_a_version_of_the_security_repository_is_a_fix_without_a_rating() -> None:
    assert only(table("zip", "2", ("2", [FIX]))) == {
        "name": "zip",
        "packages": ["zip 1 -> 2"],
        "origin": "Debian-Security:oldstable-security",
        "held": False,
        "security": True,
        "security_version": "2",
        "severity": "unrated",
        "listed_on": "2026-11-20",
    }


def test_the_newest_version_of_a_security_repository_is_named_where_another_offers_more() -> None:
    record = only(table("zip", "3", ("3", [PLAIN]), ("2", [FIX])), "source zip zip-source 1\n")
    assert record["security_version"] == "2"
    assert (record["source"], record["source_version"]) == ("zip-source", "1")


def test_nothing_newer_is_nothing_to_install() -> None:
    assert found()["listed"] == []


def test_a_fix_below_a_newer_plain_version_still_waits() -> None:
    record = only(table("zip", "3", ("3", [PLAIN]), ("2", [FIX])))
    assert record["security"] is True
    assert record["packages"] == ["zip 1 -> 3"]
    assert record["held"] is False


def test_the_oldest_list_with_the_fix_shows_by_when_it_was_out() -> None:
    assert only(table("zip", "2", ("2", [FIX, PLAIN])))["listed_on"] == "2026-07-11"


def test_what_the_distribution_publishes_elsewhere_is_no_security_fix() -> None:
    record = only(table("bash", "2", ("2", [PLAIN])))
    assert record["security"] is False
    assert "severity" not in record


def test_without_a_list_of_the_security_repository_it_is_not_known_what_is_a_fix() -> None:
    assert "security" not in only(table("bash", "2", ("2", [PLAIN])), releases=MAIN)


@pytest.mark.parametrize(
    "places", [[VENDOR], [PLAIN, VENDOR], ["500 http://nowhere x/main amd64 Packages"], []]
)
def test_whether_another_vendor_fixes_a_vulnerability_is_not_known(places: list[str]) -> None:
    record = only(table("tool", "2", ("2", places)))
    assert "security" not in record


def test_ubuntu_s_rating_is_not_in_the_lists() -> None:
    releases = (SECURITY + MAIN).replace("Debian-Security", "Ubuntu").replace("Debian", "Ubuntu")
    record = only(table("zip", "2", ("2", [FIX])), releases=releases)
    assert record["security"] is True
    assert "severity" not in record


def test_a_fix_that_a_pin_keeps_away_waits_and_is_held() -> None:
    record = only(table("zip", "1", ("2", [FIX])))
    assert (record["packages"], record["held"]) == (["zip 1 -> 2"], True)
    assert only(table("zip", "2", ("3", [FIX]), ("2", [PLAIN])))["held"] is True


def test_a_newer_version_that_is_not_proposed_and_fixes_nothing_does_not_wait() -> None:
    assert found(table("zip", "1", ("2", [PLAIN])))["listed"] == []


def test_holds_are_found_whatever_the_architecture_is_called() -> None:
    facts = found(
        table("zip", "2", ("2", [FIX])),
        table("zip:i386", "2", ("2", [FIX])),
        table("unzip", "2", ("2", [FIX])),
        head="held zip:amd64\nheld unzip\n",
    )
    assert facts["held"] == ["zip", "unzip"]
    assert {r["name"]: r["held"] for r in facts["listed"]} == {"zip": True, "zip:i386": False, "unzip": True}


def test_the_security_repository_refreshed_longest_ago_dates_the_lists() -> None:
    second = SECURITY.replace("d.example", "e.example").replace("20 Nov", "12 Nov")
    facts = found(releases=SECURITY + second + MAIN)
    assert facts["metadata_date"] == "2026-11-12T00:12:41Z"
    assert facts["metadata_published"] == "2026-11-20T00:12:41Z"


def test_without_a_security_repository_there_is_no_date() -> None:
    facts = found(releases=MAIN)
    assert (facts["metadata_date"], facts["metadata_published"]) == (None, None)


@pytest.mark.parametrize("date", ["Date: soon", "Date: Fri, 99 Nov 2026 00:00:00 UTC", "X: y"])
def test_a_security_repository_without_a_date_leaves_the_age_open(date: str) -> None:
    facts = found(releases=SECURITY.replace("Date: Fri, 20 Nov 2026 00:12:41 UTC", date))
    assert isinstance(facts["metadata_date"], Unread)


def test_a_list_that_was_denied_leaves_the_rest_incomplete() -> None:
    facts = found(table("zip", "2", ("2", [FIX])), head="denied /var/lib/apt/lists/e_InRelease\n")
    assert facts["incomplete"]["listed"].reason == Reason.DENIED
    assert facts["metadata_date"].reason == Reason.DENIED


@pytest.mark.parametrize(
    ("release", "place"),
    [
        (
            "m.example_my%5fmirror_dists_bookworm-security",
            "http://m.example/my_mirror bookworm-security/main",
        ),
        ("d.example_dists_buster_updates", "http://d.example buster/updates/main"),
        ("_srv_mirror_dists_x-security", "file:/srv/mirror x-security/main"),
        ("d.example:8080_x_dists_x-security", "http://d.example:8080/x x-security/main"),
    ],
)
def test_a_place_is_known_by_the_name_of_its_release_file(release: str, place: str) -> None:
    lines = SECURITY.split("\n", 1)[1]
    record = only(
        table("zip", "2", ("2", [f"500 {place} amd64 Packages"])),
        releases=f"release {release}_InRelease\n{lines}",
    )
    assert record["security"] is True


def test_another_answer_is_refused() -> None:
    with pytest.raises(Unparsable):
        updates("E: The list of sources could not be read.\n")


@given(st.text(), st.text())
def test_any_text_gives_facts_or_is_refused(releases: str, tables: str) -> None:
    with contextlib.suppress(Unparsable):
        updates(f"manager apt\nrelease a_dists_b\n{releases}\nzip:\n     2 500\n        500 {tables}\n")
