"""What readers of tables share: the columns that are looked for, and the heading that they are found in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from igaudit.errors import ContentError, near
from igaudit.model.register import Column, Register, heading

# A heading is looked for among so many rows: exports begin with titles, dates and blank lines.
HEADING_WITHIN = 30
MAX_CELL = 4000

# The cells of a row: text, what JSON has, or Unreadable.
Cell = object


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell whose value cannot be had; `says` is why, and what to do."""

    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it stands in the file: its number as a person counts, its cells, or what is wrong."""

    number: int
    cells: tuple[Cell, ...]
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One row below the heading: the cells of the columns that are wanted, by the name of the column."""

    at: str
    cells: Mapping[str, Cell]
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns of a register, with the organisation's own headings for them.

    Where none is required, `least` of them make the first row a heading, and two any other row; `remedy`
    says what helps where no row is one.
    """

    register: Register
    own: Mapping[str, str] = field(default_factory=dict)
    least: int = 2
    remedy: str = "say under `columns:` what they are called here"

    def required(self) -> tuple[Column, ...]:
        """The columns that a file must have."""
        return tuple(column for column in self.register.columns if column.required)

    def enough(self, below: bool = False) -> int:
        """How many columns a row must name to be taken for the heading; `below` others stricter, since a cell
        may read like a heading by chance."""
        required = len(self.required())
        if required:
            return max(1, -(-required // 2))
        return min(2 if below else self.least, len(self.register.columns))

    def places(self, headings: Iterable[Cell]) -> dict[str, int]:
        """Where each column stands among these headings; those that are not there are left out."""
        found: dict[str, int] = {}
        for place, cell in enumerate(headings):
            found.setdefault(heading(str(cell if cell is not None else "")), place)
        found.pop("", None)
        named = ((column.name, self._known(column)) for column in self.register.columns)
        return {
            name: found[next(word for word in known if word in found)]
            for name, known in named
            if any(word in found for word in known)
        }

    def _known(self, column: Column) -> tuple[str, ...]:
        own = self.own.get(column.name)
        return (heading(own),) if own else column.known_as()

    def missing(self, found: Iterable[str]) -> list[str]:
        """The required columns that are not among `found`, each with the headings it goes by."""
        there = set(found)
        lacking = [column for column in self.required() if column.name not in there]
        known = [self.own.get(column.name) or ", ".join(column.headings) for column in lacking]
        return [
            f"{column.name} ({words})" if words else column.name
            for column, words in zip(lacking, known, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Heading:
    """The row that names the columns: its number, where each column stands, and how many cells it has."""

    number: int
    places: Mapping[str, int]
    width: int
    names: tuple[str, ...]


def find_heading(lines: Iterable[Line], wanted: Wanted) -> Heading | None:
    """Of the first rows the one that names most columns; None where none names enough."""
    best: Heading | None = None
    for place, line in enumerate(islice(lines, HEADING_WITHIN)):
        places = wanted.places(line.cells)
        needed = max(wanted.enough(below=place > 0), len(best.places) + 1 if best else 0)
        if not line.wrong and len(places) >= needed:
            names = tuple(str(cell) if cell is not None else "" for cell in line.cells)
            best = Heading(line.number, places, _width(line.cells), names)
    return best


def refuse_twice(found: Heading, wanted: Wanted, shown: str) -> None:
    """Raises ContentError where a heading that is used stands over two columns."""
    words = [heading(name) for name in found.names]
    for column, place in found.places.items():
        if words.count(words[place]) > 1:
            name = found.names[place]
            message = f"the heading `{name}` stands over two columns, and `{column}` is one: rename one"
            raise ContentError.at(shown, message, found.number)


def no_heading(shown: str, wanted: Wanted, seen: Iterable[str]) -> ContentError:
    """The error for a file in which no row names enough columns; `seen` are the texts of its first rows."""
    words = [text for text in seen if text][:200]
    names = [column.name for column in wanted.required() or wanted.register.columns]
    hint = next((near(name, words) for name in names if near(name, words)), "")
    message = (
        f"no heading in its first {HEADING_WITHIN} rows: none names {wanted.enough()} of the columns "
        f"{', '.join(names)}{hint}; {wanted.remedy}"
    )
    return ContentError.at(shown, message)


def below(found: Heading, lines: Iterable[Line], label: str) -> Iterator[Record]:
    """The records below a heading. Blank rows are left out; a row of another width is wrong."""
    for line in lines:
        if line.number <= found.number:
            continue
        if line.wrong:
            yield Record(f"{label}:{line.number}", {}, line.wrong)
        elif any(cell not in ("", None) for cell in line.cells):
            yield _record(found, line, label)


def _record(found: Heading, line: Line, label: str) -> Record:
    at = f"{label}:{line.number}"
    # A separator inside a value moves what follows it, even where the last cells of the row are empty.
    too_many = any(cell is not None for cell in line.cells[len(found.names) :])
    if len(line.cells) < found.width or too_many:
        return Record(at, {}, f"{len(line.cells)} cells, and the heading has {len(found.names)}")
    cells = {name: line.cells[place] for name, place in found.places.items()}
    return Record(at, {name: cell for name, cell in cells.items() if cell not in ("", None)})


def _width(cells: tuple[Cell, ...]) -> int:
    """The number of cells up to the last that says something."""
    return next((place for place in range(len(cells), 0, -1) if cells[place - 1] not in ("", None)), 0)
