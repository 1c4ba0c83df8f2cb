"""What becomes of a packet from anyone: the rules by themselves, whoever wrote them."""

import pytest

from igaudit.parse import Unparsable
from igaudit.parse import packet_filter as pf

PACKET = pf.Packet("ipv4", "tcp", 22, "eth0")
YES, NO, OPEN = pf.fixed(True), pf.fixed(False), pf.fixed(None)


def said(*rules: pf.Rule, policy: str = pf.DROP, **chains: list[pf.Rule]) -> set[str]:
    """The possible verdicts of an input chain of `rules`, with other `chains` to jump to."""
    filter_ = pf.Filter({name: pf.Chain(others) for name, others in chains.items()})
    filter_.chains["input"] = pf.Chain(list(rules), "input", policy)
    return set(filter_.verdicts(PACKET))


def test_without_any_chain_it_is_accepted() -> None:
    assert pf.Filter().verdicts(PACKET) == {pf.ACCEPT}


@pytest.mark.parametrize("policy", [pf.ACCEPT, pf.DROP])
def test_the_policy_decides_what_no_rule_does(policy: str) -> None:
    assert said(pf.Rule((NO,), pf.REJECT), policy=policy) == {policy}


def test_the_first_rule_that_holds_decides() -> None:
    assert said(pf.Rule((YES,), pf.REJECT), pf.Rule((), pf.ACCEPT)) == {pf.REJECT}


def test_what_cannot_be_told_leaves_both_open() -> None:
    assert said(pf.Rule((OPEN,), pf.ACCEPT)) == {pf.ACCEPT, pf.DROP}


def test_what_cannot_be_told_does_not_matter_where_both_ways_lead_to_the_same() -> None:
    assert said(pf.Rule((OPEN,), pf.DROP)) == {pf.DROP}


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [((), True), ((YES, YES), True), ((YES, OPEN), None), ((OPEN, NO), False), ((NO, OPEN), False)],
)
def test_all_conditions_must_hold(conditions: tuple[pf.Condition, ...], holds: pf.Answer) -> None:
    assert pf.all_of(conditions)(PACKET) is holds


@pytest.mark.parametrize(("condition", "opposite"), [(YES, False), (NO, True), (OPEN, None)])
def test_the_opposite(condition: pf.Condition, opposite: pf.Answer) -> None:
    assert pf.negated(condition)(PACKET) is opposite


def test_a_jump_comes_back() -> None:
    other = [pf.Rule((NO,), pf.ACCEPT)]
    assert said(pf.Rule((), pf.JUMP, "a"), pf.Rule((), pf.REJECT), a=other) == {pf.REJECT}


def test_a_jump_may_decide() -> None:
    assert said(pf.Rule((), pf.JUMP, "a"), a=[pf.Rule((), pf.ACCEPT)]) == {pf.ACCEPT}


def test_a_jump_that_may_or_may_not_decide() -> None:
    found = said(pf.Rule((), pf.JUMP, "a"), pf.Rule((), pf.REJECT), a=[pf.Rule((OPEN,), pf.ACCEPT)])
    assert found == {pf.ACCEPT, pf.REJECT}


def test_return_leaves_a_chain_early() -> None:
    other = [pf.Rule((), pf.RETURN), pf.Rule((), pf.ACCEPT)]
    assert said(pf.Rule((), pf.JUMP, "a"), a=other) == {pf.DROP}


def test_goto_does_not_come_back_to_the_rule_after_it() -> None:
    assert said(pf.Rule((), pf.GOTO, "a"), pf.Rule((), pf.ACCEPT), a=[]) == {pf.DROP}


def test_goto_comes_back_to_where_the_chain_was_called_from() -> None:
    first = [pf.Rule((), pf.GOTO, "b"), pf.Rule((), pf.REJECT)]
    assert said(pf.Rule((), pf.JUMP, "a"), pf.Rule((), pf.ACCEPT), a=first, b=[]) == {pf.ACCEPT}


