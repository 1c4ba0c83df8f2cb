"""Updates of Debian and Ubuntu with the days of their advisories: what may be claimed, and what may not."""

from datetime import date
from typing import Any

import pytest

from igaudit.content import Content
from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.feeds import debian_dsa, ubuntu_usn
from igaudit.feeds.source import Reading
from igaudit.load.lists import load_lists
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.feed import Feed
from igaudit.model.joined import Joined
from tests.feeds import samples
from tests.feeds.samples import document

LISTS = load_lists(Content.of())
TODAY = date(2026, 11, 22)
DEBIAN = {"id": "debian", "version_id": "13", "name": "Debian GNU/Linux 13", "codename": "trixie"}
UBUNTU = {"id": "ubuntu", "version_id": "24.04", "name": "Ubuntu 24.04", "codename": "noble"}
OPENSSL = {
    "name": "libssl3t64",
    "packages": ["libssl3t64 3.5.1-1 -> 3.5.4-1~deb13u2"],
    "origin": "Debian-Security:stable-security",
    "security": True,
    "severity": "unrated",
    "listed_on": "2026-11-20",
    "held": False,
    "source": "openssl",
    "source_version": "3.5.1-1",
}


def feed(name: str, reading: Reading, published: str = "") -> dict[str, Feed]:
    day = published or reading.published
    return {name: Feed(name, day, f"{day}T09:00:00Z", "", "", "", "", 14, reading.data)}


DSA = feed("debian-dsa", debian_dsa.normalise([document(samples.DSA), document(samples.DLA)], {}))


def pending(
    record: dict[str, Any],
    feeds: dict[str, Feed] | None = None,
    os: dict[str, Any] | None = None,
    manager: str = "apt",
) -> list[dict[str, Any]]:
    """The updates that wait, for a machine with this one listed."""
    facts = {"listed": [record], "metadata_date": "2026-11-21T00:00:00Z", "manager": manager}
    groups = {"updates": FactGroup(COLLECTED, "", facts), "os": FactGroup(COLLECTED, "", os or DEBIAN)}
    joined = Joined(LISTS, DSA if feeds is None else feeds)
    found: list[dict[str, Any]] = FactView(groups, DERIVED, joined, TODAY).get(("updates", "pending"))
    return found


def days(found: list[dict[str, Any]]) -> list[Any]:
    """The day of each record, or the reason why it has none."""
    return [r["released"].reason if isinstance(r["released"], Unread) else r["released"] for r in found]


def changed(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in {**OPENSSL, **fields}.items() if value is not None}


# --- Debian


def test_what_the_security_repository_offers_counts_where_another_offers_more() -> None:
    more = changed(packages=["libssl3t64 3.5.1-1 -> 3.5.5-1"], security_version="3.5.4-1~deb13u2")
    assert days(pending(more)) == ["2026-09-05", "2026-11-20"]


def test_each_advisory_that_waits_has_its_own_day() -> None:
    first, second = pending(OPENSSL)
    assert (first["advisory"], first["released"], first["cves"]) == (
        "DSA-6400-1",
        "2026-09-05",
        ["CVE-2026-0801"],
    )
    assert (second["advisory"], second["released"]) == ("DSA-6501-1", "2026-11-20")
    assert second["name"] == "libssl3t64" and second["severity"] == "unrated"


def test_an_advisory_that_is_installed_no_longer_waits() -> None:
    installed = changed(
        source_version="3.5.4-1~deb13u1", packages=["libssl3t64 3.5.4-1~deb13u1 -> 3.5.4-1~deb13u2"]
    )
    assert days(pending(installed)) == ["2026-11-20"]


def test_the_version_is_compared_as_dpkg_does() -> None:
    newer = changed(
        source_version="3.5.4-1~deb13u10", packages=["libssl3t64 3.5.4-1~deb13u10 -> 3.5.4-1~deb13u11"]
    )
    assert days(pending(newer)) == [Reason.INCOMPLETE_RECORD]


def test_a_version_that_no_advisory_names_leaves_the_update_open() -> None:
    unnamed = changed(packages=["libssl3t64 3.5.1-1 -> 3.5.5-1~deb13u1"])
    assert days(pending(unnamed)) == ["2026-09-05", "2026-11-20", Reason.INCOMPLETE_RECORD]


def test_a_mere_rebuild_is_the_same_version() -> None:
    rebuilt = changed(packages=["libssl3t64 3.5.1-1+b2 -> 3.5.4-1~deb13u2+b1"])
    assert days(pending(rebuilt)) == ["2026-09-05", "2026-11-20"]


