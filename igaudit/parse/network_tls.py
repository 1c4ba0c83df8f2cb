"""What TLS services showed, as JSON lines: `{"service": …, "seen": …}`, or `{…, "unreachable": why}`."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from igaudit.model.collector import Collector
from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, x509

Record = dict[str, object]
Facts = dict[str, list[Record]]

_VERSIONS = ("SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_OF_TLS = ("services", "versions", "suites", "groups", "dh", "certificates")
_KNOWN = ("offered", "refused")
_MAX_AGE = re.compile(r'\s*max-age\s*=\s*"?([0-9]{1,10})"?\s*\Z', re.I)


def services(text: str, _: Collector | None = None) -> dict[str, object]:
    """The facts of the collector `tls`. What could not be found out leaves its list incomplete."""
    facts: Facts = {name: [] for name in (*_OF_TLS, "plain_http")}
    gaps: dict[str, Unread] = {}
    for line in text.splitlines():
        try:
            for name, gap in _read(_entry(line), facts):
                gaps.setdefault(name, gap)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise Unparsable(f"{type(error).__name__}: {error}"[:200]) from None
    return {**facts, **({"incomplete": gaps} if gaps else {})}


def _entry(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        raise Unparsable(f"a JSON object expected, {line[:60]!r} found") from None
    if not isinstance(entry, dict) or not isinstance(entry.get("service"), str):
        raise Unparsable(f"a service expected, {line[:60]!r} found")
    return entry


def _read(entry: Mapping[str, Any], facts: Facts) -> Iterator[tuple[str, Unread]]:
    """Adds what one service showed; gives the lists that it leaves incomplete."""
    service = entry["service"]
    plain = service.startswith("http ")
    if "seen" not in entry:
        gap = Unread(Reason.UNREACHABLE, f"{service}: {entry.get('unreachable', '')}"[:200])
        yield from ((name, gap) for name in (("plain_http",) if plain else _OF_TLS))
    elif plain:
        facts["plain_http"].append(_plain(service, entry["seen"]))
    else:
        yield from _tls(service, entry["seen"], facts)


def _plain(service: str, seen: Mapping[str, Any]) -> Record:
    answer = seen.get("http", {})
    sent_on = str(answer.get("location") or "").lower().startswith("https://")
    status = answer.get("status")
    return {
        "service": service,
        "closed": seen["closed"],
        "status": status,
        "sent_to_https": sent_on and status in (301, 302, 303, 307, 308),
    }


def _tls(service: str, seen: Mapping[str, Any], facts: Facts) -> Iterator[tuple[str, Unread]]:
    chains = [[x509.loaded(base64.b64decode(der)) for der in chain] for chain in seen.get("chains", ())]
    facts["services"].append(_service(service, seen, chains))
    if not seen["tls"]:
        return
    versions, suites = seen["versions"], seen["suites"]
    facts["versions"] += _rows(service, "version", (v for v in _VERSIONS if versions[v] == "offered"))
    facts["suites"] += [
        {"offer": f"{service} {version} {suite}", "service": service, "version": version, "suite": suite}
        for version in suites
        for suite in suites[version]
    ]
    facts["groups"] += _rows(service, "group", (g for g in seen["groups"] if not g.startswith("ffdhe")))
    facts["dh"] += _primes(service, seen)
    facts["certificates"] += _certificates(service, chains)
    yield from _gaps(service, seen)


def _rows(service: str, what: str, values: Iterable[str]) -> list[Record]:
    return [{"offer": f"{service} {value}", "service": service, what: value} for value in values]


def _primes(service: str, seen: Mapping[str, Any]) -> list[Record]:
    """The primes of DHE suites, and of the named fields of TLS 1.3."""
    named = [int(group[5:]) for group in seen["groups"] if group.startswith("ffdhe")]
    bits = sorted({*seen["dh_bits"], *named})
    return [{"offer": f"{service} {n} bits", "service": service, "bits": n} for n in bits]


def _gaps(service: str, seen: Mapping[str, Any]) -> Iterator[tuple[str, Unread]]:
    """The lists that are not complete. An unknown version hides its suites, groups and primes too."""
    for version, word in seen["versions"].items():
        if word not in _KNOWN:
            gap = _gap(service, f"{version}: {word}")
            yield from ((name, gap) for name in ("versions", "suites", "groups", "dh"))
    for what, why in seen["gaps"].items():
        names = {"groups": ("groups", "dh"), "certificates": ("certificates",)}
        yield from ((name, _gap(service, f"{what}: {why}")) for name in names.get(what, ("suites", "dh")))
    if not seen["chains"]:
        yield "certificates", _gap(service, "it showed no certificate")


def _gap(service: str, why: str) -> Unread:
    return Unread(Reason.TIMED_OUT if "in time" in why else Reason.FAILED, f"{service}: {why}"[:200])


def _certificates(service: str, chains: Iterable[list[x509.Loaded]]) -> Iterator[Record]:
    """Each certificate once, the services' own before those of the issuers."""
    placed: dict[bytes, tuple[int, x509.Loaded]] = {}
    for chain in chains:
        for place, certificate in enumerate(chain):
            placed.setdefault(certificate.der, (min(place, 1), certificate))
    rows = sorted(placed.values(), key=lambda row: row[0])
    for number, (place, certificate) in enumerate(rows, 1):
        record = certificate.facts
        label = f"{service} certificate {number} {record.get('subject', '')}".strip()
        yield {
            "certificate": label,
            "service": service,
            "role": ("server", "issuer")[place],
            **record,
        }


