"""What syslog-ng sends away: the words of syslog-ng.conf(5)."""

import re
from collections.abc import Iterable, Iterator

from igaudit.parse.rsyslog import Sent, Word

# What comes with syslog-ng holds no receivers, and all there is in conf.d was read.
_READ = re.compile(r"@include\s+\"?(scl\.conf|.*/scl/.*|(/etc/syslog-ng/)?conf\.d/.*)", re.IGNORECASE)
_BLOCK = re.compile(r"([a-z]+)\s*([a-z0-9_]*)\s*\{", re.IGNORECASE)
_STEP = re.compile(r"(source|destination|filter)\s*\(\s*([a-z0-9_]+)\s*\)", re.IGNORECASE)
_DRIVER = re.compile(r"(network|syslog|tcp6?|udp6?)\s*\(\s*\"?([^\"\s)]*)\"?", re.IGNORECASE)
_OPTION = re.compile(r"(port|transport)\s*\(\s*\"?([^\")\s]*)\"?\s*\)", re.IGNORECASE)

Record = dict[str, object]


def sent(words: Iterable[Word]) -> Iterator[Sent]:
    """The receivers over the network that a log path names; behind a filter, what they get cannot be told."""
    remote: dict[str, list[Record]] = {}
    paths: list[list[tuple[str, str]]] = []
    block = name = ""
    for word, _ in words:
        if word.lower().startswith("@include"):
            yield from [] if _READ.match(word) else [(None, {})]
        elif opener := _BLOCK.fullmatch(word):
            block, name = opener[1].lower(), opener[2]
            paths += [[]] if block == "log" else []
        elif block == "destination":
            _destination(word, remote.setdefault(name, []))
        elif block == "log" and (step := _STEP.fullmatch(word)):
            paths[-1].append((step[1].lower(), step[2]))
    for path in paths:
        sign_ins = None if any(kind == "filter" for kind, _ in path) else True
        for kind, used in path:
            for record in remote.get(used, []) if kind == "destination" else []:
                yield sign_ins, record


def _destination(word: str, records: list[Record]) -> None:
    """Adds a driver that sends over the network, or what is said about the one before."""
    if driver := _DRIVER.fullmatch(word):
        protocol = "udp" if driver[1].lower().startswith("udp") else "tcp"
        records.append({"target": driver[2], "by": "syslog-ng", "protocol": protocol, "encrypted": False})
        return
    option = _OPTION.fullmatch(word)
    for last in records[-1:]:
        if option and option[1].lower() == "port":
            last["target"] = f"{last['target']}:{option[2]}"
        elif option:
            last["protocol"] = "udp" if "udp" in option[2].lower() else "tcp"
            last["encrypted"] = last["encrypted"] or "tls" in option[2].lower()
        elif word.lower().startswith("tls"):
            last["encrypted"] = True
