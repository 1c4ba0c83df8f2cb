"""Stored JSON, read strictly: what is not of the form that was written goes no further."""

import json
from typing import Any

from igaudit.errors import StoreError
from igaudit.model.conform import misfit
from igaudit.model.facts import FactType


def read_json(content: str | bytes, name: str) -> Any:
    """The JSON in a file's content; raises StoreError that says which byte or line of `name` is wrong.

    NaN and Infinity are no JSON, and no fact: nothing can be compared with them.
    """
    try:
        return json.loads(content, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise StoreError(f"{name}: byte {error.start}: not UTF-8") from None
    except json.JSONDecodeError as error:
        place = f"{name}:{error.lineno}: byte {error.pos} of {len(content)}"
        raise StoreError(f"{place}: {error.msg}: cut short or altered") from None
    except RecursionError:
        raise StoreError(f"{name}: nested too deep: altered") from None
    except ValueError as error:
        raise StoreError(f"{name}: {error}: altered") from None


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def text(value: Any) -> str:
    """`value`, which must be text; raises TypeError."""
    if not isinstance(value, str):
        raise TypeError(f"text expected, {str(value)[:40]!r} found")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """`value`, which must be a list of texts; raises TypeError."""
    if not isinstance(value, list):
        raise TypeError(f"a list expected, {str(value)[:40]!r} found")
    return tuple(map(text, value))


def mapping(value: Any) -> dict[str, Any]:
    """`value`, which must be an object; raises TypeError."""
    if not isinstance(value, dict):
        raise TypeError(f"an object expected, {str(value)[:40]!r} found")
    return value


def moment(value: Any, kind: str = "time") -> str:
    """`value`, which must be a `time` or a `date` as facts have them; raises ValueError."""
    if wrong := misfit(value, FactType(kind), "there"):
        raise ValueError(wrong)
    return str(value)
