"""Names that DNS does not know."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.name_resolution import settings
from igaudit.parse.windows.steps import Meta
from tests.parse.windows.said import DENIED, SERVER_2016, SERVER_2022, WINDOWS_11, asked, key, rows


def found(meta: Meta = SERVER_2022, **steps: Any) -> dict[str, Any]:
    usual = {
        "policy": key(),
        "dnscache": key(),
        "netbt": key(),
        "adapters": rows(adapter(0)),
        "interfaces": key(),
        "cards": rows(),
    }
    return settings(asked(meta, **{**usual, **steps}))


def adapter(netbios: object, dhcp: object = True) -> dict[str, object]:
    names = {"Index": 1, "Description": "Carte réseau", "SettingID": "{AB-1}"}
    return {**names, "TcpipNetbiosOptions": netbios, "DHCPEnabled": dhcp}


def test_nothing_set_asks_everybody() -> None:
    facts = found()
    assert facts["llmnr"] is True
    assert facts["mdns"] is True
    assert facts["netbios_node_type"] is None


def test_llmnr_is_switched_by_policy() -> None:
    assert found(policy=key(EnableMulticast=0))["llmnr"] is False
    assert found(policy=key(EnableMulticast=1))["llmnr"] is True


def test_multicast_dns_is_unknown_where_it_is_not_documented() -> None:
    mdns = found(SERVER_2016)["mdns"]
    assert isinstance(mdns, Unread)
    assert mdns.reason is Reason.UNSUPPORTED
    assert found(SERVER_2016, dnscache=key(EnableMDNS=0))["mdns"] is False


def test_multicast_dns_came_with_windows_10_1703() -> None:
    assert found(Meta(build=15063))["mdns"] is True
    assert isinstance(found(Meta(build=15062))["mdns"], Unread)


@pytest.mark.parametrize(("value", "word"), [(1, "broadcast"), (4, "mixed"), (8, "hybrid")])
def test_node_types(value: int, word: str) -> None:
    assert found(netbt=key(NodeType=value))["netbios_node_type"] == word


def test_a_policy_can_switch_multicast_dns_on_and_not_off_by_itself() -> None:
    off, on = key(EnableMDNS=0), key(EnableMDNS=1)
    assert found(WINDOWS_11, policy=on, dnscache=off)["mdns"] is True
    assert found(WINDOWS_11, policy=off, dnscache=off)["mdns"] is False
    assert found(WINDOWS_11, policy=off, dnscache=on)["mdns"] is True
    assert isinstance(found(WINDOWS_11, policy=off)["mdns"], Unread)
    assert found(SERVER_2016, policy=on, dnscache=off)["mdns"] is False


def test_the_registry_beats_dhcp_for_the_node_type() -> None:
    assert found(netbt=key(NodeType=2, DhcpNodeType=8))["netbios_node_type"] == "point-to-point"
    assert found(netbt=key(DhcpNodeType=8))["netbios_node_type"] == "hybrid"
    assert isinstance(found(netbt=key(NodeType=3))["netbios_node_type"], Unread)


def test_each_adapter_says_for_itself() -> None:
    records = found(adapters=rows(adapter(0), adapter(1), adapter(2), adapter(None)))["netbios_adapters"]
    assert [record.get("netbios") for record in records] == ["on", "on", "off", None]
    assert records[0]["adapter"] == "1 Carte réseau"


@pytest.mark.parametrize(("said", "netbios"), [(2, "off"), (1, "on"), (0, "on")])
def test_dhcp_decides_where_it_is_asked(said: int, netbios: str) -> None:
    interfaces = key(
        {"Tcpip_{ab-1}": key(DhcpNetbiosOptions=said), "Tcpip_{other}": key(DhcpNetbiosOptions=2)}
    )
    assert found(interfaces=interfaces)["netbios_adapters"][0]["netbios"] == netbios
    on = found(interfaces=interfaces, adapters=rows(adapter(1)))["netbios_adapters"][0]
    assert on["netbios"] == "on"


@pytest.mark.parametrize("dhcp", [False, None, "True", 1])
def test_what_dhcp_said_before_the_address_was_set_by_hand_is_no_evidence(dhcp: object) -> None:
    def netbios(said: int, own: int = 0) -> object:
        interfaces = key({"Tcpip_{ab-1}": key(DhcpNetbiosOptions=said)})
        records = found(interfaces=interfaces, adapters=rows(adapter(own, dhcp)))["netbios_adapters"]
        return records[0].get("netbios")

    assert [netbios(2), netbios(0), netbios(1), netbios(0, own=2)] == [None, "on", "on", "off"]


def card(status: object = 7, **said: object) -> dict[str, object]:
    names = {"Index": 3, "Name": "Réseau sans fil", "GUID": "{CD-2}"}
    return {**names, "NetConnectionStatus": status, "ConfigManagerErrorCode": 0, **said}


def waiting(*cards: dict[str, object], **options: int) -> Any:
    interfaces = key({"Tcpip_{AB-1}": key(), "Tcpip_{cd-2}": key(**options)})
    records = found(interfaces=interfaces, adapters=rows(adapter(2)), cards=rows(*cards))["netbios_adapters"]
    assert records[0] == {"adapter": "1 Carte réseau", "netbios": "off"}
    return records[1:]


@pytest.mark.parametrize("status", [0, 7])
def test_an_adapter_that_waits_for_a_network_counts(status: int) -> None:
    assert waiting(card(status), NetbiosOptions=1) == [{"adapter": "3 Réseau sans fil", "netbios": "on"}]
    assert waiting(card(status), NetbiosOptions=2) == [{"adapter": "3 Réseau sans fil", "netbios": "off"}]


def test_what_dhcp_will_say_is_not_known() -> None:
    unknown = [{"adapter": "3 Réseau sans fil"}]
    assert waiting(card(), NetbiosOptions=0, DhcpNetbiosOptions=2) == unknown
    assert waiting(card()) == unknown
    assert waiting(card(), NetbiosOptions=3) == unknown


def test_adapters_that_are_not_used_for_tcpip_or_not_at_all_do_not_count() -> None:
    connected, off = card(2), card(0, ConfigManagerErrorCode=22)
    elsewhere, first = card(GUID="{EF-3}"), card(GUID="{ab-1}")
    assert waiting(connected, off, elsewhere, first, NetbiosOptions=1) == []


def test_whether_adapters_wait_was_denied() -> None:
    assert isinstance(found(cards=DENIED)["netbios_adapters"], Unread)


def test_a_switch_for_names_that_is_neither_on_nor_off_is_not_read() -> None:
    assert isinstance(found(policy=key(EnableMulticast=2))["llmnr"], Unread)
    assert isinstance(found(WINDOWS_11, policy=key(EnableMDNS=2), dnscache=key(EnableMDNS=0))["mdns"], Unread)


def test_what_dhcp_said_was_denied() -> None:
    assert isinstance(found(interfaces=key({"Tcpip_{AB-1}": DENIED}))["netbios_adapters"], Unread)
    assert isinstance(found(interfaces=DENIED)["netbios_adapters"], Unread)


def test_no_adapter_is_no_answer() -> None:
    assert isinstance(found(adapters=rows())["netbios_adapters"], Unread)
    assert isinstance(found(adapters=DENIED)["netbios_adapters"], Unread)
