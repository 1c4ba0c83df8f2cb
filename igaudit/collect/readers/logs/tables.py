"""Exports that are CSV or JSON: rows by heading, or objects, one at a time."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from igaudit.collect.readers.logs.text import LogText

Row = Mapping[str, Any]
LARGEST_OBJECT = 1_048_576
_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r"[ \t\r\n,]*")
# After the list: the rest of Graph's object.
_TAIL = re.compile(r'(?:[\s,]*"@odata\.[A-Za-z.]{1,40}"\s*:\s*(?:"[^"\\]*"|[0-9]+))*[\s,]*(?:\}\s*)?')
_LIST = re.compile(r'\s*(?:\{[^{}\[\]]{0,4096}"value"\s*:\s*)?\[')


def plain(name: object) -> str:
    """A heading as headings are compared: without outer blanks and case, and blanks inside it."""
    return "".join(str(name).split()).casefold()


def csv_rows(text: LogText, separator: str) -> Iterator[tuple[int, Row | str]]:
    """Each row of a CSV as a mapping by heading, or why it cannot be read.

    Of headings that occur twice, the first counts. Blanks do not tell headings apart.
    """
    lines = _Numbered(text.lines())
    heading: list[str] = []
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield start, f"no CSV: {error}"
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if not heading:
            heading = [plain(cell) for cell in cells]
        elif len(cells) != len(heading):
            yield start, f"{len(heading)} cells expected, {len(cells)} found"
        else:
            yield start, dict(zip(reversed(heading), reversed(cells), strict=True))


class _Numbered:
    """Lines for a reader that wants text alone; keeps the number of the last one."""

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self._lines = iter(lines)
        self.number = 0

    def __iter__(self) -> "_Numbered":
        return self

    def __next__(self) -> str:
        self.number, line = next(self._lines)
        return line


def json_objects(text: LogText) -> Iterator[tuple[int, Row | str]]:
    """Each object of a JSON array, of Graph's `{"value": [...]}`, or of JSON lines, with its keys plain.

    In JSON lines a broken line is one thing that could not be read; in a list, so is all that follows. Lists
    may follow each other: Graph gives pages.
    """
    objects = _Objects()
    for chunk in text.chunks():
        yield from objects.more(chunk)
        if len(objects.rest) > LARGEST_OBJECT:
            break
    if objects.rest.strip() or (objects.listed and not objects.ended):
        yield objects.line, "no JSON from here on: the file is cut short, or is something else"


class _Objects:
    """What is left of the text between two pieces of it, and the line that it begins in."""

    def __init__(self) -> None:
        self.rest = ""
        self.line = 1
        self.ended = False
        self.listed = False
        self._opened = False

    def more(self, chunk: str) -> Iterator[tuple[int, Row | str]]:
        """The objects that `chunk` completes."""
        text, at = self.rest + chunk, 0
        while (at := self._next(text, at)) < len(text):
            if self.ended or text[at] == "]":
                at = self._ending(text, at if self.ended else at + 1)
                if self.ended:
                    break
                continue
            try:
                found, end = _DECODER.raw_decode(text, at)
            except (ValueError, RecursionError):
                end = text.find("\n{", at) + 1
                if self.listed or not end:
                    break
                found = None
            yield self.line, lowered(found) if isinstance(found, dict) else "no object of JSON"
            self.line, at = self.line + text.count("\n", at, end), end
        self.rest = text[at:]

    def _next(self, text: str, at: int) -> int:
        at = at if self._opened else self._opening(text, at)
        return self._past(text, at, _BETWEEN.match(text, at))

    def _ending(self, text: str, at: int) -> int:
        """Past what may follow a list, to where the next one begins, if one does."""
        at = self._past(text, at, _TAIL.match(text, at))
        self._opened = self.ended = text[at : at + 1] not in ("[", "{")
        return at

    def _opening(self, text: str, at: int) -> int:
        """Past the bracket that opens the list, at the start or after `"value":` of the outermost object."""
        self._opened = bool(text.strip())
        found = _LIST.match(text, at)
        self.listed = found is not None
        return self._past(text, at, found)

    def _past(self, text: str, at: int, found: re.Match[str] | None) -> int:
        end = found.end() if found else at
        self.line += text.count("\n", at, end)
        return end


def lowered(found: Mapping[str, Any], depth: int = 3) -> dict[str, Any]:
    """The object with plain keys, three levels deep: exports differ in their capitals."""
    return {
        plain(key): lowered(value, depth - 1) if isinstance(value, dict) and depth > 1 else value
        for key, value in found.items()
    }
