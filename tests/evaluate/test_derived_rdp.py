"""Listeners of Remote Desktop held against the firewall."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined

DENIED = Unread(Reason.DENIED)
LISTENER = {"listener": "RDP-Tcp", "port": 3389, "drives": True}


def opened(first: int, last: int, **more: Any) -> dict[str, Any]:
    return {"family": "ipv4", "protocol": "tcp", "first": first, "last": last, "verdict": "accept", **more}


def group(fact: str, value: Any, gap: Unread | None = None) -> FactGroup:
    if isinstance(value, Unread):
        return FactGroup(COLLECTED, "", {}, {fact: value})
    return FactGroup(COLLECTED, "", {fact: value}, {fact: gap} if gap else {})


def exposed(*inbound: Any, listeners: Any = (LISTENER,), gap: Unread | None = None) -> Any:
    known = inbound[0] if inbound and isinstance(inbound[0], Unread) else list(inbound)
    told = listeners if isinstance(listeners, Unread) else list(listeners)
    groups = {"rdp": group("listeners", told), "firewall": group("inbound", known, gap)}
    return FactView(groups, DERIVED, Joined(), date(2026, 11, 22)).get(("rdp", "exposed"))


def to_all(*inbound: Any, gap: Unread | None = None) -> bool | None:
    found: bool | None = exposed(*inbound, gap=gap)[0].get("to_all")
    return found


@pytest.mark.parametrize(
    ("rule", "reached"),
    [
        (opened(3389, 3389), True),
        (opened(0, 65535), True),
        (opened(3390, 65535), False),
        (opened(0, 3388), False),
        (opened(3389, 3389, family="ipv6"), True),
        (opened(3389, 3389, protocol="udp"), False),
        (opened(0, 65535, program="svchost.exe"), True),
        (opened(0, 65535, program="system"), True),
        (opened(0, 65535, program="teams.exe"), False),
        (opened(3389, 3389, verdict="undecided"), None),
    ],
)
def test_whether_a_rule_lets_anyone_reach_it(rule: dict[str, Any], reached: bool | None) -> None:
    assert to_all(rule) is reached


def test_what_no_rule_opens_nobody_reaches() -> None:
    assert exposed() == [{"listener": "RDP-Tcp", "port": 3389, "to_all": False}]


def test_one_certain_rule_outweighs_an_uncertain_one() -> None:
    assert to_all(opened(3389, 3389, verdict="undecided"), opened(3389, 3389)) is True


def test_without_the_firewall_it_cannot_be_told() -> None:
    assert to_all(DENIED) is None


def test_part_of_the_rules_can_show_that_it_is_open_and_never_that_it_is_not() -> None:
    assert to_all(opened(3389, 3389), gap=DENIED) is True
    assert to_all(gap=DENIED) is None


def test_without_the_listeners_nothing_is_known() -> None:
    assert exposed(opened(3389, 3389), listeners=DENIED) == DENIED


def test_part_of_the_listeners_stays_a_part() -> None:
    groups = {"rdp": group("listeners", [LISTENER], DENIED), "firewall": group("inbound", [])}
    found = FactView(groups, DERIVED, Joined(), date(2026, 11, 22)).get(("rdp", "exposed"))
    assert found == Partial([{"listener": "RDP-Tcp", "port": 3389, "to_all": False}], DENIED)
