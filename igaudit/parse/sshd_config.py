"""sshd_config with the files it includes: what it sets for all, and what its Match blocks set for some."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable

KEYBOARD = "kbdinteractiveauthentication"
# Older names of the same settings (sshd_config(5) of OpenSSH 8.5 and 8.7).
ALIASES = {"challengeresponseauthentication": KEYBOARD, "pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms"}
# Lists that take a line for each entry.
REPEATED = ("allowusers", "allowgroups", "listenaddress")
_ALIVE = ("clientaliveinterval", "clientalivecountmax")
# What a Match block can change and a check asks about.
_IN_MATCH = (
    *("permitrootlogin", "passwordauthentication", KEYBOARD, "permitemptypasswords", "maxauthtries"),
    *("x11forwarding", "allowagentforwarding", "allowtcpforwarding", "permittunnel"),
    *("hostbasedauthentication", "ignorerhosts", "loglevel", "authenticationmethods"),
)
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@dataclass(slots=True)
class Config:
    """`first` holds the settings for all connections, `blocks` those of each Match block by its criteria.

    `files` are records of the files and folders read: file, kind, owner, group, mode.
    """

    first: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, dict[str, str]] = field(default_factory=dict)
    files: list[dict[str, object]] = field(default_factory=list)

    def match_settings(self, said: Mapping[str, str], version: str | None) -> Iterator[dict[str, object]]:
        """The settings of the Match blocks as records; `said` is in force outside of them."""
        for criteria, block in self.blocks.items():
            for keyword in _IN_MATCH:
                if keyword in block:
                    yield _record(criteria, keyword, word(block[keyword]), number(block[keyword]))
            if any(keyword in block for keyword in _ALIVE):
                both = {**said, **block}
                value = " x ".join(both.get(keyword, "?") for keyword in _ALIVE)
                yield _record(criteria, "clientalive", value, silent_seconds(both, version))


def _record(criteria: str, keyword: str, value: str, amount: int | Unread | None) -> dict[str, object]:
    setting = f"Match {criteria}: {keyword}"
    record: dict[str, object] = {"setting": setting, "keyword": keyword, "value": value}
    return record if isinstance(amount, Unread) else {**record, "number": amount}


def read(lines: list[str]) -> Config:
    """The lines of the files in the order that sshd reads them, as the probe marks them.

    The first value of a setting counts. A Match block ends with the file that it stands in.
    """
    config = Config()
    blocks = [config.first]
    for line in lines:
        mark, _, rest = line.partition(" ")
        if mark in ("igaudit-begin", "igaudit-folder"):
            entry = _file(rest)
            config.files += [] if entry in config.files else [entry]
            blocks += [blocks[-1]] if mark == "igaudit-begin" else []
        elif mark == "igaudit-end":
            blocks = blocks[:-1] or [config.first]
        else:
            _set(line, config, blocks)
    return config


def _file(said: str) -> dict[str, object]:
    """`mode:owner:group:kind:path`, as stat prints them."""
    parts = said.split(":", 4)
    if len(parts) != 5:
        raise Unparsable(f"mode:owner:group:kind:path expected, {said[:60]!r} found")
    mode, owner, group, kind, path = parts
    found = "folder" if kind == "directory" else "file"
    return {"file": path, "kind": found, "owner": owner, "group": group, "mode": mode.zfill(4)}


def _set(line: str, config: Config, blocks: list[dict[str, str]]) -> None:
    found = re.match(r"([A-Za-z0-9]+)[ \t=]*(.*)", line)
    if not found:
        return
    said = found[1].lower()
    value = " ".join(re.sub(r"(^|[ \t])#.*", "", found[2]).replace('"', "").split())
    keyword = ALIASES.get(said, said)
    if keyword == "match":
        blocks[-1] = config.blocks.setdefault(value, {})
    elif keyword in REPEATED and keyword in blocks[-1]:
        blocks[-1][keyword] += f" {value}"
    else:
        blocks[-1].setdefault(keyword, value)
        blocks[-1].setdefault(said, value)


def word(value: str) -> str:
    """A value in lower case; the older name of prohibit-password as the newer."""
    return "prohibit-password" if value.lower() == "without-password" else value.lower()


def number(value: str) -> int | Unread:
    """A number, or a time such as `2m` or `1h30m` in seconds (sshd_config(5), TIME FORMATS)."""
    parts = re.findall(r"([0-9]{1,9})([smhdwSMHDW]?)", value)
    if not parts or "".join(amount + unit for amount, unit in parts) != value:
        return Unread(Reason.UNPARSABLE)
    return sum(int(amount) * _UNITS[unit.lower()] for amount, unit in parts)


def silent_seconds(said: Mapping[str, str], version: str | None) -> int | Unread | None:
    """Seconds until a silent session is ended; None where it never is.

    ClientAliveCountMax 0 ended it after one interval before 8.2, and never ends it since (release notes).
    """
    interval, count = (number(said.get(keyword, "")) for keyword in _ALIVE)
    if isinstance(interval, Unread) or isinstance(count, Unread):
        return Unread(Reason.INCOMPLETE_RECORD)
    if count == 0 and older(version, 8, 2):
        count = 1
    return interval * count or None


def older(version: str | None, major: int, minor: int) -> bool:
    """Whether `version` is known to be older than major.minor."""
    found = re.match(r"([0-9]{1,4})\.([0-9]{1,4})", version or "")
    return found is not None and (int(found[1]), int(found[2])) < (major, minor)
