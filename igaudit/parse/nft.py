"""The rules of nftables, as `nft -j list ruleset` prints them (libnftables-json(5))."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from igaudit.parse import Unparsable, stock
from igaudit.parse import packet_filter as pf

_FAMILIES = {
    "ip": frozenset({"ipv4"}),
    "ip6": frozenset({"ipv6"}),
    "inet": frozenset({"ipv4", "ipv6"}),
    "netdev": frozenset({"ipv4", "ipv6"}),
}
# Statements after which the packet goes on, whatever they note or change.
_PASSING = re.compile(
    "counter|log|mangle|notrack|set|map|meter|last|flow|dup|snat|masquerade|ct (helper|timeout|expectation)"
)
_FINAL = {"accept": pf.ACCEPT, "drop": pf.DROP, "reject": pf.REJECT, "return": pf.RETURN}
_NOT_OURS = re.compile("icmp|icmpv6|igmp|sctp|dccp|esp|ah|comp|udplite|arp|gre")
_EQUALS = ("==", "!=", "in")
_UNKNOWN = "@"
Tables = frozenset[tuple[str, str]]
Conditions = tuple[pf.Condition, ...]
Sides = tuple[pf.Condition, pf.Condition]


def add_rules(text: str, to: pf.Filter, known: Tables, *, sets_shown: bool) -> None:
    """Adds the chains of every table but those `known` (family and name); raises Unparsable.

    `sets_shown` says whether the answer holds the content of named sets.
    """
    document = stock.json(text)
    try:
        items = [item for item in document["nftables"] if isinstance(item, dict)]  # type: ignore[index]
        reader = _Reader(to)
        for kind, add in (
            ("set", reader.set),
            ("map", reader.set),
            ("chain", reader.chain),
            ("rule", reader.rule),
        ):
            for item in items:
                if kind in item and _ours(item[kind], known) and (sets_shown or kind in ("chain", "rule")):
                    add(item[kind])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        raise Unparsable(f"this is not what nft prints: {error!r}"[:200]) from None


def _ours(item: Mapping[str, Any], known: Tables) -> bool:
    return item["family"] in _FAMILIES and (item["family"], item["table"]) not in known


def _name(item: Mapping[str, Any], name: str) -> str:
    return f"nft {item['family']} {item['table']} {name}"


@dataclass(slots=True)
class _Reader:
    """Puts chains and rules into `to`; `sets` holds the content of sets and maps, by name."""

    to: pf.Filter
    sets: dict[str, list[Any]] = field(default_factory=dict)

    def set(self, item: Mapping[str, Any]) -> None:
        self.sets[_name(item, item["name"])] = list(item.get("elem", []))

    def chain(self, item: Mapping[str, Any]) -> None:
        hook, policy = str(item.get("hook", "")), str(item.get("policy", pf.ACCEPT))
        if policy not in (pf.ACCEPT, pf.DROP):
            raise ValueError(f"policy {policy}")
        self.to.chains[_name(item, item["name"])] = pf.Chain([], hook, policy, _FAMILIES[item["family"]])

    def rule(self, item: Mapping[str, Any]) -> None:
        """One rule of nft: as many of ours as its verdict map has entries."""
        # A chain of a network device sees the packets of that device only, which is not followed here.
        conditions: list[pf.Condition] = [pf.fixed(None)] if item["family"] == "netdev" else []
        rules = self.to.chains[_name(item, item["chain"])].rules
        for statement in item["expr"]:
            name, said = _only(statement)
            if name == "match":
                conditions.append(self.match(item, said["left"], said["op"], said["right"]))
            elif name == "vmap":
                rules.extend(self.verdict_map(item, tuple(conditions), said))
            elif name in ("limit", "ct count"):
                # The first packet is within the limit; `inv` is for those over it.
                conditions.append(pf.fixed(not said.get("inv", False)))
            elif not _PASSING.fullmatch(name):
                rules.append(_verdict(item, tuple(conditions), name, said))

    def verdict_map(self, item: Mapping[str, Any], conditions: Conditions, said: Any) -> Iterator[pf.Rule]:
        data = self.content(item, said["data"])
        entries: list[Any] = data["set"] if isinstance(data, dict) else [[None, {"opaque": None}]]
        for key, verdict in entries:
            name, target = _only(verdict)
            if name != "continue":
                holds = pf.fixed(None) if key is None else self.match(item, said["key"], "==", key)
                yield _verdict(item, (*conditions, holds), name, target)

    def content(self, item: Mapping[str, Any], right: Any) -> Any:
        """`right`, or what is in the set that it names, where that is shown."""
        if isinstance(right, str) and right.startswith("@"):
            elements = self.sets.get(_name(item, right[1:]))
            return right if elements is None else {"set": elements}
        return right

    def match(self, item: Mapping[str, Any], left: Any, op: str, right: Any) -> pf.Condition:
        """`left op right`; what the left side presupposes (TCP, IPv4) holds for `!=` too."""
        kind, what = _only(left) if isinstance(left, dict) else ("", left)
        guard, value = self.sides(kind, what, op, self.content(item, right))
        return pf.all_of((guard, pf.negated(value) if op == "!=" else value))

    def sides(self, kind: str, what: Any, op: str, right: Any) -> Sides:
        """What must be there for the comparison, and the comparison itself."""
        anything = pf.fixed(True)
        if kind == "payload" and "protocol" in what:
            return self.payload(str(what["protocol"]), str(what["field"]), op, right)
        words = _words(right) if op in _EQUALS else [_UNKNOWN]
        if _hidden(words):
            return anything, pf.fixed(None)
        if kind in ("meta", "ct"):
            return anything, (_meta if kind == "meta" else _ct)(str(what["key"]), words)
        if kind == "fib":
            return anything, _fib(what, right, words)
        if kind == "&" and what[0] == {"payload": {"protocol": "tcp", "field": "flags"}}:
            mask = _words(what[1])
            return pf.protocol("tcp"), pf.fixed(None if _hidden(mask) else {"syn"} & {*mask} == {*words})
        return anything, pf.fixed(None)

    def payload(self, protocol: str, field: str, op: str, right: Any) -> Sides:
        """A field of a header: the header that must be there, and the condition on the field."""
        if _NOT_OURS.fullmatch(protocol):
            return pf.fixed(False), pf.fixed(True)
        if protocol in ("tcp", "udp", "th"):
            guard = pf.fixed(True) if protocol == "th" else pf.protocol(protocol)
            return guard, self.ports(op, right) if field == "dport" else pf.fixed(None)
        if protocol not in ("ip", "ip6") or op not in _EQUALS:
            return pf.fixed(True), pf.fixed(None)
        guard, words = pf.family("ipv4" if protocol == "ip" else "ipv6"), _words(right)
        if field in ("protocol", "nexthdr"):
            return guard, pf.fixed(None) if _hidden(words) else _protocols(words)
        read = {"saddr": pf.sender, "daddr": pf.receiver}.get(field)
        return guard, read(words) if read else pf.fixed(None)

    def ports(self, op: str, right: Any) -> pf.Condition:
        """Ports: a number, ranges, a set; of a set by name the content may not be shown."""
        if op in ("<", ">", "<=", ">="):
            number = int(right)
            below = {"<": (0, number - 1), "<=": (0, number), ">": (number + 1, pf.LAST_PORT)}
            return self.to.ports([below.get(op, (number, pf.LAST_PORT))])
        ranges = list(_ranges(right))
        return pf.fixed(None) if None in ranges else self.to.ports(r for r in ranges if r)


def _only(item: Mapping[str, Any]) -> tuple[str, Any]:
    """The one name of an object, and what it says."""
    first, *_ = item.items()
    return first


def _verdict(item: Mapping[str, Any], conditions: Conditions, name: str, said: Any) -> pf.Rule:
    if name in ("jump", "goto"):
        return pf.Rule(conditions, name, _name(item, str(said["target"])))
    if name in _FINAL:
        return pf.Rule(conditions, _FINAL[name])
    # A redirection, a queue, a match of iptables: what becomes of the packet cannot be told from here.
    return pf.Rule((*conditions, pf.fixed(None)), pf.OPAQUE)


def _words(right: Any) -> list[str]:
    """The values of one side as texts; networks in CIDR form; `@…` for what is not shown here."""
    if isinstance(right, dict):
        kind, inner = _only(right)
        if kind == "prefix":
            return [f"{inner['addr']}/{inner['len']}"]
        if kind == "elem":
            return _words(inner["val"])
        return _words(inner) if kind in ("set", "|") else [_UNKNOWN]
    if isinstance(right, list):
        return [word for each in right for word in _words(each)]
    return [str(right)]


def _hidden(words: list[str]) -> bool:
    return any(word.startswith(_UNKNOWN) for word in words)


def _meta(key: str, words: list[str]) -> pf.Condition:
    if key in ("iif", "iifname"):
        return pf.interface(*words)
    if key == "nfproto":
        return pf.family(*words)
    if key == "protocol":
        return pf.family(*({"ip": "ipv4", "ip6": "ipv6"}.get(word, word) for word in words))
    if key == "l4proto":
        return _protocols(words)
    return pf.fixed(bool({"host", "unicast"} & {*words}) if key == "pkttype" else None)


def _protocols(words: list[str]) -> pf.Condition:
    """Protocols by name or number (IANA: TCP is 6, UDP 17)."""
    return pf.protocol(*({"6": "tcp", "17": "udp"}.get(word, word) for word in words))


def _ct(key: str, words: list[str]) -> pf.Condition:
    if key == "state":
        return pf.fixed("new" in words)
    if key == "direction":
        return pf.fixed("original" in words)
    # Only a packet redirected before has this status; such a packet is followed no further.
    return pf.fixed(False if key == "status" and words == ["dnat"] else None)


def _fib(what: Mapping[str, Any], right: Any, words: list[str]) -> pf.Condition:
    """The routing table's word about an address: an honest sender comes in where an answer would go out."""
    if what["result"] == "type":
        return pf.fixed(("local" if "daddr" in what["flags"] else "unicast") in words)
    return pf.fixed(right if isinstance(right, bool) and "saddr" in what["flags"] else None)


def _ranges(right: Any) -> Iterator[tuple[int, int] | None]:
    if isinstance(right, int) and not isinstance(right, bool):
        yield right, right
    elif isinstance(right, dict) and "range" in right:
        first, last = right["range"]
        yield int(first), int(last)
    elif isinstance(right, dict) and ("set" in right or "elem" in right):
        for each in right["set"] if "set" in right else [right["elem"]["val"]]:
            yield from _ranges(each)
    else:
        yield None
