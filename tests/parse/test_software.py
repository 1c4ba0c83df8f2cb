"""Installed products, and who supplies them."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.parse import Unparsable
from igaudit.parse.software import packages

OWN = "origin ./d.example_debian_dists_bookworm_InRelease:Origin: Debian\n"
SECURITY = "origin ./s.example_dists_bookworm-security_InRelease:Origin: Debian\n"
HEAD = "ID=debian\nmanager dpkg\npackage dpkg|1.21\n"
OURS = "500 http://d.example/debian bookworm/main amd64 Packages"
THEIRS = "500 http://v.example/apt bookworm/main amd64 Packages"
STATUS = "100 /var/lib/dpkg/status"
SEEN = f"|dpkg:\n|  Installed: 1.21\n|  Candidate: 1.21\n| *** 1.21 500\n|        {OURS}\n|        {STATUS}\n"


def supplied(
    installed: str, candidate: str, versions: dict[str, list[str]], origins: str = OWN, seen: str = SEEN
) -> object:
    """What is said of the supplier of nginx; None where nothing is said."""
    lines = ["nginx:", f"  Installed: {installed}", f"  Candidate: {candidate}", "  Version table:"]
    for version, offers in versions.items():
        lines.append(f"{' ***' if version == installed else '    '} {version} 500")
        lines += [f"        {offer}" for offer in offers]
    policy = "".join(f"|{line}\n" for line in lines)
    found: Any = packages(f"{HEAD}package nginx|{installed}\n{origins}{seen}{policy}")["packages"]
    return found[0].get("from_distribution")


def test_the_source_of_the_installed_version_tells() -> None:
    assert supplied("1", "1", {"1": [OURS, STATUS]}) is True
    assert supplied("1", "1", {"1": [THEIRS, STATUS], "0": [OURS]}) is False
    assert supplied("1", "1", {"1": [THEIRS, OURS, STATUS]}) is True


def test_an_outdated_version_is_supplied_by_what_would_replace_it() -> None:
    assert supplied("1", "2", {"2": [OURS], "1": [STATUS]}) is True
    assert supplied("1", "2", {"2": [THEIRS], "1": [STATUS]}) is False


def test_what_only_an_unknown_source_had_is_open_without_the_index_of_security_updates() -> None:
    versions = {"2": [STATUS], "1": [OURS]}
    assert supplied("2", "2", versions) is None
    assert supplied("2", "2", versions, OWN + SECURITY) is False


def test_what_the_distribution_does_not_have_at_all_came_from_elsewhere() -> None:
    assert supplied("1", "1", {"1": [STATUS]}) is False


def test_without_any_index_of_the_distribution_nothing_is_known() -> None:
    assert supplied("1", "1", {"1": [STATUS]}, "") is None
    assert supplied("1", "1", {"1": [STATUS]}, OWN.replace("Debian", "Vendor")) is None


def test_where_apt_does_not_see_the_lists_nothing_is_known() -> None:
    assert supplied("1", "1", {"1": [STATUS]}, seen=SEEN.replace(OURS, STATUS)) is None
    assert supplied("1", "1", {"1": [STATUS]}, seen="") is None


def test_a_pinned_and_phased_version_is_read() -> None:
    lines = "|nginx:\n|  Installed: 1\n|  Candidate: 1\n| *** 1 -10 (phased 20%)\n"
    lines += f"|        {OURS.replace('500', '-10')}\n"
    found: Any = packages(f"{HEAD}package nginx|1\n{OWN}{SEEN}{lines}")["packages"]
    assert found[0]["from_distribution"] is True


@pytest.mark.parametrize(
    ("os", "vendor", "own"),
    [
        ("rhel", "Red Hat, Inc.", True),
        ("rhel", "Fedora Project", False),
        ("rhel", "(none)", False),
        ("rocky", "Rocky Enterprise Software Foundation", True),
        ("ol", "Oracle America", True),
        ("ol", "Oracle and/or its affiliates", False),
        ("sles", "SUSE LLC <https://www.suse.com/>", True),
        ("sles", "obs://build.opensuse.org/home:x", False),
        ("opensuse-leap", "SUSE LLC <https://www.suse.com/>", True),
        ("unheard-of", "Red Hat, Inc.", None),
    ],
)
def test_the_vendor_of_an_rpm_tells(os: str, vendor: str, own: bool | None) -> None:
    text = f'ID="{os}"\nmanager rpm\npackage rpm|4|x\npackage nginx|1.20.1|{vendor}\n'
    found: Any = packages(text)["packages"]
    assert found[0].get("from_distribution") is own


@pytest.mark.parametrize(
    ("name", "product"),
    [
        ("openssl", "openssl"),
        ("php8.2-common", "php"),
        ("php-common", "php"),
        ("php81-php-common", "php"),
        ("php-xml-common", None),
        ("python3.11", "python"),
        ("python39", "python"),
        ("python3-libs", None),
        ("postgresql-16", "postgresql"),
        ("postgresql-9.6", "postgresql"),
        ("postgresql16-server", "postgresql"),
        ("postgresql-client-16", None),
        ("mysql-community-server", "mysql"),
        ("mysql-server-8.0", "mysql"),
        ("MariaDB-server", "mariadb"),
        ("mongodb-org-server", "mongodb"),
        ("redis-server", "redis"),
        ("tomcat10", "tomcat"),
        ("nginx-common", "nginx"),
        ("httpd", "apache-http-server"),
        ("temurin-17-jdk", "eclipse-temurin"),
        ("jdk-1.8", "oracle-jdk"),
        ("java-17-openjdk", None),
        ("aspnetcore-runtime-8.0", "dotnet"),
        ("powershell-lts", "powershell"),
        ("openvpn", "openvpn"),
        ("firefox-esr", "firefox"),
        ("firefox", "firefox"),
        ("firefox-locale-en", None),
        ("google-chrome-stable", "chrome"),
        ("nodejs", "nodejs"),
        ("nodejs-docs", None),
    ],
)
def test_names_of_packages_are_products(name: str, product: str | None) -> None:
    found: Any = packages(f"{HEAD}package {name}|1.0\n")["packages"]
    assert [record["product"] for record in found] == ([product] if product else [])


def test_the_epoch_is_left_out_of_the_version() -> None:
    found: Any = packages(f"{HEAD}package redis|5:7.0.15-1~deb12u1\n")["packages"]
    assert found[0]["version"] == "7.0.15-1~deb12u1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "manager dpkg\n",
        "manager rpm\npackage nginx|1|x\n",
        f"{HEAD}package nginx\n",
        f"{HEAD}package nginx|\n",
    ],
)
def test_an_answer_that_cannot_be_whole_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        packages(text)


WORDS = [
    HEAD,
    OWN,
    "package nginx|1\n",
    "|nginx:\n",
    "|  Installed: 1\n",
    "| *** 1 500\n",
    f"|        {OURS}\n",
    "manager rpm\n",
]


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=9)), max_size=12).map("".join))
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    with contextlib.suppress(Unparsable):
        assert isinstance(packages(text), dict)
