"""What a packet filter does with the first packet of a connection that anyone may send.

The rules of nftables and of iptables come down to the same: chains of rules, each with conditions and a
verdict. A condition says yes, no, or None where the rules alone cannot tell (a mark, a set whose content
is not shown). A rule that names senders says no: it is not open to any sender. So each packet has a set
of verdicts that are possible, and a port is open to all only where `accept` is the only one.
"""

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from igaudit.parse import Unparsable

ACCEPT, DROP, REJECT = "accept", "drop", "reject"
RETURN, NEXT, JUMP, GOTO, OPAQUE = "return", "next", "jump", "goto", "opaque"
HOOKS = frozenset({"ingress", "prerouting", "input"})
LAST_PORT = 65535
_DEPTH = 32  # the kernel allows chains to call one another 16 deep (NFT_JUMP_STACK_SIZE)


@dataclass(frozen=True, slots=True)
class Packet:
    """A TCP packet with SYN alone, or a UDP packet, to an address of the machine, from any address."""

    family: str
    protocol: str
    port: int
    interface: str


Answer = bool | None
Condition = Callable[[Packet], Answer]
Verdicts = frozenset[str]
_FALL = frozenset({NEXT})


@dataclass(frozen=True, slots=True)
class Rule:
    """`verdict` where all `conditions` hold; `target` is the chain of a jump or goto."""

    conditions: tuple[Condition, ...]
    verdict: str
    target: str = ""


@dataclass(slots=True)
class Chain:
    """Rules in order. A base chain has a `hook`, the `families` that pass there, and a `policy`."""

    rules: list[Rule] = field(default_factory=list)
    hook: str = ""
    policy: str = ACCEPT
    families: frozenset[str] = frozenset({"ipv4", "ipv6"})


@dataclass(slots=True)
class Filter:
    """All chains by name, and the port ranges that some rule speaks of."""

    chains: dict[str, Chain] = field(default_factory=dict)
    spoken_of: set[tuple[int, int]] = field(default_factory=set)

    def bases(self, family: str) -> list[Chain]:
        """The chains that an incoming packet of `family` passes."""
        return [c for c in self.chains.values() if c.hook in HOOKS and family in c.families]

    def ports(self, ranges: Iterable[tuple[int, int]]) -> Condition:
        """The condition that the port lies in one of `ranges`; notes that a rule speaks of them."""
        kept = tuple(ranges)
        self.spoken_of.update(kept)
        return lambda packet: any(first <= packet.port <= last for first, last in kept)

    def verdicts(self, packet: Packet) -> Verdicts:
        """Every verdict that may become of `packet`; raises Unparsable where chains have no end."""
        found: Verdicts = frozenset({ACCEPT})
        walk = _Walk(self.chains, packet)
        for base in self.bases(packet.family):
            possible = walk.rules(base.rules, 0)
            if NEXT in possible:
                possible = possible - _FALL | {base.policy}
            if ACCEPT not in possible:
                return possible
            found |= possible
        return found


@dataclass(slots=True)
class _Walk:
    """One packet on its way through the chains; what a chain said is kept, since many call the same."""

    chains: Mapping[str, Chain]
    packet: Packet
    said: dict[str, Verdicts] = field(default_factory=dict)

    def chain(self, name: str, depth: int) -> Verdicts:
        if depth > _DEPTH:
            raise Unparsable(f"chains call one another without end: {name}")
        if name not in self.chains:
            return frozenset({ACCEPT, DROP, NEXT})
        if name not in self.said:
            self.said[name] = self.rules(self.chains[name].rules, depth)
        return self.said[name]

    def rules(self, rules: list[Rule], depth: int) -> Verdicts:
        """The possible verdicts; NEXT where the packet may come out at the end."""
        possible: set[str] = set()
        for rule in rules:
            holds = all_of(rule.conditions)(self.packet)
            if holds is False:
                continue
            said = self.verdict(rule, depth)
            ends = rule.verdict in (GOTO, RETURN)
            possible |= said if ends else said - _FALL
            if holds and (ends or NEXT not in said):
                return frozenset(possible)
        return frozenset(possible | _FALL)

    def verdict(self, rule: Rule, depth: int) -> Verdicts:
        if rule.verdict in (JUMP, GOTO):
            return self.chain(rule.target, depth + 1)
        if rule.verdict == OPAQUE:
            return frozenset({ACCEPT, DROP, NEXT})
        return _FALL if rule.verdict == RETURN else frozenset({rule.verdict})


def all_of(conditions: Iterable[Condition]) -> Condition:
    """No where one says no; else None where one cannot tell."""
    kept = tuple(conditions)

    def condition(packet: Packet) -> Answer:
        open_ = False
        for each in kept:
            answer = each(packet)
            if answer is False:
                return False
            open_ = open_ or answer is None
        return None if open_ else True

    return condition


def fixed(answer: Answer) -> Condition:
    """A condition whose answer does not depend on the packet."""
    return lambda packet: answer


def negated(condition: Condition) -> Condition:
    """The opposite; what cannot be told stays so."""

    def opposite(packet: Packet) -> Answer:
        answer = condition(packet)
        return None if answer is None else not answer

    return opposite


def protocol(*names: str) -> Condition:
    """The condition that the packet is of one of these protocols."""
    return lambda packet: packet.protocol in names


def family(*names: str) -> Condition:
    """The condition that the packet is of one of these families: ipv4, ipv6."""
    return lambda packet: packet.family in names


def interface(*patterns: str) -> Condition:
    """The condition that it came in by one of these; a name may end in `*`, for any ending."""

    def condition(packet: Packet) -> Answer:
        name = packet.interface
        return any(name.startswith(p[:-1]) if p.endswith("*") else name == p for p in patterns)

    return condition


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_BROADCAST = ipaddress.ip_network("255.255.255.255")
# All global unicast addresses of IPv6 lie in 2000::/3 (RFC 4291, section 2.4, and IANA's registry).
_EVERYONE = frozenset(map(ipaddress.ip_network, ("0.0.0.0/0", "::/0", "2000::/3")))


def sender(networks: Iterable[str]) -> Condition:
    """Whether any sender is meant, given networks in CIDR form: no, for other texts too, which name some."""
    return _addresses(networks, lambda net: None if net is not None and net.prefixlen < 8 else False)


def receiver(networks: Iterable[str]) -> Condition:
    """Whether an address of the machine is meant: no for multicast and broadcast; otherwise it may be one."""
    return _addresses(
        networks, lambda net: False if net is not None and (net.is_multicast or net == _BROADCAST) else None
    )


def _addresses(networks: Iterable[str], answer: Callable[[Network | None], Answer]) -> Condition:
    said: dict[str, set[Answer]] = {"ipv4": set(), "ipv6": set()}
    for text in networks:
        network = _network(text)
        for name in (f"ipv{network.version}",) if network else said:
            said[name].add(True if network in _EVERYONE else answer(network))
    best = {name: True if True in said[name] else None if None in said[name] else False for name in said}
    return lambda packet: best[packet.family]


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
