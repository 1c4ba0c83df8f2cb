"""Two witnesses of web sites: what they are set to (`web_servers`), and what the network shows (`tls`).

A server that accepts less than it is set to is no contradiction: its library may refuse the rest. One that
accepts a version which no site on that port is set to was not reloaded, or another program answers there.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from igaudit.evaluate.derived_services import joined
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread

Record = Mapping[str, Any]
_SITES = joined("web_servers", ("nginx", "apache", "haproxy"))


def sites(view: FactView) -> Any:
    """`web_servers.sites`: what the three products serve, held against what is seen on their ports."""
    found = _SITES(view)
    if isinstance(found, Unread):
        return found
    records = found.value if isinstance(found, Partial) else found
    held = _held(records, _seen(view))
    return Partial(held, found.gap) if isinstance(found, Partial) else held


def _seen(view: FactView) -> dict[int, tuple[str, set[str]]]:
    """By port: the service that was looked at, and the versions that it accepts, as settings name them."""
    services, versions = _listed(view.get(("tls", "services"))), _listed(view.get(("tls", "versions")))
    ports = {record.get("service"): record.get("port") for record in services}
    found: dict[int, tuple[str, set[str]]] = {}
    for record in versions:
        service, version = record.get("service"), record.get("version")
        port = ports.get(service)
        if isinstance(port, int) and isinstance(version, str):
            found.setdefault(port, (str(service), set()))[1].add(version.removesuffix(".0"))
    return found


def _listed(value: Any) -> list[Record]:
    value = value.value if isinstance(value, Partial) else value
    return value if isinstance(value, list) else []


def _held(records: list[Record], seen: Mapping[int, tuple[str, set[str]]]) -> list[Record]:
    allowed: defaultdict[int, set[str]] = defaultdict(set)
    unknown: set[int] = set()
    for record in records:
        for port in record.get("ports", ()):
            allowed[port].update(record.get("versions", ()))
            if "versions" not in record:
                unknown.add(port)
    more = {
        port: (service, versions - allowed[port])
        for port, (service, versions) in seen.items()
        if port in allowed and port not in unknown and versions - allowed[port]
    }
    return [_contradicted(record, more) for record in records]


def _contradicted(record: Record, more: Mapping[int, tuple[str, set[str]]]) -> Record:
    """The record, its versions joined by those that only the network shows."""
    found = [more[port] for port in record.get("ports", ()) if port in more]
    if not found:
        return record
    service, versions = found[0]
    said, shown = ", ".join(record["versions"]), ", ".join(sorted(versions))
    detail = f"it is set to {said}; {service} on the network also accepts {shown}"
    return {
        **record,
        "versions": Partial([*record["versions"], *sorted(versions)], Unread(Reason.CONTRADICTED, detail)),
    }
