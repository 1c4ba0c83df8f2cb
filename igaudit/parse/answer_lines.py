"""Answers of the controller's readers: one JSON object per line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from igaudit.parse import Unparsable


def records(text: str) -> Iterator[dict[str, Any]]:
    """Every object of the answer; raises Unparsable with the line that is none."""
    for number, line in enumerate(text.rstrip("\n").split("\n"), 1):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise Unparsable(f"line {number}: an object of JSON expected")
        yield record


@contextmanager
def as_the_reader_writes_it() -> Iterator[None]:
    """Raises Unparsable where an object has not the fields that its reader writes."""
    try:
        yield
    except (KeyError, TypeError, AttributeError) as error:
        raise Unparsable(f"the answer is not as its reader writes it: {error}"[:200]) from None
