"""The first messages of a TLS handshake: what we offer, and what a server chooses (RFC 8446, 5246, 4492)."""

import hashlib
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from igaudit.collect.network.tls_wire import HANDSHAKE, Reader
from igaudit.model.tls_suites import GROUPS, SUITES, TLS13_SUITES

VERSIONS: Mapping[str, int] = {
    "SSLv3": 0x0300,
    "TLSv1.0": 0x0301,
    "TLSv1.1": 0x0302,
    "TLSv1.2": 0x0303,
    "TLSv1.3": 0x0304,
}
NAMES = {number: name for name, number in VERSIONS.items()}
HELLO, SERVER_HELLO, CERTIFICATE, KEY_EXCHANGE, CERTIFICATE_REQUEST, DONE = 1, 2, 11, 12, 13, 14

_RENEGOTIATION_SIGNAL = 0x00FF
_RETRY = hashlib.sha256(b"HelloRetryRequest").digest()
_SERVER_NAME, _GROUPS, _POINTS, _SIGNATURES, _VERSIONS, _MODES, _SHARES = 0, 10, 11, 13, 43, 45, 51
_RENEGOTIATION = 0xFF01

# rsa_pkcs1, ecdsa, rsa_pss, EdDSA; SHA-1, DSA and MD5 at the end, so that old servers answer too.
_SIGNATURE_SCHEMES = (
    *(0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B),
    *(0x0401, 0x0501, 0x0601, 0x081A, 0x081B, 0x081C, 0x0904, 0x0905, 0x0906),
    *(0x0303, 0x0301, 0x0402, 0x0502, 0x0302, 0x0203, 0x0201, 0x0202, 0x0101),
)
# Before TLS 1.3 no named field is offered: a server then shows the Diffie-Hellman prime that it was given.
_OLD_GROUPS = tuple(n for n in GROUPS if n < 0x001F)


# What browsers offered over the years: services that answer no long list answer one of these.
COMMON_SUITES = (
    *(0xC02B, 0xC02F, 0xC02C, 0xC030, 0xC009, 0xC013, 0xC014, 0xC00A, 0x009C, 0x009D, 0x009E, 0x009F),
    *(0x002F, 0x0035, 0x0033, 0x0039, 0x003C, 0xC023, 0xC027, 0x000A, 0x0005, 0x0004),
)
LONG_LIST = 100
"""Some services answer nobody who offers more than 128 suites."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One question: these versions, suites and groups. `shares` are our public keys, by group (TLS 1.3)."""

    version: str
    suites: tuple[int, ...]
    groups: tuple[int, ...]
    name: str = ""
    shares: Mapping[int, bytes] = field(default_factory=dict)


def suites_for(version: str, without: Collection[int] = ()) -> tuple[int, ...]:
    """All suites of a version that have a name, approved ones first as browsers send them."""
    fit = [n for n in SUITES if n and (n in TLS13_SUITES) == (version == "TLSv1.3") and n not in without]
    return tuple(sorted(fit, key=lambda n: (n >> 8 not in (0x13, 0xC0, 0xCC), n)))


def groups_for(version: str, without: Collection[int] = ()) -> tuple[int, ...]:
    """All groups that a version can use, the usual ones first."""
    known = tuple(GROUPS) if version == "TLSv1.3" else _OLD_GROUPS
    usual = (0x001D, 0x0017, 0x0018, 0x0019)
    return tuple(n for n in (*usual, *(n for n in known if n not in usual)) if n not in without)


def client_hello(offer: Offer) -> bytes:
    """The handshake message of the offer."""
    number = VERSIONS[offer.version]
    suites = offer.suites if offer.version == "TLSv1.3" else (*offer.suites, _RENEGOTIATION_SIGNAL)
    body = min(number, 0x0303).to_bytes(2, "big") + os.urandom(32)
    body += _vector(1, os.urandom(32) if offer.version == "TLSv1.3" else b"")
    body += _vector(2, _words(suites))
    body += _vector(1, b"\x00" if offer.version == "TLSv1.3" else b"\x01\x00")
    if offer.version != "SSLv3":
        body += _vector(2, b"".join(_extensions(offer)))
    return bytes([HELLO]) + _vector(3, body)


