"""The properties of an object as Windows tells it: read by type, never trusted to have one."""

from collections.abc import Mapping
from typing import Any

from igaudit.model.facts import Reason
from igaudit.parse.windows.steps import Steps, not_read, unwrapped

Row = Mapping[str, Any]


def some(steps: Steps, step: str) -> list[dict[str, Any]]:
    """The objects of a class of which every machine has one; raises NotRead, where there are none too."""
    rows = steps.rows(step)
    if not rows:
        raise not_read(Reason.FAILED, f"{step}: none is told, which cannot be")
    return rows


def text(row: Row, name: str) -> str:
    """A string without outer blanks; "" where it is missing or no string."""
    value = row.get(name)
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def number(row: Row, name: str) -> int | None:
    """A whole number; None where it is missing or none."""
    value = row.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(row: Row, name: str) -> bool | None:
    """A truth value; None where it is missing or none."""
    value = row.get(name)
    return value if isinstance(value, bool) else None


def texts(row: Row, name: str) -> list[str]:
    """The strings of a list; one that stands alone counts as a list of one."""
    value = unwrapped(row.get(name))
    found = value if isinstance(value, list) else [value]
    return [item for item in found if isinstance(item, str)]


def numbers(row: Row, name: str) -> list[int] | None:
    """The numbers of a list; None where it is missing, or anything else is in it."""
    value = unwrapped(row.get(name))
    found = value if isinstance(value, list) else [value]
    fitting = [item for item in found if isinstance(item, int) and not isinstance(item, bool)]
    return fitting if len(fitting) == len(found) else None


def coded(row: Row, name: str, codes: Mapping[str, int]) -> int | None:
    """A code. Windows tells it as a number, or by name once a module that names it has been loaded."""
    value = row.get(name)
    return codes.get(value.strip().lower()) if isinstance(value, str) else number(row, name)
