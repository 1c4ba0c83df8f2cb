"""Databases in MaxMind's format, as small as a test needs.

Format: https://maxmind.github.io/MaxMind-DB/ (version 2.0): a tree of bits with 24-bit records, 16 zero
bytes, the data, and the metadata after a mark.
"""

from collections.abc import Mapping
from ipaddress import IPv4Network, ip_network
from pathlib import Path
from typing import Any

_MARK = b"\xab\xcd\xefMaxMind.com"


def write_mmdb(path: Path, networks: Mapping[str, Any], made: int, kind: str = "Test-Country") -> Path:
    """A database that says of each network (CIDR) the record given: a country code, or any mapping."""
    data = bytearray()
    tree: list[list[int | None]] = [[None, None]]
    leaves: list[int] = []
    for network, said in networks.items():
        leaves.append(len(data))
        data += encoded({"country": {"iso_code": said}} if isinstance(said, str) else said)
        insert(tree, network, -len(leaves))
    count = len(tree)
    nodes = bytearray()
    for node in tree:
        for branch in node:
            value = count if branch is None else branch if branch > 0 else count + 16 + leaves[-branch - 1]
            nodes += value.to_bytes(3)
    about = {
        "node_count": count,
        "record_size": 24,
        "ip_version": 6,
        "database_type": kind,
        "languages": ["en"],
    }
    more = {"binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": made}
    described = {"description": {"en": "made for a test"}}
    path.write_bytes(bytes(nodes) + bytes(16) + bytes(data) + _MARK + encoded({**about, **more, **described}))
    return path


def insert(tree: list[list[int | None]], network: str, leaf: int) -> None:
    """Put a network into the tree; IPv4 lies below ::/96."""
    found = ip_network(network)
    v4 = isinstance(found, IPv4Network)
    bits = f"{int(found.network_address):0128b}"[: found.prefixlen + (96 if v4 else 0)]
    at = 0
    for bit in map(int, bits[:-1]):
        branch = tree[at][bit]
        if branch is None:
            tree.append([None, None])
            branch = tree[at][bit] = len(tree) - 1
        at = branch
    tree[at][int(bits[-1])] = leaf


# The kinds of the numbers in the metadata: 16, 32 and 64 bits without sign.
_KINDS = {"node_count": 6, "build_epoch": 9}


def encoded(value: Any, kind: int = 5) -> bytes:
    """A value of the data section: text, numbers (of that kind), lists, mappings."""
    if isinstance(value, str):
        text = value.encode()
        return control(2, len(text)) + text
    if isinstance(value, int):
        number = value.to_bytes(8).lstrip(b"\0")
        return control(kind, len(number)) + number
    if isinstance(value, list):
        return control(11, len(value)) + b"".join(map(encoded, value))
    pairs = (encoded(str(key)) + encoded(inner, _KINDS.get(key, 5)) for key, inner in value.items())
    return control(7, len(value)) + b"".join(pairs)


def control(kind: int, size: int) -> bytes:
    """What stands before a value: its kind and its size, which must be below 29 + 256."""
    small, more = (size, b"") if size < 29 else (29, bytes([size - 29]))
    if kind > 7:
        return bytes([small, kind - 7]) + more
    return bytes([(kind << 5) | small]) + more
