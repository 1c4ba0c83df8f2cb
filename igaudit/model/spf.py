"""The grammar of SPF records (RFC 7208, sections 4.6 and 12)."""

import re
from dataclasses import dataclass

MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
WITH_LOOKUP = ("include", "a", "mx", "ptr", "exists", "redirect")
"""The terms that each cost one of the ten lookups that a receiver makes (section 4.6.4)."""

_TERM = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9._-]*)(?:([:=/])(.*))?\Z", re.S)
_NEEDS_VALUE = ("include", "ip4", "ip6", "exists")


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
    if (name in _NEEDS_VALUE and not value) or (name == "all" and separator):
        raise ValueError(f"`{word[:60]}` is no term of SPF")
    return Term(name, value, qualifier or "+")
