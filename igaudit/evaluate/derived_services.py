"""The services that encrypt, of all products together, with the class of their cipher suites."""

from collections.abc import Mapping, Sequence
from typing import Any

from igaudit.evaluate.derived_tls import class_of
from igaudit.evaluate.view import Derive, FactView, Partial
from igaudit.model.facts import Reason, Unread


def joined(group: str, names: Sequence[str]) -> Derive:
    """The lists `names` of a group as one.

    A product that is not there adds nothing; one that could not be read leaves a gap.
    """

    def derive(view: FactView) -> Any:
        records: list[dict[str, Any]] = []
        gap: Unread | None = None
        for name in names:
            found = view.get((group, name))
            if isinstance(found, Unread):
                gap = gap or (None if found.reason is Reason.ABSENT else found)
                continue
            if isinstance(found, Partial):
                gap = gap or found.gap
                found = found.value
            records += [_classed(record) for record in found]
        if gap is None:
            return records
        return Partial(records, gap) if records else gap

    return derive


def _classed(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with `prohibited` and `legacy` in place of its cipher suites."""
    rest = {name: value for name, value in record.items() if name not in ("ciphers", "suites")}
    if "suites" in record:
        for wanted in ("prohibited", "legacy"):
            rest[wanted] = [suite for suite in record["suites"] if _class(suite) == wanted]
    return rest


def _class(suite: str) -> str:
    """The class of a suite that may be used: the versions are another fact."""
    return class_of(suite, "TLSv1.2" if "_WITH_" in suite else "TLSv1.3")[0]


def bare_l2tp(view: FactView) -> Any:
    """`vpn.bare_l2tp`: the files that set up L2TP, where no IPsec connection is about L2TP."""
    tunnels = joined("vpn", ["l2tp"])(view)
    if isinstance(tunnels, Unread) or not (tunnels.value if isinstance(tunnels, Partial) else tunnels):
        return tunnels
    connections = joined("vpn", ["ipsec"])(view)
    if isinstance(connections, Unread):
        return connections
    gap = connections.gap if isinstance(connections, Partial) else None
    known = connections.value if isinstance(connections, Partial) else connections
    if any(connection["l2tp"] for connection in known):
        return tunnels.gap if isinstance(tunnels, Partial) else []
    return gap or tunnels
