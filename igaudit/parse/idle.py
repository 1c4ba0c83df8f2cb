"""TMOUT and umask in the start files of shells, and StopIdleSessionSec of logind: `grep -Hn` lines."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set

from igaudit.model.facts import Reason, Unread

_LINE = re.compile(r"(/[^:]*):([0-9]+):(.*)")
_SET = re.compile(r"(?<![A-Za-z0-9_])TMOUT:?=(?P<value>[^;&|\s}]*)")
# What stands before it where it is set for certain: behind `&&`, inside `if` or `echo` it may not be.
_SURELY = re.compile(r"((export|readonly|declare|typeset|local)(\s+-\w+)*\s+|:\s+\$\{)?\Z")
# Start files that the shells of few accounts read: alone they end nobody else's session.
_OF_FEW = re.compile(r"/etc/(ksh|zsh)")
_UNSET = re.compile(r"\bunset\b[^;&|]*\bTMOUT\b")
_UMASK = re.compile(r"(?<![\w./$`(-])umask\s+(?P<mask>[^;&|\s]+)")
# Who asks first whether it is 0, changes no umask that anybody has set.
_ONLY_FROM_ZERO = re.compile(r"[`(]\s*umask\s*[`)]")
_SPAN = re.compile(r"([0-9]+)\s*([a-z]*)")
# systemd.time(7): the units of a time span, in seconds.
_UNITS: Mapping[str, int] = {
    **dict.fromkeys(("", "s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
}
# Of two drop-ins with the same name the one in /etc holds, then /run, then /usr/lib (logind.conf(5)).
_FOLDERS = ("/usr/lib/", "/run/", "/etc/")


def idle(text: str) -> dict[str, object]:
    """What ends an idle shell or session. A file that was denied leaves its own fact incomplete."""
    places = [found.groups() for line in text.splitlines() if (found := _LINE.match(line))]
    denied = [line[7:] for line in text.splitlines() if line.startswith("denied ")]
    read = {line[5:] for line in text.splitlines() if line.startswith("read ")}
    logind = [place for place in places if "/systemd/" in place[0] and not _hidden(place[0], read)]
    shells = [place for place in places if "/systemd/" not in place[0]]
    facts: dict[str, object] = {
        "shell_timeouts": _of_all(list(_timeouts(shells))),
        "shell_umasks": list(_umasks(shells)),
        "idle_session_seconds": _idle_session(logind),
    }
    for file in denied:
        gap = Unread(Reason.DENIED, f"{file} cannot be read")
        if "/systemd/" in file:
            facts["idle_session_seconds"] = gap
        else:
            facts["incomplete"] = {"shell_timeouts": gap, "shell_umasks": gap}
    return facts


def _timeouts(places: Iterable[tuple[str | None, ...]]) -> Iterator[dict[str, object]]:
    for file, number, line in places:
        code = re.sub(r"(^|\s)#.*", "", line or "")
        record: dict[str, object] = {"place": f"{file}:{number}"}
        if found := _SET.search(code):
            value = found["value"].strip("\"'") if _SURELY.match(code[: found.start()]) else ""
            yield {**record, "seconds": int(value)} if re.fullmatch("[0-9]{1,9}", value) else record
        elif _UNSET.search(code):
            yield {**record, "seconds": 0}


def _of_all(timeouts: list[dict[str, object]]) -> list[dict[str, object]]:
    return timeouts if any(not _OF_FEW.match(str(record["place"])) for record in timeouts) else []


def _umasks(places: Iterable[tuple[str | None, ...]]) -> Iterator[dict[str, object]]:
    """Each umask; one that is worked out, or set under a condition on its line, says nothing of rights."""
    for file, number, line in places:
        code = re.sub(r"(^|\s)#.*", "", line or "")
        found = _UMASK.search(code)
        if found is None or _ONLY_FROM_ZERO.search(code):
            continue
        record: dict[str, object] = {"place": f"{file}:{number}"}
        if re.fullmatch("[0-7]{1,4}", found["mask"]) and not code[: found.start()].strip():
            left = 0o777 & ~int(found["mask"], 8)
            record |= {"group_may_write": bool(left & 0o020), "others_may_enter": bool(left & 0o007)}
        yield record


def _idle_session(places: Iterable[tuple[str | None, ...]]) -> object:
    """The last file by the order of systemd decides: logind.conf first, then the drop-ins by their names."""
    ordered = sorted(places, key=_order)
    if not ordered:
        return None
    value = (ordered[-1][2] or "").partition("=")[2].strip()
    if value in ("", "infinity"):
        return None
    spans = _SPAN.findall(value.lower())
    if _SPAN.sub("", value.lower()).strip() or any(unit not in _UNITS for _, unit in spans):
        return Unread(Reason.UNPARSABLE, f"StopIdleSessionSec={value[:40]}")
    return sum(int(number) * _UNITS[unit] for number, unit in spans) or None


def _hidden(file: str, read: Set[str]) -> bool:
    """Whether a file of the same name in a folder that comes before hides it."""
    folder = next((folder for folder in _FOLDERS if file.startswith(folder)), _FOLDERS[-1])
    before = _FOLDERS[_FOLDERS.index(folder) + 1 :]
    return any(other + file.removeprefix(folder) in read for other in before)


def _order(place: tuple[str | None, ...]) -> tuple[bool, str, int]:
    file = place[0] or ""
    return ".conf.d/" in file, file.rpartition("/")[2], int(place[1] or 0)
