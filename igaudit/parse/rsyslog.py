"""What rsyslog sends away: the words of rsyslog.conf(5), in its older form and in RainerScript."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch

from igaudit.parse import Unparsable

# A word of a configuration, and the selector that stands before it on its line.
Word = tuple[str, str]
# Whether a receiver is given the records of sign-ins (None: cannot be told), and its record. An empty
# record stands for files that are included and were not read.
Sent = tuple[bool | None, dict[str, object]]

# Outputs that send to another machine, beside omfwd and omrelp.
_SENDERS = (
    "omelasticsearch",
    "omhttp",
    "omkafka",
    "omclickhouse",
    "omazureeventhubs",
    "omhiredis",
    "omamqp1",
)
_TLS = ("gtls", "ossl", "mbedtls")
# All there is in this folder was read; what is included from elsewhere was not.
_READ = "/etc/rsyslog.d/"
_ELSEWHERE = "(elsewhere)"
_PAIR = re.compile(r"([A-Za-z.]+)\s*=\s*(.*)", re.DOTALL)
_LEGACY = re.compile(r"(@@?)(?:\([^)]*\))?(\[[^]]+\]|[^:\s@]+)(?::([0-9]+))?")


@dataclass(slots=True)
class _Drivers:
    """rsyslog's older settings, which hold for the actions after them."""

    default: str = ""
    own: str = ""
    mode: str = ""

    def set(self, name: str, value: str) -> None:
        """Notes `$DefaultNetstreamDriver`, `$ActionSendStreamDriver` or `$ActionSendStreamDriverMode`."""
        if name == "$defaultnetstreamdriver":
            self.default = value
        elif name == "$actionsendstreamdriver":
            self.own = value
        else:
            self.mode = value


def sent(files: Mapping[str, list[Word]]) -> Iterator[Sent]:
    """Every receiver of /etc/rsyslog.conf and what it includes; raises Unparsable."""
    drivers = _Drivers()
    said: dict[str, str] = {}
    opened = select = ""
    filtered = False
    outside: list[bool] = []
    for word, selected in _included("/etc/rsyslog.conf", files):
        if word == _ELSEWHERE:
            yield None, {}
            continue
        pair = _PAIR.fullmatch(word)
        if pair and opened in ("action", "global"):
            said[pair[1].lower()] = pair[2].strip('"').lower()
            continue
        yield from _ended(opened, said, None if filtered else _selects(select or "*.*"), drivers)
        opened = re.split(r"[\s(]", word.lower())[0] if word.endswith("(") else ""
        said, select = {}, selected
        filtered = filtered or opened == "ruleset" or bool(re.match(r"[\s}]*(if|else)\b", word.lower()))
        if word == "{":
            outside.append(filtered)
        elif word == "}":
            # A filter ends with its file at the latest.
            filtered = outside.pop() if outside else False
        elif word.startswith("$"):
            drivers.set(*(part.strip() for part in word.lower().partition(" ")[::2]))
        elif word.startswith(("@", ":omrelp:")):
            yield None if filtered else _selects(selected), _legacy(word, drivers)


def _included(name: str, files: Mapping[str, list[Word]], depth: int = 0) -> Iterator[Word]:
    """The words of a file between braces, with those of included files in their place."""
    including = ""
    yield "{", ""
    for word, select in files.get(name, []):
        pattern = _include(word, including)
        including = word if word.endswith("(") else including
        matching = [file for file in files if pattern and fnmatch(file, pattern)]
        for file in matching if depth < 5 else ():
            yield from _included(file, files, depth + 1)
        if not pattern:
            yield word, select
        elif not matching and not pattern.startswith(_READ):
            yield _ELSEWHERE, ""
    yield "}", ""


def _include(word: str, inside: str) -> str:
    """The pattern that `word` includes; "" where it includes nothing."""
    if word.lower().startswith("$includeconfig "):
        return word.split(None, 1)[1]
    pair = _PAIR.fullmatch(word)
    if pair and pair[1].lower() == "file" and inside.lower().startswith("include"):
        return pair[2].strip('"')
    return ""


def _ended(opened: str, said: Mapping[str, str], sign_ins: bool | None, drivers: _Drivers) -> Iterator[Sent]:
    """What an `action(…)` or `global(…)` that has ended means."""
    kind = said.get("type", "")
    if opened == "global":
        drivers.default = said.get("defaultnetstreamdriver", drivers.default)
    elif opened == "action" and kind in _SENDERS:
        yield sign_ins, {"target": kind, "by": "rsyslog"}
    elif opened == "action" and kind in ("omfwd", "omrelp"):
        protocol = said.get("protocol", "udp") if kind == "omfwd" else "relp"
        encrypted = said.get("tls") == "on" if kind == "omrelp" else _encrypts(said, drivers)
        target = f"{said.get('target', '?')}:{said.get('port', '514')}"
        yield sign_ins, {"target": target, "by": "rsyslog", "protocol": protocol, "encrypted": encrypted}


def _encrypts(said: Mapping[str, str], drivers: _Drivers) -> bool:
    driver = said.get("streamdriver") or said.get("streamdriver.name") or drivers.default
    mode = said.get("streamdrivermode") or said.get("streamdriver.mode")
    return mode == "1" and driver in _TLS and said.get("protocol") == "tcp"


def _legacy(word: str, drivers: _Drivers) -> dict[str, object]:
    """`@host`, `@@(o)host:port`, `:omrelp:host:port`."""
    relp = word.startswith(":omrelp:")
    row = _LEGACY.fullmatch(f"@@{word[8:]}" if relp else word)
    if row is None:
        raise Unparsable(f"a receiver expected, {word[:80]!r} found")
    protocol = "relp" if relp else "tcp" if row[1] == "@@" else "udp"
    encrypted = protocol == "tcp" and drivers.mode == "1" and (drivers.own or drivers.default) in _TLS
    target = f"{row[2].strip('[]')}:{row[3] or '514'}"
    return {"target": target, "by": "rsyslog", "protocol": protocol, "encrypted": encrypted}


def _selects(select: str) -> bool | None:
    """Whether `facility.priority;…` takes auth or authpriv at the level of a sign-in, info."""
    if not re.fullmatch(r"[a-z0-9.,;*=!-]+", select, re.IGNORECASE):
        return None
    taken = {"auth": False, "authpriv": False}
    for part in select.lower().split(";"):
        facilities, _, priority = part.rpartition(".")
        for facility in {*facilities.split(",")} & {*taken, "*"}:
            meant: Iterable[str] = taken if facility == "*" else [facility]
            taken.update(dict.fromkeys(meant, priority in ("*", "debug", "info", "=info")))
    return any(taken.values())
