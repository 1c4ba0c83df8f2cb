"""The audit rules in force: auditctl(8); and the tools that notice changed files."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

_IDENTITY = ("/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow")
_SUDOERS = ("/etc/sudoers", "/etc/sudoers.d")
_LOADERS = re.compile(r"(/usr)?/s?bin/(kmod|modprobe|insmod)")
# Filters that leave no act of a person out: a person's audit id is 1000 or above, and set.
_HARMLESS = re.compile(r"arch=.*|key=.*|perm=.*|path=.*|dir=.*|auid>=1000|auid!=(-1|unset|4294967295)")
_ALL = "rwxa"
_NARROW = re.compile(r"i[3-6]86|arm(v[4-8].*)?|mips|ppc|s390")
# Machines whose kernels have only the newer calls (asm-generic/unistd.h).
_NEWER_ONLY = ("aarch64", "riscv64", "loongarch64")


@dataclass(slots=True)
class _Watch:
    """Paths whose writes, and whose runs, are recorded; system calls that are; whether /home is."""

    written: set[str] = field(default_factory=set)
    run: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    homes: bool = False


def rules(text: str) -> dict[str, object]:
    """The facts of `auditctl -s` and `-l`; raises Unparsable."""
    head, _, rest = text.partition("igaudit rules\n")
    listed, told, kept = rest.partition("igaudit kept\n")
    said = stock.key_values(head)
    if "denied" in said:
        return _without_root(said.get("unit") == "active")
    if "kernel" in said:
        return {"running": False, "enabled": False, "locked": False, "covers": [], "forgotten": []}
    if "auditctl" in said:
        gap = Unread(Reason.UNSUPPORTED, "there is no auditctl to list the rules")
        return {"running": False, **dict.fromkeys(("enabled", "locked", "covers", "forgotten"), gap)}
    if "enabled" not in said or "pid" not in said:
        raise Unparsable("this is not what auditctl -s prints")
    enabled = stock.integer(said["enabled"], "enabled")
    covers = list(_covers(listed, said.get("architecture", "")))
    facts: dict[str, object] = {
        "running": said["pid"] != "0",
        "enabled": enabled != 0,
        "locked": enabled == 2,
        "covers": covers,
    }
    return {**facts, "forgotten": _forgotten(covers, kept, said.get("architecture", ""))} if told else facts


def _forgotten(covers: list[str], kept: str, architecture: str) -> object:
    """What is recorded now, and not by the rules in the files that the next start loads."""
    lines = [re.sub(r"^-A ", "-a ", line) for line in stock.lines(kept)]
    lines = [re.sub(r"^-a (exit|task|user|exclude),(always|never)\b", r"-a \2,\1", line) for line in lines]
    if "-D" in lines:
        lines = lines[len(lines) - lines[::-1].index("-D") :]
    if any(line.startswith(("-W ", "-d ", "-D")) for line in lines):
        return Unread(Reason.UNSUPPORTED, "the files of rules take some rules away again")
    after = list(_covers("\n".join(lines), architecture)) if lines else []
    return [topic for topic in covers if topic not in after]


def _without_root(active: bool) -> dict[str, object]:
    gap = Unread(Reason.DENIED, "auditctl needs root")
    gaps = dict.fromkeys(("enabled", "locked", "covers", "forgotten"), gap)
    return {"running": True if active else gap, **gaps}


def _covers(listed: str, architecture: str) -> Iterator[str]:
    lines = list(stock.lines(listed))
    if not lines or any(not line.startswith(("-a ", "-w ", "No rules")) for line in lines):
        raise Unparsable("this is not what auditctl -l prints")
    # A rule that lets every task out of the audit leaves the others without effect.
    if any(line.startswith(("-a never,task", "-a task,never")) for line in lines):
        return
    watch = _Watch()
    for line in lines:
        _note(line, watch, wide=not _NARROW.fullmatch(architecture))
    yield from _topics(watch, architecture in _NEWER_ONLY)


def _topics(watch: _Watch, newer_only: bool) -> Iterator[str]:
    if all(_written(path, watch) for path in _IDENTITY):
        yield "identity"
    if all(_written(path, watch) for path in _SUDOERS):
        yield "sudoers"
    if watch.calls >= {"adjtimex", "settimeofday", "clock_settime"}:
        yield "time"
    by_loader = any(_LOADERS.fullmatch(path) for path in watch.run)
    if watch.calls >= {"init_module", "delete_module"} and ("finit_module" in watch.calls or by_loader):
        yield "modules"
    older = set() if newer_only else {"unlink", "rename"}
    if watch.calls >= {"unlinkat", "renameat"} | older:
        yield "deletion"
    if watch.homes or "/home" in watch.written:
        yield "homes"


def _written(path: str, watch: _Watch) -> bool:
    parents = [path.rsplit("/", count)[0] for count in range(1, path.count("/"))]
    return path in watch.written or any(parent in watch.written for parent in parents)


def _note(line: str, watch: _Watch, wide: bool) -> None:
    """Adds what one rule records; a rule that records only some acts adds nothing."""
    try:
        words = shlex.split(line)
    except ValueError:
        raise Unparsable(f"a rule expected, {line[:80]!r} found") from None
    options = list(zip(words[::2], words[1::2], strict=False))
    filters = [value for option, value in options if option in ("-F", "-C")]
    said = dict(value.split("=", 1) for value in filters if re.match(r"(path|dir|perm)=", value))
    if words[0] == "-w":
        _note_path(words[1], dict(options).get("-p", _ALL), watch)
    elif "dir=/home" in filters and options[0][1] == "always,exit":
        watch.homes = True
    elif options[0][1] != "always,exit" or not all(_HARMLESS.fullmatch(value) for value in filters):
        return
    elif said:
        _note_path(said.get("path") or said.get("dir", ""), said.get("perm", _ALL), watch)
    elif not (wide and "arch=b32" in filters):
        watch.calls |= {call for option, value in options if option == "-S" for call in value.split(",")}


def _note_path(path: str, access: str, watch: _Watch) -> None:
    path = path.rstrip("/")
    if {"w", "a"} & set(access):
        watch.written.add(path)
    if "x" in access:
        watch.run.add(path)


def integrity(text: str) -> dict[str, object]:
    """The tool, whether its baseline exists, and the day of its latest run."""
    said = stock.key_values(text)
    if "tool" not in said:
        raise Unparsable("a line `tool NAME` expected")
    if said["tool"] == "none":
        return {"integrity_tool": None, "integrity_baseline": False, "integrity_checked": None}
    if "denied" in said:
        gap = Unread(Reason.DENIED, f"only root can read the baseline of {said['tool']}")
        return {"integrity_tool": said["tool"], "integrity_baseline": gap, "integrity_checked": gap}
    runs = [line.split()[1] for line in stock.lines(text) if re.match(r"checked [0-9]+ ", line)]
    return {
        "integrity_tool": said["tool"],
        "integrity_baseline": "baseline" in said,
        "integrity_checked": stock.epoch_date(max(map(int, runs))) if runs else None,
    }
