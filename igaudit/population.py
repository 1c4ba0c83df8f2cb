"""Who was audited, and who should have been: lists of machines held against a run. Pure.

Machines are known again by serial number, MAC address, SID and name, in this order of trust. Two rows, or
a row and a target, that share one of these are the same machine, unless their serial numbers say otherwise.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from igaudit.model.estate import Identity, normalised
from igaudit.model.facts import ANSWERED
from igaudit.model.listed import ListedMachine
from igaudit.model.result import TargetInfo

# What a machine is known again by, the surest first.
KINDS = ("serial", "mac", "sid", "name")


class Standing(StrEnum):
    """What became of a machine."""

    AUDITED = "audited"
    UNREACHABLE = "unreachable"
    EXCLUDED = "excluded"
    NEVER_SEEN = "listed, never seen"
    UNLISTED = "seen, not listed"


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine: its names, the lists that it stands on, and the targets that it was.

    `matched_by` says what a target was known by; `doubt` why the match may be wrong, "" where nothing speaks
    against it.
    """

    name: str
    standing: Standing
    lists: tuple[str, ...]
    targets: tuple[str, ...]
    matched_by: tuple[str, ...]
    reason: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Population:
    """Every machine, and the figures with their denominators."""

    machines: tuple[Machine, ...]

    def count(self, *standings: Standing) -> int:
        """How many machines stand so."""
        return sum(machine.standing in standings for machine in self.machines)

    @property
    def listed(self) -> int:
        """How many different machines the lists name."""
        return sum(bool(machine.lists) for machine in self.machines)

    @property
    def in_scope(self) -> int:
        """Those that are listed and not excluded: the denominator of every share."""
        return sum(bool(m.lists) and m.standing != Standing.EXCLUDED for m in self.machines)

    @property
    def audited(self) -> int:
        """How many of those in scope gave an answer."""
        return self.count(Standing.AUDITED)


@dataclass(slots=True)
class _Cluster:
    rows: list[ListedMachine] = field(default_factory=list)
    targets: list[TargetInfo] = field(default_factory=list)
    keys: set[tuple[str, str]] = field(default_factory=set)
    seen: set[tuple[str, str]] = field(default_factory=set)


def reconcile(
    rows: Iterable[ListedMachine],
    excluded: Iterable[ListedMachine],
    targets: Iterable[TargetInfo],
    identities: Mapping[str, Iterable[Identity]],
) -> Population:
    """The population that the lists and the run make up. `identities` are those of each target by name."""
    exclusions = {key: row for row in excluded for key in _row_keys(row)}
    join = _Join()
    for row in rows:
        join.add(_row_keys(row), row=row)
    for target in targets:
        join.add(_target_keys(target, identities.get(target.name, ())), target=target)
    machines = [_machine(cluster, exclusions) for cluster in join.clusters()]
    order = list(Standing)
    return Population(tuple(sorted(machines, key=lambda m: (order.index(m.standing), m.name))))


class _Join:
    """Puts together what shares a key."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, str], _Cluster] = {}
        self._all: list[_Cluster] = []

    def add(
        self, keys: set[tuple[str, str]], row: ListedMachine | None = None, target: TargetInfo | None = None
    ) -> None:
        """One more row or target."""
        cluster = self._known_by(keys)
        cluster.rows += [row] if row else []
        cluster.targets += [target] if target else []
        cluster.keys |= keys
        cluster.seen |= keys if target else set()
        self._of.update(dict.fromkeys(cluster.keys, cluster))

    def _known_by(self, keys: set[tuple[str, str]]) -> _Cluster:
        """The machine that these keys belong to, by the surest of them; a new one where they are nobody's.

        Others that share a key with it are the same machine, where no serial number speaks against that.
        """
        met = {id(c): c for c in map(self._of.get, sorted(keys, key=_trust)) if c and not _other(c, keys)}
        if not met:
            self._all.append(_Cluster())
            return self._all[-1]
        cluster, *others = met.values()
        for other in others:
            if not _other(cluster, other.keys):
                self._join(cluster, other)
        return cluster

    def _join(self, cluster: _Cluster, other: _Cluster) -> None:
        cluster.rows += other.rows
        cluster.targets += other.targets
        cluster.keys |= other.keys
        cluster.seen |= other.seen
        self._all = [each for each in self._all if each is not other]

    def clusters(self) -> Iterator[_Cluster]:
        """The machines, in the order they came."""
        yield from self._all


def _trust(key: tuple[str, str]) -> tuple[int, str]:
    """The surest kind of key comes first."""
    return KINDS.index(key[0]), key[1]


def _other(cluster: _Cluster, keys: set[tuple[str, str]]) -> bool:
    """Whether the serial numbers say that it is another machine."""
    known, said = ({key for key in each if key[0] == "serial"} for each in (cluster.keys, keys))
    return bool(known and said and not known & said)


def _row_keys(row: ListedMachine) -> set[tuple[str, str]]:
    keys = {("serial", normalised("serial", row.serial)), ("mac", normalised("mac", row.mac))}
    keys |= {("sid", row.sid.strip().lower()), ("name", short_name(row.name))}
    return {key for key in keys if key[1]}


def _target_keys(target: TargetInfo, identities: Iterable[Identity]) -> set[tuple[str, str]]:
    keys = {("name", short_name(target.name)), ("name", short_name(target.address))}
    for identity in identities:
        if identity.kind in ("serial", "mac"):
            keys.add((identity.kind, identity.value))
        elif identity.kind == "name":
            keys.add(("name", short_name(identity.value)))
    return {key for key in keys if key[1]}


def short_name(name: str) -> str:
    """A machine's name as it is compared: without its domain and without case; an address as it is."""
    text = name.strip().lower().rstrip("$").rstrip(".")
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text.partition(".")[0]


def _machine(cluster: _Cluster, exclusions: Mapping[tuple[str, str], ListedMachine]) -> Machine:
    out = next((exclusions[key] for key in sorted(cluster.keys) if key in exclusions), None)
    names = [row.name for row in cluster.rows if row.name] + [target.name for target in cluster.targets]
    serials = [row.serial for row in cluster.rows if row.serial]
    return Machine(
        name=(names or serials or [value for _, value in sorted(cluster.keys)])[0],
        standing=_standing(cluster, out),
        lists=tuple(dict.fromkeys(row.source for row in cluster.rows)),
        targets=tuple(target.name for target in cluster.targets),
        matched_by=tuple(_matched_by(cluster)),
        reason=(out.reason or "no reason is given") if out else "",
        doubt=_doubt(cluster),
    )


def _standing(cluster: _Cluster, out: ListedMachine | None) -> Standing:
    answered = any(target.status == ANSWERED for target in cluster.targets)
    if not cluster.rows:
        return Standing.UNLISTED if answered else Standing.UNREACHABLE
    if answered:
        return Standing.AUDITED
    if out:
        return Standing.EXCLUDED
    return Standing.UNREACHABLE if cluster.targets else Standing.NEVER_SEEN


def _matched_by(cluster: _Cluster) -> Iterator[str]:
    both = {kind for row in cluster.rows for kind, value in _row_keys(row) & cluster.seen}
    yield from (kind for kind in KINDS if kind in both)


def _doubt(cluster: _Cluster) -> str:
    if len(cluster.targets) > 1:
        return f"{len(cluster.targets)} targets are taken for this machine"
    known = list(_matched_by(cluster))
    return "by its name alone" if known == ["name"] and any(row.serial for row in cluster.rows) else ""
