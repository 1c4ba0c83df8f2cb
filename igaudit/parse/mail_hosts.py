"""The mail servers of a domain, and what their TLS showed at a glance."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.parse import x509

Seen = Mapping[str, Any]
_NEW = ("TLSv1.2", "TLSv1.3")


def names(mx: Seen) -> list[str]:
    """The hosts that MX records name; none for the null MX."""
    found = (record.partition(" ")[2].rstrip(".").lower() for record in mx["records"])
    return [name for name in found if name]


def covers(pattern: str, name: str) -> bool:
    """Whether a pattern of MTA-STS is for this name (RFC 8461, section 4.1): a star is one whole label."""
    if pattern.startswith("*."):
        return name.partition(".")[2] == pattern[2:]
    return pattern == name


def hosts(domain: str, seen: Seen) -> list[dict[str, object]]:
    """One record for each MX host; what was not seen is left out."""
    if "unread" in seen["mx"]:
        return []
    found = seen["hosts"]
    return [_host(domain, name, found.get(name, {})) for name in dict.fromkeys(names(seen["mx"]))]


def _host(domain: str, name: str, answer: Seen) -> dict[str, object]:
    record: dict[str, object] = {"host": f"{domain}: {name}", "domain": domain}
    if "refused" in answer:
        return {**record, "found": False}
    return {**record, "found": True, **dict(_of_tls(answer["seen"]))} if "seen" in answer else record


def _of_tls(seen: Seen) -> Iterator[tuple[str, object]]:
    yield "starttls", seen["tls"]
    if not seen["tls"]:
        return
    words = {version: seen["versions"].get(version) for version in _NEW}
    if "offered" in words.values():
        yield "new_tls", True
    elif set(words.values()) == {"refused"}:
        yield "new_tls", False
    if "trusted" in seen["trust"]:
        yield "trusted", seen["trust"]["trusted"]
    leaves = [x509.loaded(base64.b64decode(chain[0])) for chain in seen["chains"] if chain]
    matches = [x509.is_for(seen["asked_for"], leaf) for leaf in leaves]
    if leaves and None not in matches:
        yield "name_matches", all(matches)
    ends = [str(leaf.facts["expires"]) for leaf in leaves if "expires" in leaf.facts]
    if leaves and len(ends) == len(leaves):
        yield "expires", min(ends)
