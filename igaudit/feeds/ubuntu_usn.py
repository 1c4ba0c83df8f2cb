"""Ubuntu's security notices (USN), page by page, the newest first.

Data: `since`, from which day on every notice is here; `notices`, from id to day, severity ("" where the pages
do not tell) and CVEs; `sources` and `binaries`, from code name to package to pairs of version and notice.
Binary packages are kept only where their version is not that of their source: kernels, mainly.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from igaudit.errors import ContentError
from igaudit.feeds.source import Data, Document, Get, Reading, cves_in, day_of, json_of, objects, texts

# How far back is fetched the first time; from then on the feed grows.
WINDOW = timedelta(days=400)
PAGE = 20
# The names of kernel packages change with every version: nobody upgrades from one to the other.
_NAMED_BY_VERSION = re.compile(r".*-[0-9]+\.[0-9]+\.[0-9]+-[0-9]+")
# Ubuntu's priorities in the words of the other vendors (the order is that of weight).
_PRIORITIES = {
    "critical": "critical",
    "high": "important",
    "medium": "moderate",
    "low": "low",
    "negligible": "low",
}
_WEIGHT = ("low", "moderate", "unrated", "important", "critical")
# From this CVSS score on Cyber Essentials asks for the fix within 14 days, whatever the vendor calls it.
_HIGH_SCORE = 7.0

Versions = dict[str, dict[str, list[list[str]]]]


def gather(address: str, get: Get, before: Data, today: date) -> Iterator[Document]:
    """Pages until one is beyond the window, or holds nothing that is not here already."""
    known, offset = before.get("notices", {}), 0
    while True:
        document = get(f"{address}?limit={PAGE}&offset={offset}")
        yield document
        notices = objects(json_of(document).get("notices"))
        oldest = min((day_of(notice.get("published")) for notice in notices), default="")
        beyond = oldest < (today - WINDOW).isoformat()
        if not notices or beyond or all(str(notice.get("id")) in known for notice in notices):
            return
        offset += len(notices)


def normalise(documents: Sequence[Document], before: Data) -> Reading:
    """The notices of all pages and those kept before; raises ContentError for what is no page of them."""
    pages = sorted((_page(document) for document in documents), key=lambda page: page[0])
    notices = [notice for page in _unbroken(pages, documents[0].name) for notice in page]
    days = [day for notice in notices if (day := day_of(notice.get("published")))]
    if not days:
        raise ContentError.at(documents[0].name, "no notice with a date in it")
    book = _Book(before if min(days) >= str(before.get("since", "9")) else {})
    for notice in notices:
        book.add(notice)
    return Reading(max(days), book.data(min(days)))


def _page(document: Document) -> tuple[int, list[dict[str, Any]]]:
    answer = json_of(document)
    offset, notices = answer.get("offset") or 0, objects(answer.get("notices"))
    if "notices" not in answer or not isinstance(offset, int):
        raise ContentError.at(document.name, "no page of Ubuntu's security notices")
    return offset, notices


def _unbroken(pages: list[tuple[int, list[dict[str, Any]]]], name: str) -> Iterator[list[dict[str, Any]]]:
    """The pages from the newest notice on, as long as none is missing between them."""
    reached = 0
    for offset, notices in pages:
        if offset > reached:
            if not reached:
                raise ContentError.at(name, "the first page, with the newest notices, is missing")
            return
        reached = offset + len(notices)
        yield notices


class _Book:
    """Notices, and what they fix where."""

    def __init__(self, before: Data) -> None:
        self.since = str(before.get("since", ""))
        self.notices: dict[str, list[Any]] = dict(before.get("notices", {}))
        self.sources: Versions = before.get("sources", {})
        self.binaries: Versions = before.get("binaries", {})

    def add(self, notice: Mapping[str, Any]) -> None:
        """Take one notice in, unless it is here; those that are not about packages have another prefix."""
        name, day = notice.get("id"), day_of(notice.get("published"))
        packages = notice.get("release_packages")
        if not isinstance(name, str) or not name.startswith("USN-") or not day or name in self.notices:
            return
        self.notices[name] = [day, severity(notice), _cves(notice)]
        for release, listed in packages.items() if isinstance(packages, dict) else ():
            self._fixes(name, release, objects(listed))

    def _fixes(self, name: str, release: str, listed: list[dict[str, Any]]) -> None:
        sources = {p["version"]: p["name"] for p in listed if _named(p) and _true(p.get("is_source"))}
        for package in filter(_named, listed):
            source = _true(package.get("is_source"))
            if source or (package["version"] not in sources and not _NAMED_BY_VERSION.match(package["name"])):
                into = (self.sources if source else self.binaries).setdefault(release, {})
                into.setdefault(package["name"], []).append([package["version"], name])

    def data(self, oldest: str) -> Data:
        """Everything; `oldest` is the day of the oldest notice that was added."""
        since = min(filter(None, (self.since, oldest)))
        fixes = {"sources": self.sources, "binaries": self.binaries}
        return {"since": since, "notices": self.notices, **fixes}


def severity(notice: Mapping[str, Any]) -> str:
    """The gravest rating of the notice's CVEs; "" where the page does not rate them all."""
    cves = notice.get("cves")
    ratings = [_rating(cve) for cve in objects(cves)]
    if not ratings or len(ratings) < len(_cves(notice)):
        return "unrated" if not _cves(notice) else ""
    return max(ratings, key=_WEIGHT.index)


def _rating(cve: Mapping[str, Any]) -> str:
    score = cve.get("cvss3")
    rating = _PRIORITIES.get(str(cve.get("priority")), "unrated")
    high = isinstance(score, int | float) and score >= _HIGH_SCORE
    return max(rating, "important", key=_WEIGHT.index) if high else rating


def _cves(notice: Mapping[str, Any]) -> list[str]:
    cves = notice.get("cves")
    named = [str(cve.get("id")) for cve in objects(cves)] + texts(cves) + texts(notice.get("cves_ids"))
    return cves_in(named)


def _named(package: Mapping[str, Any]) -> bool:
    """Whether it has a name and a version."""
    return all(texts([package.get(key) or None]) for key in ("name", "version"))


def _true(value: object) -> bool:
    return value is True or value == "true"