def test_a_chain_that_is_not_shown_may_do_anything() -> None:
    assert said(pf.Rule((), pf.JUMP, "a"), policy=pf.REJECT) == {pf.ACCEPT, pf.DROP, pf.REJECT}


def test_a_rule_that_is_not_understood_may_do_anything() -> None:
    assert said(pf.Rule((OPEN,), pf.OPAQUE)) == {pf.ACCEPT, pf.DROP}


def test_every_base_chain_must_let_it_in() -> None:
    chains = {
        name: pf.Chain([], name, policy) for name, policy in (("prerouting", pf.ACCEPT), ("input", pf.DROP))
    }
    assert pf.Filter(chains).verdicts(PACKET) == {pf.DROP}


@pytest.mark.parametrize("hook", ["forward", "output", "postrouting", ""])
def test_chains_that_incoming_packets_do_not_pass(hook: str) -> None:
    assert pf.Filter({"a": pf.Chain([], hook, pf.DROP)}).verdicts(PACKET) == {pf.ACCEPT}


def test_chains_of_the_other_family() -> None:
    chain = pf.Chain([], "input", pf.DROP, frozenset({"ipv6"}))
    assert pf.Filter({"a": chain}).verdicts(PACKET) == {pf.ACCEPT}


def test_chains_that_call_one_another_without_end() -> None:
    with pytest.raises(Unparsable):
        said(pf.Rule((), pf.JUMP, "a"), a=[pf.Rule((), pf.JUMP, "b")], b=[pf.Rule((), pf.JUMP, "a")])


def test_chains_that_fan_out_are_each_followed_once() -> None:
    twice = {f"c{i}": [pf.Rule((OPEN,), pf.JUMP, f"c{i + 1}")] * 2 for i in range(28)}
    assert said(pf.Rule((), pf.JUMP, "c0"), c28=[pf.Rule((), pf.ACCEPT)], **twice) == {pf.ACCEPT, pf.DROP}


@pytest.mark.parametrize(("port", "inside"), [(21, False), (22, True), (25, True), (26, False)])
def test_ports(port: int, inside: bool) -> None:
    filter_ = pf.Filter()
    condition = filter_.ports([(22, 25), (80, 80)])
    assert condition(pf.Packet("ipv4", "tcp", port, "eth0")) is inside
    assert filter_.spoken_of == {(22, 25), (80, 80)}


@pytest.mark.parametrize(
    ("pattern", "same"), [("eth0", True), ("eth1", False), ("eth*", True), ("wg*", False), ("*", True)]
)
def test_interfaces(pattern: str, same: bool) -> None:
    assert pf.interface(pattern)(PACKET) is same


@pytest.mark.parametrize(
    ("networks", "anyone"),
    [
        (["0.0.0.0/0"], True),
        (["10.0.0.0/8"], False),
        (["192.0.2.1"], False),
        (["128.0.0.0/1"], None),
        (["10.0.0.0/8", "0.0.0.0/0"], True),
        (["10.0.0.0/255.0.0.0"], False),
        (["@trusted"], False),
        (["::/0"], False),
        ([], False),
    ],
)
def test_senders(networks: list[str], anyone: pf.Answer) -> None:
    assert pf.sender(networks)(PACKET) is anyone


def test_all_of_global_ipv6_is_anyone() -> None:
    assert pf.sender(["2000::/3"])(pf.Packet("ipv6", "tcp", 22, "eth0")) is True


@pytest.mark.parametrize(
    ("networks", "meant"),
    [
        (["0.0.0.0/0"], True),
        (["224.0.0.251"], False),
        (["255.255.255.255"], False),
        (["192.0.2.10"], None),
        (["@mine"], None),
    ],
)
def test_receivers(networks: list[str], meant: pf.Answer) -> None:
    assert pf.receiver(networks)(PACKET) is meant
