"""Apache's settings as a whole and per virtual host, without the sections that do not count."""

import re
from dataclasses import dataclass, field

from igaudit.model.facts import Reason, Unread
from igaudit.parse import tls_settings as tls
from igaudit.parse.tls_settings import Said

_BUILT_IN = {"core", "mod_so", "mod_watchdog", "http_core", "mod_log_config", "mod_logio", "mod_version"}
_BUILT_IN |= {"mod_unixd"}
_SELECTING = ("ifmodule", "ifdefine", "ifversion", "iffile")


@dataclass(slots=True)
class Host:
    """The server as a whole (without addresses), or one virtual host."""

    file: str
    addresses: list[str]
    said: list[list[str]] = field(default_factory=list)

    def last(self, name: str) -> list[str] | None:
        """The words after the last directive `name` (in small letters); None where there is none."""
        return next((words[1:] for words in reversed(self.said) if words[0] == name), None)

    def all(self, name: str) -> list[list[str]]:
        """The words after each directive `name`."""
        return [words[1:] for words in self.said if words[0] == name]


@dataclass(slots=True)
class _Reading:
    """Where in the settings we are."""

    found: Said
    hosts: list[Host] = field(default_factory=lambda: [Host("", [])])
    modules: set[str] = field(default_factory=set)
    defined: dict[str, bool] = field(default_factory=dict)
    sections: list[tuple[str, bool]] = field(default_factory=list)
    undecided: int | None = None
    """How many sections are around one that an option of the command line may turn on."""

    @property
    def here(self) -> bool:
        return all(counts for _, counts in self.sections)


def read(found: Said) -> list[Host]:
    """The server as a whole, then its virtual hosts. What cannot be followed sets the gap."""
    reading = _Reading(found)
    for file, words in found.settings:
        _take(reading, file, words)
    if reading.sections:
        _gap(reading, "a section of Apache's settings is not closed")
    return reading.hosts


def _gap(reading: _Reading, why: str, reason: Reason = Reason.UNPARSABLE) -> None:
    reading.found.gap = reading.found.gap or Unread(reason, why)


def _take(reading: _Reading, file: str, words: list[str]) -> None:
    name = words[0]
    if words[0] == "builtin" and len(words) > 1:
        reading.modules |= {f"{words[1]}.c", f"{words[1].removeprefix('mod_')}_module"}
        return
    if reading.undecided is not None and name.startswith(("<virtualhost", "ssl", "listen", "loadmodule")):
        _gap(reading, "what <IfDefine> holds may be turned on by the command line", Reason.UNSUPPORTED)
    if name.startswith("</"):
        _close(reading, name[2:])
    elif name.startswith("<"):
        _open(reading, file, name[1:], words[1] if len(words) > 1 else "")
    elif reading.here:
        _directive(reading, words)


def _close(reading: _Reading, name: str) -> None:
    if not reading.sections or reading.sections.pop()[0] != name:
        _gap(reading, f"</{name[:40]}> closes no section")
    if reading.undecided is not None and len(reading.sections) <= reading.undecided:
        reading.undecided = None


def _open(reading: _Reading, file: str, name: str, of: str) -> None:
    if name == "virtualhost":
        if reading.here:
            reading.hosts.append(Host(file, of.split()))
        reading.sections.append((name, True))
    elif name in _SELECTING:
        reading.sections.append((name, _selected(reading, name, of)))
    else:
        # What stands in a <Directory> or <Location> is about a part of the site; it is not judged.
        reading.sections.append((name, False))


def _selected(reading: _Reading, name: str, of: str) -> bool:
    wanted = not of.startswith("!")
    word = of.strip("! \t").strip('"')
    if name == "ifmodule":
        word = word.lower()
        return (word in reading.modules or word.removesuffix(".c") in _BUILT_IN) == wanted
    if name == "ifdefine":
        if wanted and word not in reading.defined and reading.here:
            reading.undecided = len(reading.sections) if reading.undecided is None else reading.undecided
        return reading.defined.get(word, False) == wanted
    if name == "ifversion":
        return _version_fits(reading, of)
    _gap(reading, f"<{name}> was not followed", Reason.UNSUPPORTED)
    return False


def _version_fits(reading: _Reading, of: str) -> bool:
    comparison = re.fullmatch(r"\s*(>=|<=|>|<|=|==)?\s*([0-9.]{1,20})\s*", of)
    ours = tls.release(reading.found.marks.get("igaudit-version", ""))
    if comparison is None or not ours:
        _gap(reading, "<IfVersion> was not followed", Reason.UNSUPPORTED)
        return False
    theirs = tls.release(comparison[2])
    ours += (0,) * (3 - len(ours))
    theirs += (0,) * (3 - len(theirs))
    match comparison[1] or "=":
        case ">=":
            return ours >= theirs
        case "<=":
            return ours <= theirs
        case ">":
            return ours > theirs
        case "<":
            return ours < theirs
    return ours == theirs


def _directive(reading: _Reading, words: list[str]) -> None:
    if words[0] == "loadmodule" and len(words) > 2:
        reading.modules |= {words[1].lower(), words[2].rpartition("/")[2].removesuffix(".so").lower() + ".c"}
    elif words[0] == "define" and len(words) > 1:
        reading.defined[words[1]] = True
    elif words[0] == "undefine" and len(words) > 1:
        reading.defined[words[1]] = False
    in_host = any(name == "virtualhost" for name, _ in reading.sections)
    reading.hosts[-1 if in_host else 0].said.append(words)