def test_a_version_that_is_a_mere_number_is_not_taken_for_a_rebuild() -> None:
    own = changed(packages=["libssl3t64 7 -> 9"], source_version="3")
    assert days(pending(own)) == ["2026-09-05", "2026-11-20"]


def test_a_package_with_versions_of_its_own_is_compared_by_its_source() -> None:
    own = changed(packages=["libssl3t64 1:7 -> 1:8"])
    assert days(pending(own)) == ["2026-09-05", "2026-11-20"]


def test_an_advisory_that_is_not_listed_yet_waits_too() -> None:
    behind = changed(packages=["libssl3t64 3.5.1-1 -> 3.5.4-1~deb13u1"])
    assert days(pending(behind)) == ["2026-09-05", "2026-11-20"]


def test_a_kernel_is_known_by_the_source_that_was_signed() -> None:
    kernel = changed(
        name="linux-image-amd64",
        packages=["linux-image-amd64 6.12.57-1 -> 6.12.60-2"],
        source="linux-signed-amd64",
        source_version="6.12.57+1",
    )
    assert days(pending(kernel)) == ["2026-10-28", "2026-11-01"]


@pytest.mark.parametrize("fields", [{"source": "zlib"}, {"source": None, "source_version": None}])
def test_without_an_advisory_the_day_is_not_known(fields: dict[str, Any]) -> None:
    (found,) = pending(changed(**fields))
    assert found["released"] == Unread(
        Reason.INCOMPLETE_RECORD, "the feed debian-dsa of 2026-11-19 has no advisory about it"
    )


def test_another_release_has_advisories_of_its_own() -> None:
    found = pending(
        changed(packages=["libssl3 3.0.20-1 -> 3.0.22-1~deb12u2"], source_version="3.0.20-1"),
        os={**DEBIAN, "codename": "bookworm", "version_id": "12"},
    )
    assert sorted(record["advisory"] for record in found) == ["DLA-4500-1", "DSA-6501-1"]


def test_what_fixes_no_vulnerability_is_not_dated() -> None:
    (found,) = pending(changed(security=False))
    assert "advisory" not in found and isinstance(found["released"], Unread)


# --- what is missing, and its name


def test_without_the_feed_the_command_that_brings_it_is_named() -> None:
    (found,) = pending(OPENSSL, {})
    assert found["released"] == Unread(
        Reason.NOT_PROVIDED, "there is no feed debian-dsa: igaudit feeds fetch debian-dsa"
    )


def test_a_feed_that_is_too_old_dates_nothing() -> None:
    old = {"debian-dsa": Feed("debian-dsa", "2026-11-07", "", "", "", "", "", 14, DSA["debian-dsa"].data)}
    (found,) = pending(OPENSSL, old)
    assert found["released"].reason is Reason.FEED_TOO_OLD
    assert "of 2026-11-07: igaudit feeds fetch debian-dsa" in found["released"].detail
    assert days(
        pending(
            OPENSSL,
            {"debian-dsa": Feed("debian-dsa", "2026-11-08", "", "", "", "", "", 14, DSA["debian-dsa"].data)},
        )
    ) == ["2026-09-05", "2026-11-20"]


def test_a_distribution_without_a_feed_is_not_determinable() -> None:
    (found,) = pending(OPENSSL, os={**DEBIAN, "id": "linuxmint"})
    assert found["released"].detail.startswith("not determinable: no feed has the advisories of linuxmint")


@pytest.mark.parametrize("missing", ["id", "codename"])
def test_a_distribution_that_is_not_known_has_no_advisories(missing: str) -> None:
    facts = {name: value for name, value in DEBIAN.items() if name != missing}
    assert days(pending(OPENSSL, os=facts)) == [Reason.NOT_COLLECTED]


def test_a_repository_without_advisories_is_not_determinable() -> None:
    record = {"name": "bash.x86_64", "packages": ["bash.x86_64 1 -> 2"], "origin": "baseos", "held": False}
    (found,) = pending(record, {}, {**DEBIAN, "id": "centos"}, "dnf")
    for name in ("security", "severity", "released"):
        assert found[name].detail.startswith("not determinable: baseos does not say")


def test_what_a_repository_dates_itself_is_left_alone() -> None:
    record = changed(released="2026-11-02", name="RHSA-2026:1")
    assert pending(record, {}, {**DEBIAN, "id": "rhel"}, "dnf") == [record]


def test_a_damaged_feed_shows_nothing() -> None:
    broken = {"debian-dsa": Feed("debian-dsa", "2026-11-19", "", "", "", "", "", 14, {"since": "2000-01-01"})}
    found: Any = pending(OPENSSL, broken)
    assert isinstance(found, Unread)


