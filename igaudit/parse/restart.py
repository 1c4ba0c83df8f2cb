"""What waits for a restart: the running kernel against the installed ones, marks in /run, replaced files."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.model.package_version import dpkg_key, rpm_key
from igaudit.parse import Unparsable, stock

Fields = dict[str, object]
# The image itself: kernel-core where it is split, kernel where it is not; SUSE's bear the flavour's name.
_RPM_KERNEL = re.compile(r"kernel[0-9.]*(-(rt|64k|uek|default|azure|lt|ml|plus|preempt))?(-core)?\Z")
_DPKG_KERNEL = re.compile(r"(linux-image|proxmox-kernel|pve-kernel)-(unsigned-)?([0-9].*?)(-signed)?\Z")


@dataclass(frozen=True, slots=True)
class Kernel:
    """An installed kernel. `release` is uname's name for it, `since` when it was installed (seconds)."""

    package: str
    release: str
    version: str
    since: int | None


@dataclass(slots=True)
class Answer:
    """The lines of the probe. `mark` is (last written, first written or 0), in seconds since 1970."""

    values: dict[str, str]
    booted: int
    mark: tuple[int, int] | None = None
    wants: list[str] = field(default_factory=list)
    kernels: list[Kernel] = field(default_factory=list)
    parts: dict[str, int] = field(default_factory=dict)
    rpm: bool = False


def kernel(text: str) -> Fields:
    """The facts of the `kernel` probe; raises Unparsable."""
    answer = _read(text)
    kernels = _same_kind(answer)
    running = _running(answer, kernels)
    facts: Fields = {"running_kernel": running or answer.values["release"]}
    if not answer.kernels:
        return {**facts, "newest_kernel": None, "kernel_current": None, **_waiting(answer, [], None)}
    if not kernels or running is None:
        gap = Unread(Reason.INCOMPLETE_RECORD, "no installed package brings the running kernel")
        return {**facts, "newest_kernel": gap, "kernel_current": gap, **_waiting(answer, [], gap)}
    key: Callable[[str], Any] = rpm_key if answer.rpm else dpkg_key
    newer = [k for k in kernels if key(k.version) > key(running)]
    newest = max((k.version for k in kernels), key=key)
    return {
        **facts,
        "newest_kernel": newest,
        "kernel_current": not newer,
        **_waiting(answer, newer, not newer),
    }


def _waiting(answer: Answer, newer: list[Kernel], current: object) -> Fields:
    """Whether a restart is wanted, and since when. `current`: whether the kernel is (null, Unread too)."""
    parts = [since for since in answer.parts.values() if since > answer.booted]
    if not (answer.mark or newer or parts):
        required: object = current if isinstance(current, Unread) else False
        since: object = required if isinstance(required, Unread) else None
        return {"required": required, "required_since": since, "required_by_then": since}
    kernels = [max(k.since, answer.booted) for k in newer if k.since is not None]
    earliest = min([*kernels, *parts, *(answer.mark[:1] if answer.mark else [])], default=None)
    first = answer.mark[1] if answer.mark and answer.mark[1] > 0 else None
    if first is None and not parts and len({k.version for k in newer}) == 1 and _only(answer, newer):
        first = min(kernels, default=None)
    unknown = Unread(Reason.INCOMPLETE_RECORD, "a later update may have hidden the first one")
    return {
        "required": True,
        "required_since": unknown if first is None else stock.epoch_time(min([first, *kernels, *parts])),
        "required_by_then": unknown if earliest is None else stock.epoch_time(earliest),
    }


def _only(answer: Answer, newer: list[Kernel]) -> bool:
    """Whether nothing but these kernels asked for the restart, and none that did was removed since.

    `linux-base` asks along with each kernel. dnf keeps three kernels, so that one newer than the running one
    stays until there are two; where it may keep only two, it has removed what came in between.
    """
    if answer.mark and not answer.wants:
        return False
    few = answer.values.get("installonly_limit", "3") in ("1", "2")
    return not few and set(answer.wants) <= {"linux-base", *(k.package for k in newer)}


