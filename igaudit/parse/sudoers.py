"""The language of sudoers(5), as far as it says who may do what without a password, and how sudo behaves."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

_ALIAS = re.compile(r"(User|Runas|Host|Cmnd|Cmd)_Alias\s+(.*)", re.S)
_DEFAULTS = re.compile(
    r"Defaults(?:(?P<kind>[@:!>])\s*(?P<who>(?:\"[^\"]*\"|\\.|[^\s\"\\])+))?(?:\s+(?P<rest>.*))?\Z", re.S
)
_SETTING = re.compile(r"(?P<no>(?:!\s*)*)(?P<name>[a-z][a-z_0-9]*)\s*(?:[+-]?=\s*(?P<value>.*))?\Z", re.S)
_TAG = re.compile(
    r"\b((?:NO)?(?:PASSWD|EXEC|FOLLOW|LOG_INPUT|LOG_OUTPUT|MAIL|SETENV|INTERCEPT))\s*:|\bsha(?:224|256|384|512)\s*:\s*[\w+/=]*"
)
_OPTION = re.compile(
    r"(?:ROLE|TYPE|PRIVS|LIMITPRIVS|CWD|CHROOT|TIMEOUT|NOTBEFORE|NOTAFTER|APPARMOR_PROFILE)\s*=\s*(?:\"[^\"]*\"|\S+)\s*"
)
_WORD = re.compile(r"(?:\"[^\"]*\"|\\.|[^\s\"\\])+", re.S)
# What the probe puts in the place of a word that may be a password.
_CUT = "secret"
# More names than this stand for no rule that a person wrote.
MOST_NAMES = 2000


@dataclass(frozen=True, slots=True)
class Rule:
    """What `account` may run: `password_needed` by the tags of the rule, `all_commands` by its commands."""

    account: str
    file: str
    text: str
    password_needed: bool
    all_commands: bool


@dataclass(slots=True)
class Sudoers:
    """The lines of all files in the order that sudo reads them, taken in one by one, then asked for rules."""

    host: str
    aliases: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    defaults: dict[str, str | bool] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)
    _specs: list[tuple[str, str]] = field(default_factory=list)
    _scoped: list[tuple[str, str, str, str]] = field(default_factory=list)

    def take(self, file: str, line: str) -> None:
        """One line, with its continuations joined and its comment gone."""
        if found := _ALIAS.match(line):
            self._alias(found[1].replace("Cmd", "Cmnd") if found[1] == "Cmd" else found[1], found[2])
        elif found := _DEFAULTS.match(re.sub(r"\s*,\s*", ",", line)):
            self._defaults(file, found["kind"] or "", found["who"] or "", found["rest"] or "")
        else:
            self._specs.append((file, line))

    def _alias(self, kind: str, definitions: str) -> None:
        for definition in split(definitions, ":"):
            name, _, members = definition.partition("=")
            self.aliases[kind, name.strip()] = [member.strip() for member in split(members, ",")]

    def _defaults(self, file: str, kind: str, who: str, rest: str) -> None:
        for setting in split(rest, ","):
            found = _SETTING.match(setting.strip())
            if found is None:
                self.unclear.append(f"{file}: Defaults {setting.strip()[:60]}")
                continue
            off = found["no"].count("!") % 2 == 1
            value: str | bool = not off if found["value"] is None else found["value"].strip().strip('"')
            if kind in ("", "@"):
                if kind == "" or self._here(split(who, ",")):
                    self.defaults[found["name"]] = value
            elif found["name"] == "authenticate":
                self._scoped.append((kind, who, file, "" if value else f"Defaults{kind}{who} !authenticate"))

    def rules(self) -> Iterator[Rule]:
        """Every rule that concerns this machine, account by account."""
        for file, line in self._specs:
            yield from self._spec(file, line)
        if self.defaults.get("authenticate") is False:
            yield Rule("ALL", "", "Defaults !authenticate", False, False)
        if isinstance(group := self.defaults.get("exempt_group"), str):
            yield Rule(f"%{group}", "", f"Defaults exempt_group={group}", False, False)
        for kind, who, file, text in {scoped[:2]: scoped for scoped in self._scoped}.values():
            accounts = self.names("User", split(who, ",")) if kind == ":" else ["ALL"]
            for account in accounts if text else ():
                yield Rule(account, file, text, False, False)

    def _spec(self, file: str, line: str) -> Iterator[Rule]:
        left, *right = split(line, "=")
        words = _WORD.findall(re.sub(r"\s*,\s*", ",", re.sub(r"!\s+", "!", left)))
        if len(words) != 2 or not right:
            self.unclear.append(f"{file}: {line[:60]}")
            return
        accounts = self.names("User", split(words[0], ","))
        for hosts, commands in _host_specs(words[1], line[len(left) + 1 :]):
            if hosts == _CUT:
                self.unclear.append(f"{file}: {words[0][:40]}: what was cut may be the name of a machine")
            elif self._here(split(hosts, ",")):
                yield from self._granted(file, accounts, hosts, commands)

    def _granted(self, file: str, accounts: Sequence[str], hosts: str, commands: str) -> Iterator[Rule]:
        # Tags hold for the commands after them too, until their opposite comes.
        asks, granted = True, dict[bool, bool]()
        for command in split(commands, ","):
            tags, name = _tags(command)
            asks = next((tag == "PASSWD" for tag in reversed(tags) if tag.endswith("PASSWD")), asks)
            if not name.startswith("!"):
                granted[asks] = granted.get(asks, False) or "ALL" in self.names("Cmnd", [name])
        text = f"{hosts}={' '.join(_visible(commands).split())}"
        for account in accounts:
            for password, everything in granted.items():
                yield Rule(account, file, text, password, everything)

    def names(self, kind: str, members: Iterable[str]) -> list[str]:
        """`members` with their aliases resolved, without what is denied by `!`."""
        found: dict[str, None] = {}
        waiting, seen = [*members][::-1], set[str]()
        while waiting and len(found) < MOST_NAMES:
            name = _plain(waiting.pop())
            if (kind, name) in self.aliases and name not in seen:
                seen.add(name)
                waiting.extend(reversed(self.aliases[kind, name]))
            elif name and not name.startswith("!") and name not in seen:
                found[name] = None
        if waiting:
            self.unclear.append(f"more than {MOST_NAMES} names in one rule")
        return list(found)

    def _here(self, hosts: Iterable[str]) -> bool:
        """Whether `hosts` may mean this machine: only plain names of others are ruled out."""
        short = self.host.partition(".")[0].lower()
        return any(
            not re.fullmatch(r"[A-Za-z_][\w.-]*", name)
            or name == "ALL"
            or name.partition(".")[0].lower() == short
            for name in self.names("Host", hosts)
        )


def split(text: str, separator: str) -> list[str]:
    """The parts of `text` between separators that stand outside quotes and brackets and are not escaped."""
    parts, start, depth, quoted, escaped = [], 0, 0, False, False
    for at, sign in enumerate(text):
        if escaped or sign == "\\":
            escaped = not escaped
        elif sign == '"':
            quoted = not quoted
        elif not quoted and sign in "()":
            depth = max(0, depth + (1 if sign == "(" else -1))
        elif sign == separator and not quoted and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


_MARK = "\0"


def _host_specs(hosts: str, commands: str) -> Iterator[tuple[str, str]]:
    """`hosts = commands : hosts = commands …`; the tags, whose colon separates nothing, are marked."""
    marked = _TAG.sub(lambda found: f"{_MARK}{found[1]}{_MARK}" if found[1] else "", commands)
    first, *others = split(marked, ":")
    yield hosts, first
    for other in others:
        names, *rest = split(other, "=")
        if rest:
            yield names.strip(), other[len(names) + 1 :]


def _tags(command: str) -> tuple[list[str], str]:
    """The tags before a command, and the command; a run-as list and options are passed over."""
    *tags, name = command.split(_MARK)
    name = re.sub(r"\A\s*\([^)]*\)\s*", "", name)
    return [tag.strip() for tag in tags], _OPTION.sub("", name).strip()


def _visible(commands: str) -> str:
    return re.sub(f"{_MARK}([A-Z_]+){_MARK}", r"\1:", commands)


def _plain(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name.strip().replace('"', ""))
