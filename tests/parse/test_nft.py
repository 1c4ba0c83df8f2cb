"""nft's JSON: expressions as libnftables prints them."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.parse import Unparsable, nft
from igaudit.parse import packet_filter as pf

NEW = pf.Packet("ipv4", "tcp", 22, "eth0")
CHAIN = {"family": "inet", "table": "t", "name": "in", "hook": "input", "policy": "drop"}
Json = Any


def rule(*expr: Json, chain: str = "in", family: str = "inet") -> Json:
    return {"rule": {"family": family, "table": "t", "chain": chain, "expr": list(expr)}}


def match(left: Json, right: Json, op: str = "==") -> Json:
    return {"match": {"op": op, "left": left, "right": right}}


def field(protocol: str, name: str) -> Json:
    return {"payload": {"protocol": protocol, "field": name}}


DPORT = field("tcp", "dport")
ACCEPT: Json = {"accept": None}


def verdicts(*items: Json, packet: pf.Packet = NEW, sets_shown: bool = True) -> set[str]:
    """What becomes of `packet` under a chain of family inet with the policy drop, and `items`."""
    found = pf.Filter()
    text = json.dumps({"nftables": [{"metainfo": {}}, {"chain": CHAIN}, *items]})
    nft.add_rules(text, found, frozenset(), sets_shown=sets_shown)
    return set(found.verdicts(packet))


def holds(*expr: Json, packet: pf.Packet = NEW) -> pf.Answer:
    found = verdicts(rule(*expr, ACCEPT), packet=packet)
    return None if len(found) == 2 else found == {pf.ACCEPT}


SYN = ["fin", "syn", "rst", "ack"]
FLAGS = field("tcp", "flags")


@pytest.mark.parametrize(
    ("left", "right", "op", "answer"),
    [
        (DPORT, 22, "==", True),
        (DPORT, 23, "==", False),
        (DPORT, 23, "!=", True),
        (DPORT, {"set": [80, {"range": [20, 25]}]}, "==", True),
        (DPORT, {"set": [{"elem": {"val": 22, "timeout": 60}}]}, "==", True),
        (DPORT, {"range": [1, 21]}, "==", False),
        (DPORT, 22, ">=", True),
        (DPORT, 22, ">", False),
        (DPORT, 22, "<=", True),
        (DPORT, 22, "<", False),
        (DPORT, "@hidden", "==", None),
        (field("udp", "dport"), 22, "!=", False),
        (field("th", "dport"), 22, "==", True),
        (field("tcp", "sport"), 53, "==", None),
        (field("icmp", "type"), "echo-request", "==", False),
        (field("icmp", "type"), "echo-request", "!=", False),
        (field("ip", "saddr"), {"prefix": {"addr": "10.0.0.0", "len": 8}}, "==", False),
        (field("ip", "saddr"), {"prefix": {"addr": "10.0.0.0", "len": 8}}, "!=", True),
        (field("ip", "saddr"), "@hidden", "==", False),
        (field("ip", "saddr"), {"set": [{"range": ["10.0.0.1", "10.0.0.9"]}]}, "==", False),
        (field("ip6", "saddr"), {"prefix": {"addr": "2001:db8::", "len": 32}}, "!=", False),
        (field("ip", "daddr"), "192.0.2.10", "==", None),
        (field("ip", "daddr"), "224.0.0.251", "==", False),
        (field("ip", "protocol"), "icmp", "==", False),
        (field("ip", "protocol"), "@hidden", "==", None),
        (field("ip", "ttl"), 255, "==", None),
        (field("ether", "saddr"), "00:11:22:33:44:55", "==", None),
        ({"meta": {"key": "iifname"}}, "eth*", "==", True),
        ({"meta": {"key": "iif"}}, "lo", "!=", True),
        ({"meta": {"key": "iifname"}}, "@hidden", "==", None),
        ({"meta": {"key": "nfproto"}}, "ipv6", "==", False),
        ({"meta": {"key": "protocol"}}, "ip", "==", True),
        ({"meta": {"key": "l4proto"}}, {"set": ["udp", 6]}, "==", True),
        ({"meta": {"key": "pkttype"}}, {"set": ["broadcast", "multicast"]}, "==", False),
        ({"meta": {"key": "pkttype"}}, "host", "==", True),
        ({"meta": {"key": "mark"}}, 1, "==", None),
        ({"ct": {"key": "state"}}, ["established", "related"], "in", False),
        ({"ct": {"key": "state"}}, "new", "in", True),
        ({"ct": {"key": "status"}}, "dnat", "in", False),
        ({"ct": {"key": "direction"}}, "original", "==", True),
        ({"ct": {"key": "mark"}}, 1, "==", None),
        ({"fib": {"result": "type", "flags": ["daddr"]}}, "local", "==", True),
        ({"fib": {"result": "type", "flags": ["saddr"]}}, "local", "==", False),
        ({"fib": {"result": "oif", "flags": ["saddr", "iif"]}}, False, "==", False),
        ({"&": [FLAGS, SYN]}, "syn", "==", True),
        ({"&": [FLAGS, {"|": ["fin", "syn"]}]}, "syn", "==", True),
        ({"&": [FLAGS, {"|": [{"|": ["fin", "syn"]}, "rst"]}]}, "syn", "!=", False),
        ({"&": [FLAGS, {"odd": 1}]}, "syn", "==", None),
        ({"concat": [field("ip", "saddr"), DPORT]}, {"set": []}, "==", None),
        ({"exthdr": {"name": "rt"}}, True, "==", None),
        ("text", "text", "==", None),
    ],
)
def test_matches(left: Json, right: Json, op: str, answer: pf.Answer) -> None:
    assert holds(match(left, right, op)) is answer


@pytest.mark.parametrize(
    ("statement", "answer"),
    [
        ({"counter": {"packets": 0, "bytes": 0}}, True),
        ({"counter": None}, True),
        ({"log": {"prefix": "x"}}, True),
        ({"limit": {"rate": 4, "per": "minute"}}, True),
        ({"limit": {"rate": 4, "per": "minute", "inv": True}}, False),
        ({"ct count": {"val": 3, "inv": True}}, False),
    ],
)
def test_statements_before_a_verdict(statement: Json, answer: pf.Answer) -> None:
    assert holds(statement) is answer


@pytest.mark.parametrize(
    "statement", [{"xt": None}, {"redirect": {"port": 80}}, {"queue": {}}, {"new in 2030": 1}]
)
def test_statements_that_may_do_anything(statement: Json) -> None:
    assert verdicts(rule(statement)) == {"accept", "drop"}


def test_a_set_by_name_shows_its_content() -> None:
    ports = {"set": {"family": "inet", "table": "t", "name": "open", "elem": [22, 80]}}
    assert verdicts(ports, rule(match(DPORT, "@open"), ACCEPT)) == {"accept"}
    assert verdicts(ports, rule(match(DPORT, "@open"), ACCEPT), sets_shown=False) == {"accept", "drop"}


def test_an_empty_set_holds_nothing() -> None:
    empty = {"set": {"family": "inet", "table": "t", "name": "open"}}
    assert verdicts(empty, rule(match(DPORT, "@open"), ACCEPT)) == {"drop"}


def test_a_set_of_another_table_is_another_set() -> None:
    ports = {"set": {"family": "inet", "table": "other", "name": "open", "elem": [22]}}
    assert verdicts(ports, rule(match(DPORT, "@open"), ACCEPT)) == {"accept", "drop"}


def test_a_verdict_map() -> None:
    entries = [[{"range": [20, 25]}, ACCEPT], [80, {"drop": None}], [22, {"continue": None}]]
    vmap = {"vmap": {"key": DPORT, "data": {"set": entries}}}
    assert verdicts(rule(vmap)) == {"accept"}
    assert verdicts(rule(vmap), packet=pf.Packet("ipv4", "tcp", 80, "eth0")) == {"drop"}


def test_a_verdict_map_whose_content_is_not_shown() -> None:
    assert verdicts(rule({"vmap": {"key": DPORT, "data": "@hidden"}})) == {"accept", "drop"}


def test_chains_of_ones_own_wherever_they_are_printed() -> None:
    own = {"chain": {"family": "inet", "table": "t", "name": "own"}}
    rules = (rule({"jump": {"target": "own"}}), rule(ACCEPT, chain="own"))
    assert verdicts(own, *rules) == verdicts(*rules, own) == {"accept"}


def test_a_table_of_ip_alone_does_not_see_ipv6() -> None:
    chain = {"chain": {**CHAIN, "family": "ip"}}
    found = pf.Filter()
    nft.add_rules(json.dumps({"nftables": [chain]}), found, frozenset(), sets_shown=True)
    assert found.verdicts(NEW) == {"drop"}
    assert found.verdicts(pf.Packet("ipv6", "tcp", 22, "eth0")) == {"accept"}


@pytest.mark.parametrize("family", ["bridge", "arp"])
def test_families_that_ip_does_not_pass(family: str) -> None:
    found = pf.Filter()
    chain = {"chain": {**CHAIN, "family": family}}
    nft.add_rules(json.dumps({"nftables": [chain]}), found, frozenset(), sets_shown=True)
    assert found.chains == {}


def test_rules_of_one_network_device_are_not_followed() -> None:
    chain = {"chain": {**CHAIN, "family": "netdev", "hook": "ingress", "policy": "accept"}}
    text = json.dumps({"nftables": [chain, rule({"drop": None}, family="netdev")]})
    found = pf.Filter()
    nft.add_rules(text, found, frozenset(), sets_shown=True)
    assert found.verdicts(NEW) == {"accept", "drop"}


def test_a_table_that_iptables_has_told_is_left_out() -> None:
    found = pf.Filter()
    text = json.dumps({"nftables": [{"chain": CHAIN}]})
    nft.add_rules(text, found, frozenset({("inet", "t")}), sets_shown=True)
    assert found.chains == {}


@pytest.mark.parametrize(
    "items",
    [
        [rule(ACCEPT, chain="missing")],
        [{"chain": {**CHAIN, "policy": "maybe"}}],
        [{"chain": {"family": "inet"}}],
        [rule({})],
        [rule("text")],
        [rule(match(DPORT, {"range": [1]}))],
        [rule({"limit": None})],
        [{"rule": []}],
    ],
)
def test_what_makes_no_sense(items: list[Json]) -> None:
    with pytest.raises(Unparsable):
        verdicts(*items)


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(["ip", "dport", "==", "@a"])
)
KEYS = st.sampled_from(["chain", "rule", "expr", "match", "left", "right", "op", "payload", "set", "vmap"])


def deeper(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4))


ANY = st.recursive(LEAVES, deeper)


@given(st.one_of(st.text(), ANY.map(json.dumps), ANY.map(lambda e: json.dumps({"nftables": [rule(e)]}))))
def test_any_text_gives_rules_or_makes_no_sense(text: str) -> None:
    found = pf.Filter({"nft inet t in": pf.Chain()})
    with contextlib.suppress(Unparsable):
        nft.add_rules(text, found, frozenset(), sets_shown=True)
