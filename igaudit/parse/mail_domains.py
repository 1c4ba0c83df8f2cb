"""What mail domains publish, as JSON lines: `{"domain": …, "seen": …}`; see `docs/secure-email.md`."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.model.collector import Collector
from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, dkim, mail_hosts, mail_tags
from igaudit.parse import spf as spf_record

Record = dict[str, object]
Seen = Mapping[str, Any]


def domains(text: str, _: Collector | None = None) -> dict[str, object]:
    """The facts of the collector `mail_domains`: of each domain, each DKIM selector and each mail server."""
    facts: dict[str, list[Record]] = {"domains": [], "dkim": [], "hosts": []}
    gaps: dict[str, Unread] = {}
    for line in text.splitlines():
        try:
            _read(*_entry(line), facts, gaps)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise Unparsable(f"{type(error).__name__}: {error}"[:200]) from None
    return {**facts, **({"incomplete": gaps} if gaps else {})}


def _entry(line: str) -> tuple[str, Seen]:
    try:
        entry = json.loads(line)
        return str(entry["domain"]), entry["seen"]
    except (ValueError, RecursionError, TypeError, LookupError):
        raise Unparsable(f"a JSON object expected, {line[:60]!r} found") from None


def _read(domain: str, seen: Seen, facts: dict[str, list[Record]], gaps: dict[str, Unread]) -> None:
    """Adds what one domain publishes. One that nothing could be asked of is a gap in every list."""
    unread = seen["mx"].get("unread")
    gap = Unread(Reason.FAILED, f"MX of {domain}: {unread}"[:200])
    if unread and "unread" in seen["spf"].get(domain, {}):
        gaps |= dict.fromkeys(facts, gap)
        return
    if unread:
        gaps["hosts"] = gap
    facts["domains"].append(_domain(domain, seen))
    facts["dkim"] += [dkim.selector(domain, name, answer) for name, answer in seen["dkim"].items()]
    facts["hosts"] += mail_hosts.hosts(domain, seen)


def _domain(domain: str, seen: Seen) -> Record:
    record: Record = {"domain": domain, "selectors": len(seen["dkim"])}
    for read in (_mx, _spf, _dkim, _dmarc, _sts, _tls_reports, _signed, _caa):
        record |= dict(read(domain, seen))
    return record


Fields = Iterator[tuple[str, object]]


def _records(answer: Seen) -> list[str] | None:
    """The records of an answer; None where it could not be had."""
    return None if "unread" in answer else list(answer["records"])


def _mx(_: str, seen: Seen) -> Fields:
    records = _records(seen["mx"])
    if records is not None:
        yield "receives_mail", any(record.partition(" ")[2] not in ("", ".") for record in records)


def _spf(domain: str, seen: Seen) -> Fields:
    records = _records(seen["spf"].get(domain, {"unread": ""}))
    if records is None:
        return
    yield "spf", records[0] if records else None
    if not records:
        yield from (("spf_problem", "no SPF record"), ("spf_rest", None), ("spf_lookups", None))
        return
    try:
        weighed = spf_record.weigh(domain, seen["spf"])
    except spf_record.Invalid as error:
        yield from (("spf_problem", str(error)[:200]), ("spf_rest", None), ("spf_lookups", None))
    except spf_record.Unknown:
        return
    else:
        yield from (("spf_problem", None), ("spf_rest", weighed.rest), ("spf_lookups", weighed.lookups))
        yield "sends_mail", weighed.rest != "fail" or not spf_record.names_nobody(records[0])


def _dkim(domain: str, seen: Seen) -> Fields:
    """Whether any selector has a key; not known where none is named."""
    known = [dkim.selector(domain, name, answer).get("published") for name, answer in seen["dkim"].items()]
    if True in known:
        yield "dkim", True
    elif known and None not in known:
        yield "dkim", False


def _dmarc(domain: str, seen: Seen) -> Fields:
    """The record of the domain; where it has none, that of the nearest one above (RFC 7489, 6.6.3)."""
    for name, answer in seen["dmarc"].items():
        records = _records(answer)
        if records is None:
            return
        found = [record for record in records if re.match(r"v\s*=\s*DMARC1\s*(;|\Z)", record)]
        if found:
            yield from _policy(found, inherited=name != domain)
            return
    yield from (("dmarc", None), ("dmarc_policy", None), ("dmarc_percent", None), ("dmarc_reports", False))


def _policy(found: list[str], *, inherited: bool) -> Fields:
    said = mail_tags.tags(found[0])
    policy = said.get("p", "").lower()
    if inherited:
        policy = said.get("sp", policy).lower()
    valid = len(found) == 1 and policy in ("none", "quarantine", "reject")
    percent = said.get("pct", "100")
    yield "dmarc", found[0]
    yield "dmarc_policy", policy if valid else None
    yield "dmarc_percent", int(percent) if valid and re.fullmatch("[0-9]{1,3}", percent) else None
    yield "dmarc_reports", valid and "mailto:" in said.get("rua", "").lower()


def _sts(domain: str, seen: Seen) -> Fields:
    records = _records(seen["sts"])
    if records is None:
        return
    found = [record for record in records if record.lower().startswith("v=stsv1")]
    policy = seen["sts_policy"]
    known = len(found) == 1 and bool(mail_tags.tags(found[0]).get("id"))
    if not known or policy is None or "refused" in policy:
        yield from (("sts_mode", None), ("sts_covers_hosts", None))
    elif "text" in policy:
        yield from _sts_policy(policy["text"], seen)


def _sts_policy(text: str, seen: Seen) -> Fields:
    pairs = [
        (key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in text.splitlines())
    ]
    said = dict(reversed(pairs))
    valid = said.get("version") == "STSv1" and said.get("mode") in ("none", "testing", "enforce")
    # Without an age senders take it for no policy, and with none they forget it at once.
    valid = valid and re.fullmatch("0*[1-9][0-9]{0,9}", said.get("max_age", "")) is not None
    yield "sts_mode", said["mode"] if valid else None
    patterns = [value.lower() for key, value in pairs if key == "mx"]
    if not valid:
        yield "sts_covers_hosts", None
    elif "records" in seen["mx"]:
        names = mail_hosts.names(seen["mx"])
        yield "sts_covers_hosts", all(any(mail_hosts.covers(p, name) for p in patterns) for name in names)


def _tls_reports(_: str, seen: Seen) -> Fields:
    records = _records(seen["tls_reports"])
    if records is not None:
        found = [record for record in records if record.startswith("v=TLSRPTv1")]
        yield "tls_reports", len(found) == 1 and bool(mail_tags.tags(found[0]).get("rua"))


def _signed(_: str, seen: Seen) -> Fields:
    records = _records(seen["ds"])
    if records is not None:
        yield "dnssec", bool(records)


def _caa(_: str, seen: Seen) -> Fields:
    """The nearest record counts (RFC 8659): the domain's, or that of one above it."""
    for answer in seen["caa"].values():
        records = _records(answer)
        if records is None:
            return
        if records:
            yield "caa", True
            return
    yield "caa", False
