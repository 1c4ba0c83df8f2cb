"""The packet filter as a whole: which ports anyone reaches, and what loads the rules."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.firewall import rules, setup

OUTSIDE = "interface eth0\ninterface wg0\ninterface lo\noutside ipv4 eth0\noutside ipv6 eth0\n"
SAVED = "*filter\n:INPUT {policy} [0:0]\n-A INPUT -i lo -j ACCEPT\n{rules}COMMIT\n"


def save(*rules: str, policy: str = "DROP", kind: str = "legacy") -> str:
    """The sections of both families with the same rules."""
    lines = "".join(f"-A INPUT {rule}\n" for rule in rules)
    body = SAVED.format(policy=policy, rules=lines)
    return "".join(f"igaudit iptables {family} {kind}\n{body}" for family in ("ipv4", "ipv6"))


def inbound(text: str, head: str = OUTSIDE) -> dict[str, str]:
    """The verdicts of the ranges that are not refused."""
    found: Any = rules(head + text)["inbound"]
    return {record["range"]: record["verdict"] for record in found}


def test_a_port_that_is_let_in() -> None:
    assert inbound(save("-p tcp -m tcp --dport 22 -j ACCEPT")) == {
        "ipv4 tcp 22": "accept",
        "ipv6 tcp 22": "accept",
    }


def test_neighbours_are_one_range() -> None:
    found = inbound(save("-p udp --dport 53 -j ACCEPT", "-p udp --dport 54:60 -j ACCEPT"))
    assert found == {"ipv4 udp 53-60": "accept", "ipv6 udp 53-60": "accept"}


def test_what_is_refused_among_what_is_let_in() -> None:
    found = inbound(save("-p tcp --dport 445 -j DROP", policy="ACCEPT"))
    assert [name for name in found if name.startswith("ipv4 tcp")] == ["ipv4 tcp 1-444", "ipv4 tcp 446-65535"]


def test_a_rule_that_names_senders_lets_nobody_else_in() -> None:
    assert inbound(save("-s 10.0.0.0/8 -p tcp --dport 445 -j ACCEPT")) == {}


def test_what_rests_on_a_mark_is_undecided() -> None:
    assert inbound(save("-p tcp --dport 80 -m mark --mark 0x1 -j ACCEPT"))["ipv4 tcp 80"] == "undecided"


def test_an_interface_inside_is_not_where_everyone_comes_from() -> None:
    assert inbound(save("-i wg0 -j ACCEPT")) == {}


def test_without_a_default_route_every_interface_counts() -> None:
    head = "interface eth0\ninterface wg0\ninterface lo\n"
    assert inbound(save("-i wg0 -p tcp --dport 22 -j ACCEPT"), head) == {
        "ipv4 tcp 22": "accept",
        "ipv6 tcp 22": "accept",
    }


def test_without_rules_everything_is_open() -> None:
    found = rules(OUTSIDE)
    assert found["active"] is False
    assert (found["default_inbound_ipv4"], found["default_inbound_ipv6"]) == ("accept", "accept")
    every = [f"{family} {protocol} 1-65535" for family in ("ipv4", "ipv6") for protocol in ("tcp", "udp")]
    assert list(inbound("")) == every


@pytest.mark.parametrize(
    ("rule", "policy", "expected"),
    [
        ("-p tcp --dport 22 -j ACCEPT", "DROP", "drop"),
        ("-j REJECT", "ACCEPT", "reject"),
        ("-p tcp --dport 22 -j DROP", "ACCEPT", "accept"),
        ("-p tcp -j DROP", "ACCEPT", "accept"),
        ("-p tcp --dport 1024:65535 -j ACCEPT", "DROP", "drop"),
    ],
)
def test_what_becomes_of_a_port_that_no_rule_names(rule: str, policy: str, expected: str) -> None:
    assert rules(OUTSIDE + save(rule, policy=policy))["default_inbound_ipv4"] == expected


def test_it_may_be_impossible_to_tell() -> None:
    found = rules(OUTSIDE + save("-m mark --mark 0x1 -j ACCEPT"))["default_inbound_ipv4"]
    assert isinstance(found, Unread)
    assert found.reason == Reason.UNPARSABLE


def test_each_family_has_its_own() -> None:
    text = OUTSIDE + "igaudit iptables ipv4 legacy\n" + SAVED.format(policy="DROP", rules="")
    found = rules(text)
    assert (found["default_inbound_ipv4"], found["default_inbound_ipv6"]) == ("drop", "accept")


def test_rules_of_nft_and_of_the_older_iptables_hold_together() -> None:
    chain = {"family": "inet", "table": "t", "name": "in", "hook": "input", "policy": "drop"}
    text = f"igaudit nft full\n{json.dumps({'nftables': [{'chain': chain}]})}\n"
    assert inbound(text + save(policy="ACCEPT")) == {}


def test_tables_that_iptables_put_into_nft_are_read_once() -> None:
    chain = {"family": "ip", "table": "filter", "name": "INPUT", "hook": "input", "policy": "drop"}
    rule = {"family": "ip", "table": "filter", "chain": "INPUT", "expr": [{"xt": None}]}
    text = f"igaudit nft full\n{json.dumps({'nftables': [{'chain': chain}, {'rule': rule}]})}\n"
    assert inbound(text)["ipv4 tcp 1-65535"] == "undecided"
    assert inbound(text + save(kind="nft")) == {}


def test_rules_too_many_to_follow_are_not_judged() -> None:
    many = save(*(f"-p tcp --dport {port} -j ACCEPT" for port in range(1, 4000, 2)))
    found = rules(OUTSIDE + many)["inbound"]
    assert isinstance(found, Unread)
    assert found.reason == Reason.TOO_LARGE


@pytest.mark.parametrize("text", ["interface\n", OUTSIDE + "igaudit nft full\n{}\n"])
def test_what_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        rules(text)


def unit(name: str, state: str) -> str:
    return f"Id={name}.service\nActiveState=active\nUnitFileState={state}\n\n"


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        (unit("firewalld", "enabled"), "firewalld"),
        (unit("nftables", "disabled"), None),
        (unit("ufw", "enabled"), None),
        (unit("ufw", "enabled") + "ufw ENABLED=no\n", None),
        (unit("ufw", "enabled") + "ufw ENABLED=yes\n", "ufw"),
        (unit("ufw", "enabled") + "ufw ENABLED='Yes'\n", "ufw"),
        (unit("csf", "enabled") + unit("nftables", "enabled"), "nftables"),
        ("starts iptables\n", "iptables"),
        ("", None),
    ],
)
def test_what_loads_rules_at_the_start(text: str, tool: str | None) -> None:
    found = setup(text)
    assert (found["tool"], found["persistent"]) == (tool, tool is not None)


def test_where_ufws_file_was_denied_it_is_open() -> None:
    found = setup(unit("ufw", "enabled") + "denied /etc/ufw/ufw.conf\n")
    assert isinstance(found["persistent"], Unread)
    assert setup(unit("firewalld", "enabled") + "denied /etc/ufw/ufw.conf\n")["tool"] == "firewalld"


@pytest.mark.parametrize(("text", "used"), [("ipv6 eth0\n", True), ("", False)])
def test_ipv6(text: str, used: bool) -> None:
    assert setup(text)["ipv6_used"] is used


@given(st.one_of(st.text(), st.text().map((OUTSIDE + "igaudit iptables ipv4 nft\n").__add__)))
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    for parser in (rules, setup):
        with contextlib.suppress(Unparsable):
            assert isinstance(parser(text), dict)