def _running(answer: Answer, kernels: list[Kernel]) -> str | None:
    """The version of the running kernel's package: as the kernel itself says it, or by its release."""
    if said := re.search(r" Debian (\S+)", answer.values.get("version", "")):
        return said[1]
    if said := re.match(r"Ubuntu (\S+?)-[a-z][a-z0-9-]* ", answer.values.get("signature", "")):
        return said[1]
    return next((k.version for k in kernels if k.release == _release(answer)), None)


def _release(answer: Answer) -> str:
    return re.sub(r"\+(rt|64k|debug|rt-debug|64k-debug)\Z", "", answer.values["release"])


def _same_kind(answer: Answer) -> list[Kernel]:
    """The kernels of the running one's kind: cloud, real-time and other flavours number apart."""
    if answer.rpm:
        names = {k.package for k in answer.kernels if k.release == _release(answer)}
        return [k for k in answer.kernels if k.package in names]
    kind = _flavour(answer.values["release"])
    return [k for k in answer.kernels if _flavour(k.release) == kind]


def _flavour(release: str) -> str:
    found = re.search(r"-([a-z].*)\Z", release)
    return found[1] if found else ""


def _read(text: str) -> Answer:
    values = stock.key_values(text)
    if not values.get("release") or "btime" not in values:
        raise Unparsable("no `release` or no `btime` in the answer")
    answer = Answer(values, stock.integer(values["btime"], "btime"))
    since: dict[str, int] = {}
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "installed":
            seconds, _, path = rest.partition(" ")
            name = path.rpartition("/")[2].removesuffix(".list")
            since[name] = stock.integer(seconds, "a modification time")
    for line in text.splitlines():
        _take(answer, since, *line.split())
    return answer


def _take(answer: Answer, since: Mapping[str, int], word: str = "", *rest: str) -> None:
    if word == "mark" and len(rest) == 2:
        first = int(rest[1]) if rest[1].isdecimal() else 0
        answer.mark = (stock.integer(rest[0], "a modification time"), first)
    elif word == "wants" and rest:
        answer.wants.append(rest[0])
    elif word == "dpkg" and len(rest) == 2:
        if found := _DPKG_KERNEL.match(rest[0]):
            answer.kernels.append(Kernel(rest[0], found[3], rest[1], since.get(rest[0])))
        elif rest[0] == "raspberrypi-kernel":
            answer.kernels.append(Kernel(rest[0], "", rest[1], None))
    elif word == "rpm" and len(rest) == 4:
        _take_rpm(answer, rest[0], rest[1], rest[2], stock.integer(rest[3], "the time of an installation"))


def _take_rpm(answer: Answer, name: str, version: str, arch: str, since: int) -> None:
    answer.rpm = True
    if not _RPM_KERNEL.match(name):
        if not name.startswith("kernel"):
            answer.parts[name] = max(since, answer.parts.get(name, 0))
        return
    number = version.rpartition(":")[2]
    release = f"{number}.{arch}"
    # SUSE's release leaves out the last number of the package's, and ends in the flavour.
    flavour = name.removeprefix("kernel-")
    if answer.values["release"] == f"{number.rpartition('.')[0]}-{flavour}":
        release = answer.values["release"]
    answer.kernels.append(Kernel(name, release, version, since))


def processes(text: str) -> Fields:
    """The facts of the `processes` probe."""
    lines = text.splitlines()
    if "read" not in lines:
        raise Unparsable("no line `read` in the answer")
    names = sorted({line[8:].strip() for line in lines if line.startswith("process ")} - {""})
    if "denied" not in lines:
        return {"outdated_processes": names}
    gap = Unread(Reason.DENIED, "the maps of some processes cannot be read")
    return {"outdated_processes": names, "incomplete": {"outdated_processes": gap}}
