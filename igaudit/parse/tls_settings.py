"""What the settings of all TLS servers have in common: protocol versions, cipher strings, and gaps."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from igaudit.model.facts import Reason, Unread

VERSIONS = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_LOOPBACK = re.compile(r"127\.[0-9.]+|::1|localhost", re.IGNORECASE)
_SUITE = re.compile(r"TLS_[A-Za-z0-9_]{3,80}")
_GAPS = {
    "igaudit-denied": (Reason.DENIED, "{} cannot be read"),
    "igaudit-missing": (Reason.UNSUPPORTED, "{} is included and does not exist"),
    "igaudit-deep": (Reason.UNSUPPORTED, "{} is included too deep"),
    "igaudit-unfollowed": (Reason.UNSUPPORTED, "the include of {} cannot be followed"),
    "igaudit-elsewhere": (Reason.UNSUPPORTED, "settings stand in {} too, and are not read"),
    "igaudit-cut": (Reason.UNPARSABLE, "a settings file ends within a statement"),
}


@dataclass(slots=True)
class Said:
    """The lines of a probe, by what they are.

    `settings` are (file, words) in the order in which they take effect; `files` all files that were read;
    `suites` the IANA names that OpenSSL gives for each cipher string; `marks` the other `igaudit-` lines, the
    first of each name.
    """

    settings: list[tuple[str, list[str]]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    suites: dict[str, list[str]] = field(default_factory=dict)
    dh_bits: dict[str, int] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    gap: Unread | None = None


def said(text: str) -> Said:
    """What a probe printed: `igaudit-…` lines, and settings whose words are parted by tabs."""
    found = Said()
    files: list[str] = []  # those that are open: one includes another
    suites: list[str] | None = None
    for line in text.splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "igaudit-file":
            files.append(rest)
            found.files.append(rest)
        elif mark == "igaudit-end":
            files = files[:-1]
        elif mark == "igaudit-suites":
            suites = found.suites.setdefault(rest, [])
        elif mark == "igaudit-dh":
            _dh_bits(rest, found.dh_bits)
        elif mark in _GAPS:
            reason, words = _GAPS[mark]
            found.gap = found.gap or Unread(reason, words.format(rest))
        elif mark.startswith("igaudit-"):
            found.marks.setdefault(mark, rest)
        elif suites is not None and _SUITE.fullmatch(line):
            suites.append(line)
        elif line.strip() and suites is None:
            found.settings.append((files[-1] if files else "", line.split("\t")))
    return found


def _dh_bits(rest: str, bits: dict[str, int]) -> None:
    file, _, number = rest.rpartition(" ")
    if number.isdecimal() and len(number) < 7:
        bits[file] = int(number)


def span(lowest: str, highest: str = "TLSv1.3") -> list[str]:
    """The versions from one to another, both included; ValueError for a name that is none."""
    return list(VERSIONS[VERSIONS.index(lowest) : VERSIONS.index(highest) + 1])


def without_dates(said_version: str) -> str:
    """`OpenSSL 3.0.20` of `OpenSSL 3.0.20 7 Apr 2026 (Library: …)`; the library, where it says another."""
    library = re.search(r"\(Library: (\S+ \S+)", said_version)
    return library[1] if library else " ".join(said_version.split()[:2])


def release(version: str) -> tuple[int, ...]:
    """`1.22.1` as numbers that compare; empty where it holds none."""
    return tuple(int(number) for number in re.findall(r"[0-9]{1,9}", version)[:4])


def is_loopback(listen: str) -> bool:
    """Whether only this machine reaches an address, with its port or without; also the path of a socket."""
    if listen.startswith(("/", "unix:")):
        return True
    address = listen.rpartition(":")[0] if re.search(r"\]:|^[^:]*:[0-9]*$", listen) else listen
    return _LOOPBACK.fullmatch(address.strip("[]")) is not None


def ports(listens: Iterable[str], default: int) -> list[int]:
    """The TCP ports of addresses as servers write them; `default` where an address names none."""
    found = {_port(listen, default) for listen in listens if not listen.startswith(("/", "unix:"))}
    return sorted(port for port in found if port)


def _port(listen: str, default: int) -> int | None:
    """None for what is a variable, a range or a name."""
    if listen.isdecimal():
        return int(listen)
    at = re.search(r"(?:^|[^:]|\]):([0-9]{1,5})$", listen) if listen.count(":") < 2 or "]" in listen else None
    if at:
        return int(at[1])
    return default if re.fullmatch(r"\*|[0-9.]+|\[?[0-9a-fA-F:]+\]?", listen) else None


def hsts_seconds(value: str) -> int | None:
    """The max-age of a Strict-Transport-Security header; None where it names none (or holds a variable)."""
    age = re.search(r"max-age\s*=\s*\"?([0-9]{1,12})", value, re.IGNORECASE)
    return int(age[1]) if age else None


def lists_or_gap(found: Said, lists: Mapping[str, Iterator[object]]) -> dict[str, object]:
    """The lists, or for each the gap: what a file holds that was not read could change any setting."""
    return {name: found.gap or list(records) for name, records in lists.items()}
