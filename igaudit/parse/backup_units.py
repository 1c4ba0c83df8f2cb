"""Services that start backup programs: what they start, and how their last run ended."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from igaudit.parse.units import Unit

_CHECKS = {"restic": "check", "borg": "check", "rustic": "check", "kopia": "verify", "pgbackrest": "verify"}
_BACKUPS = {
    "restic": ("backup",),
    "rustic": ("backup",),
    "borg": ("create",),
    "kopia": ("create",),
    "pgbackrest": ("backup",),
    "barman": ("backup",),
    "resticprofile": ("backup",),
    "autorestic": ("backup",),
    "duply": ("backup", "full", "incr", "bkp"),
    "duplicity": ("backup", "full", "incr", "incremental"),
    # Without one of its actions borgmatic does all of them.
    "borgmatic": ("create", ""),
    "rsnapshot": ("",),
}
# Beside a backup borgmatic may do these in one run, and kopia's word for it takes two.
_BESIDES = {"borgmatic": {"prune", "compact", "check"}, "kopia": {"snapshot"}}
_SHELLS = ("sh", "bash", "dash")


@dataclass(slots=True)
class _Service:
    """One service: its properties, and the commands that it starts."""

    unit: Unit = field(default_factory=Unit)
    commands: list[dict[str, str]] = field(default_factory=list)


def unit_jobs(
    lines: list[str], scripts: Mapping[str, str] | None = None, *, checks: bool = False
) -> Iterator[dict[str, Any]]:
    """A record for each service that makes backups; with `checks`, for each that verifies them.

    `scripts` says for services that start a script which program that one names.
    """
    for service in _services(lines):
        name = service.unit.keys.get("Id", "")
        for command in service.commands:
            program, words, direct = _started(command, (scripts or {}).get(name, ""))
            if not name or not program or not _wanted(program, words, direct, checks):
                continue
            proof = direct and command.get("ignore_errors") == "no" and _named(program, words, checks)
            yield {"job": f"{program} {name}", "program": program, **_result(service, command, proof)}
            break


def _services(lines: list[str]) -> Iterator[_Service]:
    """`Key=value` and `run words ; key=value …` lines, services parted by empty ones."""
    service = _Service()
    for line in [*lines, ""]:
        if not line:
            yield service
            service = _Service()
        elif line.startswith("run"):
            words, *parts = line.split(" ; ")
            said = dict(part.partition("=")[::2] for part in parts)
            service.commands.append({**said, "words": words.removeprefix("run").strip()})
        else:
            key, _, value = line.partition("=")
            service.unit.keys[key] = value


def _started(command: Mapping[str, str], script: str) -> tuple[str, set[str], bool]:
    """The program, what it is asked to do, and whether it is started without a script or shell."""
    words = command["words"].split()
    program = next((word for word in words if word in _BACKUPS), "")
    if not program or words[0] in _SHELLS:
        return program or script, set(), False
    return program, set(words) - _BACKUPS.keys(), True


def _wanted(program: str, words: set[str], direct: bool, checks: bool) -> bool:
    """Whether the command may do what is looked for."""
    if checks:
        return direct and _named(program, words, checks)
    # Duplicity makes a backup where it is told nothing else.
    return not direct or _named(program, words, checks) or (program == "duplicity" and not words)


def _named(program: str, words: set[str], checks: bool) -> bool:
    """Whether it says so itself."""
    if checks:
        return words - {"snapshot"} == {_CHECKS.get(program)}
    wanted = set(_BACKUPS[program])
    if not words:
        return "" in wanted
    # Another word of the kind may be what it does, and `backup` the name of something.
    return bool(words & wanted) and words <= wanted | _BESIDES.get(program, set())


def _result(service: _Service, command: Mapping[str, str], proof: bool) -> dict[str, Any]:
    """`succeeded`, `last_run` and, where that is proof of it, `last_success`."""
    own = Unit({"ExecMainExitTimestamp": command.get("stop_time", "").strip("[]")}).ended
    ended = own or service.unit.ended
    result = service.unit.keys.get("Result", "")
    if not ended or not result or service.unit.keys.get("ActiveState") == "activating":
        return {}
    well = result == "success"
    if own and command.get("code") == "exited" and re.fullmatch(r"0(/SUCCESS)?", command.get("status", "")):
        # What came after it in the same service may have failed.
        return {"succeeded": well, "last_run": own, **({"last_success": own} if proof else {})}
    # A unit may count another status as success; what the program means by it is not known here.
    proof = proof and not own
    return {"succeeded": well, "last_run": ended, **({"last_success": ended} if proof and well else {})}
