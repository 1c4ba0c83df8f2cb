"""The forms that most answers have. Parsers build on these and add what the words mean."""

import json as _json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from igaudit.parse import Unparsable


def lines(text: str, comment: str = "") -> Iterator[str]:
    """The lines that say something, stripped; with `comment`, without what follows that sign."""
    for line in text.splitlines():
        said = (line.split(comment, 1)[0] if comment else line).strip()
        if said:
            yield said


def key_values(text: str, separator: str | None = None, comment: str = "") -> dict[str, str]:
    """`key<separator>value` lines; blank space separates where no separator is given. The first one wins."""
    found: dict[str, str] = {}
    for line in lines(text, comment):
        key, *rest = line.split(separator, 1)
        found.setdefault(key.strip(), rest[0].strip() if rest else "")
    return found


def table(text: str, columns: int, separator: str | None = None) -> Iterator[list[str]]:
    """Rows of `columns` cells, the last one with all that is left; other lines raise Unparsable."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            cells = line.split(separator, columns - 1)
            if len(cells) != columns:
                raise Unparsable(f"line {number}: {columns} columns expected, {len(cells)} found")
            yield [cell.strip() for cell in cells]


def records(text: str) -> Iterator[dict[str, str]]:
    """Blocks of `Key: value` lines, parted by blank lines; a line that begins with space continues."""
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        record: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line[:1].isspace() and key:
                record[key] = f"{record[key]}\n{line.strip()}".strip()
            elif ":" in line:
                key, value = line.split(":", 1)
                key = key.strip()
                record[key] = value.strip()
        if record:
            yield record


def json(text: str) -> object:
    """One JSON document; raises Unparsable."""
    try:
        return _json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unparsable(f"no JSON: {error}") from None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def integer(text: str, what: str) -> int:
    """A decimal number; raises Unparsable with `what` it should have been."""
    if not re.fullmatch(r"-?[0-9]{1,18}", text.strip()):
        raise Unparsable(f"{what}: a number expected, {text.strip()[:40]!r} found")
    return int(text)


def epoch_time(seconds: str | int | float) -> str:
    """Seconds since 1970 as a time of the facts (`YYYY-MM-DDTHH:MM:SSZ`); raises Unparsable."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        raise Unparsable(f"a time in seconds expected, {str(seconds)[:40]!r} found") from None


def epoch_date(seconds: str | int | float) -> str:
    """Seconds since 1970 as a date of the facts (`YYYY-MM-DD`, UTC); raises Unparsable."""
    return epoch_time(seconds)[:10]