def in_record(message: bytes, version: str = "") -> bytes:
    """A handshake message in a record; SSLv3 wants its own number there."""
    return bytes([HANDSHAKE]) + (b"\x03\x00" if version == "SSLv3" else b"\x03\x01") + _vector(2, message)


def _extensions(offer: Offer) -> Iterable[bytes]:
    if offer.name:
        yield _extension(_SERVER_NAME, _vector(2, b"\x00" + _vector(2, offer.name.encode("ascii"))))
    yield _extension(_GROUPS, _vector(2, _words(offer.groups)))
    if offer.version != "TLSv1.3":
        yield _extension(_POINTS, _vector(1, b"\x00\x01\x02"))
    if offer.version in ("TLSv1.2", "TLSv1.3"):
        yield _extension(_SIGNATURES, _vector(2, _words(_SIGNATURE_SCHEMES)))
    if offer.version == "TLSv1.3":
        yield _extension(_VERSIONS, _vector(1, b"\x03\x04"))
        yield _extension(_MODES, _vector(1, b"\x01"))
        shares = b"".join(_words([group]) + _vector(2, key) for group, key in offer.shares.items())
        yield _extension(_SHARES, _vector(2, shares))


@dataclass(frozen=True, slots=True)
class ServerHello:
    """What a server chose. `retry`: it wants a key of `group` first (TLS 1.3); `share` is its public key."""

    version: str
    suite: int
    random: bytes
    compressed: bool
    secure_renegotiation: bool
    retry: bool = False
    group: int | None = None
    share: bytes = b""


def server_hello(body: bytes) -> ServerHello:
    """The ServerHello in the body of its message; raises ValueError."""
    data = Reader(body)
    number, random = data.number(2), data.take(32)
    data.vector(1)
    suite, compression = data.number(2), data.number(1)
    extensions = _read_extensions(data.vector(2)) if data.data else {}
    if _VERSIONS in extensions:
        number = int.from_bytes(extensions[_VERSIONS], "big")
    share = Reader(extensions.get(_SHARES, b""))
    return ServerHello(
        version=NAMES.get(number, f"{number:#06x}"),
        suite=suite,
        random=random,
        compressed=compression != 0,
        secure_renegotiation=_RENEGOTIATION in extensions,
        retry=random == _RETRY,
        group=share.number(2) if share.data else None,
        share=share.vector(2) if share.data else b"",
    )


def _read_extensions(data: bytes) -> dict[int, bytes]:
    reader, found = Reader(data), {}
    while reader.data:
        kind = reader.number(2)
        found[kind] = reader.vector(2)
    return found


def certificates(body: bytes, version: str) -> tuple[bytes, ...]:
    """The certificates (DER) of a Certificate message, the server's own first; raises ValueError."""
    data = Reader(body)
    if version == "TLSv1.3":
        data.vector(1)
    entries, found = Reader(data.vector(3)), []
    while entries.data:
        found.append(entries.vector(3))
        if version == "TLSv1.3":
            entries.vector(2)
    return tuple(found)


def key_exchange(body: bytes, suite: int) -> tuple[int | None, int | None]:
    """The group, and the bits of the prime, of a ServerKeyExchange message; raises ValueError."""
    name, data = SUITES.get(suite, ""), Reader(body)
    if "PSK" in name:
        data.vector(2)
    if "_ECDHE_" in name or "_ECDH_anon_" in name:
        if data.number(1) != 3:
            raise ValueError("a curve without a name")
        return data.number(2), None
    if "_DHE_" in name or "_DH_anon_" in name:
        return None, int.from_bytes(data.vector(2), "big").bit_length()
    return None, None


def _extension(kind: int, data: bytes) -> bytes:
    return _words([kind]) + _vector(2, data)


def _words(numbers: Iterable[int]) -> bytes:
    return b"".join(number.to_bytes(2, "big") for number in numbers)


def _vector(width: int, data: bytes) -> bytes:
    return len(data).to_bytes(width, "big") + data
