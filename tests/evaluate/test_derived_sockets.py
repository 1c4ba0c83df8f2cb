"""Listening sockets held against the packet filter."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined

DENIED = Unread(Reason.DENIED)


def record(address: str = "0.0.0.0", port: int = 445, **more: Any) -> dict[str, Any]:
    return {"socket": "s", "protocol": "tcp", "address": address, "port": port, "loopback": False, **more}


def opened(first: int, last: int, family: str = "ipv4", verdict: str = "accept") -> dict[str, Any]:
    return {"family": family, "protocol": "tcp", "first": first, "last": last, "verdict": verdict}


def exposed(*sockets: dict[str, Any], inbound: Any = (), gap: Unread | None = None) -> Any:
    """`sockets.exposed`; `inbound` that is Unread was not read."""
    unread = isinstance(inbound, Unread)
    groups = {
        "sockets": FactGroup(COLLECTED, "", {"listening": list(sockets)}, {"listening": gap} if gap else {}),
        "firewall": FactGroup(
            COLLECTED,
            "",
            {} if unread else {"inbound": list(inbound)},
            {"inbound": inbound} if unread else {},
        ),
    }
    return FactView(groups, DERIVED, Joined(), date(2026, 11, 22)).get(("sockets", "exposed"))


def to_all(socket: dict[str, Any], *inbound: dict[str, Any]) -> bool | None:
    """Whether anyone reaches `socket`; None where that is left out."""
    (found,) = exposed(socket, inbound=inbound)
    return found.get("to_all")  # type: ignore[no-any-return]


@pytest.mark.parametrize(("port", "reached"), [(21, False), (22, True), (25, True), (26, False)])
def test_the_filter_lets_ports_in(port: int, reached: bool) -> None:
    assert to_all(record(port=port), opened(22, 25)) is reached


@pytest.mark.parametrize(
    ("address", "more", "reached"),
    [
        ("0.0.0.0", {}, True),
        ("192.0.2.1", {}, True),
        ("::", {}, True),
        ("::", {"ipv6_only": False}, True),
        ("::", {"ipv6_only": True}, False),
        ("2001:db8::1", {}, False),
    ],
)
def test_a_port_open_over_ipv4_alone(address: str, more: dict[str, Any], reached: bool) -> None:
    assert to_all(record(address, **more), opened(445, 445)) is reached


@pytest.mark.parametrize(("address", "reached"), [("0.0.0.0", False), ("::", True)])
def test_a_port_open_over_ipv6_alone(address: str, reached: bool) -> None:
    assert to_all(record(address), opened(445, 445, "ipv6")) is reached


def test_the_other_protocol_is_another_port() -> None:
    assert to_all({**record(), "protocol": "udp"}, opened(445, 445)) is False


def test_what_is_undecided_stays_open() -> None:
    assert to_all(record(), opened(445, 445, verdict="undecided")) is None


def test_one_family_that_lets_it_in_is_enough() -> None:
    assert to_all(record("::"), opened(445, 445), opened(445, 445, "ipv6", "undecided")) is True


@pytest.mark.parametrize(("inbound", "reached"), [([opened(445, 445)], None), ([], False)])
def test_a_socket_of_one_interface_may_be_another_one(inbound: list[Any], reached: bool | None) -> None:
    assert to_all(record(interface="virbr0"), *inbound) is reached


def test_loopback_is_left_out() -> None:
    assert exposed({**record(), "loopback": True}) == []


def test_a_record_keeps_its_name_and_program() -> None:
    assert exposed(record(process="smbd"), record(process=None)) == [
        {"socket": "s", "port": 445, "process": "smbd", "to_all": False},
        {"socket": "s", "port": 445, "process": None, "to_all": False},
    ]


def test_without_the_rules_the_sockets_are_there_all_the_same() -> None:
    assert exposed(record(), inbound=DENIED) == [{"socket": "s", "port": 445}]


def test_without_the_sockets_there_is_nothing() -> None:
    view = FactView({"sockets": FactGroup(Reason.DENIED)}, DERIVED, Joined(), date.min)
    assert view.get(("sockets", "exposed")) == DENIED


def test_a_part_of_the_sockets_stays_a_part() -> None:
    assert exposed(record(), gap=DENIED) == Partial([{"socket": "s", "port": 445, "to_all": False}], DENIED)


@pytest.mark.parametrize(("process", "reached"), [("System", True), ("app.exe", False), (None, None)])
def test_a_rule_for_one_program_opens_nothing_for_another(process: str | None, reached: bool | None) -> None:
    assert to_all(record(process=process), {**opened(0, 65535), "program": "system"}) is reached


def test_a_rule_that_lets_in_counts_beside_one_that_perhaps_does() -> None:
    perhaps = opened(0, 65535, verdict="undecided")
    assert to_all(record(), perhaps, opened(445, 445)) is True
