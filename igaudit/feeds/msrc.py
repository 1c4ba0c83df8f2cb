"""Microsoft's security updates, by the CVRF documents of its Security Response Center, one a month.

Data: `kbs`, from the number of an update to `released` (the day of the month's first publication),
`severity` (Microsoft's gravest: critical, important, moderate, low, or ""), `cves` and, where it is said,
the `systems` that it is for (client, server: some come for one of them, though both have the same builds);
`builds`, from the first three parts of a Windows build to lists of day, full build and number, the oldest
first; `documents`, the ids that were read.

A document bears one date for all it holds, so an update that came between two monthly ones counts from the
monthly one before it: its age is then overstated, never understated.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from igaudit.errors import ContentError
from igaudit.feeds.source import CVE, Data, Document, Get, Reading, day_of, json_of, objects, texts

MONTHS = 15
# CVRF's numbers for the kinds of remediations and threats.
_VENDOR_FIX, _SEVERITY = 2, 3
_WEIGHT = ("", "low", "moderate", "important", "critical")
_BUILD = re.compile(r"((?:6|10)\.[0-9]+\.[0-9]+)\.[0-9]+")
# Products by their names: Windows Server 2025, Windows 11 Version 24H2 for x64-based Systems.
_SYSTEMS = (
    (re.compile(r"Windows Server\b"), "server"),
    (re.compile(r"Windows (7|8|8\.1|1[0-9])\b"), "client"),
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def gather(address: str, get: Get, before: Data, today: date) -> Iterator[Document]:
    """The documents of the last months; that of this month appears on its second Tuesday."""
    day = today.replace(day=1)
    for _ in range(MONTHS):
        name = f"{day.year}-{_NAMES[day.month - 1]}"
        if found := get.if_there(f"{address}/cvrf/{name}"):
            yield found
        day = (day - timedelta(days=1)).replace(day=1)


def normalise(documents: Sequence[Document], before: Data) -> Reading:
    """All documents as one; raises ContentError for what is none."""
    book = _Book()
    if not documents:
        raise ContentError.at("msrc", "no document of the last months is there")
    for document in documents:
        book.read(document)
    return Reading(max(book.days), book.data())


class _Book:
    """The updates of the documents read so far."""

    def __init__(self) -> None:
        self.days: list[str] = []
        self.names: list[str] = []
        self.kbs: dict[str, dict[str, Any]] = {}
        self.builds: dict[str, set[tuple[str, str, str]]] = {}
        self.systems: dict[str, set[str]] = {}

    def read(self, document: Document) -> None:
        """Take one document in."""
        answer = json_of(document)
        tracking = _mapping(answer.get("DocumentTracking"))
        released = day_of(tracking.get("InitialReleaseDate"))
        if not released or not isinstance(answer.get("Vulnerability"), list):
            raise ContentError.at(document.name, "no CVRF document of Microsoft's")
        self.days.append(day_of(tracking.get("CurrentReleaseDate")) or released)
        self.names.append(_value(_mapping(tracking.get("Identification")).get("ID")))
        systems = _systems(answer)
        for flaw in objects(answer["Vulnerability"]):
            self._flaw(flaw, released, systems)

    def _flaw(self, flaw: Mapping[str, Any], released: str, systems: Mapping[str, str]) -> None:
        ratings = (_rating(threat) for threat in objects(flaw.get("Threats")))
        severity = max(ratings, key=_WEIGHT.index, default="")
        cve = str(flaw.get("CVE"))
        for fix in objects(flaw.get("Remediations")):
            number = _value(fix.get("Description"))
            if fix.get("Type") == _VENDOR_FIX and re.fullmatch("[0-9]{6,8}", number):
                self._fix(number, released, severity, cve)
                named = (systems.get(product, "") for product in texts(fix.get("ProductID") or []))
                self.systems.setdefault(number, set()).update(named)
                self._build(fix.get("FixedBuild"), released, number)

    def _fix(self, number: str, released: str, severity: str, cve: str) -> None:
        entry = self.kbs.setdefault(number, {"released": released, "severity": "", "cves": set()})
        entry["released"] = min(entry["released"], released)
        entry["severity"] = max(entry["severity"], severity, key=_WEIGHT.index)
        if CVE.match(cve):
            entry["cves"].add(cve)

    def _build(self, stated: object, released: str, number: str) -> None:
        for text in texts([stated]):
            if build := _BUILD.fullmatch(text.strip()):
                self.builds.setdefault(build[1], set()).add((released, build[0], number))

    def _kb(self, number: str, known: Mapping[str, Any]) -> dict[str, Any]:
        """What is known of an update; without `systems` where one of its products is no Windows."""
        systems = self.systems.get(number, {""})
        said = {"systems": sorted(systems)} if systems and "" not in systems else {}
        return {**known, "cves": sorted(known["cves"]), **said}

    def data(self) -> Data:
        """Everything, in plain values."""
        return {
            "kbs": {number: self._kb(number, kb) for number, kb in sorted(self.kbs.items())},
            "builds": {name: sorted(map(list, found)) for name, found in sorted(self.builds.items())},
            "documents": sorted(self.names),
        }


def _systems(answer: Mapping[str, Any]) -> dict[str, str]:
    """The products that are a Windows, by number: whether for clients or for servers."""
    products = objects(_mapping(answer.get("ProductTree")).get("FullProductName") or [])
    found = ((str(p.get("ProductID")), str(p.get("Value"))) for p in products)
    return {number: kind for number, name in found for like, kind in _SYSTEMS if like.match(name)}


def _rating(threat: Mapping[str, Any]) -> str:
    word = _value(threat.get("Description")).lower() if threat.get("Type") == _SEVERITY else ""
    return word if word in _WEIGHT else ""


def _value(described: object) -> str:
    value = _mapping(described).get("Value")
    return value.strip() if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