# --- Ubuntu: the feed does not reach back to the release


def usn(*notices: dict[str, Any]) -> dict[str, Feed]:
    return feed("ubuntu-usn", ubuntu_usn.normalise([document(samples.notices(*notices))], {}))


def openssl(name: str, day: str, version: str, **more: Any) -> dict[str, Any]:
    packages = [{"name": "openssl", "version": version, "is_source": True}]
    return samples.notice(name, day, release_packages={"noble": packages}, **more)


NOBLE = changed(
    packages=["libssl3t64 3.0.13-0ubuntu3.5 -> 3.0.13-0ubuntu3.7"],
    source_version="3.0.13-0ubuntu3.5",
    origin="Ubuntu:noble-security",
    severity=None,
)
OLDER = openssl("USN-1-1", "2026-01-05", "3.0.13-0ubuntu3.5")
NEWER = openssl("USN-2-1", "2026-11-12", "3.0.13-0ubuntu3.7")


def test_a_notice_gives_day_severity_and_cves() -> None:
    (found,) = pending(NOBLE, usn(NEWER, OLDER), UBUNTU)
    assert (found["advisory"], found["released"], found["severity"]) == ("USN-2-1", "2026-11-12", "important")
    assert found["cves"] == ["CVE-2026-1001"]


def test_what_the_feed_may_lack_leaves_the_update_open() -> None:
    found = pending(NOBLE, usn(NEWER), UBUNTU)
    assert days(found) == ["2026-11-12", Reason.INCOMPLETE_RECORD]
    assert "may lack an advisory" in found[1]["released"].detail
    assert isinstance(found[1]["severity"], Unread)


def test_a_feed_that_reaches_back_to_the_release_lacks_nothing() -> None:
    first = samples.notice("USN-0-1", "2024-04-25", release_packages={})
    assert days(pending(NOBLE, usn(NEWER, first), UBUNTU)) == ["2026-11-12"]
    later = samples.notice("USN-0-1", "2024-04-26", release_packages={})
    assert days(pending(NOBLE, usn(NEWER, later), UBUNTU)) == ["2026-11-12", Reason.INCOMPLETE_RECORD]


def test_a_severity_that_the_feed_does_not_tell_stays_open() -> None:
    unrated = openssl("USN-2-1", "2026-11-12", "3.0.13-0ubuntu3.7", cves=["CVE-2026-1001"])
    (found,) = pending(NOBLE, usn(unrated, OLDER), UBUNTU)
    assert isinstance(found["severity"], Unread)


def test_fixes_of_ubuntu_pro_wait_only_where_they_are_offered() -> None:
    pro = openssl("USN-3-1", "2026-02-01", "3.0.13-0ubuntu3.6+esm1")
    assert days(pending(NOBLE, usn(NEWER, pro, OLDER), UBUNTU)) == ["2026-11-12"]
    offered = {**NOBLE, "packages": ["libssl3t64 3.0.13-0ubuntu3.5 -> 3.0.13-0ubuntu3.6+esm1"]}
    assert "2026-02-01" in days(pending(offered, usn(NEWER, pro, OLDER), UBUNTU))


def test_a_kernel_of_ubuntu_is_known_by_its_own_version() -> None:
    def kernel(name: str, day: str, version: str) -> dict[str, Any]:
        packages = [
            {"name": "linux", "version": version.replace(".0.", ".0-"), "is_source": True},
            {"name": "linux-image-generic", "version": version, "is_source": False},
        ]
        return samples.notice(name, day, release_packages={"noble": packages})

    record = {
        **NOBLE,
        "name": "linux-image-generic:amd64",
        "packages": ["linux-image-generic:amd64 6.8.0.88.90 -> 6.8.0.90.92"],
        "source": "linux-meta",
        "source_version": "6.8.0.88.90",
    }
    feeds = usn(
        kernel("USN-2-1", "2026-11-18", "6.8.0.90.92"), kernel("USN-1-1", "2026-10-01", "6.8.0.88.90")
    )
    assert days(pending(record, feeds, UBUNTU)) == ["2026-11-18"]


def test_a_list_that_is_only_a_part_stays_so() -> None:
    gap = Unread(Reason.DENIED)
    facts = {"listed": [OPENSSL], "metadata_date": "2026-11-21T00:00:00Z"}
    groups = {
        "updates": FactGroup(COLLECTED, "", facts, {"listed": gap}),
        "os": FactGroup(COLLECTED, "", DEBIAN),
    }
    found = FactView(groups, DERIVED, Joined(LISTS, DSA), TODAY).get(("updates", "pending"))
    assert isinstance(found, Partial) and found.gap == gap and len(found.value) == 2
