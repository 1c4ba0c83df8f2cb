"""The forms that package sources are written in: apt's two and the INI files of dnf, yum and zypper."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from igaudit.parse import Unparsable

_ONE_LINE = re.compile(r"(deb|deb-src)\s+(?:\[([^]]*)]\s*)?(cdrom:\[[^]]*]\S*|\S+)\s+(\S+)")
_YES = frozenset({"1", "yes", "true", "on", "enable", "with"})
_NO = frozenset({"0", "no", "false", "off", "disable", "without"})

# What makes apt take a source that it could not verify (sources.list(5)).
_UNVERIFIED = ("trusted", "allow-insecure", "allow-weak", "allow-downgrade-to-insecure")

Sections = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Source:
    """One source. `uri` and `suite` are "" where it has none; `verified`: by its own settings."""

    id: str
    uri: str
    suite: str
    enabled: bool
    verified: bool


def yes(text: str) -> bool | None:
    """What a switch says; None where it is no word for yes or no."""
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else None


def one_line(lines: list[str], file: str) -> Iterator[Source]:
    """`deb [option=value …] uri suite component…` (sources.list(5)); sources of source code are left out."""
    for line in lines:
        said = re.sub(r"(^|\s)#.*", "", line).strip()
        if not said:
            continue
        found = _ONE_LINE.match(said)
        if not found:
            raise Unparsable(f"{file}: no source of packages: {said[:60]!r}")
        if found[1] == "deb":
            options = dict(pair.split("=", 1) for pair in (found[2] or "").split() if "=" in pair)
            yield _apt_source(found[3], found[4], options)


def deb822(lines: list[str], file: str) -> Iterator[Source]:
    """Stanzas of `Field: value` (sources.list(5)): every URI with every suite."""
    for stanza in _stanzas(lines):
        if "deb" not in stanza.get("types", "").split():
            if "types" not in stanza:
                raise Unparsable(f"{file}: a source without Types")
            continue
        for uri, suite in product(stanza.get("uris", "").split(), stanza.get("suites", "").split()):
            yield _apt_source(uri, suite, stanza)


def _apt_source(uri: str, suite: str, options: Mapping[str, str]) -> Source:
    said = {name.strip().lower(): value for name, value in options.items()}
    verified = not any(yes(said.get(name, "")) for name in _UNVERIFIED)
    name = re.sub(r"^[a-z0-9+]+:/*", "", uri).rstrip("/")
    return Source(f"{name} {suite}", uri, suite, yes(said.get("enabled", "")) is not False, verified)


def _stanzas(lines: list[str]) -> Iterator[dict[str, str]]:
    """A line that begins with space goes on with the field before it; empty lines part the stanzas."""
    stanza: dict[str, str] = {}
    name = ""
    for line in [*lines, ""]:
        if not line.strip():
            if stanza:
                yield stanza
            stanza, name = {}, ""
        elif line[0].isspace() and name:
            stanza[name] += " " + line.strip()
        else:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            stanza[name] = value.strip()


def ini(lines: list[str]) -> Sections:
    """`[section]` and `key=value`; a line that begins with space goes on with the value before it."""
    sections: Sections = {}
    section: dict[str, str] = {}
    name = ""
    for line in lines:
        if head := re.match(r"\[([^]]*)]", line):
            section, name = sections.setdefault(head[1].strip(), {}), ""
        elif line[:1].isspace() and name:
            section[name] += " " + line.strip()
        elif assigned := re.match(r"([A-Za-z_]+)\s*[=:](.*)", line):
            name = assigned[1].lower()
            section[name] = assigned[2].strip()
    return sections
