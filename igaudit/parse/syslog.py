"""Where logs are sent: rsyslog.conf(5), syslog-ng.conf(5), journal-upload.conf(5), and agents.

The answer holds only the words of the configurations that speak of forwarding, in their order.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable

_DAEMONS = ("rsyslog", "syslog-ng")
_UPLOAD = "systemd-journal-upload"
# Outputs of rsyslog that send to another machine, beside omfwd and omrelp.
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
_PAIR = re.compile(r"([A-Za-z.]+)\s*=\s*(.*)", re.DOTALL)
_LEGACY = re.compile(r"(@@?)(?:\([^)]*\))?(\[[^]]+\]|[^:\s]+)(?::([0-9]+))?")

Record = dict[str, object]
Word = tuple[str, str]


@dataclass(slots=True)
class _Found:
    """What sends logs away, and whether each takes the records of sign-ins (None: cannot be told)."""

    records: list[Record] = field(default_factory=list)
    sign_ins: list[bool | None] = field(default_factory=list)

    def add(self, sign_ins: bool | None, **record: object) -> None:
        self.records.append(record)
        self.sign_ins.append(sign_ins)


def forwarding(text: str) -> dict[str, object]:
    """The facts of all that starts with the machine; raises Unparsable."""
    starts, denied, files = _sections(text)
    found = _Found()
    if "rsyslog" in starts:
        _rsyslog(_included("/etc/rsyslog.conf", files), found)
    if "syslog-ng" in starts:
        _syslog_ng([w for name, words in files.items() if "/syslog-ng/" in name for w in words], found)
    if _UPLOAD in starts:
        _upload([w for name, words in files.items() if "journal-upload" in name for w in words], found)
    for agent in sorted(starts - {*_DAEMONS, _UPLOAD}):
        found.add(True, target=agent, by=agent)
    gap = Unread(Reason.DENIED, f"{denied[0]} cannot be read") if denied else None
    facts: dict[str, object] = {
        "syslog_daemon": next((name for name in _DAEMONS if name in starts), None),
        "forwarding": found.records,
        "sign_ins_forwarded": _sign_ins(found, gap),
    }
    return {**facts, "incomplete": {"forwarding": gap}} if gap else facts


def _sign_ins(found: _Found, gap: Unread | None) -> object:
    if True in found.sign_ins:
        return True
    if gap:
        return gap
    if None in found.sign_ins:
        return Unread(Reason.UNPARSABLE, "filters decide what is sent")
    return False


def _sections(text: str) -> tuple[set[str], list[str], dict[str, list[Word]]]:
    """What starts, what could not be read, and the words of each file with what they select."""
    starts: set[str] = set()
    denied: list[str] = []
    files: dict[str, list[Word]] = {}
    words: list[Word] = []
    select = ""
    for line in text.splitlines():
        kind, _, said = line.partition(" ")
        if kind == "file":
            words = files.setdefault(said, [])
        elif kind == "word":
            words.append((said.strip(), select))
        elif kind == "for":
            select = said.strip()
        elif kind == "starts":
            starts.add(said)
        elif kind == "denied":
            denied.append(said)
        elif line.strip():
            raise Unparsable(f"a word of a configuration expected, {line[:80]!r} found")
    return starts, denied, files


def _included(name: str, files: dict[str, list[Word]], depth: int = 0) -> Iterator[Word]:
    """The words of a file of rsyslog between braces, with those of the files that it includes in their place."""
    including = ""
    yield "{", ""
    for word, select in files.get(name, []):
        pattern = _include(word, including)
        including = word if word.endswith("(") else including
        matching = [file for file in files if pattern and fnmatch(file, pattern) and depth < 5]
        for file in matching:
            yield from _included(file, files, depth + 1)
        if not pattern:
            yield word, select
    yield "}", ""


def _include(word: str, inside: str) -> str:
    """The pattern that `word` includes; "" where it includes nothing."""
    if word.lower().startswith("$includeconfig"):
        return word.split(None, 1)[1]
    pair = _PAIR.fullmatch(word)
    if pair and pair[1].lower() == "file" and inside.lower().startswith("include"):
        return pair[2].strip('"')
    return ""


@dataclass(slots=True)
class _Drivers:
    """rsyslog's older settings, which hold for the actions after them."""

    default: str = ""
    own: str = ""
    mode: str = ""

    @property
    def encrypts(self) -> bool:
        return self.mode == "1" and (self.own or self.default) in _TLS


def _rsyslog(words: Iterable[Word], found: _Found) -> None:
    drivers = _Drivers()
    action: dict[str, str] = {}
    opened = select = ""
    filtered = False
    outside: list[bool] = []
    for word, selected in words:
        pair = _PAIR.fullmatch(word)
        if pair and opened in ("action", "global"):
            action[pair[1].lower()] = pair[2].strip('"').lower()
            continue
        _finish(opened, action, select, filtered, drivers, found)
        opened = re.split(r"[\s(]", word.lower())[0] if word.endswith("(") else ""
        action, select = {}, selected
        filtered = filtered or opened == "ruleset" or bool(re.match(r"(if|else)\b", word.lower().strip("} ")))
        if word == "{":
            outside.append(filtered)
        elif word == "}":
            # A filter ends with its file at the latest.
            filtered = outside.pop()
        elif word.startswith("$"):
            _set(word, drivers)
        elif word.startswith(("@", ":omrelp:")):
            _legacy(word, selected, filtered, drivers, found)


