"""The conditions of Windows' firewall rules, which it keeps apart from them: senders, ports, programs.

A condition that is not understood makes a rule that allows wider, and one that blocks narrower.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.model.facts import Reason
from igaudit.parse.windows.steps import Steps, not_read

# Protocol, first and last port, and whether that is certain.
Ports = tuple[tuple[str, int, int, bool], ...]
ANY_PORT = (0, 65535)

_PROTOCOLS = {"tcp": ("tcp",), "6": ("tcp",), "udp": ("udp",), "17": ("udp",), "any": ("tcp", "udp")}
# Words for ports (New-NetFirewallRule, -LocalPort); RPC and Teredo take one of the range for clients.
_WORDS = {
    "rpc": (49152, 65535),
    "rpcepmap": (135, 135),
    "iphttpsin": (443, 443),
    "iptlsin": (443, 443),
    "teredo": (49152, 65535),
    "playtodiscovery": (1900, 1900),
    "ply2disc": (1900, 1900),
    "mdns": (5353, 5353),
}
# Authentication: a sender that did not prove itself by IPsec does not get through.
_PROVEN = frozenset({"Required", "NoEncap", "1", "2"})
# Words for senders that are near, or known to the machine (New-NetFirewallRule, -RemoteAddress).
_NEAR = frozenset(
    {"localsubnet", "localsubnet4", "localsubnet6", "dns", "dhcp", "wins", "defaultgateway", "intranet"}
    | {
        "rmtintranet",
        "intranetremoteaccess",
        "playtodevice",
        "plytorenderers",
        "ply2renders",
        "captiveportal",
    }
)


class Filters:
    """The conditions by the rule's name; raises NotRead where one list of them is not there."""

    def __init__(self, steps: Steps) -> None:
        self._ports = _by_rule(steps, "ports")
        self._addresses = _by_rule(steps, "addresses")
        self._programs = _by_rule(steps, "programs")
        self._security = _by_rule(steps, "security")
        self._services = _by_rule(steps, "rule_services")
        self._interfaces = _by_rule(steps, "interfaces")
        self._kinds = _by_rule(steps, "interface_types")

    def families(self, rule: str) -> frozenset[str]:
        """The families of addresses from which any sender fits; none for a rule that names its senders."""
        if any(str(row.get("Authentication")) in _PROVEN for row in self._of("_security", rule)):
            return frozenset()
        said = self._said("_addresses", rule, "RemoteAddress")
        return frozenset(family for address in said for family in _open_families(address))

    def for_all(self, rule: str) -> bool:
        """Whether only ports and a program limit it: so much is asked of a rule that blocks.

        Two rules of one name, from two stores, cannot be told apart by their conditions.
        """
        if any(len(self._of(kind, rule)) != 1 for kind in ("_ports", "_programs")):
            return False
        limits = [
            *(self._said("_addresses", rule, name) for name in ("RemoteAddress", "LocalAddress")),
            self._said("_ports", rule, "RemotePort"),
            self._said("_services", rule, "Service"),
            self._said("_interfaces", rule, "InterfaceAlias"),
            self._said("_kinds", rule, "InterfaceType"),
            self._said("_security", rule, "LocalUser"),
        ]
        return all(word.lower() in ("any", "0") for said in limits for word in said)

    def _said(self, kind: str, rule: str, name: str) -> list[str]:
        return [str(value) for row in self._of(kind, rule) for value in _list(row.get(name))]

    def program(self, rule: str) -> str | None:
        """The file name of the one program that it is for, in small letters; None for all."""
        named = {_program(row) for row in self._of("_programs", rule)}
        return named.pop() if len(named) == 1 else None

    def ports(self, rule: str, allows: bool) -> Ports:
        """The ports; what is not understood is perhaps all of them for a rule that allows, else none.

        A word stands for what one service took of a range: a rule that blocks it leaves the rest open.
        """
        found: list[tuple[str, int, int, bool]] = []
        for row in self._of("_ports", rule):
            protocols = _PROTOCOLS.get(str(row.get("Protocol")).lower(), ())
            for said in _list(row.get("LocalPort")) or ["Any"]:
                ports = _range(str(said)) or (_WORDS.get(str(said).lower()) if allows else None)
                if ports or allows:
                    found += [(protocol, *(ports or ANY_PORT), bool(ports)) for protocol in protocols]
        return tuple(dict.fromkeys(found))

    def _of(self, kind: str, rule: str) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] | None = getattr(self, kind).get(rule)
        if rows is None:
            raise not_read(Reason.UNPARSABLE, f"{kind[1:]}: the rule {rule[:60]} is not among them")
        return rows


def _by_rule(steps: Steps, step: str) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in steps.rows(step):
        found.setdefault(str(row.get("InstanceID")), []).append(row)
    return found


def _list(said: object) -> list[object]:
    return [] if said is None else said if isinstance(said, list) else [said]


def _range(said: str) -> tuple[int, int] | None:
    if said.lower() == "any":
        return ANY_PORT
    if found := re.fullmatch(r"([0-9]{1,5})(?:-([0-9]{1,5}))?", said):
        return int(found[1]), int(found[2] or found[1])
    return None


def _program(row: Mapping[str, Any]) -> str | None:
    package = str(row.get("Package") or "")
    if package and package.lower() != "any":
        return f"package {package}"
    path = str(row.get("Program") or "Any")
    return None if path.lower() == "any" else re.split(r"[\\/]", path)[-1].lower()


def _open_families(said: str) -> Iterator[str]:
    """The families of which `said` lets in every sender, or every second one; `Internet` counts as all."""
    plain = said.strip().lower()
    if plain in ("any", "internet", "*"):
        yield from ("ipv4", "ipv6")
    elif plain not in _NEAR and (family := _wide(plain)):
        yield family


def _wide(said: str) -> str | None:
    """The family, where the network or span holds half of all addresses or more; what is odd is wide."""
    first, dash, last = said.partition("-")
    try:
        if dash:
            low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
            wide = int(high) - int(low) >= 1 << (low.max_prefixlen - 1)
            return f"ipv{low.version}" if wide else None
        network = ipaddress.ip_network(said, strict=False)
    except ValueError:
        return "ipv4"
    return f"ipv{network.version}" if network.prefixlen <= 1 else None
