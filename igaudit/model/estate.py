"""The estate: who is who among the targets of a run, for the few facts that join them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from igaudit.model.facts import COLLECTED, FactGroup, Reason, Snapshot
from igaudit.model.target import Kind


@dataclass(frozen=True, slots=True)
class Identity:
    """Something by which a target, or a neighbour that it sees, is known again.

    `kind` is serial, disk_serial, mac, neighbour_mac, name, machine_id or address; `value` is in lower
    case, without the separators of a MAC. `seen_at` is the UTC time of the collection, `source` the fact.
    """

    target: str
    kind: str
    value: str
    seen_at: str
    source: str


class Estate:
    """The identities of a run's machines, and what its organisation told."""

    def __init__(
        self, identities: Iterable[Identity] = (), organisation: Mapping[str, FactGroup] | None = None
    ) -> None:
        self.organisation = organisation or {}
        self.machines: set[str] = set()
        # By the kind of identity the machines that may have more of it than could be read.
        self.unsaid: dict[str, set[str]] = {}
        self._found: dict[tuple[str, str], list[Identity]] = {}
        for identity in identities:
            self.add(identity)

    def add(self, identity: Identity) -> None:
        """Take one more identity in."""
        self.machines.add(identity.target)
        self._found.setdefault((identity.kind, identity.value), []).append(identity)

    def of(self, kind: str, value: str) -> tuple[Identity, ...]:
        """Where `value` was seen; it is normalised as the identities are."""
        return tuple(self._found.get((kind, normalised(kind, value)), ()))

    def all(self, kind: str) -> Iterator[Identity]:
        """Every identity of that kind."""
        for (found, _), identities_ in self._found.items():
            if found == kind:
                yield from identities_

    def take(self, snapshot: Snapshot) -> None:
        """Learn the identities of a machine, or the registers of an organisation."""
        if snapshot.kind == Kind.ORGANISATION:
            self.organisation = {**self.organisation, **dict(self._told(snapshot))}
            return
        self.machines.add(snapshot.target)
        for identity in identities(snapshot):
            self.add(identity)
        for kind in unsaid(snapshot):
            self.unsaid.setdefault(kind, set()).add(snapshot.target)

    def _told(self, snapshot: Snapshot) -> Iterator[tuple[str, FactGroup]]:
        """The registers of an organisation. What two of them have is nobody's: machines name no owner."""
        for name, group in snapshot.groups.items():
            before = self.organisation.get(name)
            if before is None or before.status == Reason.NOT_PROVIDED:
                yield name, group
            elif group.status != Reason.NOT_PROVIDED:
                said = f"two organisations of this run have `{name}`: scan each with its own machines"
                yield name, FactGroup(Reason.CONTRADICTED, said)


def normalised(kind: str, value: str) -> str:
    """`value` as it is compared: lower case, trimmed, a MAC without separators, serials without space."""
    text = value.strip().lower()
    if kind.endswith("serial"):
        return "".join(text.split())
    return text.translate(_SEPARATORS) if kind.endswith("mac") else text


_SEPARATORS = str.maketrans("", "", ":-. ")


def identities(snapshot: Snapshot) -> Iterator[Identity]:
    """The identities in the groups `identity` and `os` of one machine."""
    for kind, value, source in (*_own(_facts(snapshot, "identity")), *_os(_facts(snapshot, "os"))):
        if isinstance(value, str) and value.strip():
            yield Identity(snapshot.target, kind, normalised(kind, value), snapshot.collected_at, source)


# The fact that tells all identities of a kind.
_TELLS = {
    "serial": "system_serial",
    "disk_serial": "disk_serials",
    "mac": "interfaces",
    "neighbour_mac": "neighbours",
    "name": "hostname",
}


def unsaid(snapshot: Snapshot) -> Iterator[str]:
    """The kinds of identity of which one machine may have more than could be read."""
    group = snapshot.groups.get("identity")
    read = group if group is not None and group.status == COLLECTED else None
    for kind, fact in _TELLS.items():
        if kind == "name" and "hostname" in _facts(snapshot, "os"):
            continue
        if read is None or fact not in read.facts or fact in read.unread or _lacks(read, kind, fact):
            yield kind


# The field of a record that is the identity; a record without it may bear any.
_FIELD = {"disk_serial": "serial", "mac": "mac", "neighbour_mac": "mac"}


def _lacks(group: FactGroup, kind: str, fact: str) -> bool:
    field = _FIELD.get(kind)
    return field is not None and any(field not in record for record in _records(group.facts, fact))


def _facts(snapshot: Snapshot, name: str) -> Mapping[str, Any]:
    group = snapshot.groups.get(name)
    return group.facts if group is not None and group.status == COLLECTED else {}


def _own(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    yield "serial", facts.get("system_serial"), "identity.system_serial"
    yield "machine_id", facts.get("machine_id"), "identity.machine_id"
    for name in ("hostname", "fqdn"):
        yield "name", facts.get(name), f"identity.{name}"
    for disk in _records(facts, "disk_serials"):
        yield "disk_serial", disk.get("serial"), "identity.disk_serials"
    for card in _records(facts, "interfaces"):
        yield "mac", card.get("mac"), "identity.interfaces"
        addresses = card.get("addresses")
        for address in addresses if isinstance(addresses, list) else ():
            yield "address", address, "identity.interfaces"
    for neighbour in _records(facts, "neighbours"):
        yield "neighbour_mac", neighbour.get("mac"), "identity.neighbours"


def _records(facts: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The records of a list; what another version stored may be of another form."""
    found = facts.get(name)
    yield from (item for item in (found if isinstance(found, list) else ()) if isinstance(item, dict))


def _os(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    yield "name", facts.get("hostname"), "os.hostname"
    yield "machine_id", facts.get("machine_id"), "os.machine_id"
