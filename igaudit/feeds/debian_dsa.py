"""Debian's security advisories (DSA) and those of its long-term support (DLA).

The security tracker keeps both as text: a line of day, advisory, source package and title, then, indented,
the CVEs in braces and one line per release with the version that fixes them. `<not-affected>` and the like
stand where there is no such version. Both lists are needed: after three years a release moves from one to
the other.

Data: `advisories`, from id to day and CVEs; `fixes`, from code name to source package to pairs of version and
advisory; `since`, the day from which on both lists are here.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from igaudit.errors import ContentError
from igaudit.feeds.source import Data, Document, Get, Reading, cves_in, text_of

LISTS = ("DSA", "DLA")
_HEAD = re.compile(r"\[(\d{1,2} [A-Z][a-z]{2} \d{4})\] ((DSA|DLA)-[0-9]+(?:-[0-9]+)?) (.+)")
_FIX = re.compile(r"\s+\[([a-z]+)\]\s+- (\S+) ([^\s<]\S*)")
_CVES = re.compile(r"\s+\{([^}]*)\}")

# What no machine runs any more needs no dates: releases without an advisory for so long are left out.
_FORGOTTEN = timedelta(days=3 * 365)

Fixes = dict[str, dict[str, list[tuple[str, str]]]]


def gather(address: str, get: Get, before: Data, today: date) -> Iterator[Document]:
    """Both lists."""
    for name in LISTS:
        yield get(f"{address}/{name}/list")


def normalise(documents: Sequence[Document], before: Data) -> Reading:
    """Both lists as one; raises ContentError where one of them is missing or is something else."""
    book = _Book()
    for document in documents:
        book.read(document)
    for name in LISTS:
        if name not in book.newest:
            raise ContentError.at(documents[0].name, f"the {name} list is missing: give both, DSA and DLA")
    published = min(book.newest.values())
    return Reading(published.isoformat(), book.data(max(book.newest.values())))


class _Book:
    """The advisories of the lists read so far."""

    def __init__(self) -> None:
        self.newest: dict[str, date] = {}
        self.oldest: dict[str, date] = {}
        self.days: dict[str, date] = {}
        self.cves: dict[str, list[str]] = {}
        self.fixes: Fixes = {}

    def read(self, document: Document) -> None:
        """Take one list in."""
        name, found = "", 0
        for line in text_of(document).splitlines():
            if head := _HEAD.match(line):
                name, found = self._begin(head, document), found + 1
            elif name and (fix := _FIX.match(line)):
                self.fixes.setdefault(fix[1], {}).setdefault(fix[2], []).append((fix[3], name))
            elif name and (cves := _CVES.match(line)):
                self.cves[name] = cves_in(cves[1].split())
        if not found:
            raise ContentError.at(document.name, "no advisory in it: not the list of DSA or DLA")

    def _begin(self, head: re.Match[str], document: Document) -> str:
        try:
            day = datetime.strptime(head[1], "%d %b %Y").date()
        except ValueError:
            raise ContentError.at(document.name, f"{head[2]}: no day of the calendar: {head[1]}") from None
        self.newest[head[3]] = max(day, self.newest.get(head[3], day))
        self.oldest[head[3]] = min(day, self.oldest.get(head[3], day))
        self.days[head[2]] = day
        return head[2]

    def data(self, newest: date) -> Data:
        """The releases that still get advisories, and the advisories about them."""
        fixes = {suite: found for suite, found in self.fixes.items() if self._alive(found, newest)}
        named = {name for found in fixes.values() for pairs in found.values() for _, name in pairs}
        advisories = {name: [self.days[name].isoformat(), self.cves.get(name, [])] for name in sorted(named)}
        since = max(self.oldest.values()).isoformat()
        return {"since": since, "advisories": advisories, "fixes": fixes}

    def _alive(self, found: dict[str, list[tuple[str, str]]], newest: date) -> bool:
        last = max(self.days[name] for pairs in found.values() for _, name in pairs)
        return newest - last <= _FORGOTTEN
