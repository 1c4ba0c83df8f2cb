"""The files of sudo and doas as the probe tells them, with includes put in their place.

`host`, `version` and `nsswitch` lines; `read`, `denied`, `missing` and `unresolved` paths; then, after
`in PATH`, the lines of that file, each after the word `sudo` or `doas`.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice

from igaudit.model.facts import Reason, Unread
from igaudit.parse.sudoers import Rule, Sudoers

_INCLUDE = re.compile(r"\s*[#@](include|includedir)\s+(.*)")
# sudo.ws/releases/changelog: use_pty is on by default from 1.9.14 on.
_PTY_BY_DEFAULT = (1, 9, 14)
_MOST_LINES = 20_000
_MOST_RULES = 5_000


@dataclass(slots=True)
class _Told:
    """What the probe told, sorted."""

    values: dict[str, str] = field(default_factory=dict)
    paths: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    doas: list[tuple[str, str]] = field(default_factory=list)


def rules(text: str) -> dict[str, object]:
    """Who may become root by sudo and doas, and how sudo behaves."""
    told = _told(text)
    sudoers = Sudoers(told.values.get("host", ""))
    main = next(iter(told.paths.get("read", ())), "")
    if "version" in told.values:
        for file, line in _in_order(told, main):
            sudoers.take(file, line)
    granted = list(islice(chain(sudoers.rules(), _doas_rules(told.doas)), _MOST_RULES + 1))
    found = [_record(rule) for rule in granted[:_MOST_RULES]]
    gap = _gap(told, sudoers)
    facts: dict[str, object] = {"rules": found, **_behaviour(told, sudoers, gap)}
    too_many = Unread(Reason.TOO_LARGE, f"more than {_MOST_RULES} rules")
    more = too_many if len(granted) > _MOST_RULES else gap or _directory(told)
    return {**facts, "incomplete": {"rules": more}} if more else facts


def _told(text: str) -> _Told:
    told, file = _Told(), ""
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "in":
            file = rest
        elif word == "sudo":
            told.lines.setdefault(file, []).append(rest)
        elif word == "doas":
            told.doas.append((file, rest))
        elif word in ("host", "version", "nsswitch"):
            told.values.setdefault(word, rest)
        else:
            told.paths.setdefault(word, []).append(rest)
    return told


def _in_order(told: _Told, main: str) -> Iterator[tuple[str, str]]:
    """The lines of `main`, with those of the files that it includes where it includes them."""
    waiting: list[tuple[str, str | None]] = [(main, None)]
    read, count = set(told.paths.get("read", ())), 0
    while waiting and count < _MOST_LINES:
        file, line = waiting.pop()
        if line is None:
            waiting.extend((file, each) for each in reversed(_logical(told.lines.get(file, ()))))
        elif found := _INCLUDE.match(line):
            path = posixpath.join(posixpath.dirname(file), _path(found[2]))
            included = [path] if found[1] == "include" else _of_folder(path, read)
            waiting.extend((each, None) for each in reversed(included) if each in read)
            # A file is read once: one that includes itself would have no end.
            read -= set(included)
        else:
            count += 1
            yield file, line


def _path(text: str) -> str:
    return re.sub(r"\s+(#.*)?\Z", "", text).replace('"', "")


def _of_folder(folder: str, read: Iterable[str]) -> list[str]:
    """The files of a folder that sudo reads: by name, without dots and final tildes."""
    inside = (file for file in read if posixpath.dirname(file) == folder.rstrip("/"))
    return sorted(file for file in inside if not re.search(r"\.[^/]*\Z|~\Z", file))


def _logical(lines: Iterable[str]) -> list[str]:
    """Lines with their continuations, without comments at their end and without blank ones."""
    joined: list[list[str]] = [[]]
    for line in lines:
        # An odd number of backslashes at its end: the last one is not itself escaped.
        goes_on = (len(line) - len(line.rstrip("\\"))) % 2 == 1
        joined[-1].append(line[:-1] if goes_on else line)
        if not goes_on:
            joined.append([])
    whole = (_without_comment("".join(parts)).strip() for parts in joined)
    return [line for line in whole if line]


def _without_comment(line: str) -> str:
    if _INCLUDE.match(line):
        return line
    found = re.match(r'(?:"[^"]*"|\\.|#[0-9]|[^#"\\])*', line)
    return found[0] if found and line[found.end() : found.end() + 1] == "#" else line


def _gap(told: _Told, sudoers: Sudoers) -> Unread | None:
    """Why the files do not tell everything: one was denied, or a line has no meaning here."""
    for file in told.paths.get("denied", ()):
        return Unread(Reason.DENIED, f"{file} cannot be read")
    for file in told.paths.get("unresolved", ()):
        return Unread(Reason.UNSUPPORTED, f"the include of {file[:100]} was not followed")
    for line in sudoers.unclear:
        return Unread(Reason.UNPARSABLE, line)
    return None


def _directory(told: _Told) -> Unread | None:
    sources = told.values.get("nsswitch", "").partition(":")[2].split()
    others = [source for source in sources if source in ("sss", "ldap")]
    return (
        Unread(Reason.UNSUPPORTED, f"sudo takes rules from a directory too ({others[0]})") if others else None
    )


def _record(rule: Rule) -> dict[str, object]:
    return {
        "rule": f"{rule.account} {rule.text}"[:200],
        "file": rule.file,
        "account": rule.account,
        "password_needed": rule.password_needed,
        "all_commands": rule.all_commands,
    }


def _behaviour(told: _Told, sudoers: Sudoers, gap: Unread | None) -> dict[str, object]:
    names = ("use_pty", "logs", "timestamp_minutes", "asks_for_target_password")
    if "version" not in told.values:
        return {"version": None, **dict.fromkeys(names)}
    version = re.search(r"[0-9]+(?:\.[0-9]+)+(?:p[0-9]+)?", told.values["version"])
    facts = {"version": version[0] if version else None}
    if gap:
        return {**facts, **dict.fromkeys(names, gap)}
    said = sudoers.defaults
    to_syslog, to_file = said.get("syslog", True) is not False, bool(said.get("logfile"))
    return {
        **facts,
        "use_pty": _use_pty(said, told.values["version"]),
        "logs": (to_syslog or to_file) and said.get("log_allowed", True) is not False,
        "timestamp_minutes": _minutes(said.get("timestamp_timeout")),
        "asks_for_target_password": any(said.get(name) is True for name in ("rootpw", "targetpw", "runaspw")),
    }


def _use_pty(said: Mapping[str, str | bool], version: str) -> object:
    if "use_pty" in said:
        return said["use_pty"] is True
    if version.startswith("sudo-rs"):
        return True
    numbers = re.search(r"([0-9]+)\.([0-9]+)(?:\.([0-9]+))?", version)
    if numbers is None:
        return Unread(Reason.UNPARSABLE, f"no version of sudo: {version[:60]}")
    return tuple(int(number or 0) for number in numbers.groups()) >= _PTY_BY_DEFAULT


def _minutes(value: str | bool | None) -> object:
    if value is None:
        return None
    if value is False:
        return 0
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}(?:\.[0-9]{1,9})?", value):
        return float(value) if "." in value else int(value)
    return Unread(Reason.UNPARSABLE, f"timestamp_timeout={str(value)[:40]}")


def _doas_rules(lines: Iterable[tuple[str, str]]) -> Iterator[Rule]:
    """doas.conf(5): `permit|deny [options] identity [as target] [cmd command [args …]]`."""
    for file, line in lines:
        action, *words = re.sub(r"\{[^}]*\}", "", line).partition(" #")[0].split() or [""]
        options = [word for word in words if word in ("nopass", "nolog", "persist", "keepenv", "setenv")]
        rest = words[len(options) :]
        if action == "permit" and rest:
            account = f"%{rest[0][1:]}" if rest[0].startswith(":") else rest[0]
            yield Rule(account, file, line.strip(), "nopass" not in options, "cmd" not in rest[1:])
