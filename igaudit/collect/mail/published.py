"""What one domain publishes for mail: SPF, DKIM, DMARC, MTA-STS, TLS reports, MX, DNSSEC, CAA."""

from collections.abc import Iterable

from igaudit.collect.mail.dns import Answer, Questions, records
from igaudit.collect.mail.hosts import look_at_host
from igaudit.collect.mail.sts import address_of, fetch_policy
from igaudit.collect.transport import Limits
from igaudit.model import spf

_MOST_INCLUDED = 40
_MOST_HOSTS = 10
_MOST_ABOVE = 4
# Under which names are given out (from the Public Suffix List): what they publish is for nobody below them.
_SUFFIXES = tuple(
    f"{name}.uk" for name in ("ac", "co", "gov", "ltd", "me", "net", "nhs", "org", "plc", "police", "sch")
)
Seen = dict[str, object]


def look(domain: str, selectors: Iterable[str], ask: Questions, limits: Limits) -> Seen:
    """All of it, as the DNS has it."""
    ask.must_be_public(domain)
    mx = _servers(domain, ask)
    sts = ask.ask(f"_mta-sts.{domain}", "TXT")
    return {
        "mx": mx,
        "spf": _spf_records(domain, ask),
        "dkim": {name: ask.ask(f"{name}._domainkey.{domain}", "TXT") for name in selectors},
        "dmarc": {name: ask.ask(f"_dmarc.{name}", "TXT") for name in (domain, *_above(domain))},
        "sts": sts,
        "sts_policy": fetch_policy(domain, ask, limits) if _has_sts(sts) else None,
        "tls_reports": ask.ask(f"_smtp._tls.{domain}", "TXT"),
        "ds": _keys_of_zone(domain, ask),
        "caa": {name: ask.ask(name, "CAA") for name in (domain, *_above(domain))},
        "hosts": {name: look_at_host(name, ask, limits) for name in host_names(mx)[:_MOST_HOSTS]},
    }


def _servers(domain: str, ask: Questions) -> Answer:
    """Its MX records; for a domain without any, itself, where it has an address (RFC 5321, section 5.1)."""
    mx = ask.ask(domain, "MX")
    if mx.get("records") != []:
        return mx
    address = address_of(domain, ask)
    if "refused" in address:
        return mx
    return {"records": [f"0 {domain}."]} if "address" in address else address


def _above(domain: str) -> list[str]:
    """The domains above it that belong to somebody, the nearest first."""
    labels = domain.split(".")
    names = (".".join(labels[start:]) for start in range(1, len(labels) - 1))
    return [name for name in names if name not in _SUFFIXES][:_MOST_ABOVE]


def _keys_of_zone(domain: str, ask: Questions) -> Answer:
    """The DS records of the zone that it is in: names within a zone have none of their own."""
    for name in (domain, *_above(domain)):
        zone = ask.ask(name, "SOA")
        if "unread" in zone:
            return zone
        if records(zone):
            return ask.ask(name, "DS")
    return {"records": []}


def _spf_records(domain: str, ask: Questions) -> dict[str, Answer]:
    """The TXT records of the domain, and of all that its SPF record includes, by name."""
    found: dict[str, Answer] = {}
    waiting = [domain]
    while waiting and len(found) < _MOST_INCLUDED:
        name = waiting.pop(0)
        if name in found:
            continue
        answer = ask.ask(name, "TXT")
        found[name] = {**answer, "records": kept} if (kept := _of_spf(answer)) is not None else answer
        waiting += [target for record in records(found[name]) for target in _targets(record)]
    return found


def _of_spf(answer: Answer) -> list[str] | None:
    """Only SPF: other TXT records are of no use here, and may be anybody's."""
    return [record for record in records(answer) if spf.is_spf(record)] if "records" in answer else None


def _targets(record: str) -> list[str]:
    try:
        return [term.target for term in spf.terms(record) if term.target]
    except ValueError:
        return []


def _has_sts(answer: Answer) -> bool:
    return any(record.lower().startswith("v=stsv1") for record in records(answer))


def host_names(mx: Answer) -> list[str]:
    """The hosts of MX records, the preferred first; none for the null MX of RFC 7505."""
    found = []
    for record in records(mx):
        preference, _, name = record.partition(" ")
        if preference.isdecimal() and name.rstrip("."):
            found.append((int(preference), name.rstrip(".").lower()))
    return list(dict.fromkeys(name for _, name in sorted(found)))
