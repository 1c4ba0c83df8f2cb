"""The ports on which a Windows machine listens."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.model.facts import Reason
from igaudit.parse.windows.rows import some
from igaudit.parse.windows.steps import NotRead, Steps, not_read, told

Record = dict[str, Any]

# Windows hands out ports from here on to clients, unless `netsh int ipv4 set dynamicport` changed that.
_TEMPORARY = 49152


def listening(steps: Steps) -> dict[str, object]:
    """Each TCP port that accepts connections and each UDP port, with the program that holds it."""
    return told(listening=lambda: list(_listening(steps)))


def _listening(steps: Steps) -> Iterator[Record]:
    names = _names(steps)
    seen: set[str] = set()
    for protocol in ("tcp", "udp"):
        # There is no Windows that accepts no connection at all.
        for row in some(steps, protocol) if protocol == "tcp" else steps.rows(protocol):
            record = _socket(protocol, row, names)
            if record["socket"] not in seen:
                seen.add(record["socket"])
                yield record


def _socket(protocol: str, row: Mapping[str, Any], names: Mapping[int, str]) -> Record:
    said, port = str(row.get("LocalAddress")).partition("%")[0], row.get("LocalPort")
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        raise not_read(Reason.UNPARSABLE, f"{protocol}: an address expected, {said[:40]!r} found") from None
    if not isinstance(port, int) or isinstance(port, bool):
        raise not_read(Reason.UNPARSABLE, f"{protocol}: a port expected, {str(port)[:40]!r} found")
    shown = f"[{address}]" if address.version == 6 else str(address)
    owner = row.get("OwningProcess")
    return {
        "socket": f"{protocol} {shown}:{port}",
        "endpoint": f"{protocol}/{port}",
        "protocol": protocol,
        "address": str(address),
        "port": port,
        "interface": None,
        "loopback": address.is_loopback,
        "temporary": protocol == "udp" and port >= _TEMPORARY,
        **({"process": names[owner]} if isinstance(owner, int) and owner in names else {}),
    }


def _names(steps: Steps) -> dict[int, str]:
    """The names of the programs by the numbers of their processes; none where they were not told."""
    try:
        rows = steps.rows("processes")
    except NotRead:
        return {}
    return {row["ProcessId"]: str(row["Name"]) for row in rows if isinstance(row.get("ProcessId"), int)}
