"""The NHS's national cyber alerts (CC-nnnn), by the REST interface of digital.nhs.uk.

It gives pages of ten, the one changed last first, or one alert at a time. An alert that is not public has no
more than its id and its date. Data: `alerts`, from id to `title`, `published` (a UTC time), `severity` (high,
medium, low, information only; "" where it is not said), `cves` and `mark` (by which a change is noticed);
`complete`, whether every alert that the publisher counts is here.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from igaudit.errors import ContentError
from igaudit.feeds.source import Data, Document, Get, Reading, cves_in, json_of, objects, time_of

_ID = re.compile(r"CC-[0-9]{1,7}")
MOST_PAGES = 2000

Alerts = dict[str, dict[str, Any]]


def gather(address: str, get: Get, before: Data, today: date) -> Iterator[Document]:
    """All pages; where all alerts are kept already, those up to the first page without a change."""
    known = before.get("alerts", {}) if before.get("complete") else {}
    for number in range(1, MOST_PAGES + 1):
        document = get(f"{address}/page?page={number}")
        yield document
        alerts, _, last = _page(document)
        if number >= last or not alerts or all(known.get(name) == alert for name, alert in alerts.items()):
            return


def normalise(documents: Sequence[Document], before: Data) -> Reading:
    """The alerts of all documents; raises ContentError for what is neither a page nor an alert."""
    known: Alerts = dict(before.get("alerts", {})) if before.get("complete") else {}
    total, found = 0, Alerts()
    for document in documents:
        alerts, counted, _ = _page(document)
        total = max(total, counted)
        # A later page may repeat what an earlier one showed newer.
        found = {**alerts, **found}
    if not found:
        raise ContentError.at(documents[0].name, "no alert in it")
    data = {**known, **found}
    newest = max(alert["published"] for alert in data.values())
    return Reading(newest[:10], {"alerts": data, "complete": bool(total) and len(data) >= total})


def _page(document: Document) -> tuple[Alerts, int, int]:
    """The alerts, how many there are in all (0 where it is not said), and the number of the last page."""
    answer = json_of(document)
    if "items" in answer:
        items = objects(answer["items"])
        return dict(_alerts(document, items)), _count(answer.get("total")), _count(answer.get("totalPages"))
    if "threatId" not in answer:
        said = answer.get("error")
        hint = f"it says {said[:120]!r}" if isinstance(said, str) else "neither a page of alerts nor an alert"
        raise ContentError.at(document.name, hint)
    return dict(_alerts(document, [answer])), 0, 1


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _alerts(document: Document, items: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for item in items:
        name, published = str(item.get("threatId")), time_of(item.get("publishedDate"))
        if not _ID.fullmatch(name) or not published:
            raise ContentError.at(document.name, f"an alert without id or date: {name[:40]!r}")
        yield name, _alert(item, published)


def _alert(item: Mapping[str, Any], published: str) -> dict[str, Any]:
    title, named = item.get("title"), objects(item.get("cveIdentifiers"))
    raw = json.dumps(item, sort_keys=True, ensure_ascii=True)
    return {
        "title": title[:300] if isinstance(title, str) else "",
        "published": published,
        "severity": _severity(item),
        "cves": cves_in([str(cve.get("cveIdentifier")).strip() for cve in named]),
        "mark": hashlib.sha256(raw.encode()).hexdigest()[:16],
    }


def _severity(item: Mapping[str, Any]) -> str:
    """The severity as it stands now; where only its history is told, the latest of it."""
    stated = item.get("severity")
    if not isinstance(stated, str) or not stated:
        history = objects(item.get("severityStatusHistory"))
        latest = max(history, key=lambda entry: time_of(entry.get("date")), default={})
        stated = latest.get("severity")
    return stated.strip().lower() if isinstance(stated, str) else ""
