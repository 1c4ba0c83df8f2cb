"""Installed packages of products with known support dates, and whether the distribution supplies them.

A distribution mends what it supplies, whatever the product's own makers do (PHP 7.4 in Debian 11); what
comes from elsewhere lives and dies by the makers' dates. So the question of the source matters, and it
stays open where it cannot be told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from igaudit.parse import Unparsable
from igaudit.parse.origin import Origins

# Names of packages → the product in the list of support dates. The names of one product differ from
# supplier to supplier; tools and libraries around it are left out.
PRODUCTS: tuple[tuple[str, str], ...] = (
    (r"openssl(11|-1_1|-3)?", "openssl"),
    (r"php([5-9](\.[0-9])?)?-common|php[5-8]|php[0-9]{2,3}-php-common", "php"),
    (r"python([23](\.?[0-9]{1,2})?)?", "python"),
    (r"nodejs([0-9]+)?", "nodejs"),
    (r"postgresql-[0-9.]+|postgresql[0-9]*-server", "postgresql"),
    (r"mysql-(community-)?server(-[0-9.]+)?", "mysql"),
    (r"mariadb-server(-[0-9.]+)?", "mariadb"),
    (r"mongodb-(org-|enterprise-)?server(-core)?", "mongodb"),
    (r"redis([0-9]+)?(-server)?", "redis"),
    (r"tomcat([0-9]+)?", "tomcat"),
    (r"nginx(-common|-core)?", "nginx"),
    (r"apache2|httpd", "apache-http-server"),
    (r"temurin-[0-9]+-(jdk|jre)", "eclipse-temurin"),
    (r"jdk-[0-9.]+|j(dk|re)1\.[0-9].*", "oracle-jdk"),
    (r"(dotnet|aspnetcore)-(runtime|sdk)-[0-9.]+", "dotnet"),
    (r"powershell(-lts)?", "powershell"),
    (r"openvpn", "openvpn"),
    (r"firefox(-esr)?", "firefox"),
    # Its dates are in the feed `eol` only: without that they are unknown.
    (r"google-chrome-stable", "chrome"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), product) for pattern, product in PRODUCTS)

# What each RPM distribution calls itself in the packages that it builds.
_VENDORS: Mapping[str, str] = {
    "rhel": r"Red Hat, Inc\.",
    "rocky": r"Rocky.*",
    "almalinux": r"AlmaLinux.*",
    "centos": r"CentOS.*",
    "ol": r"Oracle America.*",
    "fedora": r"Fedora Project",
    "amzn": r"Amazon( Linux|\.com).*",
    "sles": r"SUSE LLC.*",
    "opensuse-leap": r"(openSUSE|SUSE LLC).*",
}


@dataclass(slots=True)
class _Answer:
    """The answer of the probe, taken apart; `packages` are rows of name, version and, for RPM, vendor."""

    manager: str = ""
    os: str = ""
    packages: list[list[str]] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    policy: list[str] = field(default_factory=list)


def packages(text: str) -> dict[str, object]:
    """`packages`: each installed package of a known product."""
    answer = _taken_apart(text)
    if answer.manager == "dpkg":
        supplied = _by_apt(answer)
    elif answer.manager == "rpm":
        supplied = _by_vendor(answer)
    else:
        raise Unparsable("no package manager is named")
    if answer.manager not in (row[0] for row in answer.packages):
        raise Unparsable(f"{answer.manager} does not even name itself")
    records = {row[0]: record for row in answer.packages if (record := _record(row, supplied)) is not None}
    return {"packages": list(records.values())}


def _taken_apart(text: str) -> _Answer:
    answer = _Answer()
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if line.startswith("|"):
            answer.policy.append(line[1:])
        elif word == "package":
            answer.packages.append(rest.split("|"))
        elif word == "origin":
            answer.origins.append(rest)
        elif word == "manager":
            answer.manager = rest
        elif line.startswith("ID="):
            answer.os = line[3:].strip("\"'")
    return answer


def _record(row: list[str], supplied: Mapping[str, bool]) -> dict[str, object] | None:
    if len(row) < 2 or not row[1]:
        raise Unparsable(f"package with name and version expected, {'|'.join(row)[:60]!r} found")
    name, version = row[0], row[1].rpartition(":")[2] if row[1][0].isdigit() else row[1]
    product = next((product for pattern, product in _PATTERNS if pattern.fullmatch(name)), None)
    if product is None:
        return None
    record: dict[str, object] = {"package": name, "product": product, "version": version}
    return {**record, "from_distribution": supplied[name]} if name in supplied else record


def _by_vendor(answer: _Answer) -> dict[str, bool]:
    """By the vendor that the package names; of a distribution that is not known here, nothing is said."""
    wanted = _VENDORS.get(answer.os)
    if wanted is None:
        return {}
    return {row[0]: bool(re.fullmatch(wanted, row[2])) for row in answer.packages if len(row) > 2}


@dataclass(slots=True)
class _Offer:
    """What apt knows of one package: the candidate, and the sources of every version."""

    installed: str = ""
    candidate: str = ""
    versions: dict[str, list[str]] = field(default_factory=dict)


def _by_apt(answer: _Answer) -> dict[str, bool]:
    """By the sources that offer the installed version, or else those of the one that would replace it."""
    origins, offers = Origins.read(answer.origins, answer.os), _offers(answer.policy)
    # dpkg itself always comes from the distribution: where nothing offers it, apt does not see the lists.
    if not any(name == "dpkg" and any(offer.versions.values()) for name, offer in offers.items()):
        return {}
    told = {name: _told(offer, origins) for name, offer in offers.items()}
    return {name: value for name, value in told.items() if value is not None}


def _offers(policy: list[str]) -> dict[str, _Offer]:
    """`apt-cache policy NAME…`: a block for each name, its versions, and under each version its sources."""
    offers: dict[str, _Offer] = {}
    offer, sources = _Offer(), list[str]()
    for line in policy:
        if name := re.fullmatch(r"(\S+):", line):
            offer = offers[name[1]] = _Offer()
        elif said := re.fullmatch(r"  Installed: (\S+)", line):
            offer.installed = said[1]
        elif said := re.fullmatch(r"  Candidate: (\S+)", line):
            offer.candidate = said[1]
        elif version := re.match(r"(?: \*\*\*|    ) (\S+) -?[0-9]+( |$)", line):
            sources = offer.versions.setdefault(version[1], [])
        elif source := re.match(r" {6,}-?[0-9]+ (\S+ \S+)", line):
            sources.append(source[1])
    return offers


def _told(offer: _Offer, origins: Origins) -> bool | None:
    """Whether the distribution supplies it; None where that cannot be told.

    An installed version that no source offers, and that is newer than what the distribution offers, came
    from elsewhere: the distribution's updates would be offered still. Without its index of security
    updates, it may just as well be one of those.
    """
    for version in (offer.installed, offer.candidate):
        if sources := offer.versions.get(version):
            return any(_own(source, origins) for source in sources)
    offered = any(_own(source, origins) for sources in offer.versions.values() for source in sources)
    known = origins.own_security_known if offered else origins.own_known
    return False if known else None


def _own(source: str, origins: Origins) -> bool:
    """`source` is an address, a blank, and suite/component."""
    uri, _, place = source.partition(" ")
    return origins.own(uri, place if place.endswith("/") else place.rpartition("/")[0])
