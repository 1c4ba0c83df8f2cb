"""SSH public keys and certificates as the protocol carries them.

RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709; OpenSSH's PROTOCOL.certkeys for certificates.
"""

import base64
import hashlib
from dataclasses import dataclass

from igaudit.parse import Unparsable

CERTIFICATE = "-cert-v01@openssh.com"
_KINDS = {
    "ssh-rsa": "rsa",
    "ssh-dss": "dsa",
    "ssh-ed25519": "ed25519",
    "ssh-ed448": "ed448",
    "sk-ssh-ed25519@openssh.com": "ed25519-sk",
    "sk-ecdsa-sha2-nistp256@openssh.com": "ecdsa-sk",
}
_BITS = {"ssh-ed25519": 256, "ssh-ed448": 456, "ecdsa-sha2-nistp256": 256, "ecdsa-sha2-nistp384": 384}
_BITS |= {"ecdsa-sha2-nistp521": 521, "sk-ssh-ed25519@openssh.com": 256}
_BITS |= {"sk-ecdsa-sha2-nistp256@openssh.com": 256}
# How many fields of a certificate make up its key, after its name and its nonce.
_FIELDS = {"ssh-rsa": 2, "ssh-dss": 4, "ssh-ed25519": 1, "ssh-ed448": 1}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key. `kind` is a word of the facts, `bits` None where they cannot be told."""

    kind: str
    bits: int | None
    fingerprint: str


def keys_in(blob: bytes) -> tuple[PublicKey, PublicKey | None]:
    """The key, and that of the authority where `blob` is a certificate. Raises Unparsable."""
    fields = Fields(blob)
    name = fields.text()
    if not name.endswith(CERTIFICATE):
        return _plain(blob), None
    name = name.removesuffix(CERTIFICATE)
    fields.string()
    parts = [fields.string() for _ in range(_FIELDS.get(name, 2))]
    own = b"".join(_packed(part) for part in (name.encode(), *parts))
    fields.skip(12)
    for _ in range(2):
        fields.string()
    fields.skip(16)
    for _ in range(3):
        fields.string()
    return _plain(own), _plain(fields.string())


def _plain(blob: bytes) -> PublicKey:
    fields = Fields(blob)
    name = fields.text()
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    bits = _BITS.get(name)
    if name in ("ssh-rsa", "ssh-dss"):
        numbers = [fields.string() for _ in range(2 if name == "ssh-rsa" else 1)]
        bits = int.from_bytes(numbers[-1], "big").bit_length()
    return PublicKey(_kind(name), bits, f"SHA256:{digest}")


def _kind(name: str) -> str:
    if name.startswith("ecdsa-sha2-"):
        return "ecdsa"
    return "mldsa" if name.startswith("ssh-mldsa") else _KINDS.get(name, "other")


def _packed(field: bytes) -> bytes:
    return len(field).to_bytes(4, "big") + field


class Fields:
    """Reads the fields of a blob one after the other; raises Unparsable where it ends too early."""

    def __init__(self, blob: bytes) -> None:
        self._left = blob

    def skip(self, count: int) -> bytes:
        """The next `count` bytes."""
        if len(self._left) < count:
            raise Unparsable("a key that ends too early")
        found, self._left = self._left[:count], self._left[count:]
        return found

    def string(self) -> bytes:
        """The next string, which its length precedes."""
        return self.skip(int.from_bytes(self.skip(4), "big"))

    def text(self) -> str:
        """The next string as text."""
        return self.string().decode("ascii", "replace")
