"""Collectors and their probes."""

from collections.abc import Mapping
from dataclasses import dataclass

from igaudit.model.facts import FactType

# For each fact group, the (platform, kind of target) pairs that its collector can show it on.
Shows = Mapping[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Probe:
    """One script for one platform, and the facts that its answer gives.

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


@dataclass(frozen=True, slots=True)
class Collector:
    """A folder of `collectors/`: why it exists, what it runs, and the schema of the facts it gives.

    `absent_when` says in words when its status is `absent`; "" where that cannot be. `derived` names the
    facts that are worked out at evaluation, from these facts and the shipped lists.
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

    def for_platform(self, platform: str) -> tuple[Probe, ...]:
        """Its probes for `platform`, in the order of the file."""
        return tuple(probe for probe in self.probes if probe.platform == platform)


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
        shows = {
            name: frozenset((probe.platform, kind) for probe in collector.probes for kind in collector.kinds)
            for name, collector in collectors.items()
        }
        return cls(types, shows)
