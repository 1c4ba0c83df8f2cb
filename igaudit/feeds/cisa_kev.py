"""CISA's catalogue of known exploited vulnerabilities.

Data: `cves`, from CVE to `added` (the day on which CISA added it) and `ransomware` (whether CISA knows of
its use in ransomware campaigns).
"""

from collections.abc import Sequence

from igaudit.errors import ContentError
from igaudit.feeds.source import CVE, Data, Document, Reading, day_of, json_of, objects


def normalise(documents: Sequence[Document], before: Data) -> Reading:
    """The catalogue; raises ContentError where it holds fewer entries than it says, or other ones."""
    (document,) = documents
    catalogue = json_of(document)
    entries = objects(catalogue.get("vulnerabilities"))
    if not entries or catalogue.get("count") != len(entries):
        said = f"{len(entries)} vulnerabilities, {str(catalogue.get('count'))[:20]} announced"
        raise ContentError.at(document.name, f"{said}: not the catalogue, or cut short")
    cves = {str(entry.get("cveID")): _entry(entry) for entry in entries}
    wrong = [name for name, entry in cves.items() if not CVE.match(name) or not entry["added"]]
    if wrong:
        raise ContentError.at(document.name, f"no CVE with the day it was added: {wrong[0][:40]!r}")
    return Reading(day_of(catalogue.get("dateReleased")), {"cves": cves})


def _entry(entry: Data) -> dict[str, object]:
    known = entry.get("knownRansomwareCampaignUse") == "Known"
    return {"added": day_of(entry.get("dateAdded")), "ransomware": known}
