"""Services and programs on Windows by who makes them.

The names of services do not change with the language of Windows. They are those that the vendors' own
installation guides give; a product that is not here is not seen.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from igaudit.parse.windows.steps import Steps


@dataclass(frozen=True, slots=True)
class Maker:
    """A product: patterns of its services' names, and of what it is called in lists of programs.

    Both are compared without case; a service's name must match as a whole. `sensor` says that it watches
    programs as they start, reports to detection and response, and has no definitions of known malware.
    """

    services: str
    called: str
    sensor: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the machine: whether it runs, and whether it may start at all."""

    name: str
    runs: bool
    starts: bool


def services(steps: Steps, step: str = "services") -> dict[str, Service]:
    """The services of a Win32_Service step, by their names in small letters; raises NotRead."""
    rows = [row for row in steps.rows(step) if isinstance(row.get("Name"), str)]
    return {row["Name"].lower(): _service(row) for row in rows}


def _service(row: Mapping[str, object]) -> Service:
    return Service(str(row["Name"]), row.get("State") == "Running", row.get("StartMode") != "Disabled")


def services_of(maker: Maker, found: Mapping[str, Service]) -> list[Service]:
    """The services among `found` that are the maker's."""
    return [service for name, service in found.items() if re.fullmatch(maker.services, name, re.IGNORECASE)]


def programs(steps: Steps, *ids: str) -> list[str]:
    """What is listed as installed, by the Uninstall keys of the steps `ids`; raises NotRead."""
    keys = [key for step in ids for key in steps.key(step).subkeys.values()]
    return [name for key in keys if (name := key.text("DisplayName"))]


def maker_of(called: str, makers: Mapping[str, Maker]) -> str | None:
    """Whose product is called so; None where nobody's of `makers`."""
    fitting = (name for name, maker in makers.items() if re.search(maker.called, called, re.IGNORECASE))
    return next(fitting, None)


def installed(makers: Mapping[str, Maker], found: Mapping[str, Service], listed: Iterable[str]) -> list[str]:
    """The makers of which a service or a program is there."""
    named = {maker_of(called, makers) for called in listed}
    return [name for name, maker in makers.items() if name in named or services_of(maker, found)]
