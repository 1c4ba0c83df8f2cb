"""How Windows looks up names that DNS does not know: LLMNR, multicast DNS and NetBIOS."""

from igaudit.model.facts import Reason
from igaudit.parse.windows.choices import first, named, switched, whole
from igaudit.parse.windows.steps import Steps, not_read, told

# NetBT's NodeType: how a NetBIOS name is asked for (RFC 1001, section 10; Microsoft's "NetBT parameters").
_NODE_TYPES = {1: "broadcast", 2: "point-to-point", 4: "mixed", 8: "hybrid"}
# Win32_NetworkAdapterConfiguration, TcpipNetbiosOptions.
_NETBIOS = {0: "as-dhcp-says", 1: "on", 2: "off"}
# Multicast DNS came with Windows 10 1703, switched on ("mDNS in the Enterprise", Microsoft, 2022).
_MDNS_SINCE = 15063
# The policies for multicast DNS and NetBIOS in the DNS client: older versions do not look at them.
_MDNS_POLICY_SINCE = 26100
_NETBIOS_POLICY_SINCE = 22621


def settings(steps: Steps) -> dict[str, object]:
    """Whether the machine asks its neighbours for names, in each of the three ways."""
    return told(
        llmnr=lambda: _llmnr(steps),
        mdns=lambda: _mdns(steps),
        netbios_node_type=lambda: _node_type(steps),
        netbios_lookups=lambda: _lookups(steps),
        netbios_adapters=lambda: _adapters(steps),
    )


def _llmnr(steps: Steps) -> bool:
    return switched(steps.key("policy").number("EnableMulticast"), True, "EnableMulticast")


def _mdns(steps: Steps) -> bool:
    build = steps.meta.build
    own = steps.key("dnscache")
    keys = (steps.key("policy"), own) if build >= _MDNS_POLICY_SINCE else (own,)
    return switched(first("EnableMDNS", *keys), True if build >= _MDNS_SINCE else None, "EnableMDNS")


def _node_type(steps: Steps) -> str | None:
    key = steps.key("netbt")
    value = first("NodeType", key)
    value = first("DhcpNodeType", key) if value is None else value
    return None if value is None else named(value, _NODE_TYPES, "NodeType")


def _lookups(steps: Steps) -> bool:
    said = steps.key("policy").number("EnableNetbios")
    return said != 0 or steps.meta.build < _NETBIOS_POLICY_SINCE


def _adapters(steps: Steps) -> list[dict[str, object]]:
    rows = steps.rows("adapters")
    if not rows:
        raise not_read(Reason.FAILED, "adapters: none has an IP address, and yet this one answered")
    return [_adapter(row) for row in rows]


def _adapter(row: dict[str, object]) -> dict[str, object]:
    said = whole(row.get("TcpipNetbiosOptions"))
    record: dict[str, object] = {"adapter": f"{row.get('Index')} {row.get('Description') or ''}".strip()}
    return record | ({"netbios": _NETBIOS[said]} if said in _NETBIOS else {})