def _set(word: str, drivers: _Drivers) -> None:
    name, _, value = word.lower().partition(" ")
    if name == "$defaultnetstreamdriver":
        drivers.default = value.strip()
    elif name == "$actionsendstreamdriver":
        drivers.own = value.strip()
    else:
        drivers.mode = value.strip()


def _finish(
    opened: str, said: dict[str, str], select: str, filtered: bool, drivers: _Drivers, found: _Found
) -> None:
    """What an `action(…)` or `global(…)` that has ended means."""
    kind = said.get("type", "")
    if opened == "global":
        drivers.default = said.get("defaultnetstreamdriver", drivers.default)
    elif opened == "action" and kind in ("omfwd", "omrelp"):
        driver = said.get("streamdriver") or said.get("streamdriver.name") or drivers.default
        mode = said.get("streamdrivermode") or said.get("streamdriver.mode")
        protocol = said.get("protocol", "udp") if kind == "omfwd" else "relp"
        tls = mode == "1" and driver in _TLS and protocol == "tcp"
        found.add(
            None if filtered else _selects(select or "*.*"),
            target=f"{said.get('target', '?')}:{said.get('port', '514')}",
            by="rsyslog",
            protocol=protocol,
            encrypted=said.get("tls") == "on" if kind == "omrelp" else tls,
        )
    elif opened == "action" and kind in _SENDERS:
        found.add(None if filtered else _selects(select or "*.*"), target=kind, by="rsyslog")


def _legacy(word: str, select: str, filtered: bool, drivers: _Drivers, found: _Found) -> None:
    """`@host`, `@@(o)host:port;template`, `:omrelp:host:port`."""
    relp = word.startswith(":omrelp:")
    row = _LEGACY.fullmatch(f"@@{word[8:]}" if relp else word)
    if row is None:
        raise Unparsable(f"a receiver expected, {word[:80]!r} found")
    protocol = "relp" if relp else "tcp" if row[1] == "@@" else "udp"
    found.add(
        None if filtered else _selects(select),
        target=f"{row[2].strip('[]')}:{row[3] or '514'}",
        by="rsyslog",
        protocol=protocol,
        encrypted=protocol == "tcp" and drivers.encrypts,
    )


def _selects(select: str) -> bool | None:
    """Whether `facility.priority;…` takes auth and authpriv at the level of a sign-in (info)."""
    if not re.fullmatch(r"[a-z0-9.,;*=!-]+", select, re.IGNORECASE):
        return None
    taken = {"auth": False, "authpriv": False}
    for part in select.lower().split(";"):
        facilities, _, priority = part.rpartition(".")
        for facility in taken:
            if facility in facilities.split(",") or "*" in facilities.split(","):
                taken[facility] = priority in ("*", "debug", "info", "=info")
    return any(taken.values())


def _syslog_ng(words: list[Word], found: _Found) -> None:
    """Destinations over the network that a log path names."""
    remote: dict[str, list[Record]] = {}
    paths: list[list[str]] = []
    block = name = ""
    for word, _ in words:
        opener = re.fullmatch(r"([a-z]+)\s*([a-z0-9_]*)\s*\{", word.lower())
        used = re.fullmatch(r"(source|destination|filter)\s*\(\s*([a-z0-9_]+)\s*\)", word.lower())
        if opener:
            block, name = opener.groups()
            if block == "log":
                paths.append([])
        elif used and block == "log":
            paths[-1].append(" ".join(used.groups()))
        elif block == "destination":
            _destination(word, remote.setdefault(name, []))
    for path in paths:
        filtered = any(step.startswith("filter ") for step in path)
        for step in path:
            for record in remote.get(step.removeprefix("destination "), []):
                found.add(None if filtered else True, **record)


def _destination(word: str, records: list[Record]) -> None:
    """Adds a driver that sends over the network, or what is said about the one before."""
    driver = re.fullmatch(r"(network|syslog|tcp6?|udp6?)\s*\(\s*\"?([^\"\s)]*)\"?", word, re.IGNORECASE)
    option = re.fullmatch(r"(port|transport)\s*\(\s*\"?([^\")\s]*)\"?\s*\)", word, re.IGNORECASE)
    if driver:
        protocol = "udp" if driver[1].lower().startswith("udp") else "tcp"
        records.append({"target": driver[2], "by": "syslog-ng", "protocol": protocol, "encrypted": False})
    elif records and option and option[1].lower() == "transport":
        said = option[2].lower()
        records[-1]["protocol"] = "udp" if said == "udp" else "tcp"
        records[-1]["encrypted"] = "tls" in said
    elif records and option:
        records[-1]["target"] = f"{records[-1]['target']}:{option[2]}"
    elif records and word.lower().startswith("tls"):
        records[-1]["encrypted"] = True


def _upload(words: list[Word], found: _Found) -> None:
    urls = [word.partition("=")[2].strip() for word, _ in words]
    if urls and urls[-1]:
        url = urls[-1]
        # Without a scheme it uses https (journal-upload.conf(5)).
        encrypted = not url.lower().startswith("http://")
        protocol = "https" if encrypted else "http"
        found.add(True, target=url, by=_UPLOAD, protocol=protocol, encrypted=encrypted)
