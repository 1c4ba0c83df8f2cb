"""Collectors and their probes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from igaudit.model.facts import FactType
from igaudit.model.register import Register
from igaudit.model.target import NETWORK, ORGANISATION, Kind

CONTROLLER = "controller"

# For each fact group (`os`) and fact (`os.id`), the (platform, kind of target) pairs that it can be seen on.
Shows = Mapping[str, frozenset[tuple[str, str]]]


_SEEN_FROM_HERE: Mapping[str, tuple[str, ...]] = {
    Kind.ORGANISATION: (ORGANISATION,),
    Kind.MACHINE: ("linux", "windows", NETWORK),
    Kind.IMAGE: (),
}


@dataclass(frozen=True, slots=True)
class Probe:
    """One question for one platform, and the facts that its answer gives.

    A probe for Linux is a `script`. One for Windows has `steps`, which `collectors/primitives.ps1` carries
    out; `slow` ones go into a second command, and one that `writes` anything there, for a moment too, is
    asked only where the user allows it. A probe of the platform `controller` has a `reader`, which is run
    here, over the organisation's files or against the services that a target offers on the network.

    `id` is `<collector>.<name>`. `parser` names a function of `igaudit.parse`, as `module.function`.
    `timeout` is in seconds, `max_bytes` limits its standard output. `privilege` is `none`, `root` or
    `administrator`: what it takes to read everything; the probe runs without it too and says what was denied.
    """

    id: str
    platform: str
    script: str
    file: str
    reads: str
    privilege: str
    cost: str
    parser: str
    gives: tuple[str, ...]
    timeout: int
    max_bytes: int
    reader: str = ""
    steps: tuple[Mapping[str, Any], ...] = ()
    slow: bool = False
    writes: str = ""


@dataclass(frozen=True, slots=True)
class Collector:
    """A folder of `collectors/`: why it exists, what it runs, and the schema of the facts it gives.

    `absent_when` says in words when its status is `absent`; "" where that cannot be. `derived` names the
    facts that are worked out at evaluation, from these facts, the shipped lists, the feeds
    in `joins`, and the groups that `beside` names for each.
    """

    name: str
    title: str
    why: str
    kinds: tuple[str, ...]
    absent_when: str
    probes: tuple[Probe, ...]
    facts: FactType
    derived: Mapping[str, FactType]
    file: str
    register: Register | None = None
    joins: tuple[str, ...] = ()
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def for_platform(self, platform: str) -> tuple[Probe, ...]:
        """Its probes for `platform`, those that run here among them, in the order of the file."""
        return tuple(probe for probe in self.probes if probe.platform in (platform, CONTROLLER))

    def shown_on(self) -> frozenset[tuple[str, str]]:
        """The (platform, kind of target) pairs that it can be seen on."""
        return self._pairs(probe.platform for probe in self.probes)

    def shows(self) -> dict[str, frozenset[tuple[str, str]]]:
        """The pairs for itself and for each of its facts: a fact is seen where a probe gives it."""
        pairs = {self.name: self.shown_on()}
        for name in self.facts.fields:
            pairs[f"{self.name}.{name}"] = self._pairs(p.platform for p in self.probes if name in p.gives)
        for name, kind in self.derived.items():
            platforms = set(kind.platforms) or {platform for platform, _ in self.shown_on()}
            pairs[f"{self.name}.{name}"] = frozenset(p for p in self.shown_on() if p[0] in platforms)
        return pairs

    def _pairs(self, platforms: Iterable[str]) -> frozenset[tuple[str, str]]:
        pairs = {(platform, kind) for platform in platforms for kind in self.kinds}
        for platform, kind in tuple(pairs):
            if platform == CONTROLLER:
                pairs.remove((platform, kind))
                pairs |= {(seen, kind) for seen in _SEEN_FROM_HERE[kind]}
        return frozenset(pairs)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What there is to know of all collectors together.

    `types` has the type of every path (`group.fact`, `group.list[].field`, derived facts included);
    `shows` says for each group and fact on which platforms and kinds of target it can be seen.
    """

    types: Mapping[str, FactType]
    shows: Shows

    @classmethod
    def of(cls, collectors: Mapping[str, Collector]) -> "Catalogue":
        """The catalogue of these collectors."""
        types: dict[str, FactType] = {}
        shows: dict[str, frozenset[tuple[str, str]]] = {}
        for name, collector in collectors.items():
            shows.update(collector.shows())
            for fact, kind in {**collector.facts.fields, **collector.derived}.items():
                types.update(kind.paths(f"{name}.{fact}"))
        return cls(types, shows)
