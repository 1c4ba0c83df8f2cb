"""Collectors and their probes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from igaudit.model.facts import FactType
from igaudit.model.register import Register
from igaudit.model.target import NETWORK, ORGANISATION, Kind

CONTROLLER = "controller"

# For each fact group, the (platform, kind of target) pairs that its collector can show it on.
Shows = Mapping[str, frozenset[tuple[str, str]]]


_SEEN_FROM_HERE: Mapping[str, tuple[str, ...]] = {
    Kind.ORGANISATION: (ORGANISATION,),
    Kind.MACHINE: ("linux", "windows", NETWORK),
    Kind.IMAGE: (),
}


@dataclass(frozen=True, slots=True)
class Probe:
    """One script for one platform, and the facts that its answer gives.

    A probe of the platform `controller` has no script: its `reader` is run here, over the organisation's
    files or against the services that a target offers on the network.

    `id` is `<collector>.<name>`. `parser` names a function of `igaudit.parse`, as `module.function`.
    `timeout` is in seconds, `max_bytes` limits its standard output. `privilege` is `none` or `root`:
    what it takes to read everything; the probe runs without it too and says what was denied.
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
        pairs = {(probe.platform, kind) for probe in self.probes for kind in self.kinds}
        for platform, kind in tuple(pairs):
            if platform == CONTROLLER:
                pairs.remove((platform, kind))
                pairs |= {(seen, kind) for seen in _SEEN_FROM_HERE[kind]}
        return frozenset(pairs)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What there is to know of all collectors together.

    `types` has the type of every path (`group.fact`, `group.list[].field`, derived facts included);
    `shows` says for each group on which platforms and kinds of target it can be seen.
    """

    types: Mapping[str, FactType]
    shows: Shows

    @classmethod
    def of(cls, collectors: Mapping[str, Collector]) -> "Catalogue":
        """The catalogue of these collectors."""
        types: dict[str, FactType] = {}
        for name, collector in collectors.items():
            for fact, kind in {**collector.facts.fields, **collector.derived}.items():
                types.update(kind.paths(f"{name}.{fact}"))
        return cls(types, {name: collector.shown_on() for name, collector in collectors.items()})
