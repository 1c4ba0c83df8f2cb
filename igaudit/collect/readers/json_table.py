"""Items of JSON files: a list, pages of Microsoft Graph, one object, or one object per line."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, TextIO

from igaudit.collect.readers.opened import Opened
from igaudit.collect.readers.tables import Record, Unreadable, Wanted, no_heading
from igaudit.errors import ContentError
from igaudit.model.register import heading

_BLOCK = 1 << 18
MAX_ITEM = 4 << 20
MAX_DEPTH = 6
_NEXT_PAGE = "@odata.nextLink"
_SPACE = re.compile(r"[ \t\r\n]*")
_LONGEST_WORD = 12
_TWICE = Unreadable("its name stands twice in the object: leave one away")


class JsonTable:
    """A JSON file of items. Raises ContentError where it is none, or no item has a column that is wanted."""

    def __init__(self, opened: Opened, wanted: Wanted, label: str) -> None:
        self.opened = opened
        self.wanted = wanted
        self.label = label
        self.form = f"JSON, {opened.said()}"
        self.columns: dict[str, str] = {}
        self.goes_on = False
        self._places: dict[tuple[str, ...], dict[str, str]] = {}
        self._doubled: dict[tuple[str, ...], list[str]] = {}
        self._refuse_foreign()

    def _refuse_foreign(self) -> None:
        """Whether any item names a column: what is no such list must not pass for an empty one."""
        seen: dict[str, None] = {}
        for count, (_, item) in enumerate(self._items(), 1):
            if not isinstance(item, dict):
                continue
            keys = tuple(flat(item))
            if len(self._where(keys)) >= self.wanted.enough():
                return
            seen |= dict.fromkeys(keys)
            if count >= 1000:
                break
        else:
            if not seen:
                return
        raise no_heading(self.opened.shown, self.wanted, seen)

    def records(self) -> Iterator[Record]:
        """The items, one at a time. `columns` and `goes_on` are complete after the last one."""
        for number, item in self._items():
            at = f"{self.label}:item {number}"
            if not isinstance(item, dict):
                yield Record(at, {}, "an object expected")
                continue
            cells = flat(item)
            where = self._where(tuple(cells))
            self.columns.update(where)
            found = {name: cells[key] for name, key in where.items()}
            found |= dict.fromkeys(self._twice(tuple(cells), where), _TWICE)
            yield Record(at, {name: cell for name, cell in found.items() if cell not in ("", None)})

    def _where(self, keys: tuple[str, ...]) -> dict[str, str]:
        if keys not in self._places:
            if len(self._places) > 1000:
                self._places.clear()
            places = self.wanted.places(keys)
            self._places[keys] = {name: keys[place] for name, place in places.items()}
        return self._places[keys]

    def _twice(self, keys: tuple[str, ...], where: dict[str, str]) -> list[str]:
        """The columns for which an item has two names that are one heading."""
        if keys not in self._doubled:
            if len(self._doubled) > 1000:
                self._doubled.clear()
            words = Counter(map(heading, keys))
            self._doubled[keys] = [name for name, key in where.items() if words[heading(key)] > 1]
        return self._doubled[keys]

    def _items(self) -> Iterator[tuple[int, Any]]:
        with self.opened.path.open(encoding=self.opened.encoding) as file:
            stream = _Stream(file, self.opened.shown)
            yield from enumerate(stream.items(), 1)
            self.goes_on = stream.goes_on


def flat(item: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, object]:
    """An object with the names of inner ones dotted: `{"a": {"b": 1}}` is `{"a.b": 1}`."""
    found: dict[str, object] = {}
    for key, value in item.items():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict) and depth < MAX_DEPTH:
            found |= flat(value, name, depth + 1)
        elif heading(name):
            found[name] = value
    return found


class _Stream:
    """Takes one value after the other from a file, without holding all of it."""

    def __init__(self, file: TextIO, shown: str) -> None:
        self.file = file
        self.shown = shown
        self.text = ""
        self.at = 0
        self.line = 1
        self.goes_on = False
        self.decoder = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_object)

    def items(self) -> Iterator[Any]:
        first = self.peek()
        if first == "[":
            yield from self.array()
            self.end()
        else:
            yield from self.objects()

    def objects(self) -> Iterator[Any]:
        """The items of a page, a single object, or objects one after the other."""
        while self.peek() == "{":
            yield from self.page()
        self.end()

    def page(self) -> Iterator[Any]:
        """One object: the items of its list of objects where it has one, else the object itself."""
        self.take("{")
        own: dict[str, Any] = {}
        listed = False
        while self.peek() != "}":
            key = self.value()
            if not isinstance(key, str):
                raise self.wrong("a name in quotation marks expected")
            self.take(":")
            if self.peek() == "[" and key == "value":
                listed = True
                yield from self.array()
            else:
                own[key] = self.value()
            if self.peek() != "}":
                self.take(",")
                if self.peek() == "}":
                    raise self.wrong("a name expected after the comma")
        self.take("}")
        if _NEXT_PAGE in own:
            self.goes_on = True
        if not listed:
            yield own

    def array(self) -> Iterator[Any]:
        self.take("[")
        while self.peek() != "]":
            yield self.value()
            if self.peek() != "]":
                self.take(",")
                if self.peek() == "]":
                    raise self.wrong("a value expected after the comma")
        self.take("]")

    def value(self) -> Any:
        """The next value, of at most MAX_ITEM characters."""
        self.peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except (ValueError, RecursionError) as error:
                if isinstance(error, json.JSONDecodeError) and self.may_go_on(error) and self.more():
                    continue
                self.advance(getattr(error, "pos", self.at))
                raise self.wrong(str(getattr(error, "msg", "") or error)) from None
            if end == len(self.text) and self.more():
                continue  # a number may go on in the next block
            self.advance(end)
            return value

    def may_go_on(self, error: json.JSONDecodeError) -> bool:
        """Whether the value is only cut off by the end of what was read so far."""
        return error.msg.startswith("Unterminated") or error.pos >= len(self.text) - _LONGEST_WORD

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            found = _SPACE.match(self.text, self.at)
            self.advance(found.end() if found else self.at)
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def take(self, wanted: str) -> None:
        if self.peek() != wanted:
            raise self.wrong(f"`{wanted}` expected")
        self.advance(self.at + 1)

    def advance(self, to: int) -> None:
        self.line += self.text.count("\n", self.at, to)
        self.at = to

    def more(self) -> bool:
        """Read on; False at the end of the file. Raises ContentError for a value that is too large."""
        if len(self.text) - self.at > MAX_ITEM:
            raise self.wrong(f"a value of more than {MAX_ITEM >> 20} MiB")
        # A long value is read in growing blocks, so that it is looked at a few times and not a thousand.
        block = self.file.read(max(_BLOCK, len(self.text) - self.at))
        self.text = self.text[self.at :] + block
        self.at = 0
        return bool(block)

    def end(self) -> None:
        if self.peek():
            raise self.wrong("something follows after the end of the list")

    def wrong(self, says: str) -> ContentError:
        place = "the file ends too early" if not self.text[self.at :].strip() else says
        return ContentError.at(self.shown, f"is no JSON from here on: {place}; export it again", self.line)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of a name that stands in it twice nobody can say which value counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = Counter(name for name, _ in pairs)
        found |= {name: _TWICE for name, times in names.items() if times > 1}
    return found


class _NoNumber(ValueError):
    pass


def _refuse(word: str) -> None:
    raise _NoNumber(f"{word} is no number of JSON")
