"""What a parser of Windows answers reads: the steps of one probe, each with its state.

A step is `ok`, `empty` (asked, and there is none), `absent` (no such key, class, cmdlet or program),
`denied`, `error`, or `missing`: its answer never came. Only the first two are values; `absent` is one
where a parser says what it means. Everything else raises NotRead, which `told` turns into an unread fact.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.windows.registry import Key, NotRead, not_read

OK, ABSENT, EMPTY, DENIED, ERROR, MISSING = "ok", "absent", "empty", "denied", "error", "missing"
_REASONS = {
    ABSENT: Reason.UNSUPPORTED,
    DENIED: Reason.DENIED,
    ERROR: Reason.FAILED,
    MISSING: Reason.NOT_REACHED,
}

__all__ = ["Event", "File", "Key", "Meta", "NotRead", "Steps", "not_read", "read_steps", "told"]


@dataclass(frozen=True, slots=True)
class Meta:
    """What the machine says of itself before any step.

    `build` and `ubr` are the last two parts of its version (17763 and 5936); `product` is WinNT, ServerNT
    or LanmanNT (a domain controller); `admin` is whether the account is an administrator here; `utc` its
    clock, and `asked_at` and `answered_at` ours, before and after. What it did not say is 0, "" or False.
    """

    build: int = 0
    ubr: int = 0
    product: str = ""
    edition: str = ""
    release: str = ""
    admin: bool = False
    powershell: str = ""
    mode: str = ""
    culture: str = ""
    ui: str = ""
    oemcp: int = 437
    utc: str = ""
    host: str = ""
    user: str = ""
    asked_at: str = ""
    answered_at: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known beside the steps: the `meta` frame, and when the target was asked and had answered."""

    meta: bytes | str
    asked_at: str = ""
    answered_at: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of an event log: its id, its time (UTC), and the fields asked for, as text."""

    number: int
    at: str
    fields: list[str]


@dataclass(frozen=True, slots=True)
class File:
    """A file: its size, when it was last written (UTC), and the version that it carries, None for none."""

    path: str
    bytes: int
    changed: str
    version: str | None


class Steps:
    """The steps of one probe by id."""

    def __init__(self, meta: Meta, steps: Mapping[str, Mapping[str, Any]]) -> None:
        self.meta = meta
        self._steps = steps

    def ids(self) -> tuple[str, ...]:
        """The steps that came."""
        return tuple(self._steps)

    def state(self, step: str) -> str:
        """How the step went."""
        return str(self._steps[step].get("state", ERROR)) if step in self._steps else MISSING

    def data(self, step: str) -> Any:
        """What a step that is `ok` gave; raises NotRead."""
        if self.state(step) != OK:
            raise NotRead(self.gap(step))
        return self._steps[step].get("data")

    def gap(self, step: str) -> Unread:
        """Why the step gave nothing."""
        state = self.state(step)
        why = self._steps.get(step, {}).get("why")
        said = str(why.get("message", "")) if isinstance(why, dict) else ""
        detail = {ABSENT: "no such class, cmdlet or program", MISSING: "the answer stops before it"}.get(
            state
        )
        words = " ".join((detail or said or state).split())[:200]
        return Unread(_REASONS.get(state, Reason.FAILED), f"{step}: {words}")

    def rows(self, step: str) -> list[dict[str, Any]]:
        """The objects of a CIM class, a cmdlet or a function; raises NotRead."""
        if self.state(step) == EMPTY:
            return []
        data = unwrapped(self.data(step))
        if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
            raise Unparsable(f"{step}: a list of objects expected")
        return data

    def key(self, step: str) -> Key:
        """The registry key; raises NotRead where it could not be opened."""
        if self.state(step) not in (OK, ABSENT):
            raise NotRead(self.gap(step))
        return Key.of(step, self._steps[step])

    def output(self, step: str) -> str:
        """The standard output of a program that succeeded; raises NotRead."""
        data = self.data(step)
        if not isinstance(data, dict) or data.get("status") != 0:
            said = data.get("err") or data.get("status") if isinstance(data, dict) else "no answer"
            raise not_read(Reason.FAILED, f"{step}: {' '.join(str(said).split())[:200]}")
        return self._decoded(step, data.get("out"))

    def events(self, step: str) -> list[Event]:
        """The events, the newest first; raises NotRead."""
        if self.state(step) == EMPTY:
            return []
        rows = unwrapped(self.data(step)["rows"])
        if not isinstance(rows, list):
            raise Unparsable(f"{step}: a list of events expected")
        return [Event(row["id"], row["at"], [str(f) for f in unwrapped(row["fields"])]) for row in rows]

    def capped(self, step: str) -> bool:
        """Whether there were more events than were told."""
        return self.state(step) == OK and bool(self.data(step).get("capped"))

    def files(self, step: str) -> list[File]:
        """The files of all its patterns; raises NotRead where one of them could not be looked at."""
        found: list[File] = []
        patterns = unwrapped(self.data(step))
        if not patterns:
            raise Unparsable(f"{step}: a list of patterns expected")
        for pattern in patterns:
            if pattern["state"] not in (OK, ABSENT):
                raise not_read(_REASONS.get(pattern["state"], Reason.FAILED), f"{step}: {pattern['pattern']}")
            if pattern.get("capped"):
                raise not_read(Reason.TOO_LARGE, f"{step}: too many files match {pattern['pattern']}")
            rows = unwrapped(pattern["rows"]) if pattern["state"] == OK else []
            found += [File(r["path"], r["bytes"], r["changed"], r.get("version")) for r in rows]
        return found

    def _decoded(self, step: str, said: object) -> str:
        try:
            raw = base64.b64decode(str(said or ""), validate=True)
        except binascii.Error:
            raise Unparsable(f"{step}: its output is no base64") from None
        for encoding in ("utf-8", f"cp{self.meta.oemcp}"):
            try:
                return raw.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                continue
        return raw.decode("latin-1")


def unwrapped(value: Any) -> Any:
    """A list as Windows PowerShell writes it: sometimes as `{"value": […], "Count": n}`, one item bare."""
    if isinstance(value, dict) and value.keys() == {"value", "Count"}:
        return value["value"]
    return [value] if value and isinstance(value, dict) else value


def read_steps(told: Told | str, text: str) -> Steps:
    """The steps of one probe, from its answer and what the target said of itself; raises Unparsable."""
    told = Told(told) if isinstance(told, str) else told
    try:
        about, steps = json.loads(told.meta or "{}"), json.loads(text, object_hook=_plain)
    except ValueError as error:
        raise Unparsable(f"no JSON: {error}") from None
    if not isinstance(about, dict) or not isinstance(steps, dict):
        raise Unparsable("an object expected")
    if not all(isinstance(step, dict) for step in steps.values()):
        raise Unparsable("an object expected for every step")
    clocks = {"asked_at": told.asked_at, "answered_at": told.answered_at}
    return Steps(_meta({**about, **clocks}), steps)


def _plain(said: dict[str, Any]) -> Any:
    """A list that Windows PowerShell writes as an object: any that passed through a function may be."""
    listed = said.keys() == {"value", "Count"} and isinstance(said["value"], list)
    return said["value"] if listed else said


def _meta(about: Mapping[str, Any]) -> Meta:
    usual = Meta()
    said: dict[str, Any] = {name: about.get(name) for name in Meta.__dataclass_fields__}
    fitting: dict[str, Any] = {n: v for n, v in said.items() if type(v) is type(getattr(usual, n))}
    return replace(usual, **fitting)


def told(**facts: Callable[[], object]) -> dict[str, object]:
    """Each fact as its function tells it; one that raises NotRead is unread."""
    said: dict[str, object] = {}
    for name, read in facts.items():
        try:
            said[name] = read()
        except NotRead as error:
            said[name] = error.gap
    return said
