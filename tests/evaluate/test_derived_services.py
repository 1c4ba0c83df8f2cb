"""The services of all products as one list, with the class of their cipher suites."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined

GOOD, OLD, BROKEN = (
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
)
ABSENT, DENIED = Unread(Reason.ABSENT, "no HAProxy is installed"), Unread(Reason.DENIED, "/etc/a")
L2TP = [{"file": "/etc/xl2tpd/xl2tpd.conf"}]


def derived(fact: str, facts: dict[str, Any], unread: dict[str, Unread] | None = None) -> Any:
    group, name = fact.split(".")
    groups = {group: FactGroup(COLLECTED, "", facts, unread or {})}
    return FactView(groups, DERIVED, Joined({}), date(2026, 11, 22)).get((group, name))


def site(name: str, *suites: str) -> dict[str, Any]:
    return {"site": name, "ciphers": "A:B", "suites": list(suites)}


def test_sites_of_all_products_with_the_class_of_their_suites() -> None:
    facts = {
        "nginx": [site("a", "TLS_AES_256_GCM_SHA384", GOOD, OLD, BROKEN)],
        "apache": [{"site": "b", "ciphers": "A:B"}],
        "haproxy": [],
    }
    assert derived("web_servers.sites", facts) == [
        {"site": "a", "prohibited": [BROKEN], "legacy": [OLD]},
        {"site": "b"},
    ]


def test_a_product_that_is_not_there_adds_nothing() -> None:
    facts = {"nginx": [site("a")], "apache": []}
    assert derived("web_servers.sites", facts, {"haproxy": ABSENT}) == [
        {"site": "a", "prohibited": [], "legacy": []}
    ]


def test_a_product_that_was_not_read_leaves_the_list_open() -> None:
    found = derived("web_servers.sites", {"nginx": [site("a", OLD)], "apache": []}, {"haproxy": DENIED})
    assert found == Partial([{"site": "a", "prohibited": [], "legacy": [OLD]}], DENIED)
    assert derived("web_servers.sites", {"nginx": [], "apache": []}, {"haproxy": DENIED}) == DENIED


def test_a_list_of_which_a_part_was_read_stays_so() -> None:
    found = derived("vpn.wireguard_interfaces", {"wireguard": [{"interface": "wg0"}]}, {"wireguard": DENIED})
    assert found == Partial([{"interface": "wg0"}], DENIED)


@pytest.mark.parametrize(
    ("facts", "unread", "found"),
    [
        ({"l2tp": [], "ipsec": []}, {}, []),
        ({"l2tp": []}, {"ipsec": DENIED}, []),
        ({}, {"l2tp": ABSENT, "ipsec": DENIED}, []),
        ({"l2tp": L2TP, "ipsec": []}, {}, L2TP),
        ({"l2tp": L2TP}, {"ipsec": ABSENT}, L2TP),
        ({"l2tp": L2TP, "ipsec": [{"l2tp": False}]}, {}, L2TP),
        ({"l2tp": L2TP, "ipsec": [{"l2tp": False}, {"l2tp": True}]}, {}, []),
        ({"l2tp": L2TP}, {"ipsec": DENIED}, DENIED),
        ({"l2tp": L2TP, "ipsec": [{"l2tp": False}]}, {"ipsec": DENIED}, DENIED),
        ({"l2tp": L2TP, "ipsec": [{"l2tp": True}]}, {"ipsec": DENIED}, []),
        ({"ipsec": []}, {"l2tp": DENIED}, DENIED),
        ({"l2tp": L2TP, "ipsec": []}, {"l2tp": DENIED}, Partial(L2TP, DENIED)),
        ({"l2tp": L2TP, "ipsec": [{"l2tp": True}]}, {"l2tp": DENIED}, DENIED),
    ],
)
def test_l2tp_with_ipsec_around_it_and_without(
    facts: dict[str, Any], unread: dict[str, Unread], found: object
) -> None:
    assert derived("vpn.bare_l2tp", facts, unread) == found
