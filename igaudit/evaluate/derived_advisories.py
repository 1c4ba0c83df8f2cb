"""When the fixes that wait were released: updates of Debian and Ubuntu, joined with the advisories.

apt's lists date no fix. An advisory waits where the version that it names is newer than the installed one.
Each is a record of its own, with its own day: the oldest one counts, however new the newest is. Where the
feed may lack an older advisory, or names none, the update stays in the list without a day: it can then show
a failure, never a pass.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from igaudit.evaluate.derived_support import release_day
from igaudit.evaluate.feed_use import feed_of
from igaudit.evaluate.view import FactView
from igaudit.model.facts import Reason, Unread
from igaudit.model.feed import Feed
from igaudit.model.package_version import dpkg_key

Record = Mapping[str, Any]
Pairs = list[list[str]]

# os-release's ID → the feed with the vendor's advisories.
FEEDS: Mapping[str, str] = {"debian": "debian-dsa", "ubuntu": "ubuntu-usn"}
_SIGNED = "linux-signed-"
_DECIDING = ("security", "severity", "released")


def dated(view: FactView, records: Iterable[Record]) -> list[dict[str, Any]]:
    """The updates, each advisory that waits a record of its own; what is not known of one says why."""
    advisories = _Advisories(view)
    return [_explained(found, advisories.gap) for record in records for found in advisories.of(record)]


@dataclass(frozen=True, slots=True)
class _Version:
    """An installed version and the one on offer ("" where it cannot be compared), with what names them."""

    pairs: Pairs
    installed: str
    offered: str


class _Advisories:
    """The vendor's advisories about one machine; `gap` says why there are none."""

    def __init__(self, view: FactView) -> None:
        name, codename = view.get(("os", "id")), view.get(("os", "codename"))
        self.gap: Unread | None = None
        self.codename = str(codename)
        self.feed: Feed | None = None
        found = self._feed(view, name) if not isinstance(codename, Unread) else codename
        if isinstance(found, Feed):
            self.feed = found
            self.whole = str(found.data["since"]) <= (release_day(view) or "")
        else:
            self.gap = found

    def _feed(self, view: FactView, name: object) -> Feed | Unread:
        if isinstance(name, Unread):
            return name
        if name not in FEEDS:
            return Unread(
                Reason.UNSUPPORTED, f"not determinable: no feed has the advisories of {str(name)[:60]}"
            )
        return feed_of(view, FEEDS[str(name)])

    def of(self, record: Record) -> Iterator[dict[str, Any]]:
        """The record once per advisory that waits, and as it is, where more may wait than the feed knows."""
        if self.feed is None or record.get("security") is not True or "released" in record:
            yield dict(record)
            return
        versions = list(self._versions(record))
        waiting = {name: self._advisory(name) for version in versions for name in _waiting(version)}
        for _, fields in sorted(waiting.items()):
            yield {**record, **fields}
        if not waiting or not all(self._covers(version) for version in versions):
            yield {**record, "released": self._open(bool(versions))}

    def _versions(self, record: Record) -> Iterator[_Version]:
        """The record's package under the names that advisories give it."""
        assert self.feed is not None
        name, installed, offered = _changed(record)
        fixes = self.feed.data.get("fixes") or self.feed.data["sources"]
        binaries = self.feed.data.get("binaries", {}).get(self.codename, {}).get(name.partition(":")[0], [])
        if binaries:
            yield _Version(_fit(binaries, offered), installed, offered)
        source, version = str(record.get("source", "")), str(record.get("source_version", ""))
        if source.startswith(_SIGNED):
            # Debian signs its kernels in a source package of its own; advisories name that of the kernel.
            source, version = "linux", installed
        same = _plain(version) == _plain(installed)
        if pairs := fixes.get(self.codename, {}).get(source, []):
            yield _Version(_fit(pairs, offered), version, offered if same else "")

    def _advisory(self, name: str) -> dict[str, Any]:
        assert self.feed is not None
        if "advisories" in self.feed.data:
            day, cves = self.feed.data["advisories"][name]
            return {"advisory": name, "released": day, "cves": cves}
        day, severity, cves = self.feed.data["notices"][name]
        rating = {"severity": severity} if severity else {}
        return {"advisory": name, "released": day, "cves": cves, **rating}

    def _covers(self, version: _Version) -> bool:
        """Whether every advisory that waits is in the feed, that of the offered version among them.

        An advisory that is fixed in the installed version tells that older ones are too.
        """
        installed = dpkg_key(version.installed)
        known = self.whole or any(dpkg_key(fixed) <= installed for fixed, _ in version.pairs)
        offered = dpkg_key(_plain(version.offered))
        return known and (
            not version.offered or any(dpkg_key(fixed) == offered for fixed, _ in version.pairs)
        )

    def _open(self, known: bool) -> Unread:
        assert self.feed is not None
        about = f"the feed {self.feed.name} of {self.feed.published}"
        if known:
            return Unread(Reason.INCOMPLETE_RECORD, f"{about} may lack an advisory that this update carries")
        return Unread(Reason.INCOMPLETE_RECORD, f"{about} has no advisory about it")


def _waiting(version: _Version) -> Iterator[str]:
    installed = dpkg_key(version.installed)
    return (name for fixed, name in version.pairs if dpkg_key(fixed) > installed)


def _changed(record: Record) -> tuple[str, str, str]:
    """Name and installed version, of `name installed -> offered`, and what the security repository offers."""
    name, installed, _, offered = str(record["packages"][0]).split(" ")
    return name, installed, str(record.get("security_version", offered))


def _plain(version: str) -> str:
    """A version without what a mere rebuild adds to it."""
    head, plus, build = version.rpartition("+b")
    return head if plus and build.isdecimal() else version


def _fit(pairs: Pairs, offered: str) -> Pairs:
    """Without the fixes of Ubuntu Pro, where the machine is not offered one of them."""
    return pairs if "esm" in offered else [pair for pair in pairs if "esm" not in pair[0]]


def _explained(record: dict[str, Any], gap: Unread | None) -> dict[str, Any]:
    """The record with a word in place of what decides about it and is not known."""
    if "security" not in record:
        origin = str(record.get("origin"))[:100]
        words = f"not determinable: {origin} does not say which of its updates fix a vulnerability, and when"
        unknown = Unread(Reason.INCOMPLETE_RECORD, words)
    else:
        unknown = gap or Unread(Reason.INCOMPLETE_RECORD, "not determinable: nothing tells it")
    return record | {name: unknown for name in _DECIDING if name not in record}
