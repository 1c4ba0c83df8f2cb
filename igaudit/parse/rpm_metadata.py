"""Repository metadata (rpm-md) and the installed versions, as the `updates.rpm` probe prints them."""

import re
from dataclasses import dataclass, field

from igaudit.model.facts import Reason, Unread
from igaudit.model.package_version import rpm_key
from igaudit.parse import Unparsable, stock


@dataclass(frozen=True, slots=True)
class Package:
    """A package of a repository; `stream` is `name:stream` where it belongs to a module."""

    name: str
    arch: str
    version: str
    stream: str = ""


@dataclass(slots=True)
class Advisory:
    """One `<update>` of updateinfo.xml: its fields as written, and its packages of which one is installed."""

    id: str
    fields: dict[str, str] = field(default_factory=dict)
    packages: list[Package] = field(default_factory=list)


@dataclass(slots=True)
class Repository:
    """One repository. `confirmed`: when the machine last fetched or confirmed it, in seconds since 1970."""

    folder: str
    confirmed: int = 0
    kinds: list[str] = field(default_factory=list)
    published: dict[str, str] = field(default_factory=dict)
    reading: str = ""
    read: bool = False
    denied: bool = False
    advisories: list[Advisory] = field(default_factory=list)
    offers: list[Package] = field(default_factory=list)

    @property
    def rates(self) -> bool:
        """Whether it says which of its updates fix a vulnerability."""
        return any(kind.startswith("updateinfo") for kind in self.kinds)

    @property
    def published_at(self) -> str | None:
        """When its publisher made it, as a time of the facts; None where it does not say."""
        kind = "updateinfo" if self.rates else "primary"
        for stated in (self.published.get(kind, ""), self.published.get("revision", "")):
            if re.fullmatch(r"[0-9]{9,11}(\.[0-9]+)?", stated):
                return stock.epoch_time(stated)
        return None

    def gap(self, name: str) -> Unread | None:
        """Why not all of it could be read; None where it was."""
        if self.denied:
            return Unread(Reason.DENIED, f"the metadata of {name} cannot be read")
        if self.reading and not self.read:
            return Unread(Reason.UNSUPPORTED, f"the {self.reading} of {name} cannot be unpacked there")
        return None if self.read else Unread(Reason.FAILED, f"the metadata of {name} is not whole")


class Installed(dict[str, list[Package]]):
    """The installed packages by name."""

    def newest(self, package: Package) -> str:
        """The newest installed version that `package` would replace; "" where there is none."""
        kinds = {package.arch, "noarch"}
        fits = (p.version for p in self.get(package.name, ()) if package.arch == "noarch" or p.arch in kinds)
        return max(fits, key=rpm_key, default="")


def read_metadata(text: str) -> tuple[Installed, dict[str, Repository]]:
    """The installed packages, and the repositories by folder; raises Unparsable."""
    installed = Installed()
    repositories: dict[str, Repository] = {}
    now: Repository | None = None
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "repo":
            now = repositories[rest] = Repository(rest)
        elif word == "installed":
            package = _package(rest)
            installed.setdefault(package.name, []).append(package)
        elif now:
            _take(now, word, rest)
    return installed, repositories


def _take(now: Repository, word: str, rest: str) -> None:
    match word:
        case "confirmed":
            now.confirmed = max(now.confirmed, stock.integer(rest, "a modification time"))
        case "revision":
            now.published["revision"] = rest.strip()
        case "data":
            now.kinds.append(rest)
        case "timestamp" if now.kinds:
            now.published[now.kinds[-1].removesuffix("_zck")] = rest.strip()
        case "reads":
            now.reading = rest
        case "read":
            now.read = True
        case "denied":
            now.denied = True
        case "advisory":
            now.advisories.append(Advisory(rest.strip()))
        case "offer":
            now.offers.append(_package(rest))
        case _ if now.advisories:
            _take_detail(now.advisories[-1], word, rest)


def _take_detail(advisory: Advisory, word: str, rest: str) -> None:
    if word == "package":
        advisory.packages.append(_package(rest))
    elif word in ("type", "status", "severity", "issued", "cves"):
        advisory.fields[word] = rest.strip()


def _package(rest: str) -> Package:
    words = rest.split()
    if len(words) not in (3, 4):
        raise Unparsable(f"a package, its architecture and its version expected, {rest[:60]!r} found")
    return Package(*words)
