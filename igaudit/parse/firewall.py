"""The packet filter: the rules in force, followed for a packet from anyone, and what loads them."""

import re
from collections.abc import Iterator

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, iptables, nft, stock
from igaudit.parse import packet_filter as pf

_FAMILIES = ("ipv4", "ipv6")
_PROTOCOLS = ("tcp", "udp")
_SECTION = re.compile(r"^igaudit (?:nft (full|terse)|iptables (ipv[46]) (nft|legacy))\n", re.MULTILINE)
_MOST_WORK = 500_000


def rules(text: str) -> dict[str, object]:
    """The facts of the rules in force; raises Unparsable."""
    head, *parts = _SECTION.split(text)
    outside = _outside(head)
    packets = _read(parts)
    ranges = list(_intervals(packets.spoken_of))
    if len(ranges) * sum(len(chain.rules) for chain in packets.chains.values()) > _MOST_WORK:
        return dict.fromkeys(_GIVEN, Unread(Reason.TOO_LARGE, "too many rules to follow"))
    found = [
        _range(packets, family, protocol, ports, outside[family])
        for family in _FAMILIES
        for protocol in _PROTOCOLS
        for ports in ranges
    ]
    return {
        "active": any(_filters(chain) for family in _FAMILIES for chain in packets.bases(family)),
        "default_inbound_ipv4": _default(packets, "ipv4", outside["ipv4"]),
        "default_inbound_ipv6": _default(packets, "ipv6", outside["ipv6"]),
        "inbound": list(_merged(record for record in found if record)),
    }


_GIVEN = ("active", "default_inbound_ipv4", "default_inbound_ipv6", "inbound")


def _read(parts: list[str]) -> pf.Filter:
    """All chains of all sections; what iptables has told of a table is not read from nft too."""
    packets = pf.Filter()
    known: frozenset[tuple[str, str]] = frozenset()
    json = form = ""
    for said, family, kind, body in zip(*(parts[i::4] for i in range(4)), strict=True):
        if said:
            json, form = body, said
        else:
            tables = iptables.add_rules(body, family, kind, packets)
            known |= tables if kind == "nft" else frozenset()
    if json:
        nft.add_rules(json, packets, known, sets_shown=form == "full")
    return packets


def _outside(head: str) -> dict[str, list[str]]:
    """The interfaces by which anyone's packets come: of the default route, or else all but lo."""
    words = [line.split() for line in stock.lines(head)]
    if any(len(row) < 2 for row in words):
        raise Unparsable("lines `interface NAME` and `outside FAMILY NAME` expected")
    every = [row[1] for row in words if row[0] == "interface" and row[1] not in ("lo", "*")]
    found = {family: [row[2] for row in words if row[:2] == ["outside", family]] for family in _FAMILIES}
    return {family: found[family] or every or ["?"] for family in _FAMILIES}


def _filters(chain: pf.Chain) -> bool:
    return chain.hook == "input" and (bool(chain.rules) or chain.policy != pf.ACCEPT)


def _intervals(spoken_of: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Ports 1 to 65535 in ranges within which every rule says the same."""
    starts = {1} | {first for first, _ in spoken_of} | {last + 1 for _, last in spoken_of}
    ordered = sorted(start for start in starts if 1 <= start <= pf.LAST_PORT)
    for start, following in zip(ordered, [*ordered[1:], pf.LAST_PORT + 1], strict=True):
        yield start, following - 1


def _verdicts(
    packets: pf.Filter, family: str, protocol: str, port: int, interfaces: list[str]
) -> list[pf.Verdicts]:
    return [packets.verdicts(pf.Packet(family, protocol, port, name)) for name in interfaces]


def _range(
    packets: pf.Filter, family: str, protocol: str, ports: tuple[int, int], interfaces: list[str]
) -> dict[str, object] | None:
    """The record of one range of ports; None where every packet is refused."""
    found = _verdicts(packets, family, protocol, ports[0], interfaces)
    if not any(pf.ACCEPT in possible for possible in found):
        return None
    sure = any(possible == {pf.ACCEPT} for possible in found)
    verdict = "accept" if sure else "undecided"
    return {"family": family, "protocol": protocol, "first": ports[0], "last": ports[1], "verdict": verdict}


def _merged(records: Iterator[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Neighbours of the same verdict as one record, with its name."""
    kept: dict[str, object] = {}
    for record in records:
        same = all(kept.get(key) == record[key] for key in ("family", "protocol", "verdict"))
        if same and int(str(kept["last"])) + 1 == record["first"]:
            kept["last"] = record["last"]
            continue
        if kept:
            yield _named(kept)
        kept = record
    if kept:
        yield _named(kept)


def _named(record: dict[str, object]) -> dict[str, object]:
    first, last = record["first"], record["last"]
    ports = first if first == last else f"{first}-{last}"
    return {"range": f"{record['family']} {record['protocol']} {ports}", **record}


def _default(packets: pf.Filter, family: str, interfaces: list[str]) -> object:
    """What becomes of a packet to the port that the fewest rules speak of."""
    ports = min(
        (first for first, _ in _intervals(packets.spoken_of)),
        key=lambda port: sum(first <= port <= last for first, last in packets.spoken_of),
    )
    found = [v for protocol in _PROTOCOLS for v in _verdicts(packets, family, protocol, ports, interfaces)]
    if {pf.ACCEPT} in found:
        return pf.ACCEPT
    every = frozenset().union(*found)
    if pf.ACCEPT in every:
        return Unread(Reason.UNPARSABLE, "the rules alone do not tell what becomes of other packets")
    return pf.DROP if pf.DROP in every else pf.REJECT


_UFW_ON = re.compile(r"^ufw\s+ENABLED=[\"']?yes\b", re.MULTILINE | re.IGNORECASE)
_UNITS = ("ufw", "firewalld", "nftables", "netfilter-persistent", "iptables", "ip6tables", "shorewall")


def setup(text: str) -> dict[str, object]:
    """What loads rules at the start, and whether IPv6 is in use."""
    starts = [name for name in _starting(text) if name != "ufw" or _UFW_ON.search(text)]
    facts: dict[str, object] = {
        "ipv6_used": any(line.startswith("ipv6 ") for line in stock.lines(text)),
        "tool": min(starts, key=_rank) if starts else None,
        "persistent": bool(starts),
    }
    if "denied /etc/ufw/ufw.conf" in text and not starts:
        gap = Unread(Reason.DENIED, "/etc/ufw/ufw.conf cannot be read")
        facts |= {"tool": gap, "persistent": gap}
    return facts


def _rank(name: str) -> int:
    return _UNITS.index(name) if name in _UNITS else len(_UNITS)


def _starting(text: str) -> Iterator[str]:
    """The units that the machine starts, by name: of systemd's blocks, and of `starts NAME` lines."""
    for line in stock.lines(text):
        if line.startswith("starts "):
            yield line.split()[1]
    for block in re.split(r"\n\s*\n", text):
        unit = stock.key_values(block, "=")
        if unit.get("UnitFileState", "").startswith("enabled"):
            yield unit.get("Id", "").removesuffix(".service")
