"""The part of a TLS 1.3 handshake that is encrypted: who the server is, and whether it asks who we are.

Only read, with keys that are made for the one connection (RFC 8446, sections 4.4 and 7.1). That the server
holds the certificate's key is for `tls_session` to find out.
"""

import contextlib
import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, x448, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate

from igaudit.collect.network.tls_hello import ServerHello
from igaudit.collect.network.tls_wire import ENCRYPTED, HANDSHAKE, Alert, Record

_INNER_ALERT = 21


class Cipher(Protocol):
    """An AEAD of the cryptography library."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


_CURVES: Mapping[int, ec.EllipticCurve] = {
    0x0017: ec.SECP256R1(),
    0x0018: ec.SECP384R1(),
    0x0019: ec.SECP521R1(),
}
_CIPHERS: Mapping[int, tuple[int, Callable[[bytes], Cipher]]] = {
    0x1301: (16, AESGCM),
    0x1302: (32, AESGCM),
    0x1303: (32, ChaCha20Poly1305),
    0x1304: (16, AESCCM),
    0x1305: (16, lambda key: AESCCM(key, tag_length=8)),
}
GROUPS = (0x001D, 0x0017, 0x0018, 0x0019, 0x001E)
SUITES = tuple(_CIPHERS)


def certificate_groups(certificates: Iterable[bytes]) -> tuple[int, ...]:
    """The groups of the curves that the keys of these certificates (DER) are on."""
    found = []
    for der in certificates:
        with contextlib.suppress(ValueError, UnsupportedAlgorithm):
            key = load_der_x509_certificate(der).public_key()
            if isinstance(key, ec.EllipticCurvePublicKey):
                found += [number for number, curve in _CURVES.items() if curve.name == key.curve.name]
    return tuple(dict.fromkeys(found))


class KeyPair:
    """A key of ours for one group of GROUPS."""

    def __init__(self, group: int) -> None:
        self.group = group
        self._key: x25519.X25519PrivateKey | x448.X448PrivateKey | ec.EllipticCurvePrivateKey
        if group in _CURVES:
            self._key = ec.generate_private_key(_CURVES[group])
        else:
            self._key = (
                x448.X448PrivateKey.generate() if group == 0x1E else x25519.X25519PrivateKey.generate()
            )

    def public(self) -> bytes:
        """What the server is told."""
        key = self._key.public_key()
        if isinstance(key, ec.EllipticCurvePublicKey):
            return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return key.public_bytes_raw()

    def shared(self, theirs: bytes) -> bytes:
        """The secret that both now know; raises ValueError."""
        key = self._key
        if isinstance(key, ec.EllipticCurvePrivateKey):
            public = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[self.group], theirs)
            return key.exchange(ec.ECDH(), public)
        if isinstance(key, x448.X448PrivateKey):
            return key.exchange(x448.X448PublicKey.from_public_bytes(theirs))
        return key.exchange(x25519.X25519PublicKey.from_public_bytes(theirs))


def opened(
    records: Iterator[Record], hello: ServerHello, secret: bytes, transcript: bytes
) -> Iterator[bytes]:
    """The handshake bytes of the server's encrypted records; raises ValueError, and Alert."""
    length, make = _CIPHERS[hello.suite]
    digest = "sha384" if hello.suite == 0x1302 else "sha256"
    traffic = _traffic_secret(secret, transcript, digest)
    cipher, iv = make(_expand(traffic, "key", b"", length, digest)), _expand(traffic, "iv", b"", 12, digest)
    encrypted = (record for record in records if record.type == ENCRYPTED)
    for count, record in enumerate(encrypted):
        nonce = (int.from_bytes(iv, "big") ^ count).to_bytes(12, "big")
        try:
            inner = cipher.decrypt(nonce, record.body, record.header).rstrip(b"\x00")
        except InvalidTag:
            raise ValueError("an encrypted record that does not open") from None
        if inner[-1:] == bytes([_INNER_ALERT]):
            raise Alert(inner[1] if len(inner) == 3 else 0)
        if inner[-1:] == bytes([HANDSHAKE]):
            yield inner[:-1]


def _traffic_secret(shared: bytes, transcript: bytes, digest: str) -> bytes:
    """From the shared secret to `server_handshake_traffic_secret`."""
    size = hashlib.new(digest).digest_size
    early = hmac.new(bytes(size), bytes(size), digest).digest()
    derived = _expand(early, "derived", _hash(b"", digest), size, digest)
    handshake = hmac.new(derived, shared, digest).digest()
    return _expand(handshake, "s hs traffic", _hash(transcript, digest), size, digest)


def _hash(data: bytes, digest: str) -> bytes:
    return hashlib.new(digest, data).digest()


def _expand(secret: bytes, label: str, context: bytes, length: int, digest: str) -> bytes:
    """HKDF-Expand-Label."""
    name = b"tls13 " + label.encode()
    info = length.to_bytes(2, "big") + bytes([len(name)]) + name + bytes([len(context)]) + context
    algorithm = SHA384() if digest == "sha384" else SHA256()
    return HKDFExpand(algorithm, length, info).derive(secret)
