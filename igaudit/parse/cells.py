"""A cell of a register → a value of its column's type."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from igaudit.model.facts import FactType
from igaudit.model.register import Column, heading, word
from igaudit.model.shapes import Misshapen, shaped
from igaudit.parse.calendar_text import day, moment, order_shown

# What a spreadsheet shows in place of a value that it could not work out.
_ERRORS = re.compile(r"#(REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|N/A|SPILL!|CALC!|FIELD!|#+)\Z")
_REMEMBERED = 4096

Value = Any


@dataclass(frozen=True, slots=True)
class Ways:
    """How the cells of one file are to be read: the order of dates, the time zone, and its own words."""

    dates: str = ""
    zone: str = ""
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class CellReader:
    """Reads the cells of one column of one file."""

    def __init__(self, column: Column, ways: Ways) -> None:
        self.column = column
        self.type = column.type.of if column.type.type == "list" and column.type.of else column.type
        self.words = {**column.words, **_own_words(ways.values.get(column.name, {}))}
        self.order = ways.dates
        self.zone = ways.zone or column.zone
        self.form = "" if column.personal else column.form
        self.remembered: dict[str, Value] = {}
        self.orders: set[str] = set()
        self.apart = re.compile(f"[{re.escape(column.separators)}\n\r]")

    def read(self, cell: object) -> Value:
        """The value of a cell that is not empty; raises Misshapen."""
        if isinstance(cell, dict):
            raise Misshapen(str(cell.get("unread", "cannot be read")))
        if self.column.type.type == "list":
            return self.items(cell)
        if isinstance(cell, list):
            raise Misshapen("a list stands where one value belongs")
        return self.one(as_text(cell))

    def items(self, cell: object) -> Value:
        """The items of a list; a word for nothing makes it empty."""
        parts = cell if isinstance(cell, list) else self.apart.split(as_text(cell))
        if self.type.type == "record":
            return [_record(part, self.type) for part in parts]
        texts = [as_text(part).strip() for part in parts]
        found = [self.one(text) for text in texts if text]
        return [value for value in found if value is not None]

    def one(self, text: str) -> Value:
        """The value of one text. Most columns say the same few things again and again."""
        if text in self.remembered:
            return self.remembered[text]
        value = self.worked_out(text)
        if len(self.remembered) < _REMEMBERED:
            self.remembered[text] = value
        return value

    def worked_out(self, text: str) -> Value:
        known = word(text)
        if known in self.words:
            return _VALUES.get(self.type.type, _same)(self.words[known])
        if _ERRORS.match(text):
            raise Misshapen(f"`{text[:12]}` is a spreadsheet's word for an error")
        if self.type.one_of or self.type.type == "boolean":
            raise Misshapen(_no_word(text, self.type))
        return self.typed(shaped(self.form, text))

    def typed(self, text: str) -> Value:
        if self.type.type in ("date", "time"):
            self.orders.add(order_shown(text))
        match self.type.type:
            case "date":
                return day(text, self.order)
            case "time":
                return moment(text, self.order, self.zone)
            case kind:
                return _TYPED[kind](text)

    def nothing(self) -> tuple[bool, Value]:
        """What an empty cell says: whether it is a value at all, and which."""
        if self.column.type.type == "list":
            # An empty cell of a column that must be filled says nothing; `none` says that there is none.
            return not self.column.required, []
        return self.column.type.nullable, None


def as_text(cell: object) -> str:
    """A cell as the text that a person reads in it; raises Misshapen for an object or a list."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return repr(cell)
    raise Misshapen("an object stands where one value belongs")


def _own_words(given: Mapping[str, Any]) -> dict[str, str | None]:
    said = {key: str(value).lower() if isinstance(value, bool) else value for key, value in given.items()}
    return {word(key): value for key, value in said.items()}


def _no_word(text: str, kind: FactType) -> str:
    known = ", ".join(kind.one_of or ("yes", "no"))
    return f"`{text[:40]}` is none of {known[:200]}; say under `values:` which of them it means"


def _record(part: object, kind: FactType) -> dict[str, Value]:
    """An object of a list, with the fields that the type has."""
    if not isinstance(part, dict):
        raise Misshapen("a list of objects expected")
    cells = {heading(name): value for name, value in part.items()}
    found: dict[str, Value] = {}
    for name, inner in kind.fields.items():
        cell = cells.get(heading(name))
        words: dict[str, str | None] = {word(text): text for text in inner.one_of}
        reader = CellReader(Column(name, inner, words=words), Ways(zone="UTC"))
        if cell not in (None, ""):
            found[name] = reader.read(cell)
        elif inner.nullable:
            found[name] = None
        elif not inner.optional:
            raise Misshapen(f"an object without {name}")
    return found


def _integer(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}(\.0+)?", text):
        raise Misshapen(f"`{text[:40]}` is no whole number")
    return int(text.partition(".")[0])


def _number(text: str) -> float | int:
    if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", text):
        raise Misshapen(f"`{text[:40]}` is no number")
    value = float(text)
    assert isfinite(value), "18 digits are finite"
    return int(value) if value.is_integer() else value


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise Misshapen(f"`{text[:40]}` is no IP address") from None


def _same(value: Any) -> Any:
    return value


def _truth(value: Any) -> Any:
    return None if value is None else value == "true"


_TYPED: Mapping[str, Callable[[str], Value]] = {
    "string": _same,
    "version": _same,
    "integer": _integer,
    "number": _number,
    "address": _address,
}
# What the value that a word means is, by type; others are text.
_VALUES: Mapping[str, Callable[[Any], Value]] = {
    "boolean": _truth,
    "integer": lambda value: None if value is None else _integer(str(value)),
    "number": lambda value: None if value is None else _number(str(value)),
}
