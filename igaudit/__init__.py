"""igaudit audits machines against the NHS's security standards, written as code.

As a library: `load_content`, `make_plan`, `collect`, `parse`, `evaluate`, `render`; `docs/python.md` shows
them at work. They are imported when they are first used, so that the command line starts quickly.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from igaudit.api import (
        Connection,
        Elevation,
        Library,
        Limits,
        Plan,
        Wanted,
        collect,
        evaluate,
        load_content,
        load_inventory,
        make_plan,
        parse,
        parse_target,
        render,
    )

__version__ = "0.1.0"
__all__ = [
    "Connection",
    "Elevation",
    "Library",
    "Limits",
    "Plan",
    "Wanted",
    "collect",
    "evaluate",
    "load_content",
    "load_inventory",
    "make_plan",
    "parse",
    "parse_target",
    "render",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'igaudit' has no attribute {name!r}")
    from igaudit import api

    return getattr(api, name)
