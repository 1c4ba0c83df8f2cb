"""Settings of the registry: which of several values counts, and what a number means.

A value that is not there means the default of that version of Windows. A default is given here only where
Microsoft documents it; otherwise the fact is not read.
"""

from collections.abc import Mapping

from igaudit.model.facts import Reason
from igaudit.parse.windows.steps import Key, not_read


def first(name: str, *keys: Key) -> int | None:
    """The number of the first key that has it: the policy's, then the machine's own. Raises NotRead."""
    for key in keys:
        value = key.number(name)
        if value is not None:
            return value
    return None


def switched(value: int | None, default: bool | None, what: str) -> bool:
    """Whether a switch is on: 1 is, 0 is not. `default` is what no value means; None: nobody says.

    Raises NotRead for any other number: what reads the value may ask whether it is 1, or whether it is not 0.
    """
    if value in (0, 1):
        return value == 1
    if value is not None:
        raise not_read(Reason.UNPARSABLE, f"{what}: {value} has no meaning that is known")
    if default is None:
        raise not_read(Reason.UNSUPPORTED, f"{what} is not set, and its default in this version is not known")
    return default


def named(value: int, names: Mapping[int, str], what: str) -> str:
    """The word for a number; raises NotRead for a number that has no meaning."""
    if value not in names:
        raise not_read(Reason.UNPARSABLE, f"{what}: {value} has no meaning that is known")
    return names[value]


def whole(value: object) -> int | None:
    """`value`, where it is a whole number; None for anything else that a machine may say."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
