"""What a check sees of a target: a value, or an honest word about why there is none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from igaudit.evaluate.matchers import shown
from igaudit.model.conform import misfit
from igaudit.model.facts import ABSENT, COLLECTED, FactGroup, FactType, Reason, Unread
from igaudit.model.joined import Joined

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partial:
    """A list of which only a part could be read: it can show a failure, and never a pass."""

    value: Any
    gap: Unread


class Scope(Protocol):
    """Where paths begin: the target's facts, or one record of a list."""

    @property
    def label(self) -> str:
        """What stands before a path in messages."""

    @property
    def item(self) -> str:
        """What messages call the record; "" for the target's own facts."""

    def get(self, parts: Parts) -> Any:
        """The value at a path: a plain value, Unread or Partial."""


class FactView:
    """The facts of one target, with the derived ones, each worked out when it is first asked for."""

    def __init__(
        self,
        groups: Mapping[str, FactGroup],
        derive: "Mapping[str, Derive]",
        joined: Joined,
        today: date,
        types: Mapping[str, FactType] | None = None,
        target: str = "",
    ) -> None:
        self.label = ""
        self.item = ""
        self.groups = groups
        self.lists = joined.lists
        self.feeds = joined.feeds
        self.countries = joined.countries
        self.estate = joined.estate
        self.target = target
        self.today = today
        self._derive = derive
        self._types = types or {}
        self._read: dict[str, Any] = {}

    def get(self, parts: Parts) -> Any:
        """The value at `group.fact…`; a group that is not collected makes all of it Unread."""
        group = self.groups.get(parts[0])
        if group is None:
            return Unread(Reason.NOT_COLLECTED)
        if group.status != COLLECTED:
            return Unread(Reason(group.status), group.detail)
        path = f"{parts[0]}.{parts[1]}"
        if path not in self._read:
            self._read[path] = self._fact(group, path, parts[1])
        value = self._read[path]
        return value if len(parts) == 2 else follow(value, parts[2:])

    def absent(self, group: str) -> bool:
        """Whether it is known that there is nothing to collect for `group`."""
        return group in self.groups and self.groups[group].status == ABSENT

    def _fact(self, group: FactGroup, path: str, name: str) -> Any:
        gap = group.unread.get(name)
        if name not in group.facts:
            if gap is None and path in self._derive:
                return self._worked_out(path)
            return gap or Unread(Reason.NOT_COLLECTED)
        value = group.facts[name]
        # What another version stored may be of another type than the checks of this one expect.
        if path in self._types and (wrong := misfit(value, self._types[path], path, whole=False)):
            return Unread(Reason.UNPARSABLE, wrong)
        return Partial(value, gap) if gap else value

    def _worked_out(self, path: str) -> Any:
        """A derived fact; Unread where what was stored lacks what this version works it out from."""
        try:
            return self._derive[path](self)
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            return Unread(Reason.INCOMPLETE_RECORD, f"{type(error).__name__}: {error}"[:200])


Derive = Callable[[FactView], Any]


class RecordScope:
    """One record of the list at `path` of `outer`. What its collector left out of it is Unread."""

    __slots__ = ("key", "outer", "path", "record")

    def __init__(self, record: Mapping[str, Any], outer: Scope, path: str, key: str) -> None:
        self.record = record
        self.outer = outer
        self.path = path
        self.key = key

    @property
    def item(self) -> str:
        """What messages call the record."""
        return shown(self.record.get(self.key))

    @property
    def label(self) -> str:
        """What stands before a path of the record; worked out only where a message needs it."""
        return f"{self.outer.label}{self.path}[{self.item}]."

    def get(self, parts: Parts) -> Any:
        """The value at a path below the record."""
        return follow(self.record, parts)


def follow(value: Any, parts: Parts) -> Any:
    """The value below `value`; below null there is nothing, below Unread nothing is known."""
    for part in parts:
        if value is None or value.__class__ is Unread:
            return value
        if not isinstance(value, dict) or part not in value:
            return Unread(Reason.INCOMPLETE_RECORD)
        value = value[part]
    return value
