"""What the repository metadata of dnf, yum and zypper (rpm-md) offers beyond what is installed.

The probe prints the repositories' settings, the advisories of updateinfo.xml that name an installed package
(or, of a repository without updateinfo, the packages of primary.xml), and the versions that are installed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from igaudit.model.facts import Reason, Unread
from igaudit.model.package_version import rpm_key
from igaudit.parse import Unparsable, stock
from igaudit.parse.rpm_settings import Settings, read_settings

# Red Hat, SUSE and Fedora rate alike; Amazon says medium, older EPEL advisories urgent and high.
_SEVERITIES = {
    "critical": "critical",
    "urgent": "critical",
    "important": "important",
    "high": "important",
    "moderate": "moderate",
    "medium": "moderate",
    "low": "low",
}
Fields = dict[str, object]


@dataclass(slots=True)
class Advisory:
    """One `<update>` of updateinfo.xml; `packages` are (name, architecture, version, module stream)."""

    id: str
    repository: "Repository"
    fields: dict[str, str] = field(default_factory=dict)
    packages: list[tuple[str, str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Repository:
    """The metadata of one repository. `confirmed` is when the machine last fetched or confirmed it."""

    folder: str
    id: str
    confirmed: int = 0
    kinds: list[str] = field(default_factory=list)
    published: dict[str, str] = field(default_factory=dict)
    reading: str = ""
    read: bool = False
    denied: bool = False
    advisories: list[Advisory] = field(default_factory=list)
    offers: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def rates(self) -> bool:
        """Whether it says which of its updates fix a vulnerability."""
        return any(kind.startswith("updateinfo") for kind in self.kinds)

    @property
    def published_at(self) -> str | None:
        """When its publisher made what was read of it; None where it does not say."""
        kind = "updateinfo" if self.rates else "primary"
        return _time(self.published.get(kind) or self.published.get("revision", ""))

    @property
    def gap(self) -> Unread | None:
        """Why not all of it could be read; None where it could."""
        if self.denied:
            return Unread(Reason.DENIED, f"the metadata of {self.id} cannot be read")
        if self.reading and not self.read:
            return Unread(Reason.UNSUPPORTED, f"the {self.reading} of {self.id} cannot be unpacked")
        return None if self.read else Unread(Reason.FAILED, f"{self.id}: its metadata is not whole")


def updates(text: str) -> Fields:
    """The facts of the `rpm` probe."""
    settings = read_settings(text)
    installed, found = _read(text, settings.manager)
    repositories = {name: found[name] for name in settings.enabled() if name in found}
    rated = [repository for repository in repositories.values() if repository.rates]
    facts: Fields = {
        "manager": settings.manager,
        "held": settings.kept_out(),
        "listed": list(_listed(repositories, installed, settings)),
        "metadata_date": _epoch(min((r.confirmed for r in rated), default=None)),
        "metadata_published": max((r.published_at for r in rated if r.published_at), default=None),
    }
    gap = _gap(settings, repositories)
    return {**facts, "incomplete": {"listed": gap}} if gap else facts


def _epoch(seconds: int | None) -> object:
    if seconds == 0:
        return Unread(Reason.INCOMPLETE_RECORD, "the time of a repository's metadata is not known")
    return None if seconds is None else stock.epoch_time(seconds)


def _gap(settings: Settings, repositories: dict[str, Repository]) -> Unread | None:
    if settings.denied:
        return Unread(Reason.DENIED, f"{settings.denied[0]} cannot be read")
    for name in settings.enabled():
        if name not in repositories:
            return Unread(Reason.FEED_TOO_OLD, f"the metadata of {name} was never fetched")
    return next((gap for repository in repositories.values() if (gap := repository.gap)), None)


Installed = dict[str, list[tuple[str, str]]]


def _read(text: str, manager: str) -> tuple[Installed, dict[str, Repository]]:
    """The installed versions by name, and the repositories by id: of several folders the newest."""
    reader = _Reader(manager)
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word in _READS and (reader.repositories or word in ("repo", "installed")):
            _READS[word](reader, rest)
    newest = sorted(reader.repositories, key=lambda repository: repository.confirmed)
    return reader.installed, {repository.id: repository for repository in newest}


class _Reader:
    """Takes the lines of the answer one by one."""

    def __init__(self, manager: str) -> None:
        self.manager = manager
        self.installed: Installed = {}
        self.repositories: list[Repository] = []
        self.data = "revision"

    @property
    def now(self) -> Repository:
        return self.repositories[-1]

    def repo(self, folder: str) -> None:
        name, _, digest = folder.rpartition("-")
        hashed = self.manager == "dnf" and len(digest) == 16
        self.repositories.append(Repository(folder, name if hashed else folder))

    def confirmed(self, seconds: str) -> None:
        self.now.confirmed = max(self.now.confirmed, stock.integer(seconds, "a modification time"))

    def revision(self, value: str) -> None:
        self.now.published["revision"] = value

    def kind(self, name: str) -> None:
        self.now.kinds.append(name)
        self.data = name.removesuffix("_zck")

    def timestamp(self, value: str) -> None:
        self.now.published[self.data] = value

    def reads(self, kind: str) -> None:
        self.now.reading = kind

    def was_read(self, _: str) -> None:
        self.now.read = True

    def denied(self, _: str) -> None:
        self.now.denied = True

    def advisory(self, name: str) -> None:
        self.now.advisories.append(Advisory(name, self.now))

    def detail(self, key: str) -> Callable[[str], None]:
        def take(value: str) -> None:
            if self.now.advisories:
                self.now.advisories[-1].fields[key] = value

        return take

    def package(self, rest: str) -> None:
        if self.now.advisories:
            self.now.advisories[-1].packages.append(_package(rest))

    def offer(self, rest: str) -> None:
        self.now.offers.append(_package(rest))

    def installs(self, rest: str) -> None:
        name, arch, version, _ = _package(rest)
        self.installed.setdefault(name, []).append((arch, version))
