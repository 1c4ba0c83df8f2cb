"""Services and programs on Windows by who makes them.

The names of services do not change with the language of Windows. They are those that the vendors' own
installation guides give; a product that is not here is not seen.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.steps import Key, NotRead, Steps, not_read


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


@dataclass(frozen=True, slots=True)
class Services(Mapping[str, Service]):
    """Services by their names in small letters.

    Windows leaves out of the list those that the account may not look at: with a `gap`, to ask for one that
    is not among them raises NotRead.
    """

    found: Mapping[str, Service]
    gap: Unread | None = None

    def __getitem__(self, name: str) -> Service:
        if self.gap and name not in self.found:
            raise NotRead(self.gap)
        return self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


def services(steps: Steps) -> Services:
    """All services of the machine, by the step `services`; raises NotRead, where it lists none too."""
    found = named_services(steps)
    if not found:
        raise not_read(Reason.FAILED, "services: Windows listed none")
    return found


def named_services(steps: Steps) -> Services:
    """The same of a step that asks for certain services, of which none may be there; raises NotRead."""
    rows = [row for row in steps.rows("services") if isinstance(row.get("Name"), str)]
    hidden = Unread(Reason.DENIED, "services that only administrators may look at are not listed")
    return Services(
        {row["Name"].lower(): _service(row) for row in rows}, None if steps.meta.admin else hidden
    )


def _service(row: Mapping[str, object]) -> Service:
    return Service(str(row["Name"]), row.get("State") == "Running", row.get("StartMode") != "Disabled")


def services_of(maker: Maker, found: Services) -> list[Service]:
    """The services among `found` that are the maker's; raises NotRead where they may be hidden."""
    own = [one for name, one in found.items() if re.fullmatch(maker.services, name, re.IGNORECASE)]
    if found.gap and not own:
        raise NotRead(found.gap)
    return own


def programs(steps: Steps, *ids: str) -> list[str]:
    """What is listed as installed, by the Uninstall keys of the steps `ids`; raises NotRead."""
    keys = [key for step in ids for key in steps.key(step).subkeys.values()]
    return [name for key in keys if (name := _called(key))]


def _called(key: Key) -> str | None:
    """What a program is called; a name that is no text is none, as Windows shows none either."""
    try:
        return key.text("DisplayName")
    except NotRead as error:
        if error.gap.reason != Reason.UNPARSABLE:
            raise
        return None


def maker_of(called: str, makers: Mapping[str, Maker]) -> str | None:
    """Whose product is called so; None where nobody's of `makers`."""
    fitting = (name for name, maker in makers.items() if re.search(maker.called, called, re.IGNORECASE))
    return next(fitting, None)


def installed(makers: Mapping[str, Maker], found: Services, listed: Iterable[str]) -> list[str]:
    """The makers of which a service or a program is there."""
    named = {maker_of(called, makers) for called in listed}
    return [name for name, maker in makers.items() if name in named or services_of(maker, found)]
