"""The grammar of SPF records (RFC 7208, sections 4.6 and 12)."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
WITH_LOOKUP = ("include", "a", "mx", "ptr", "exists", "redirect")
"""The terms that each cost one of the ten lookups that a receiver makes (section 4.6.4)."""

_TERM = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9._-]*)(?:([:=/])(.*))?\Z", re.S)
_NEEDS_VALUE = ("include", "ip4", "ip6", "exists")
_ENDS = re.compile(r"(?:/([0-9]{1,3}))?(?://([0-9]{1,3}))?\Z")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Term:
    """A mechanism, with its qualifier (`+` where none is written), or a modifier, with none."""

    name: str
    value: str
    qualifier: str = ""

    @property
    def target(self) -> str:
        """The domain whose record counts too, in small letters; "" for other terms and for macros."""
        followed = self.name in ("include", "redirect") and "%" not in self.value
        return self.value.rstrip(".").lower() if followed else ""


def is_spf(text: str) -> bool:
    """Whether a TXT record is one of SPF (section 4.5)."""
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def terms(record: str) -> tuple[Term, ...]:
    """The terms of a record; raises ValueError with what is wrong."""
    return tuple(_term(word) for word in record.split()[1:])


def _term(word: str) -> Term:
    found = _TERM.match(word)
    if not found:
        raise ValueError(f"`{word[:60]}` is no term of SPF")
    qualifier, name, separator, value = found[1], found[2].lower(), found[3], found[4] or ""
    if separator == "=":
        if qualifier:
            raise ValueError(f"`{word[:60]}` is no term of SPF")
        return Term(name, value)
    if name not in MECHANISMS:
        raise ValueError(f"there is no mechanism `{name[:60]}`")
    term = Term(name, f"/{value}" if separator == "/" else value, qualifier or "+")
    misplaced = separator and (name == "all" or (separator == "/" and name not in ("a", "mx")))
    if misplaced or (name in _NEEDS_VALUE and not value) or not _addressed(term):
        raise ValueError(f"`{word[:60]}` is no term of SPF")
    return term


def _addressed(term: Term) -> bool:
    """Whether the addresses, or the lengths of prefixes, that a term has are some."""
    if term.name in ("ip4", "ip6"):
        return network(term) is not None
    four, six = prefixes(term)
    return (four or 0) <= 32 and (six or 0) <= 128


def prefixes(term: Term) -> tuple[int | None, int | None]:
    """The lengths of prefixes that `a` and `mx` have, for IPv4 and for IPv6; None where none is written."""
    found = _ENDS.search(term.value) if term.name in ("a", "mx") else None
    four, six = found.groups() if found else (None, None)
    return (None if four is None else int(four), None if six is None else int(six))


def network(term: Term) -> Network | None:
    """The addresses of `ip4` or `ip6`; None where they are none."""
    _, slash, length = term.value.partition("/")
    try:
        if slash and not length.isdecimal():
            return None
        kind = ipaddress.IPv4Network if term.name == "ip4" else ipaddress.IPv6Network
        return kind(term.value, strict=False)
    except ValueError:
        return None


def all_addresses(terms: Iterable[Term]) -> bool:
    """Whether these terms together name every address of IPv4, or of IPv6."""
    four: list[ipaddress.IPv4Network] = []
    six: list[ipaddress.IPv6Network] = []
    for term in terms:
        if 0 in prefixes(term):
            return True
        found = network(term) if term.name in ("ip4", "ip6") else None
        if isinstance(found, ipaddress.IPv4Network):
            four.append(found)
        elif found:
            six.append(found)
    whole: list[Network] = [*ipaddress.collapse_addresses(four), *ipaddress.collapse_addresses(six)]
    return any(each.prefixlen == 0 for each in whole)
