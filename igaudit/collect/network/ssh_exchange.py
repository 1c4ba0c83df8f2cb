"""The first steps of SSH's key exchange, taken only as far as it takes to be shown the host key.

The server shows its key in its first answer (RFC 4253 section 8). Nothing is encrypted and nobody signs in;
so the shares sent here are fixed points that are valid and no secret: nobody will use what comes of them.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from igaudit.collect.network.ssh_talk import KEXINIT, Talk, string
from igaudit.errors import Unreachable

LISTS = (
    *("kex", "host_key_algorithms", "ciphers_to_server", "ciphers_to_client", "macs_to_server"),
    *("macs_to_client", "compression_to_server", "compression_to_client"),
    *("languages_to_server", "languages_to_client"),
)
"""The ten name-lists of KEXINIT, in their order (section 7.1)."""

GROUP_EXCHANGE = ("diffie-hellman-group-exchange-sha256", "diffie-hellman-group-exchange-sha1")
_RSA = ("rsa2048-sha256", "rsa1024-sha1")
_INIT, _REPLY, _GROUP, _GROUP_INIT, _GROUP_REPLY, _GROUP_REQUEST = 30, 31, 31, 32, 33, 34
# RFC 4419 section 3 has groups of 1024 to 8192 bits; asked for the shortest, a server names the worst it has.
_ASKED = (1024, 1024, 8192)

_X25519 = b"\x09" + bytes(31)
_X448 = b"\x05" + bytes(55)
# The generators of NIST's curves, uncompressed (SEC 2, version 2.0, sections 2.4.2, 2.5.1 and 2.6.1).
_P256 = bytes.fromhex(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
_P384 = bytes.fromhex(
    "04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7"
    "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"
)
_P521 = bytes.fromhex(
    "0400c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de33"
    "48b3c1856a429bf97e7e31c2e5bd66"
    "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761"
    "353c7086a272c24088be94769fd16650"
)
_SHARES: Mapping[str, bytes] = {
    "curve25519-sha256": _X25519,
    "curve25519-sha256@libssh.org": _X25519,
    "ecdh-sha2-nistp256": _P256,
    "ecdh-sha2-nistp384": _P384,
    "ecdh-sha2-nistp521": _P521,
    "curve448-sha512": _X448,
    # An ML-KEM key whose polynomials are all zero (FIPS 203 section 7.2), and a Streamlined NTRU Prime one.
    "mlkem768x25519-sha256": bytes(1184) + _X25519,
    "mlkem768nistp256-sha256": bytes(1184) + _P256,
    "mlkem1024nistp384-sha384": bytes(1568) + _P384,
    "sntrup761x25519-sha512": bytes(1158) + _X25519,
    "sntrup761x25519-sha512@openssh.com": bytes(1158) + _X25519,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the server showed: the blob of its key, and the bits of the group that it chose, if it chose."""

    blob: bytes
    group_bits: int | None = None


def read_offer(talk: Talk) -> dict[str, list[str]]:
    """The server's KEXINIT: its ten name-lists. Raises Unreachable."""
    payload = talk.packet()
    if payload[0] != KEXINIT or len(payload) < 17:
        raise Unreachable(f"the server begins with message {payload[0]} in place of its algorithms")
    left, offer = payload[17:], {}
    for name in LISTS:
        text, left = _string(left)
        words = text.decode("ascii", "backslashreplace").split(",")
        offer[name] = [_word(word) for word in words if word]
    return offer


def methods_for(offer: Mapping[str, Sequence[str]]) -> list[str]:
    """The methods offered that a key can be read by: a group exchange first, then as the server prefers."""
    known = [n for n in offer["kex"] if n in _SHARES or n in _RSA or n.startswith("diffie-hellman-group")]
    return sorted(known, key=lambda name: name not in GROUP_EXCHANGE)


def show_key(talk: Talk, offer: Mapping[str, Sequence[str]], method: str, algorithm: str) -> Shown:
    """Have the server show its key for `algorithm` by `method`. Raises Unreachable."""
    talk.send(_our_offer(offer, method, algorithm))
    if method in _RSA:
        return Shown(_string(_expect(talk, _INIT))[0])
    if method not in GROUP_EXCHANGE:
        talk.send(bytes([_INIT]) + string(_SHARES.get(method) or _number()))
        return Shown(_string(_expect(talk, _REPLY))[0])
    talk.send(bytes([_GROUP_REQUEST]) + b"".join(bits.to_bytes(4, "big") for bits in _ASKED))
    prime, _ = _string(_expect(talk, _GROUP))
    talk.send(bytes([_GROUP_INIT]) + string(_number()))
    blob, _ = _string(_expect(talk, _GROUP_REPLY))
    return Shown(blob, int.from_bytes(prime, "big").bit_length())


def _our_offer(offer: Mapping[str, Sequence[str]], method: str, algorithm: str) -> bytes:
    """A KEXINIT that leaves the server no choice in what is asked for, and takes its own in the rest."""
    lists = [[method], [algorithm], *(offer[name] for name in LISTS[2:8]), [], []]
    names = b"".join(string(",".join(words).encode()) for words in lists)
    return bytes([KEXINIT]) + os.urandom(16) + names + bytes(5)


def _expect(talk: Talk, number: int) -> bytes:
    payload = talk.packet()
    if payload[0] != number:
        raise Unreachable(f"the server answered the key exchange with message {payload[0]}")
    return payload[1:]


def _number() -> bytes:
    """Some number that is below the prime of every group, as the protocol writes it."""
    return b"\x40" + os.urandom(126)


def _string(data: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(data[:4], "big")
    if len(data) < 4 + length:
        raise Unreachable("the server sent a message that ends too early")
    return data[4 : 4 + length], data[4 + length :]


def _word(word: str) -> str:
    """A name as it was sent, safe to keep: what is no visible ASCII is written out."""
    return "".join(c if " " < c <= "~" else f"\\x{ord(c):02x}" for c in word)[:200]