def _service(service: str, seen: Mapping[str, Any], chains: list[list[x509.Loaded]]) -> Record:
    protocol, _, port = service.partition(" ")
    record: Record = {"service": service, "protocol": protocol, "port": int(port)}
    record |= {"asked_for": seen["asked_for"], "offers_tls": seen["tls"]}
    if not seen["tls"]:
        return record
    if seen["versions"]["TLSv1.3"] in _KNOWN:
        record["tls13"] = seen["versions"]["TLSv1.3"] == "offered"
    record |= dict(_of_old_versions(seen))
    return record | dict(_of_session(seen)) | dict(_matching(seen["asked_for"], chains))


def _of_old_versions(seen: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """What older versions alone have. Where one of them is not known, only the worse answer is."""
    words = {seen["versions"][version] for version in ("SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2")}
    for name, worse in (("compression", True), ("secure_renegotiation", False)):
        value = seen[name]
        if value is None and words == {"refused"}:
            yield name, None
        elif value is not None and (value is worse or words <= {*_KNOWN}):
            yield name, value


def _of_session(seen: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    if seen.get("certificate_refused"):
        yield "client_certificate", "required"
    elif seen["wants_certificate"] is not None:
        yield "client_certificate", "requested" if seen["wants_certificate"] else "none"
    trust = seen.get("trust", {})
    if "trusted" in trust:
        yield "trusted", trust["trusted"]
        yield "distrust", None if trust["trusted"] else trust["why"]
    answer = seen.get("http", {})
    if "status" in answer:
        yield "http_status", answer["status"]
        if answer["hsts"] or answer["status"] < 400:
            yield "hsts_max_age", _max_age(answer["hsts"])


def _max_age(headers: list[str]) -> int | None:
    """The max-age of the first header; RFC 6797: the others, and what is not well formed, do not count."""
    parts = headers[0].split(";") if headers else []
    ages = [int(found[1]) for part in parts if (found := _MAX_AGE.match(part))]
    return ages[0] if len(ages) == 1 else None


def _matching(asked_for: str, chains: list[list[x509.Loaded]]) -> Iterator[tuple[str, object]]:
    """Whether each certificate that it showed as its own is for the name; nothing where one is illegible."""
    leaves = [chain[0] for chain in chains if chain]
    matches = [x509.is_for(asked_for, leaf) for leaf in leaves]
    if leaves and None not in matches:
        yield "name_matches", all(matches)
