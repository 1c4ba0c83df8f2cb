"""Documents in the shapes that their publishers document; names and versions are of the day, or made up."""

import gzip
import json
from typing import Any

from igaudit.feeds.source import Document

DSA = """\
[20 Nov 2026] DSA-6501-1 openssl - security update
\t{CVE-2026-1001 CVE-2026-1002}
\t[bookworm] - openssl 3.0.22-1~deb12u2
\t[trixie] - openssl 3.5.4-1~deb13u2
[01 Nov 2026] DSA-6490-2 linux - regression update
\t[trixie] - linux 6.12.60-2
[28 Oct 2026] DSA-6490-1 linux - security update
\t{CVE-2026-0900}
\t[trixie] - linux 6.12.60-1
\tNOTE: the point release comes later
[05 Sep 2026] DSA-6400-1 openssl - security update
\t{CVE-2026-0801}
\t[trixie] - openssl 3.5.4-1~deb13u1
[10 Aug 2005] DSA-775-1 mozilla-firefox - frame injection spoofing
\t{CAN-2004-0718 CVE-2005-1937}
\t[sarge] - mozilla-firefox 1.0.4-2sarge2 (medium)
"""
DLA = """\
[19 Nov 2026] DLA-4500-1 openssl - security update
\t{CVE-2026-1001}
\t[bookworm] - openssl 3.0.22-1~deb12u2
[01 Feb 2026] DLA-4400-1 elasticsearch - end of life
\t[bullseye] - elasticsearch <end-of-life>
\t[bullseye] - curl 7.74.0-1.3+deb11u16
[01 Jun 2014] DLA-1-1 gnutls26 - security update
\t{CVE-2014-3466}
\t[squeeze] - gnutls26 2.8.6-1+squeeze4
"""


def document(content: object, name: str = "https://feeds.example/list") -> Document:
    """A document of bytes, text, or plain values as JSON."""
    if isinstance(content, bytes):
        return Document(name, content)
    text = content if isinstance(content, str) else json.dumps(content)
    return Document(name, text.encode())


def kev(*cves: str, **more: Any) -> dict[str, Any]:
    """CISA's catalogue."""
    entries = [kev_entry(cve) for cve in cves or ("CVE-2026-1001", "CVE-2026-0900")]
    return {
        "title": "CISA Catalog of Known Exploited Vulnerabilities",
        "catalogVersion": "2026.11.20",
        "dateReleased": "2026-11-20T18:00:06.9016Z",
        "count": len(entries),
        "vulnerabilities": entries,
        **more,
    }


def kev_entry(cve: str) -> dict[str, Any]:
    return {
        "cveID": cve,
        "vendorProject": "OpenSSL",
        "product": "OpenSSL",
        "vulnerabilityName": "OpenSSL Use-After-Free Vulnerability",
        "dateAdded": "2026-11-20",
        "shortDescription": "A use-after-free.",
        "requiredAction": "Apply mitigations per vendor instructions.",
        "dueDate": "2026-12-11",
        "knownRansomwareCampaignUse": "Known" if cve.endswith("1") else "Unknown",
        "notes": "",
        "cwes": ["CWE-416"],
    }


def notice(name: str, day: str, **more: Any) -> dict[str, Any]:
    """A notice of Ubuntu's, about openssl in noble."""
    return {
        "id": name,
        "type": "USN",
        "title": "OpenSSL vulnerabilities",
        "published": f"{day}T15:00:56.127396",
        "cves": [{"id": "CVE-2026-1001", "priority": "high", "cvss3": 6.5}],
        "cves_ids": ["CVE-2026-1001"],
        "references": [],
        "is_hidden": False,
        "release_packages": {
            "noble": [
                {"name": "openssl", "version": "3.0.13-0ubuntu3.7", "is_source": True, "description": "TLS"},
                {
                    "name": "libssl3t64",
                    "version": "3.0.13-0ubuntu3.7",
                    "is_source": False,
                    "source_link": "https://launchpad.net/ubuntu/+source/openssl",
                    "version_link": "https://launchpad.net/ubuntu/+source/openssl/3.0.13-0ubuntu3.7",
                    "pocket": "security",
                },
            ]
        },
        **more,
    }


def notices(*listed: dict[str, Any], offset: int = 0, total: int = 8000) -> dict[str, Any]:
    """A page of Ubuntu's notices."""
    return {"notices": list(listed), "offset": offset, "limit": 20, "total_results": total}


