"""Signatures in the form of `ssh-keygen -Y` (OpenSSH's PROTOCOL.sshsig, version 1), made and checked here.

The private key may be an OpenSSH or a PKCS#8 file; a key in an agent signs through a function. What is made
here `ssh-keygen -Y verify` accepts, and the other way round.
"""

import base64
import binascii
import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from igaudit.errors import StoreError, UsageError

NAMESPACE = "igaudit-run"
_MAGIC, _VERSION = b"SSHSIG", 1
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_HASHES = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}
_RSA: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "rsa-sha2-256": hashes.SHA256,
    "rsa-sha2-512": hashes.SHA512,
}
_CURVES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "nistp256": hashes.SHA256,
    "nistp384": hashes.SHA384,
    "nistp521": hashes.SHA512,
}

PrivateKey = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Sign = Callable[[bytes, str], bytes]
"""Given the data and the name of the algorithm, the signature as SSH writes it (RFC 4253 section 6.6)."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs: its public blob, and how."""

    blob: bytes
    sign: Sign


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that has been read and not yet checked."""

    blob: bytes
    namespace: str
    hash: str
    signature: bytes

    @property
    def fingerprint(self) -> str:
        """Of the key, as `ssh-keygen -l` writes it."""
        return fingerprint(self.blob)

    def check(self, message: bytes) -> bool:
        """Whether the key signed `message`; raises StoreError where that cannot be checked."""
        signed = _to_sign(self.namespace, self.hash, message)
        try:
            fields = _Fields(self.signature)
            algorithm, value = fields.text(), fields.string()
            return _verify(self.blob, algorithm, value, signed)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise StoreError(f"its key or its signature cannot be checked here: {error}") from None


def fingerprint(blob: bytes) -> str:
    """`SHA256:…` of a public key."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def load_signer(data: bytes, password: Callable[[], bytes | None]) -> Signer:
    """The signer of a private key file, OpenSSH's or PKCS#8; `password` is asked where it is encrypted.

    Raises UsageError that says what is wrong with the key.
    """
    key = _private(data, None)
    if key is None:
        key = _private(data, password())
    if key is None:
        raise UsageError("the passphrase of the key is wrong, or none was given")
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return Signer(base64.b64decode(public.split()[1]), lambda data, _: _sign(key, data))


def sign(message: bytes, signer: Signer) -> str:
    """The armoured signature of `message`."""
    name = _Fields(signer.blob).text()
    algorithm = "rsa-sha2-512" if name == "ssh-rsa" else name
    signature = signer.sign(_to_sign(NAMESPACE, "sha512", message), algorithm)
    parts = (signer.blob, NAMESPACE.encode(), b"", b"sha512", signature)
    body = _MAGIC + struct.pack(">I", _VERSION) + b"".join(map(_string, parts))
    text = base64.b64encode(body).decode()
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    return "\n".join([_BEGIN, *lines, _END]) + "\n"


def read_signature(text: str, shown: str) -> Signature:
    """An armoured signature of our namespace; raises StoreError. `shown` is what to call its file."""
    begin, end = text.find(_BEGIN), text.find(_END)
    if begin < 0 or end < begin:
        raise StoreError(f"{shown}: no SSH signature in it")
    try:
        body = base64.b64decode("".join(text[begin + len(_BEGIN) : end].split()), validate=True)
        if body[:6] != _MAGIC or body[6:10] != struct.pack(">I", _VERSION):
            raise StoreError(f"{shown}: not version {_VERSION} of an SSH signature")
        fields = _Fields(body[10:])
        blob, namespace = fields.string(), fields.text()
        fields.string()
        signature = Signature(blob, namespace, fields.text(), fields.string())
    except (binascii.Error, ValueError, struct.error):
        raise StoreError(f"{shown}: an SSH signature that is cut short or altered") from None
    if signature.namespace != NAMESPACE or signature.hash not in _HASHES:
        raise StoreError(f"{shown}: a signature for something else ({signature.namespace[:40]!r})")
    return signature


def _private(data: bytes, password: bytes | None) -> PrivateKey | None:
    """The key; None where it wants another password."""
    load = serialization.load_ssh_private_key if b"OPENSSH PRIVATE" in data else _load_pem
    try:
        key = load(data, password)
    except TypeError:
        return None
    except UnsupportedAlgorithm as error:
        raise UsageError(f"this key cannot be used: {error}") from None
    except ValueError as error:
        if password is not None:
            return None
        if "encrypted" in str(error).lower() or "password" in str(error).lower():
            return None
        raise UsageError("this is no private key of OpenSSH or PKCS#8") from None
    if not isinstance(key, PrivateKey):
        raise UsageError("this kind of key signs nothing here: take Ed25519, ECDSA or RSA")
    return key


def _load_pem(data: bytes, password: bytes | None) -> object:
    return serialization.load_pem_private_key(data, password)


def _sign(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return _string(b"ssh-ed25519") + _string(key.sign(data))
    if isinstance(key, rsa.RSAPrivateKey):
        return _string(b"rsa-sha2-512") + _string(key.sign(data, padding.PKCS1v15(), hashes.SHA512()))
    curve = _curve(key.curve.name)
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(_CURVES[curve]())))
    return _string(f"ecdsa-sha2-{curve}".encode()) + _string(_string(_mpint(r)) + _string(_mpint(s)))


def _curve(name: str) -> str:
    return name.replace("secp", "nistp").removesuffix("r1")


def _verify(blob: bytes, algorithm: str, value: bytes, signed: bytes) -> bool:
    name = _Fields(blob).text()
    key = serialization.load_ssh_public_key(name.encode() + b" " + base64.b64encode(blob))
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(value, signed)
        elif isinstance(key, rsa.RSAPublicKey) and algorithm in _RSA:
            key.verify(value, signed, padding.PKCS1v15(), _RSA[algorithm]())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            fields = _Fields(value)
            r, s = (int.from_bytes(fields.string()) for _ in range(2))
            key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(_CURVES[_curve(key.curve.name)]()))
        else:
            raise UnsupportedAlgorithm(f"{name[:40]} with {algorithm[:40]}")
    except InvalidSignature:
        return False
    return True


def _to_sign(namespace: str, hash_name: str, message: bytes) -> bytes:
    digest = _HASHES[hash_name](message).digest()
    return _MAGIC + b"".join(map(_string, (namespace.encode(), b"", hash_name.encode(), digest)))


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _mpint(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1)


class _Fields:
    """Reads one string after the other; raises ValueError where the data ends too early."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def string(self) -> bytes:
        if len(self._data) < 4 or len(self._data) < 4 + (size := struct.unpack(">I", self._data[:4])[0]):
            raise ValueError("it ends too early")
        found, self._data = self._data[4 : 4 + size], self._data[4 + size :]
        return found

    def text(self) -> str:
        return self.string().decode("ascii")
