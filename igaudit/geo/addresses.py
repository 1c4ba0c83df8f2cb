"""What an address is by itself, and the IPv4 address that an IPv6 address may carry."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

# RFC 6052 and RFC 8215: what translators between IPv6 and IPv4 put before an IPv4 address. Behind the second
# it may also stand further to the left, with noughts after it: where is not known.
_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
# RFC 1918 and RFC 4193: inside of networks. RFC 6598: between a carrier and its customers.
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
_SHARED = ip_network("100.64.0.0/10")


def parsed(text: str) -> Address | None:
    """The address that `text` is, without a zone (`%eth0`); None for what is none."""
    try:
        return ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None


def carrier(address: Address) -> tuple[str, Address]:
    """How `address` carries an IPv4 address, and that one; "" and itself where it does not."""
    if isinstance(address, IPv4Address):
        return "", address
    if address.ipv4_mapped:
        return "mapped", address.ipv4_mapped
    if address.sixtofour:
        return "6to4", address.sixtofour
    if address.teredo:
        # The second is the client's own, as the Teredo server saw it.
        return "Teredo", address.teredo[1]
    if any(address in network for network in _NAT64) and int(address) & 0xFFFFFF:
        return "NAT64", IPv4Address(int(address) & 0xFFFFFFFF)
    return "", address


def kind_of(address: Address) -> str:
    """private, shared, loopback, link-local, reserved; "" for an address of the internet."""
    if address.is_loopback:
        return "loopback"
    if address.is_link_local:
        return "link-local"
    if any(address in network for network in _PRIVATE):
        return "private"
    if address in _SHARED:
        return "shared"
    # Documentation, benchmarks, multicast, and what nobody was given (IANA's special-purpose registries).
    reserved = address.is_private or address.is_reserved or address.is_multicast or address.is_unspecified
    return "reserved" if reserved or not address.is_global else ""