def alert(name: str = "CC-4701", published: int = 1_795_176_000_000, **more: Any) -> dict[str, Any]:
    """An NHS cyber alert; the default is of 2026-11-20T12:00:00Z."""
    return {
        "threatId": name,
        "title": "OpenSSL Releases Security Update",
        "publishedDate": published,
        "summary": "<p>A critical vulnerability</p>",
        "severity": "High",
        "severityStatusHistory": [{"severity": "High", "date": published}],
        "category": ["Exploit"],
        "threatType": "Vulnerability",
        "cveIdentifiers": [{"cveIdentifier": "CVE-2026-1001", "cveStatus": "Published", "cveText": ""}],
        "basePath": f"https://digital.nhs.uk/cyber-alerts/2026/{name.lower()}/{name.lower()}",
        "versionedNode": False,
        **more,
    }


def alerts(*items: dict[str, Any], page: int = 1, pages: int = 1, total: int = 0) -> dict[str, Any]:
    """A page of NHS cyber alerts."""
    count = total or len(items)
    return {"pageSize": 10, "total": count, "items": list(items), "totalPages": pages, "currentPage": page}


def product(name: str = "debian", **more: Any) -> dict[str, Any]:
    """A product as endoflife.date's API (version 1) describes it."""
    release = {
        "name": "13",
        "codename": "Trixie",
        "label": "13 (Trixie)",
        "releaseDate": "2025-08-09",
        "isLts": False,
        "ltsFrom": None,
        "isEoas": False,
        "eoasFrom": "2028-08-09",
        "isEol": False,
        "eolFrom": "2028-08-09",
        "isEoes": False,
        "eoesFrom": "2030-06-30",
        "isMaintained": True,
        "latest": {"name": "13.2", "date": "2026-11-01", "link": None},
    }
    labels = {"eoas": None, "discontinued": None, "eol": "Security Support", "eoes": "LTS"}
    return {"name": name, "label": name, "labels": labels, "releases": [{**release, **more}]}


def products(*listed: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The list of all products."""
    return {"schema_version": "1.2.0", "total": len(listed), "result": list(listed), **more}


def cvrf(name: str = "2026-Nov", released: str = "2026-11-10", **more: Any) -> dict[str, Any]:
    """A month of Microsoft's updates."""
    return {
        "DocumentTitle": {"Value": "November 2026 Security Updates"},
        "DocumentTracking": {
            "Identification": {"ID": {"Value": name}, "Alias": {"Value": name}},
            "InitialReleaseDate": f"{released}T08:00:00",
            "CurrentReleaseDate": "2026-11-19T08:00:00",
        },
        "ProductTree": {"FullProductName": [{"ProductID": "12085", "Value": "Windows 10 Version 22H2"}]},
        "Vulnerability": [flaw("CVE-2026-2001", "Important"), flaw("CVE-2026-2002", "Critical")],
        **more,
    }


def flaw(cve: str, severity: str, kb: str = "5071234", build: str = "10.0.19045.6575") -> dict[str, Any]:
    fix = {
        "Description": {"Value": kb},
        "URL": f"https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB{kb}",
        "Supercedence": "5068781",
        "ProductID": ["12085"],
        "Type": 2,
        "SubType": "Security Update",
        "FixedBuild": build,
        "RestartRequired": {"Value": "Yes"},
    }
    notes = {"Description": {"Value": "Release Notes"}, "Type": 2, "FixedBuild": "1.2"}
    threats = [
        {"Type": 0, "Description": {"Value": "Remote Code Execution"}},
        {"Type": 1, "Description": {"Value": "Publicly Disclosed:No;Exploited:No"}},
        {"Type": 3, "Description": {"Value": severity}, "ProductID": ["12085"]},
    ]
    return {"CVE": cve, "Threats": threats, "Remediations": [fix, notes]}


def mmdb(epoch: int = 1_793_491_200, kind: str = "DBIP-Country-Lite") -> bytes:
    """The end of a database in MaxMind's format: the metadata, after a tree without nodes."""
    name = kind.encode()
    text = bytes([0x40 | len(name)]) if len(name) < 29 else bytes([0x5D, len(name) - 29])
    fields = b"\x4bbuild_epoch" + b"\x04\x02" + epoch.to_bytes(4) + b"\x4ddatabase_type" + text + name
    fields += b"\x4anode_count" + b"\xc3" + (1234).to_bytes(3)
    return bytes(64) + b"\xab\xcd\xefMaxMind.com" + b"\xe3" + fields


def packed_mmdb() -> bytes:
    return gzip.compress(mmdb())
