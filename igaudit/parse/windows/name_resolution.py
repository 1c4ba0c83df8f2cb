"""How Windows looks up names that DNS does not know: LLMNR, multicast DNS and NetBIOS."""

from igaudit.model.facts import Reason
from igaudit.parse.windows.choices import first, named, switched, whole
from igaudit.parse.windows.steps import Key, Steps, not_read, told

# NetBT's NodeType: how a NetBIOS name is asked for (RFC 1001, section 10; Microsoft's "NetBT parameters").
_NODE_TYPES = {1: "broadcast", 2: "point-to-point", 4: "mixed", 8: "hybrid"}
# Win32_NetworkAdapterConfiguration.TcpipNetbiosOptions, and what DHCP said, in NetBT's key of the adapter:
# 0 asks DHCP, 1 is on, 2 is off. Where DHCP says nothing, or is not asked for an address, NetBIOS is on; what
# it said before the address was set by hand may still lie there.
_AS_DHCP_SAYS, _OFF = 0, 2
_NETBIOS = {0: "on", 1: "on", 2: "off"}
# Win32_NetworkAdapter: NetConnectionStatus, not connected, for want of a network (7) or not; and the
# ConfigManagerErrorCode of one that is switched off, which it takes an administrator to undo.
_IDLE, _SWITCHED_OFF = (0, 7), 22
# Multicast DNS came with Windows 10 1703, switched on ("mDNS in the Enterprise", Microsoft, 2022), and so did
# its policy (DnsClient.admx). Disabled, that leaves it, by its own words, to the machine's setting.
# The policy "Configure NetBIOS settings" is not read: it is known not to stop NetBIOS.
_MDNS_SINCE = 15063


def settings(steps: Steps) -> dict[str, object]:
    """Whether the machine asks its neighbours for names, in each of the three ways."""
    return told(
        llmnr=lambda: _llmnr(steps),
        mdns=lambda: _mdns(steps),
        netbios_node_type=lambda: _node_type(steps),
        netbios_adapters=lambda: _adapters(steps),
    )


def _llmnr(steps: Steps) -> bool:
    return switched(steps.key("policy").number("EnableMulticast"), True, "EnableMulticast")


def _mdns(steps: Steps) -> bool:
    since = steps.meta.build >= _MDNS_SINCE
    policy = steps.key("policy").number("EnableMDNS") if since else None
    if policy is not None and switched(policy, None, "EnableMDNS below DNSClient"):
        return True
    default = True if since and policy is None else None
    return switched(steps.key("dnscache").number("EnableMDNS"), default, "EnableMDNS below Dnscache")


def _node_type(steps: Steps) -> str | None:
    key = steps.key("netbt")
    value = first("NodeType", key)
    value = first("DhcpNodeType", key) if value is None else value
    return None if value is None else named(value, _NODE_TYPES, "NodeType")


def _adapters(steps: Steps) -> list[dict[str, object]]:
    rows = steps.rows("adapters")
    if not rows:
        raise not_read(Reason.FAILED, "adapters: none has an IP address, and yet this one answered")
    interfaces = steps.key("interfaces")
    said = {name.lower(): key for name, key in interfaces.subkeys.items()} if interfaces.exists else {}
    used = [_adapter(row, said.pop(_interface(row, "SettingID"), None)) for row in rows]
    return used + [
        _idle(row, said[name]) for row in _cards(steps) if (name := _interface(row, "GUID")) in said
    ]


def _interface(row: dict[str, object], name: str) -> str:
    return f"tcpip_{row.get(name)}".lower()


def _cards(steps: Steps) -> list[dict[str, object]]:
    """The machine's own adapters that wait for a network: the wireless one of a docked laptop, say."""
    rows = [row for row in steps.rows("cards") if row.get("ConfigManagerErrorCode") != _SWITCHED_OFF]
    return [row for row in rows if row.get("NetConnectionStatus") in _IDLE]


def _idle(row: dict[str, object], key: Key) -> dict[str, object]:
    """What DHCP will say is not known before there is a network."""
    option = key.number("NetbiosOptions") or _AS_DHCP_SAYS
    record: dict[str, object] = {"adapter": f"{row.get('Index')} {row.get('Name') or ''}".strip()}
    known = option in _NETBIOS and option != _AS_DHCP_SAYS
    return record | ({"netbios": _NETBIOS[option]} if known else {})


def _adapter(row: dict[str, object], key: Key | None) -> dict[str, object]:
    option = whole(row.get("TcpipNetbiosOptions"))
    if option == _AS_DHCP_SAYS and key is not None:
        option = key.number("DhcpNetbiosOptions") or _AS_DHCP_SAYS
        option = None if option == _OFF and row.get("DHCPEnabled") is not True else option
    record: dict[str, object] = {"adapter": f"{row.get('Index')} {row.get('Description') or ''}".strip()}
    return record | ({"netbios": _NETBIOS[option]} if option in _NETBIOS else {})
