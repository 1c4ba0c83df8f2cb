"""What is to be thought of the suites and certificates that TLS services show.

The rule for suites is the one in docs/network.md, after the NCSC's profiles (2017) and Mozilla's guidelines
(6.0, 2026). The limits on lifetimes are those of the CA/Browser Forum (ballots SC-081v3 and SC-031).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from igaudit.evaluate.derived_certificates import day_of
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Unread

Row = Mapping[str, Any]
Rows = list[dict[str, Any]] | Partial | Unread

_BROKEN = re.compile(r"NULL|EXPORT|(?i:anon)|DES_CBC|DES40|RC2|RC4|IDEA|SEED|MD5|GOST|KRB5")
_TLS13 = re.compile(r"TLS_(AES_(128|256)_GCM_SHA|CHACHA20_POLY1305_SHA|AES_128_CCM_SHA)")
_AEAD = re.compile(r"_(GCM|CCM)(_|\Z)|CHACHA20")
_EPHEMERAL = re.compile(r"_(ECDHE|DHE)_")

# From which day of issue a publicly trusted certificate may live for so many days.
_LIMITS = (
    (date(2029, 3, 15), 47),
    (date(2027, 3, 15), 100),
    (date(2026, 3, 15), 200),
    (date(2020, 9, 1), 398),
    (date.min, 825),
)


def suite_classes(view: FactView) -> Rows:
    """`tls.suite_classes`: each suite that a service accepts, with its class."""
    return _over(view.get(("tls", "suites")), _classed)


def lifetimes(view: FactView) -> Rows:
    """`tls.lifetimes`: the days of each certificate, counted from the judging day."""
    return _over(view.get(("tls", "certificates")), lambda row: dict(_counted(row, view.today)))


def _over(found: Any, make: Callable[[Row], dict[str, Any]]) -> Rows:
    """A new list from each record of one that may be unread or partial, as the new one then is."""
    if isinstance(found, Unread):
        return found
    if isinstance(found, Partial):
        return Partial([make(row) for row in found.value], found.gap)
    return [make(row) for row in found]


def _classed(row: Row) -> dict[str, Any]:
    suite, version = str(row["suite"]), str(row["version"])
    of_class, because = class_of(suite, version)
    return {
        "offer": row["offer"],
        "service": row["service"],
        "class": of_class,
        "because": because,
        "forward_secret": version == "TLSv1.3" or bool(_EPHEMERAL.search(suite)),
    }


def class_of(suite: str, version: str) -> tuple[str, str]:
    """`approved`, `legacy` or `prohibited`, and what puts it there."""
    if version not in ("TLSv1.2", "TLSv1.3"):
        return "prohibited", f"{version} is not safe any more"
    if found := _BROKEN.search(suite):
        return "prohibited", f"{found[0].strip('_')} protects nothing, or can be broken"
    if "3DES" in suite:
        return "prohibited", "3DES has blocks of 64 bits"
    if "_CCM_8" in suite:
        return "legacy", "the tag of CCM_8 is short"
    return _class_of_unbroken(suite, version)


def _class_of_unbroken(suite: str, version: str) -> tuple[str, str]:
    if version == "TLSv1.3":
        approved = _TLS13.match(suite)
        return ("approved", "a suite of TLS 1.3") if approved else ("legacy", "its cipher is not approved")
    if not _EPHEMERAL.search(suite):
        return "legacy", "its key exchange is not forward secret"
    if "CAMELLIA" in suite or "ARIA" in suite:
        return "legacy", "its cipher is not approved"
    if _AEAD.search(suite):
        return "approved", "forward secret, with authenticated encryption"
    return "legacy", "CBC mode" if "_CBC_" in suite else "its cipher is not approved"


def _counted(row: Row, today: date) -> Iterator[tuple[str, Any]]:
    """A date that is missing in the record leaves its numbers out."""
    kept = ("certificate", "role", "self_signed", "public")
    yield from ((name, row[name]) for name in kept if name in row)
    starts, expires = day_of(row.get("starts")), day_of(row.get("expires"))
    if starts:
        yield "days_to_start", (starts - today).days
    if expires:
        yield "days_left", (expires - today).days
    if starts and expires:
        lifetime = (expires - starts).days
        yield "lifetime_days", lifetime
        yield "days_over_limit", lifetime - limit_of(starts)


def limit_of(issued: date) -> int:
    """The most days that a publicly trusted certificate issued on that day may live."""
    return next(days for since, days in _LIMITS if issued >= since)
