"""Registers: files that an organisation keeps, one record per row, and what their columns mean."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from igaudit.model.facts import FactType
from igaudit.model.shapes import visible

# What every register gives beside its rows, in the notation of `facts:`.
FACTS: Mapping[str, Mapping[str, object]] = {
    "files": {
        "type": "list",
        "key": "name",
        "says": "The files that were read.",
        "of": {
            "name": {"type": "string", "says": "The file, as the organisation file names it."},
            "sha256": {"type": "string", "says": "SHA-256 of its bytes."},
            "rows": {"type": "integer", "says": "How many rows follow its heading, blank ones left out."},
            "as_of": {"type": "date", "says": "The day that it shows."},
            "as_of_from": {
                "type": "string",
                "one_of": ["entry", "name", "modified"],
                "says": "What says so: its entry, its name, or when it was last changed.",
            },
            "form": {"type": "string", "says": "How it was read: format, encoding, separator or sheet."},
        },
    },
    "malformed": {
        "type": "list",
        "key": "at",
        "says": "Cells and rows that could not be read; each is left out of what is judged.",
        "of": {
            "at": {"type": "string", "says": "File and row."},
            "column": {"type": "string", "nullable": True, "says": "The column; null for a whole row."},
            "says": {"type": "string", "says": "What is wrong with it."},
        },
    },
    "missing_columns": {
        "type": "list",
        "of": "string",
        "says": "Columns that the register must have and a file has not, each with its file.",
    },
}
ROWS = "rows"
AT = "at"


def heading(text: str) -> str:
    """A heading as headings are compared: letters and digits alone, without case."""
    return re.sub(r"[\W_]+", "", text).casefold()


def word(text: str) -> str:
    """The text of a cell as words are compared: without case and outer space."""
    return " ".join(visible(text).split()).casefold()


def pseudonym(kind: str, value: str) -> str:
    """What stands for a person's or a device's own name: the same for the same value, everywhere.

    It hides a value from a reader; it does not withstand one who tries out every serial number there is.
    """
    # JSON can hold halves of characters, which have no UTF-8.
    digest = hashlib.sha256(f"{kind} {word(value)}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{kind} {digest[:12]}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register.

    `headings` are the names that it goes by in files, beside its own. `words` maps what cells say (compared
    without case) to the value that is meant; None is null. `form` is the shape that a text is put into, see
    `model.shapes`. `personal` is the word before the hash that stands for the value. `zone` is the time zone
    of times that name none. `separators` part the items of a list.
    """

    name: str
    type: FactType
    headings: tuple[str, ...] = ()
    required: bool = False
    words: Mapping[str, str | None] = field(default_factory=dict)
    form: str = ""
    personal: str = ""
    zone: str = ""
    separators: str = ";|"

    def known_as(self) -> tuple[str, ...]:
        """The headings that it is found by, its own name first, each as headings are compared."""
        return tuple(dict.fromkeys(heading(name) for name in (self.name, *self.headings)))


@dataclass(frozen=True, slots=True)
class Register:
    """What a register holds: `one` says what a row is about, `columns` are the columns that serve a fact."""

    one: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """The column of that name; None for no such."""
        return next((column for column in self.columns if column.name == name), None)
