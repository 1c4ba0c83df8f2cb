"""`policies/lists/*.csv`: the reference data that ships with igaudit."""

import csv
from pathlib import Path

from igaudit.content import Content
from igaudit.errors import ContentError
from igaudit.model.lists import ReferenceList


def load_lists(content: Content) -> dict[str, ReferenceList]:
    """Every list by name; raises ContentError."""
    return {
        path.stem: _load(path, content.name_of(path)) for path in content.files("policies/lists", "*.csv")
    }


def _load(path: Path, name: str) -> ReferenceList:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return ReferenceList(path.stem, tuple(csv.DictReader(file, strict=True)), name)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ContentError.at(name, f"cannot be read as CSV: {error}") from None
