"""What apt would offer: the heads of its Release files, and `apt-cache policy` (apt-cache(8)).

The table of a package lists its versions, the newest one first, each with the places that offer it; `***`
marks the one that is installed. What stands above it is newer.
"""

import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

# Who publishes security fixes in suites of their own: there, what comes from another suite is no such fix.
_SPLIT_ORIGINS = ("Debian", "Ubuntu", "UbuntuESM", "UbuntuESMApps")
# Debian before 11 has `buster/updates`, all others `bookworm-security`, `jammy-apps-security`.
_SECURITY_SUITE = re.compile(r".+(-security|/updates)\Z")
# What apt does to an address to make a file name of it (apt-pkg/contrib/strutl.cc, URItoFileName).
_QUOTED = re.compile(r"[^!-~]|[\\|{}\[\]<>\"^~_=!@#$%&*]")


@dataclass(slots=True)
class Release:
    """The head of one Release file. `path` is where it was fetched, as apt names its files."""

    path: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def security(self) -> bool:
        """Whether it holds security fixes and nothing else, by its label or its suite."""
        suites = (self.fields.get("Suite", ""), self.fields.get("Codename", ""))
        return self.fields.get("Label") == "Debian-Security" or any(map(_SECURITY_SUITE.match, suites))

    @property
    def time(self) -> str | None:
        """Its date, as a time of the facts; None where it bears none."""
        try:
            return stock.epoch_time(parsedate_to_datetime(self.fields.get("Date", "")).timestamp())
        except (ValueError, TypeError, OverflowError, Unparsable):
            return None


@dataclass(slots=True)
class Version:
    """One row of a table: a version, and the lines that say where it comes from."""

    number: str
    places: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Package:
    """One table: the name, the versions installed and proposed, and the newer ones, the newest first."""

    name: str
    installed: str = ""
    candidate: str = ""
    newer: list[Version] = field(default_factory=list)


Fields = dict[str, object]


def updates(text: str) -> Fields:
    """The facts of the `apt` probe."""
    lines = text.splitlines()
    if "manager apt" not in lines:
        raise Unparsable("no `manager apt` in the answer")
    releases = read_releases(lines)
    held, sources = _held(lines), _sources(lines)
    found = (_record(package, releases, held) for package in _packages(lines))
    return {
        "manager": "apt",
        "held": held,
        "listed": [{**record, **sources.get(str(record["name"]), {})} for record in found if record],
        **_dates([release.time for release in releases if release.security]),
        **_denied(lines),
    }


def _held(lines: list[str]) -> list[str]:
    """The packages on hold, named as apt names them: without the architecture where it is the native one."""
    native = next((line.removeprefix("native ") for line in lines if line.startswith("native ")), "?")
    held = (line.removeprefix("held ") for line in lines if line.startswith("held "))
    return [name.removesuffix(f":{native}") for name in held]


def _sources(lines: list[str]) -> dict[str, Fields]:
    """The source package that each installed package was built from: `source NAME SOURCE VERSION`."""
    words = (line.split() for line in lines if line.startswith("source "))
    return {word[1]: {"source": word[2], "source_version": word[3]} for word in words if len(word) == 4}


def _dates(dates: list[str | None]) -> Fields:
    """The oldest and the newest date of the security repositories."""
    known = [date for date in dates if date]
    if len(known) < len(dates):
        undated = Unread(Reason.INCOMPLETE_RECORD, "a security repository bears no date")
        return {"metadata_date": undated, "metadata_published": undated}
    return {"metadata_date": min(known, default=None), "metadata_published": max(known, default=None)}


def _denied(lines: list[str]) -> Fields:
    refused = [line.removeprefix("denied ") for line in lines if line.startswith("denied ")]
    if not refused:
        return {}
    gap = Unread(Reason.DENIED, f"{refused[0]} cannot be read")
    return {"metadata_date": gap, "metadata_published": gap, "incomplete": {"listed": gap}}


