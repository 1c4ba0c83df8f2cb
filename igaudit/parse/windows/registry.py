"""A key of Windows' registry, as the answer to a step tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from igaudit.model.facts import Reason, Unread

_NUMBERS = {"DWord": 32, "QWord": 64}
_TEXTS = ("String", "ExpandString")


class NotRead(Exception):
    """Something that a parser asks for was not read; `gap` says why."""

    def __init__(self, gap: Unread) -> None:
        self.gap = gap
        super().__init__(f"{gap.reason}: {gap.detail}")


def not_read(reason: Reason, detail: str) -> NotRead:
    """A NotRead with this gap."""
    return NotRead(Unread(reason, detail))


@dataclass(frozen=True, slots=True)
class Key:
    """One key: the values that were asked for, and what is below it.

    A value that is not there is None: that is known, and means Windows' default. What was denied, and a
    value of another kind than asked for, raises NotRead. Names are compared without case, as Windows does.
    """

    name: str
    state: str = "ok"
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    there: frozenset[str] = frozenset()
    below: Mapping[str, "Key"] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, said: Mapping[str, Any]) -> "Key":
        """The key that the answer of a step, or of a subkey, tells."""
        state, data = str(said.get("state", "error")), said.get("data")
        if not isinstance(data, dict) or "values" not in data:
            # A key without what is in it is not an empty one.
            return cls(name, "its answer is cut short" if state == "ok" else state)
        below = {child: cls.of(f"{name}\\{child}", key) for child, key in (data.get("subkeys") or {}).items()}
        values = {value.lower(): what for value, what in data["values"].items()}
        names = _listed(data.get("names") or [])
        return cls(name, state, values, frozenset(str(value).lower() for value in names), below)

    @property
    def exists(self) -> bool:
        """Whether there is such a key; raises NotRead."""
        if self.state == "denied":
            raise not_read(Reason.DENIED, f"{self.name}: access denied")
        if self.state not in ("ok", "absent"):
            raise not_read(Reason.FAILED, f"{self.name}: {self.state}")
        return self.state == "ok"

    @property
    def subkeys(self) -> Mapping[str, "Key"]:
        """Its subkeys by name, none where there is no such key; raises NotRead."""
        return self.below if self.exists else {}

    def number(self, name: str) -> int | None:
        """A DWORD or QWORD, unsigned; None where it is not there. Raises NotRead."""
        value = self._value(name)
        if value is None:
            return None
        kind, data = value.get("kind"), value.get("data")
        if kind not in _NUMBERS or isinstance(data, bool) or not isinstance(data, int):
            raise not_read(Reason.UNPARSABLE, f"{self.name}\\{name} is no number but {kind}")
        return int(data % (1 << _NUMBERS[kind]))

    def text(self, name: str) -> str | None:
        """A string; None where it is not there. Raises NotRead."""
        value = self._value(name)
        if value is None:
            return None
        if value.get("kind") not in _TEXTS:
            raise not_read(Reason.UNPARSABLE, f"{self.name}\\{name} is no text but {value.get('kind')}")
        data = value.get("data")
        if not isinstance(data, str | None):
            raise not_read(Reason.UNPARSABLE, f"{self.name}\\{name} is no text")
        return data or ""

    def texts(self, name: str) -> list[str] | None:
        """A list of strings (REG_MULTI_SZ); None where it is not there. Raises NotRead."""
        value = self._value(name)
        if value is None:
            return None
        if value.get("kind") != "MultiString":
            raise not_read(Reason.UNPARSABLE, f"{self.name}\\{name} is no list but {value.get('kind')}")
        return [str(item) for item in _listed(value.get("data")) if item is not None]

    def has(self, name: str) -> bool:
        """Whether a value of this name is there; raises NotRead."""
        return self.exists and (name.lower() in self.values or name.lower() in self.there)

    def _value(self, name: str) -> Mapping[str, Any] | None:
        return self.values.get(name.lower()) if self.exists else None


def _listed(data: Any) -> list[Any]:
    """A list, which Windows PowerShell may write as `{"value": […], "Count": n}`, or as its one item."""
    if isinstance(data, dict) and data.keys() == {"value", "Count"}:
        data = data["value"]
    return data if isinstance(data, list) else [data]
