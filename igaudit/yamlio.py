"""Strict YAML, with the line of every value.

Only what a policy needs is read: mappings with text keys, lists, text, `true`/`false`, `null`, decimal
numbers. Stock YAML reads `no` as False and `0755` as 493; here both stay text, as sshd wrote them.
Refused: tags, duplicate keys, documents of more than MAX_BYTES, aliases that grow past MAX_NODES.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from igaudit.errors import ContentError, Problem

MAX_BYTES = 2 * 1024 * 1024
MAX_NODES = 200_000
MAX_DEPTH = 60

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}

Path_ = tuple[str | int, ...]
_Event = Any  # libyaml's events: the stubs know neither their tags nor that they always have a place


@dataclass(slots=True)
class Document:
    """A parsed document: `data`, and `lines`, from the path of each value to its line (from 1)."""

    path: str
    data: Any
    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, *path: str | int) -> int:
        """The line of the value at `path`, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, message: str, *path: str | int) -> Problem:
        """A problem with the value at `path`."""
        return Problem(self.path, self.line(*path), message)


def load_document(path: Path, shown_as: str | None = None) -> Document:
    """Read a file of one YAML document; raises ContentError with file and line."""
    name = shown_as or str(path)
    return parse_document(_read_text(path, name), name)


def parse_document(text: str, name: str = "<text>") -> Document:
    """Parse one YAML document; raises ContentError with every problem found, `name` as its file."""
    try:
        events = list(_events(text, name))
    except yaml.MarkedYAMLError as error:
        raise ContentError.at(name, _yaml_message(error), _yaml_line(error)) from None
    except yaml.YAMLError as error:
        raise ContentError.at(name, f"not readable as YAML: {error}") from None
    builder = _Builder(events, Document(name, None))
    document = builder.document()
    if builder.problems:
        raise ContentError(builder.problems)
    return document


def _read_text(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ContentError.at(name, f"cannot be read: {error.strerror}") from None
    if len(raw) > MAX_BYTES:
        raise ContentError.at(name, f"larger than {MAX_BYTES >> 20} MiB: split it into smaller files")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = f"byte {error.start} is not UTF-8: save the file as UTF-8"
        raise ContentError.at(name, message, line) from None


def _events(text: str, name: str) -> Iterator[_Event]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    event: _Event
    for nodes, event in enumerate(yaml.parse(text, Loader=loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise ContentError.at(name, _too_much(depth), event.start_mark.line + 1)
        yield event


def _too_much(depth: int) -> str:
    if depth > MAX_DEPTH:
        return f"nested more than {MAX_DEPTH} deep"
    return f"more than {MAX_NODES} values: split it into smaller files"


def _yaml_message(error: yaml.MarkedYAMLError) -> str:
    return ", ".join(part for part in (error.context, error.problem) if part) or "not readable as YAML"


def _yaml_line(error: yaml.MarkedYAMLError) -> int:
    mark: Any = error.problem_mark or error.context_mark
    return int(mark.line) + 1 if mark else 0


class _Builder:
    """Turns parser events into plain values; an alias replays the events of its anchor."""

    def __init__(self, events: list[_Event], document: Document) -> None:
        self.events = events
        self.out = document
        self.problems: list[Problem] = []
        self.anchors: dict[str, int] = {}
        self.nodes = 0

    def document(self) -> Document:
        starts = [e for e in self.events if isinstance(e, yaml.DocumentStartEvent)]
        if not starts:
            raise ContentError.at(self.out.path, "the file is empty")
        if len(starts) > 1:
            self.report(starts[1], "a second document starts here: one document per file")
        self.out.data, _ = self.value(self.events.index(starts[0]) + 1, ())
        return self.out

    def report(self, event: _Event, message: str) -> None:
        self.problems.append(Problem(self.out.path, event.start_mark.line + 1, message))

    def value(self, at: int, path: Path_) -> tuple[Any, int]:
        """The value that starts at event `at`, and the index of the event after it."""
        event = self.events[at]
        self._count(event, path)
        self.out.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path), at + 1
        if event.tag is not None and event.tag != "!":
            self.report(event, f"the tag {event.tag} is not allowed: write the plain value")
        if isinstance(event, yaml.ScalarEvent):
            value, after = _scalar(event), at + 1
        elif isinstance(event, yaml.SequenceStartEvent):
            value, after = self._sequence(at + 1, path)
        else:
            value, after = self._mapping(at + 1, path)
        if event.anchor:
            self.anchors[event.anchor] = at
        return value, after

    def _count(self, event: _Event, path: Path_) -> None:
        self.nodes += 1
        if len(path) > MAX_DEPTH:
            raise ContentError.at(self.out.path, _too_much(len(path)), event.start_mark.line + 1)
        if self.nodes > MAX_NODES:
            message = f"aliases grow this file past {MAX_NODES} values: write the values out"
            raise ContentError.at(self.out.path, message, event.start_mark.line + 1)

    def _alias(self, event: _Event, path: Path_) -> Any:
        if event.anchor not in self.anchors:
            self.report(event, f"the alias *{event.anchor} names no anchor before it")
            return None
        return self.value(self.anchors[event.anchor], path)[0]

    def _sequence(self, at: int, path: Path_) -> tuple[list[Any], int]:
        items: list[Any] = []
        while not isinstance(self.events[at], yaml.SequenceEndEvent):
            item, at = self.value(at, (*path, len(items)))
            items.append(item)
        return items, at + 1

    def _mapping(self, at: int, path: Path_) -> tuple[dict[str, Any], int]:
        items: dict[str, Any] = {}
        while not isinstance(self.events[at], yaml.MappingEndEvent):
            event = self.events[at]
            key = event.value if isinstance(event, yaml.ScalarEvent) else None
            if key is None:
                self.report(event, "a key must be plain text")
            elif key in items:
                self.report(event, f"the key `{key}` stands here a second time")
            elif event.tag is not None and event.tag != "!":
                self.report(event, f"the tag {event.tag} is not allowed: write the plain key")
            item_path = (*path, str(key))
            after_key = at + 1 if key is not None else self.value(at, item_path)[1]
            self.out.lines.setdefault(item_path, event.start_mark.line + 1)
            value, at = self.value(after_key, item_path)
            items.setdefault(str(key), value)
        return items, at + 1


def _scalar(event: _Event) -> Any:
    text: str = event.value
    if not event.implicit[0] or event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text) and len(text) <= 18:
        return int(text)
    if _DECIMAL.match(text) and len(text) <= 18:
        return float(text)
    return text