def read_releases(lines: list[str]) -> list[Release]:
    """The Release files in the answer of a probe: `release FILE`, then the lines of its head."""
    releases: list[Release] = []
    inside = False
    for line in lines:
        if line.startswith("release "):
            releases.append(Release(re.sub(r"_(In)?Release\Z", "", line.removeprefix("release "))))
            inside = True
        elif inside and re.match(r"(Origin|Label|Suite|Codename|Date): ", line):
            key, value = line.split(": ", 1)
            releases[-1].fields.setdefault(key, value.strip())
        else:
            inside = False
    return releases


def _packages(lines: list[str]) -> list[Package]:
    """The tables; of each, the rows above the installed version."""
    packages: list[Package] = []
    package = Package("")
    for line in lines:
        if re.match(r"[a-z0-9][a-z0-9+.:-]*:\Z", line):
            package = Package(line[:-1])
            packages.append(package)
        elif line.startswith(("  Installed: ", "  Candidate: ")):
            key, value = line.strip().split(": ", 1)
            setattr(package, key.lower(), value)
        elif line.startswith(" *** "):
            package = Package("")
        elif row := re.match(r" {5}(\S+)", line):
            package.newer.append(Version(row[1]))
        elif package.newer and (place := re.match(r" {6,}-?[0-9]+ (.+)", line)):
            package.newer[-1].places.append(place[1])
    return packages


def _record(package: Package, releases: list[Release], held: list[str]) -> Fields | None:
    """What waits for one package: a proposed version, or a security fix that a pin keeps away."""
    numbers = [version.number for version in package.newer]
    at = numbers.index(package.candidate) if package.candidate in numbers else len(numbers)
    fixes = [version for version in package.newer if any(r.security for r in _offering(version, releases))]
    waiting = fixes or package.newer[at:]
    if not waiting:
        return None
    pinned = any(fix.number in numbers[:at] for fix in fixes)
    target = waiting[0] if pinned else package.newer[at]
    record: Fields = {
        "name": package.name,
        "packages": [f"{package.name} {package.installed} -> {target.number}"],
        "origin": ", ".join(_origin(place, releases) for place in target.places),
        "held": pinned or package.name in held,
    }
    return {**record, **_rating(fixes, waiting, releases), **_listed_on(waiting, releases)}


def _offering(version: Version, releases: list[Release]) -> list[Release]:
    places = {path for place in version.places for path in _paths(place)}
    return [release for release in releases if release.path in places]


def _paths(place: str) -> tuple[str, str]:
    """The names that the Release file of `http://site/path suite/component arch Packages` may have."""
    address, suite, *_ = [*place.split(), "", ""]
    path = re.sub(r"\A[a-z0-9+.-]+:(//)?", "", address).rstrip("/")
    dist = suite.rpartition("/")[0]
    return _file_name(f"{path}/dists/{dist}"), _file_name(path)


def _file_name(path: str) -> str:
    return _QUOTED.sub(lambda found: f"%{ord(found[0]):02x}", path).replace("/", "_")


def _origin(place: str, releases: list[Release]) -> str:
    for release in _offering(Version("", [place]), releases):
        return f"{release.fields.get('Label', '?')}:{release.fields.get('Suite', '?')}"
    return (place.split() or [""])[0]


def _rating(fixes: list[Version], waiting: list[Version], releases: list[Release]) -> Fields:
    """Whether it is a security fix, and how grave; nothing where that is not known.

    Debian's advisories carry no rating. Ubuntu's do, but the lists do not repeat it.
    """
    offering = [release for version in waiting for release in _offering(version, releases)]
    if fixes:
        debian = any(release.fields.get("Label") == "Debian-Security" for release in offering)
        rating = {"severity": "unrated"} if debian else {}
        return {"security": True, "security_version": fixes[0].number, **rating}
    split = {r.fields.get("Origin") for r in releases if r.security}.intersection(_SPLIT_ORIGINS)
    places = sum(len(version.places) for version in waiting)
    known = len(offering) >= places > 0 and all(r.fields.get("Origin") in split for r in offering)
    return {"security": False} if known else {}


def _listed_on(waiting: list[Version], releases: list[Release]) -> Fields:
    times = [release.time for version in waiting for release in _offering(version, releases)]
    known = [time for time in times if time]
    return {"listed_on": min(known)[:10]} if known else {}
