"""systemd units, as `systemctl show -p Id,…` prints them: blocks of `Key=value`, parted by blank lines."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable

_OFF = ("disabled", "masked", "masked-runtime", "bad", "")


@dataclass(slots=True)
class Unit:
    """The properties of one unit."""

    keys: dict[str, str] = field(default_factory=dict)

    @property
    def on(self) -> bool:
        """Whether it runs (a timer: waits), and will do so again after the next start."""
        state = self.keys.get("UnitFileState", "")
        return self.keys.get("ActiveState") == "active" and state not in _OFF

    @property
    def ended(self) -> str:
        """When its last run ended, as a time of the facts; "" where that is not known."""
        try:
            ended = datetime.strptime(self.keys.get("ExecMainExitTimestamp", ""), "%a %Y-%m-%d %H:%M:%S UTC")
        except ValueError:
            return ""
        return ended.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def failure(self) -> str:
        """How its last run went wrong; "" where it did not."""
        result, status = self.keys.get("Result", ""), self.keys.get("ExecMainStatus", "")
        return "" if result == "success" and status == "0" else f"{result}, status {status}"


def units(lines: Iterable[str]) -> dict[str, Unit]:
    """The units by name."""
    found: dict[str, Unit] = {}
    unit = Unit()
    for line in lines:
        key, equals, value = line.partition("=")
        if not equals:
            unit = Unit()
        else:
            unit.keys[key] = value.strip()
            if key == "Id":
                found[unit.keys["Id"]] = unit
    return found


def scheduled(lines: list[str], names: list[str]) -> object:
    """Whether all of these units are on; Unread where systemd did not answer."""
    if "no systemd" in lines:
        return Unread(Reason.UNSUPPORTED, "systemd does not run there")
    known = units(lines)
    missing = [name for name in names if name not in known]
    if missing:
        return Unread(Reason.FAILED, f"systemctl says nothing about {missing[0]}")
    return all(known[name].on for name in names)


def parted(text: str, *marks: str) -> list[list[str]]:
    """The lines of an answer, parted at lines that are exactly one of `marks`, in this order."""
    lines = text.splitlines()
    parts: list[list[str]] = []
    for mark in marks:
        if mark not in lines:
            raise Unparsable(f"no line `{mark}` in the answer")
        parts.append(lines[: lines.index(mark)])
        lines = lines[lines.index(mark) + 1 :]
    return [*parts, lines]
