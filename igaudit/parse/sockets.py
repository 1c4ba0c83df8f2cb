"""Listening sockets: `ss -H -lntup` (ss(8), iproute2), or the kernel's own tables in /proc/net (proc(5)).

The answer begins with `uid N`, `temporary FIRST LAST` and `source kernel|proc|table`; rows follow.
"""

import ipaddress
import re
from collections.abc import Iterator

from igaudit.parse import Unparsable, stock

# Netid State Recv-Q Send-Q Local:Port Peer:Port [users:(("name",pid=…))]
_ROW = re.compile(r"(tcp|udp) +(?:LISTEN|UNCONN) +[0-9]+ +[0-9]+ +(\S+):([0-9]{1,5}) +\S+:\S+(.*)")
_USER = re.compile(r'\("(.*?)",pid=')
_MANAGER = "systemd"


def listening(text: str) -> dict[str, object]:
    """The sockets, one record each; raises Unparsable for a row of another form."""
    head, _, rest = text.rpartition("source ")
    source, _, rows = rest.partition("\n")
    said = stock.key_values(head)
    if source not in ("kernel", "proc", "table") or "uid" not in said:
        raise Unparsable("this is not what the probe prints")
    read = _table if source == "table" else _ss
    reach = _temporary(said.get("temporary", ""))
    found = (_finished(record, reach, source) for record in read(rows, said["uid"] == "0"))
    return {"listening": list({str(record["socket"]): record for record in found}.values())}


def _temporary(said: str) -> range | None:
    numbers = said.split()
    if len(numbers) != 2:
        return None
    first, last = (stock.integer(number, "the range of temporary ports") for number in numbers)
    return range(first, last + 1)


def _ss(rows: str, root: bool) -> Iterator[dict[str, object]]:
    for line in stock.lines(rows):
        row = _ROW.fullmatch(line)
        if row is None:
            raise Unparsable(f"a row of ss expected, {line[:80]!r} found")
        protocol, local, port, users = row.groups()
        address, interface = _address(local)
        record: dict[str, object] = {"protocol": protocol, "address": address, "port": int(port)}
        record["interface"] = interface
        if local.split("%")[0].strip("[]") in ("*", "::"):
            record["ipv6_only"] = local.startswith("[")
        if users.strip() or root:
            record["process"] = _process(users)
        yield record


def _address(local: str) -> tuple[str, str | None]:
    """`*`, `0.0.0.0`, `[::1]`, `[fe80::1]%eth0`, `[fe80::1%eth0]`, `127.0.0.53%lo`."""
    plain, _, interface = local.replace("[", "").replace("]", "").partition("%")
    return _canonical("::" if plain == "*" else plain), interface or None


def _canonical(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        raise Unparsable(f"an address expected, {address[:60]!r} found") from None
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _process(users: str) -> str | None:
    """The program behind a socket; systemd only where it holds the socket alone, for a service to come."""
    names = _USER.findall(users)
    return next((name for name in names if name != _MANAGER), names[0] if names else None)


def _table(rows: str, _: bool) -> Iterator[dict[str, object]]:
    for name, local in stock.table(rows, 2):
        found = re.fullmatch(r"((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})", local)
        if found is None or name not in ("tcp", "tcp6", "udp", "udp6"):
            raise Unparsable(f"an address of /proc/net expected, {local[:60]!r} found")
        # Four bytes at a time, as the processor keeps them: least byte first.
        raw = b"".join(bytes.fromhex(word)[::-1] for word in re.findall(".{8}", found[1]))
        if len(raw) not in (4, 16):
            raise Unparsable(f"an address of 4 or 16 bytes expected, {local[:60]!r} found")
        address = _canonical(str(ipaddress.ip_address(raw)))
        yield {"protocol": name[:3], "address": address, "port": int(found[2], 16)}


def _finished(record: dict[str, object], temporary: range | None, source: str) -> dict[str, object]:
    """The record with what follows from its parts, and without what this source cannot show."""
    protocol, address, port = record["protocol"], str(record["address"]), record["port"]
    if source != "kernel":
        record.pop("interface", None)
        record.pop("ipv6_only", None)
    interface = record.get("interface")
    if protocol == "tcp" or temporary is not None:
        record["temporary"] = protocol == "udp" and temporary is not None and port in temporary
    record["loopback"] = ipaddress.ip_address(address).is_loopback or interface == "lo"
    shown = f"[{address}]" if ":" in address else address
    scope = f"%{interface}" if interface else ""
    record["socket"] = f"{protocol} {shown}{scope}:{port}"
    record["endpoint"] = f"{protocol}/{port}"
    return record
